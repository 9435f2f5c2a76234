import assert from 'node:assert/strict';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { until } from '../harness/run.ts';
import { execute } from '../harness/servers/testServer.ts';
import { Keyboard } from '../harness/vscode/keyboard.ts';
import { webviewFrame } from '../harness/vscode/webviews.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeDesk } from './desk.ts';
import { ReviewTab } from './review.ts';
import { ANSWER, QUESTION, SCREENSHOTS, type Session } from './session.ts';

suite('by keyboard alone', function () {
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;
  let keys: Keyboard;
  const clipboard = (): Promise<string> => window.page.evaluate('navigator.clipboard.readText()');
  const tree = (): Promise<void> => keys.command('MySQL Pilot: Focus on Connections View');
  const shut = async (): Promise<void> => {
    await keys.command('View: Close All Editors');
    await window.page.locator('.editor-group-container .tab').waitFor({ state: 'detached' });
  };
  const all = async (frame: Frame): Promise<void> => {
    assert.deepEqual(await keys.unreached(frame), []);
  };

  suiteSetup(async () => {
    ({ session, window } = await takeDesk({ files: { 'one.sql': 'SELECT id, total FROM orders ORDER BY id;\n' } }));
    keys = await Keyboard.only(window);
  });
  suiteTeardown(handOnDesk);
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  test('a connection is added from the empty view [F78]', async () => {
    await tree();
    await keys.tabTo('.welcome-view-content .monaco-button');
    await keys.press('Enter');
    await window.page.locator('.quick-input-widget input[placeholder^="mysql://"]').waitFor();
    await keys.answer(session.url);
    await window.treeRow('shop').waitFor();
  });

  test('the tree opens, and its menus', async () => {
    await tree();
    await keys.expand('connection shop');
    await keys.expand('database shop');
    await keys.goTo('table, orders');
    await keys.menu('Copy Name');
    await until(async () => (await clipboard()) === 'orders', 'the name in the clipboard');
  });

  test('rows are previewed, gone through and copied; every control of the results is reached [F79]', async () => {
    await tree();
    await keys.goTo('table, orders');
    await keys.menu('Preview Rows');
    const results = await webviewFrame(window.page, 'header .tabs');
    await results.locator('.cell[data-row="0"][data-column="1"]').waitFor();
    await keys.command('MySQL Results: Focus on Results View');
    await keys.tabTo('[role=grid]', results);
    await keys.press('Control+Home');
    await keys.press('ArrowRight');
    await keys.press('Control+c');
    const [row] = (await execute(session.mysql, 'SELECT customer_id AS customer FROM shop.orders WHERE id = 1')) as { customer: number }[];
    await until(async () => (await clipboard()) === String(row?.customer), 'the cell in the clipboard');
    await all(results);
  });

  test('a statement of a file runs, and so does the way to its history', async () => {
    await keys.openFile('one.sql');
    await window.page.locator('.editor-instance .view-line', { hasText: 'total' }).first().waitFor();
    await keys.press('Control+Enter');
    const results = await webviewFrame(window.page, 'header .tabs');
    await results.locator('footer', { hasText: '1,000 rows' }).waitFor();
    await keys.command('MySQL Pilot: Show Query History');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'SELECT id, total' }).first().waitFor();
    await keys.press('Escape');
  });

  test('every control of a plan is reached, and it is measured', async () => {
    await keys.command('View: Focus Active Editor Group');
    await keys.command('MySQL Pilot: Explain Statement');
    const plan = await webviewFrame(window.page, '.findings');
    await plan.locator('.row').first().waitFor();
    await all(plan);
    const cut =
      '[...document.querySelectorAll(".head > *")].filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent)';
    assert.deepEqual(await plan.evaluate(cut), []);
    await keys.tabTo('header button:first-of-type', plan);
    await keys.press('Enter');
    await plan.locator('.grid.measured').waitFor();
    await shut();
  });

  test('every control of a diagram is reached', async () => {
    await tree();
    await keys.goTo('database shop');
    await keys.menu('Show Diagram');
    const diagram = await webviewFrame(window.page, '.surface .table');
    await all(diagram);
    await keys.tabTo('.surface .table', diagram);
    await keys.press('ArrowRight');
    await diagram.locator('.table:focus').waitFor();
    await shut();
  });

  test('every control of a form is reached, and a change is saved [F80]', async () => {
    await tree();
    await keys.goTo('connection shop');
    await keys.menu('Edit Connection');
    const form = await webviewFrame(window.page, 'form');
    await form.locator('[data-field="name"] input').waitFor();
    await all(form);
    await keys.tabTo('[data-field="name"]', form);
    await keys.press('Control+a');
    await keys.type('store');
    await keys.tabTo('[data-action="save"]', form);
    await keys.press('Enter');
    await window.treeRow('store').waitFor();
  });

  test('an agent is asked, allowed to write, shown what it would do, and refused [F81]', async () => {
    await tree();
    await keys.goTo('connection store');
    await keys.menu('Set Agent Permissions…');
    const permissions = await webviewFrame(window.page, 'form [data-field="agents"]');
    await keys.tabTo('[data-field="changes"] vscode-single-select', permissions);
    await keys.press('ArrowDown'); // opens the list
    await keys.press('ArrowDown');
    await keys.press('Enter');
    await permissions.locator('[data-field="changes"] vscode-single-select .text', { hasText: 'Rows, with my approval' }).waitFor();
    await keys.tabTo('[data-action="save"]', permissions);
    await window.screenshot(path.join(SCREENSHOTS, 'keyboard-permissions.png'));
    await keys.press('Enter');
    await window.page.locator('.pane-body .monaco-list-row[aria-label*="agents can write"]').waitFor();
    await keys.command('Chat: Open Chat');
    await window.page.locator('.interactive-session .chat-editor-container .monaco-editor.focused').first().waitFor();
    await keys.type(QUESTION);
    await keys.press('Enter');
    const answers = window.page.locator('.interactive-session .interactive-response');
    await answers.last().filter({ hasText: ANSWER }).waitFor({ timeout: 60_000 });
    await keys.type('Please mark the late orders.');
    await keys.press('Enter');
    const button = window.page.locator('.interactive-session .monaco-button:visible', { hasText: /^(?:Allow|Continue)/ }).last();
    const status = window.page.locator('.statusbar-item', { hasText: 'to review' });
    await button.or(status).first().waitFor();
    if (!(await status.isVisible())) await keys.press('Control+Enter'); // VS Code's own key for Allow
    const review = await ReviewTab.find(window);
    await keys.command('MySQL Pilot: Review Agent Requests…'); // which takes the keyboard there
    const focused = (): Promise<string> => review.frame.evaluate<string>("document.activeElement?.className ?? ''");
    await until(
      async () => (await review.frame.evaluate<string>('document.activeElement?.localName')) === 'h1',
      'the headline to have the focus',
    );
    for (let i = 0; i < 20 && !(await focused()).includes('reason'); i++) await keys.press('Tab');
    await keys.type('Not the paid ones.');
    await keys.press('Enter'); // which decides nothing
    assert.ok(await status.isVisible());
    for (let i = 0; i < 20 && !(await focused()).includes('reject'); i++) await keys.press('Tab');
    await keys.press('Space');
    await answers.last().filter({ hasText: 'Not the paid ones.' }).waitFor();
    const [row] = (await execute(session.mysql, "SELECT COUNT(*) AS n FROM shop.orders WHERE note = 'late'")) as { n: number }[];
    assert.equal(row?.n, 0);
  });

  test('the activity of agents is gone through; its calls have menus', async () => {
    await keys.command('MySQL Pilot: Focus on Agent Activity View');
    await window.page.locator('.pane-body .monaco-list-row[aria-label^="mysql_query, store"]').waitFor();
    await keys.command('MySQL Pilot: Focus on Agent Activity View'); // the first time only opens what was closed
    await keys.goTo('mysql_query, store');
    await keys.menu('Copy SQL');
    await until(async () => (await clipboard()).startsWith('SELECT status, COUNT(*)'), 'the statement in the clipboard');
  });

  test('no pointer was pressed [F82]', () => {
    assert.deepEqual(keys.presses, []);
  });
});
