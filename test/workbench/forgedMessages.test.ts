import assert from 'node:assert/strict';
import path from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { until } from '../harness/run.ts';
import { execute } from '../harness/servers/testServer.ts';
import { chooseFromMenu, clearNotifications, expand, openFile, openView } from '../harness/vscode/steps.ts';
import { webviewFrame } from '../harness/vscode/webviews.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeConnectedDesk } from './desk.ts';
import { SCREENSHOTS, type Session } from './session.ts';

/** Browser code for every frame from now on: the parent, which VS Code hides from the page, takes what the page says. */
const KEEP_PARENT = 'globalThis.pilotParent = window.parent;';

/** Browser code that says in the name of a page what no page says: of every type with values of every kind, keys of prototypes, a megabyte, ten thousand members. */
const SAY = `(async () => {
  const say = (message) => { globalThis.pilotParent.__vscode_post_message__('onmessage', { message }); };
  const proto = JSON.parse('{"__proto__":{"forged":1},"constructor":{"prototype":{"forged":1}},"type":"ready"}');
  const values = [null, -1, 1e308, '', 'x'.repeat(20_000), [], {}, proto, new Array(1000).fill(1), true];
  const types = ['ready', 'rows', 'order', 'selection', 'activate', 'action', 'browse', 'measure', 'choose', 'definition', 'save', 'run', '__proto__'];
  let said = 0;
  for (const value of [...values, 'x'.repeat(1_000_000), new Array(10_000).fill(1)]) { say(value); said++; }
  for (const type of types)
    for (const value of values) {
      say({ type, tab: value, start: value, sort: value, ranges: value, action: value, values: value, field: value, table: value, format: value, data: value, ticket: value });
      if (++said % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  return said;
})()`;

const FILES = {
  'forged.sql': 'SELECT id FROM orders ORDER BY id LIMIT 5;\n',
  'measured.sql': 'SELECT COUNT(*) FROM orders a, orders b, orders c WHERE a.total + b.total + c.total < 0;\n',
};

suite('pages that say what no page says', function () {
  this.timeout(240_000);
  let window: Workbench;
  let session: Session;

  const row = (label: string): Locator => window.page.locator(`.pane-body .monaco-list-row[aria-label^="${label}"]`).first();
  /** Has a page say all of it. Nothing of it is shown to the person. */
  const forge = async (frame: Frame): Promise<void> => {
    assert.ok((await frame.evaluate<number>(SAY)) > 100);
    await window.page.waitForTimeout(2000); // nothing tells that something did not happen
    assert.deepEqual(await window.page.locator('.notification-toast').allInnerTexts(), []);
    assert.equal(await window.page.locator('.monaco-dialog-box, .quick-input-widget:visible').count(), 0);
  };

  suiteSetup(async () => {
    const desk = await takeConnectedDesk({ files: FILES });
    ({ window, session } = desk);
    await desk.session.context.addInitScript(KEEP_PARENT);
    await expand(window, 'app@127.0.0.1', 'information_schema');
  });
  suiteTeardown(handOnDesk);
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
    await clearNotifications(window);
  });

  test('a plan goes on, and the person is told nothing', async () => {
    await openFile(window, 'forged.sql', 'SELECT');
    await window.page.keyboard.press('Control+Home');
    await window.runCommand('MySQL Pilot: Explain Statement');
    const plan = await webviewFrame(window.page, '.findings');
    await forge(plan);
    await plan.locator('button', { hasText: 'Run and Measure' }).click();
    await plan.locator('body[data-measured="true"]').waitFor();
  });

  test('a double click measures a statement once, and closing its plan ends it', async () => {
    const measured = async (): Promise<number> =>
      (
        (await execute(
          session.mysql,
          "SELECT id FROM information_schema.processlist WHERE info LIKE 'EXPLAIN ANALYZE%' AND info LIKE '%orders%'",
        )) as object[]
      ).length;
    await window.runCommand('View: Close All Editors');
    await openFile(window, 'measured.sql', 'SELECT');
    await window.runCommand('MySQL Pilot: Explain Statement');
    const plan = await webviewFrame(window.page, '.findings');
    await plan.locator('button', { hasText: 'Run and Measure' }).dblclick();
    await until(async () => (await measured()) > 0, 'the statement to run');
    await window.page.waitForTimeout(1000); // nothing tells that a second one does not run
    assert.equal(await measured(), 1);
    await window.runCommand('View: Close All Editors');
    await until(async () => (await measured()) === 0, 'the statement to end');
    assert.equal(await window.page.locator('.notification-toast').count(), 0);
  });

  test('a diagram goes on, and the person is told nothing', async () => {
    await openView(window);
    await chooseFromMenu(window, row('database shop'), 'Show Diagram');
    const diagram = await webviewFrame(window.page, '.surface .table');
    await forge(diagram);
    await diagram.locator('button[title="Select Tables"]').click();
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'orders' }).first().waitFor();
    await window.page.keyboard.press('Escape');
  });

  test('a form goes on, and shows nothing of it', async () => {
    await window.runCommand('View: Close All Editors');
    await openView(window);
    await chooseFromMenu(window, row('connection shop'), 'Edit Connection');
    const form = await webviewFrame(window.page, 'form');
    await form.locator('[data-field="name"] input').waitFor();
    await forge(form);
    assert.equal(await form.locator('.status').innerText(), '');
    await form.locator('[data-action="test"]').click();
    await form.locator('.status.ok, .status.warning').waitFor();
  });

  test('results go on, and the person is told nothing', async () => {
    await openFile(window, 'forged.sql', 'SELECT');
    await window.page.keyboard.press('Control+Home');
    await window.page.keyboard.press('Control+Enter');
    const results = await webviewFrame(window.page, 'header .tabs');
    await results.locator('.cell[data-row="0"]', { hasText: '1' }).waitFor();
    await forge(results);
    await results.locator('input').first().fill('id:3');
    await results.locator('.cell[data-row="0"]', { hasText: '3' }).waitFor();
  });
});
