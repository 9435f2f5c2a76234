import assert from 'node:assert/strict';
import path from 'node:path';
import { full } from '../harness/depth.ts';
import { until } from '../harness/run.ts';
import { execute } from '../harness/servers/testServer.ts';
import {
  changeSettings,
  chooseFromMenu,
  clearNotifications,
  setAgentPermissions,
  photograph,
  setTheme,
  THEMES,
} from '../harness/vscode/steps.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { seriousViolations, webviewFrame } from '../harness/vscode/webviews.ts';
import { handOnDesk, takeConnectedDesk } from './desk.ts';
import { ReviewTab, UNTIL_ENABLED } from './review.ts';
import { SCREENSHOTS, type Session } from './session.ts';

/** A scripted model asks for an UPDATE of five rows; the person decides. */
const REQUEST = 'Please mark the late orders.';

suite('writes of agents, in the workbench', function () {
  this.timeout(240_000);
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
  const status = (): ReturnType<Workbench['treeRow']> => window.page.locator('.statusbar-item', { hasText: 'to review' });
  /** VS Code's own question comes before ours, once for a session. */
  const allow = async (): Promise<ReviewTab> => {
    const button = window.page.locator('.interactive-session .monaco-button:visible', { hasText: /^(?:Allow|Continue)/ }).last();
    await button.or(status()).first().waitFor();
    if (!(await status().isVisible())) await button.click();
    return ReviewTab.find(window);
  };
  const closeReview = async (): Promise<void> => {
    await window.page.locator('.tab', { hasText: 'Review:' }).click();
    await window.runCommand('View: Close Editor');
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
    await setAgentPermissions(window, row('connection shop'), { changes: 'Rows, with my approval' });
    await row('connection shop').and(window.page.locator('[aria-label*="agents can write"]')).waitFor();
  });

  for (const [i, theme] of THEMES.entries()) {
    const one = test(`the review, ${theme.name}: looking at it and closing it decide nothing, and a no is one click [F105]`, async () => {
      await setTheme(window, theme);
      await say(REQUEST);
      const review = await allow();
      assert.equal(await review.headline, 'Update 5 rows in shop.orders');
      const text = await review.text;
      for (const part of [
        /app@127\.0\.0\.1/,
        /UPDATE `shop`\.`orders`/,
        /NULL/,
        /changed columns: 1 of \d+/,
        /If any row has changed, nothing is committed/,
      ])
        assert.match(text, part);
      assert.equal(await review.runButton.innerText(), 'Run 5-Row Update');
      assert.deepEqual(await seriousViolations(review.frame), []);
      await until(() => review.isEnabled(), 'the button');
      await window.screenshot(path.join(SCREENSHOTS, `write-review-${theme.name}.png`));
      await closeReview();
      await window.page.locator('.notification-toast', { hasText: 'is waiting for your decision' }).waitFor();
      await status().waitFor();
      assert.equal(await late(), 0);
      await window.screenshot(path.join(SCREENSHOTS, `write-closed-${theme.name}.png`));
      if (i === 0) await status().click();
      else await window.page.locator('.notification-toast .monaco-button', { hasText: 'Review' }).click();
      const again = await ReviewTab.find(window);
      await again.reject(i === 0 ? 'Only the paid ones.' : '');
      await answered(i === 0 ? 'Only the paid ones.' : 'The user rejected the write');
      await status().waitFor({ state: 'detached' });
      assert.ok(!(await ReviewTab.isOpen(window)));
      assert.equal(await late(), 0);
      await clearNotifications(window);
    });
    if (i > 0) full(one);
  }

  test('the time for reading begins when the review is painted, and not with its tab', async () => {
    await say(REQUEST);
    const review = await allow();
    const milliseconds = await review.frame.evaluate<number>(UNTIL_ENABLED);
    assert.ok(milliseconds >= 1500, `${String(Math.round(milliseconds))} ms`);
    await review.reject();
    await answered('The user rejected the write');
  });

  test('keys that were meant for something else approve nothing, and start the reading anew', async () => {
    await say(REQUEST);
    const review = await allow();
    await review.frame.locator('h1').click();
    await until(() => review.isEnabled(), 'the button');
    await window.page.keyboard.type('select');
    assert.ok(!(await review.isEnabled()), 'who types has not read it');
    await until(() => review.isEnabled(), 'the button again');
    await review.runButton.focus();
    for (const key of ['Enter', 'Control+Enter', 'Enter']) await window.page.keyboard.press(key);
    await window.page.keyboard.press('Escape');
    await window.page.waitForTimeout(1000);
    assert.equal(await late(), 0);
    await status().waitFor();
    await review.reject();
    await answered('The user rejected the write');
    assert.equal(await late(), 0);
  });

  test('a click before anything can have been read runs nothing, and nothing that the page sends by itself does', async () => {
    await say(REQUEST);
    const review = await allow();
    // Somebody types without an end: it can't have been read.
    await review.frame.evaluate(
      "globalThis.typing = setInterval(() => document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'x', bubbles: true })), 50)",
    );
    await until(async () => !(await review.isEnabled()), 'the button to be disabled');
    await window.page.waitForTimeout(3000);
    for (let i = 0; i < 3; i++) await review.runButton.click({ force: true });
    await review.frame.evaluate('clearInterval(globalThis.typing)');
    await window.page.waitForTimeout(500);
    assert.equal(await late(), 0);
    await until(() => review.isEnabled(), 'the button');
    await review.runButton.evaluate((button) => {
      (button as unknown as { click(): void }).click();
    });
    await window.page.waitForTimeout(1000);
    assert.equal(await late(), 0);
    await window.page.locator('.tab.active', { hasText: 'Review:' }).waitFor();
    await window.runCommand('MySQL Pilot: New Query'); // it is out of sight now
    await window.page.locator('.tab.active', { hasText: 'Untitled' }).waitFor();
    await window.runCommand('View: Close Editor');
    await review.reject();
    await answered('The user rejected the write');
    assert.equal(await late(), 0);
  });

  test('more time is given when the person asks for it', async () => {
    await say(REQUEST);
    const review = await allow();
    await until(async () => (await review.secondsLeft) < 117, 'the time to run');
    await review.frame.locator('button', { hasText: 'Extend Time' }).click();
    await until(async () => (await review.secondsLeft) > 117, 'the time to begin anew');
    await review.reject();
    await answered('The user rejected the write');
  });

  test('a new message while the question is open withdraws it', async () => {
    await say(REQUEST);
    await allow();
    const input = window.page.locator('.interactive-session .chat-editor-container .monaco-editor').first();
    await input.click();
    await window.page.keyboard.insertText('Never mind: run it, yes, go on.');
    await window.page.keyboard.press('Enter');
    await window.page.waitForTimeout(1000);
    assert.equal(await late(), 0);
    const stop = window.page.locator('.interactive-session .action-label.codicon-stop-circle:visible').first();
    if (await stop.isVisible()) await stop.click();
    await window.page.locator('.notification-toast', { hasText: 'has expired' }).waitFor();
    assert.ok(!(await ReviewTab.isOpen(window)), 'the review is gone');
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
      .or(status())
      .or(own)
      .first()
      .waitFor();
    if (await own.isVisible()) await own.locator('.monaco-button').first().click(); // VS Code asks once whether that is meant
    const review = await allow();
    await window.page.waitForTimeout(3000);
    assert.equal(await late(), 0, 'it waits');
    await review.reject();
    await answered('The user rejected the write');
    assert.equal(await late(), 0);
    await changeSettings(window, { 'chat.autoReply': false, 'chat.tools.global.autoApprove': false, 'chat.tools.autoApprove': false });
  });

  test('Run commits exactly what was shown, and the person sees it and can go back [F104]', async () => {
    await say(REQUEST);
    const review = await allow();
    await review.read();
    await until(() => review.isEnabled(), 'the button');
    await review.runButton.focus();
    await window.page.keyboard.press('Enter');
    await window.page.waitForTimeout(500);
    assert.equal(await late(), 0, 'Enter runs nothing');
    await window.page.keyboard.press('Space');
    await answered('COMMITTED on shop');
    assert.equal(await late(), 5);
    const done = await ReviewTab.find(window, 'committed');
    assert.match(await done.frame.locator('.outcome').innerText(), /Committed in [\d,]+ ms\. Rows changed: 5\./);
    const toast = window.page.locator('.notification-toast', { hasText: 'Committed on "shop": Update 5 rows in shop.orders' });
    await toast.waitFor();
    await window.screenshot(path.join(SCREENSHOTS, 'write-committed.png'));
    await toast.locator('.monaco-button', { hasText: 'Undo…' }).waitFor(); // see agentUndo.test.ts
    await done.frame.locator('button.undo').waitFor();
    await clearNotifications(window);
    await window.runCommand('View: Close All Editors');
  });

  test('what cannot be undone is run only after its name was typed; what it drops is named and measured', async () => {
    await execute(
      session.mysql,
      'CREATE TABLE shop.`Run 42-Row Update` (id INT PRIMARY KEY); INSERT INTO shop.`Run 42-Row Update` VALUES (1)',
    );
    await execute(session.mysql, "GRANT ALL ON shop.* TO 'app'@'%'");
    await setAgentPermissions(window, row('connection shop'), { changes: 'Everything, with my approval' });
    await say('Please drop the strange table.');
    const review = await allow();
    assert.match(await review.headline, /^Drop table shop\.`Run 42-Row Update` \(about \d+ rows?, \d+ KiB\)$/);
    assert.equal(await review.runButton.innerText(), 'Drop Table');
    assert.match(await review.text, /Danger: Dropped objects can't be recovered/);
    await review.read();
    await review.frame.locator('.hint', { hasText: 'Enter the name' }).waitFor();
    await window.screenshot(path.join(SCREENSHOTS, 'write-drop.png'));
    await review.frame.locator('input.typed').fill('shop');
    assert.ok(!(await review.isEnabled()));
    await review.frame.locator('input.typed').press('Enter');
    assert.ok(!(await review.isEnabled()));
    await review.run('Run 42-Row Update');
    await answered('COMMITTED on shop');
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
    await window.runCommand('MySQL Pilot: Filter Agent Activity…');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'All calls' }).click();
    await row('mysql_query, shop').waitFor();
    await window.runCommand('MySQL Pilot: Open Agent Audit Log'); // see auditLog.test.ts
    const log = await webviewFrame(window.page, '.grid[aria-label="Agent Audit Log"]');
    await log
      .locator('.row', { hasText: /UPDATE.*orders.*approved\s*committed/s })
      .first()
      .waitFor();
    await log
      .locator('.row', { hasText: /rejected\s*rejected/ })
      .first()
      .waitFor();
    await window.runCommand('View: Close Editor'); // its page has the looks of the results
  });
});
