import assert from 'node:assert/strict';
import path from 'node:path';
import { full } from '../harness/depth.ts';
import { until } from '../harness/run.ts';
import { execute } from '../harness/servers/testServer.ts';
import { changeSettings, chooseFromMenu, clearNotifications, hoverOver, photograph, setTheme, THEMES } from '../harness/vscode/steps.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeConnectedDesk } from './desk.ts';
import { SCREENSHOTS, type Session } from './session.ts';

/** A scripted model asks for an UPDATE of five rows; the person decides. */
const REQUEST = 'Please mark the late orders.';

suite('writes of agents, in the workbench', function () {
  this.timeout(180_000);
  let session: Session;
  let window: Workbench;

  const row = (label: string): ReturnType<Workbench['treeRow']> =>
    window.page.locator(`.pane-body .monaco-list-row[aria-label^="${label}"]`).first();
  const late = async (): Promise<number> => {
    const [found] = (await execute(session.mysql, "SELECT COUNT(*) AS n FROM shop.orders WHERE note = 'late'")) as { n: number }[];
    return found?.n ?? -1;
  };
  /** In a chat of its own, so that there is one answer. */
  const say = async (text: string): Promise<void> => {
    const input = window.page.locator('.interactive-session .chat-editor-container .monaco-editor').first();
    if (await input.isVisible()) await window.page.locator('.part.auxiliarybar .action-label[aria-label^="New Chat"]').first().click();
    else await window.runCommand('Chat: Open Chat');
    await window.page.waitForTimeout(500);
    await input.click();
    await window.page.keyboard.insertText(text);
    await window.page.keyboard.press('Enter');
  };
  const dialog = (): ReturnType<Workbench['treeRow']> =>
    window.page.locator('.monaco-dialog-box', { hasText: 'Allow an agent to change data on' });
  /** VS Code's own question comes before ours, once for a session. */
  const allow = async (): Promise<void> => {
    const button = window.page.locator('.interactive-session .monaco-button:visible', { hasText: /^(?:Allow|Continue)/ }).last();
    await button.or(dialog()).first().waitFor();
    if (!(await dialog().isVisible())) await button.click();
  };
  const press = async (label: string): Promise<void> => {
    await dialog().locator('.monaco-button', { hasText: label }).click();
  };
  const answered = async (text: string | RegExp): Promise<void> => {
    await window.page.locator('.interactive-session .interactive-response', { hasText: text }).last().waitFor();
  };

  suiteSetup(async () => {
    ({ session, window } = await takeConnectedDesk());
  });
  suiteTeardown(handOnDesk);
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  test('the tool is not there before the user allows writes, and is there afterwards', async () => {
    await say(REQUEST);
    await answered('The tool mysql_execute is not offered');
    await chooseFromMenu(window, row('connection shop'), 'Set Agent Permissions…');
    const preset = window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Rows, with my approval' });
    await preset.waitFor();
    await window.screenshot(path.join(SCREENSHOTS, 'access.png'));
    await preset.click();
    await row('connection shop').and(window.page.locator('[aria-label*="agents can write"]')).waitFor();
  });

  for (const [i, theme] of THEMES.entries()) {
    const one = test(`the preview and the dialog, ${theme.name}: looking and closing it changes nothing`, async () => {
      await setTheme(window, theme);
      await say(REQUEST);
      await allow();
      await dialog().waitFor();
      await window.page.waitForTimeout(300);
      await window.screenshot(path.join(SCREENSHOTS, `write-dialog-${theme.name}.png`));
      if (i === 0)
        await window.page.keyboard.press('Enter'); // what somebody typed meanwhile: it must not run anything
      else await press('Open Preview');
      await dialog().waitFor({ state: 'detached' });
      await window.page.locator('.editor-instance .view-line', { hasText: 'WRITE PREVIEW' }).waitFor();
      await window.page.locator('.codelens-decoration', { hasText: 'Review Write…' }).waitFor();
      await window.screenshot(path.join(SCREENSHOTS, `write-preview-${theme.name}.png`));
      if (i === 1) await window.page.locator('.codelens-decoration a', { hasText: 'Reject' }).click();
      else {
        await window.page.locator('.editor-instance').first().click();
        await window.runCommand('View: Close Editor');
      }
      await answered('The user rejected the write');
      assert.equal(await late(), 0);
    });
    if (i > 0) full(one);
  }

  test('keys that were meant for something else approve nothing: the dialog that opens by itself has no Run', async () => {
    await say(REQUEST);
    await allow();
    await dialog().waitFor();
    assert.ok(!(await dialog().locator('.monaco-button').allInnerTexts()).includes('Run'));
    for (const key of ['Tab', 'Enter']) await window.page.keyboard.press(key);
    await window.page.waitForTimeout(500);
    assert.equal(await late(), 0);
    const reject = window.page.locator('.codelens-decoration a', { hasText: 'Reject' });
    // The keys have met Look at the Preview; where they met Cancel, the preview closes, maybe at this very moment.
    if (await reject.isVisible()) await reject.click({ timeout: 5000 }).catch(() => undefined);
    await answered('The user rejected the write');
    assert.equal(await late(), 0);
  });

  test('a command that names no document, as a task calls it, approves nothing in a preview that nobody has been in', async () => {
    await say(REQUEST);
    await allow();
    await dialog().waitFor();
    await press('Open Preview');
    await dialog().waitFor({ state: 'detached' });
    for (const isTouched of [false, true]) {
      if (isTouched) await window.page.locator('.editor-instance .view-line', { hasText: 'UPDATE `shop`.`orders`' }).first().click();
      await window.runCommand('MySQL Pilot: Review Write…');
      await dialog().waitFor();
      assert.equal((await dialog().locator('.monaco-button').allInnerTexts()).includes('Run'), isTouched);
      await press('Open Preview');
      await dialog().waitFor({ state: 'detached' });
    }
    await window.page.locator('.codelens-decoration a', { hasText: 'Reject' }).click();
    await answered('The user rejected the write');
    assert.equal(await late(), 0);
  });

  test('Ctrl+Enter in the preview runs nothing', async () => {
    await say(REQUEST);
    await allow();
    await dialog().waitFor();
    await press('Open Preview');
    await window.page.locator('.editor-instance .view-line', { hasText: 'UPDATE `shop`.`orders`' }).first().click();
    await window.page.keyboard.press('Control+Enter');
    await window.page.keyboard.press('Escape');
    await window.page.waitForTimeout(1000);
    assert.equal(await late(), 0);
    await window.page.locator('.codelens-decoration a', { hasText: 'Reject' }).click();
    await answered('The user rejected the write');
  });

  test('Escape is a no [F105]', async () => {
    await say(REQUEST);
    await allow();
    await dialog().waitFor();
    await window.page.keyboard.press('Escape');
    await answered('The user rejected the write');
    assert.equal(await late(), 0);
  });

  test('a new message while the question is open withdraws it', async () => {
    await say(REQUEST);
    await allow();
    await dialog().waitFor();
    await press('Open Preview');
    await window.page.locator('.codelens-decoration', { hasText: 'Review Write…' }).waitFor();
    const input = window.page.locator('.interactive-session .chat-editor-container .monaco-editor').first();
    await input.click();
    await window.page.keyboard.insertText('Never mind: run it, yes, go on.');
    await window.page.keyboard.press('Enter');
    await window.page.waitForTimeout(1000);
    assert.equal(await late(), 0);
    const stop = window.page.locator('.interactive-session .action-label.codicon-stop-circle:visible').first();
    if (await stop.isVisible()) await stop.click();
    await window.page.locator('.notification-toast', { hasText: 'has expired' }).waitFor();
    assert.equal(await window.page.locator('.editor-instance .view-line', { hasText: 'WRITE PREVIEW' }).count(), 0, 'the preview is gone');
    await say('Please count the orders per status.');
    await answered('new,250');
    assert.equal(await late(), 0);
    await clearNotifications(window);
  });

  test('no setting of the chat answers for the person [F106]', async () => {
    await changeSettings(window, { 'chat.autoReply': true, 'chat.tools.global.autoApprove': true, 'chat.tools.autoApprove': true });
    await say(REQUEST);
    const own = window.page.locator('.monaco-dialog-box', { hasText: /auto.?approv/i });
    await window.page
      .locator('.interactive-session .monaco-button:visible', { hasText: /^(?:Allow|Continue)/ })
      .last()
      .or(dialog())
      .or(own)
      .first()
      .waitFor();
    if (await own.isVisible()) await own.locator('.monaco-button').first().click(); // VS Code asks once whether that is meant
    await allow();
    await dialog().waitFor();
    await window.page.waitForTimeout(3000);
    assert.equal(await late(), 0, 'it waits');
    await window.page.keyboard.press('Escape');
    await answered('The user rejected the write');
    assert.equal(await late(), 0);
    await changeSettings(window, { 'chat.autoReply': false, 'chat.tools.global.autoApprove': false, 'chat.tools.autoApprove': false });
  });

  test('Run commits exactly what was shown [F104]', async () => {
    await say(REQUEST);
    await allow();
    await dialog().waitFor();
    const text = await dialog().innerText();
    assert.match(text, /UPDATE: 5 rows of orders/);
    assert.match(text, /app@127\.0\.0\.1/);
    await press('Open Preview');
    await window.page.locator('.codelens-decoration a', { hasText: 'Review Write…' }).click();
    await dialog().waitFor();
    await press('Run');
    await answered('COMMITTED on shop');
    assert.equal(await late(), 5);
  });

  test('Agent Activity shows the calls, and what can be done with them [F103]', async () => {
    await window.runCommand('MySQL Pilot: Focus on Agent Activity View');
    await row('mysql_execute, shop').waitFor();
    await row('mysql_query, shop').waitFor();
    await photograph(window, SCREENSHOTS, 'activity');
    await chooseFromMenu(window, row('mysql_execute, shop'), 'Open SQL');
    await window.page.locator('.editor-instance .view-line', { hasText: 'UPDATE' }).waitFor();
    // The action shows while the pointer is over the row, which another call may move away.
    const again = row('mysql_query, shop').locator('.action-label[aria-label="Run Query Again"]');
    await until(async () => {
      await row('mysql_query, shop').hover();
      return again.click({ timeout: 1000 }).then(
        () => true,
        () => false,
      );
    }, 'the action of the row');
    // The UPDATE has the word "cancelled", too. The editor of the rows takes the focus when it opens, which would close a list.
    await window.page.locator('.editor-instance .view-line', { hasText: 'shipped' }).first().waitFor();
    await window.runCommand('MySQL Pilot: Filter Agent Activity…');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Failed or refused' }).click();
    await until(async () => (await row('mysql_query, shop').count()) === 0, 'the filter');
    await row('mysql_execute, shop').and(window.page.locator('[aria-label*="rejected"]')).waitFor();
    await window.runCommand('MySQL Pilot: Open Agent Audit Log');
    await window.page.locator('.editor-instance .view-line', { hasText: '"event":"intent"' }).first().waitFor();
  });

  test('production is shown as such, and each kind can be set by itself', async () => {
    await chooseFromMenu(window, row('connection shop'), 'Set Environment');
    await window.page.locator('.quick-input-list .monaco-list-row[aria-label^="Production"]').click();
    await row('connection shop, Production').waitFor();
    await window.page.waitForTimeout(500);
    await chooseFromMenu(window, row('connection shop'), 'Set Agent Permissions…');
    const item = (text: string): ReturnType<Workbench['treeRow']> =>
      window.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
    await item('Set Each Kind Separately').click();
    await item('Insert rows').click();
    await window.page.locator('.quick-input-list .monaco-list-row[aria-label^="without asking"]').click();
    await item('always asks on production').waitFor();
    await window.screenshot(path.join(SCREENSHOTS, 'access-by-class.png'));
    await item('also applies to production').click();
    await window.page.locator('.monaco-dialog-box', { hasText: 'without asking' }).waitFor();
    await window.screenshot(path.join(SCREENSHOTS, 'access-unattended.png'));
    await window.page.keyboard.press('Escape');
    await item('Save').click();
    await hoverOver(window, row('connection shop'), 'With your approval');
    await window.screenshot(path.join(SCREENSHOTS, 'access-tooltip.png'));
  });
});
