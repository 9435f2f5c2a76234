import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { StdioClient, type ToolAnswer } from '../harness/mcp/stdioClient.ts';
import { until } from '../harness/run.ts';
import { clearNotifications, setTheme, THEMES } from '../harness/vscode/steps.ts';
import { seriousViolations } from '../harness/vscode/webviews.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeConnectedDesk } from './desk.ts';
import { ReviewTab } from './review.ts';
import { SCREENSHOTS, type Session } from './session.ts';

const WINDOWS = 'user/User/globalStorage/mysql-pilot.mysql-pilot/windows';
const SETTINGS = 'user/User/settings.json';
/** A question comes sooner. */
const ASKED_MS = 5000;
const SQL = "SELECT o.id, c.email FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.status = 'paid' ORDER BY o.id LIMIT 100";

/** The agent's program allows every call: nobody but us asks. */
suite('exports of agents, in the workbench', function () {
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;
  let folder: string;
  let rendezvous: string;
  let agent: StdioClient;
  let count = 0;

  const fileOf = (name: string): string => path.join(folder, `.mysql-pilot/exports/${name}.csv`);
  const status = (): Locator => window.page.locator('.statusbar-item', { hasText: 'to review' });
  const call = (file = `orders${String(++count)}`, signal?: AbortSignal): Promise<ToolAnswer> =>
    agent.call('mysql_export', { connection: 'shop', sql: SQL, file }, signal);
  const launch = async (): Promise<void> => {
    agent = await StdioClient.launch({ args: ['--rendezvous', rendezvous], name: 'agent' });
  };
  /** In their editor, as a person does. */
  const writeSettings = async (text: string): Promise<void> => {
    await window.runCommand('Preferences: Open User Settings (JSON)');
    const modal = window.page.locator('.monaco-modal-editor-block');
    await modal.locator('.view-line').first().click();
    await window.page.keyboard.press('Control+a');
    await window.page.keyboard.insertText(text);
    await window.page.keyboard.press('Control+s');
    await modal.locator('.action-label.codicon-close').last().click(); // asks, and stays, where it is not saved
    await modal.waitFor({ state: 'detached' });
  };
  const closeTab = async (): Promise<void> => {
    await window.page.locator('.tab', { hasText: 'Review:' }).click();
    await window.runCommand('View: Close Editor');
  };

  suiteSetup(async () => {
    ({ session, window, folder } = await takeConnectedDesk());
    const place = path.join(session.codeServer.folder, WINDOWS);
    const [file] = await until(async () => {
      const names = (await readdir(place).catch(() => [])).filter((name) => name.endsWith('.json'));
      return names.length === 0 ? undefined : names;
    }, 'the file that leads to the window');
    rendezvous = path.join(place, file ?? '');
    await launch();
  });
  suiteTeardown(async function () {
    await agent.close();
    await handOnDesk.call(this);
  });
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  for (const theme of [THEMES[0], THEMES[2]])
    test(`the review, ${theme.name}: closing it decides nothing, and a no with its reason writes nothing`, async () => {
      await setTheme(window, theme);
      const name = `no-${theme.name}`;
      const answer = call(name);
      const review = await ReviewTab.find(window);
      assert.equal(await review.headline, `Export to ${name}.csv`);
      const text = await review.text;
      for (const part of [
        /Requested by\s+agent/,
        /Connection\s+shop/,
        /app@127\.0\.0\.1/,
        /Tables\s+shop\.orders, shop\.customers/,
        /Rows\s+At most 100/,
        /Format\s+CSV/,
        /Folder\s+.*\.mysql-pilot\/exports/,
        /FROM `shop`\.`orders` AS `o`/,
      ])
        assert.match(text, part);
      assert.doesNotMatch(text, /Verified before the commit/);
      assert.deepEqual(await seriousViolations(review.frame), []);
      await until(() => review.isEnabled(), 'the button');
      await window.screenshot(path.join(SCREENSHOTS, `export-review-${theme.name}.png`));
      await closeTab();
      await status().and(window.page.locator(':has-text("1 export to review")')).waitFor();
      assert.ok(!existsSync(fileOf(name)) && !existsSync(path.join(folder, '.mysql-pilot')));
      await status().click();
      await (await ReviewTab.find(window)).reject('Only the new ones.');
      const { text: told, isError } = await answer;
      assert.ok(isError);
      assert.match(told, /^approval\.denied: The user rejected the export\. The user's reason: "Only the new ones\."/);
      await status().waitFor({ state: 'detached' });
      assert.ok(!existsSync(fileOf(name)));
      await clearNotifications(window);
    });

  test('Enter presses nothing, and a yes writes this one file; Agent Activity has the outcome', async () => {
    const answer = call('yes');
    const review = await ReviewTab.find(window);
    await until(() => review.isEnabled(), 'the button');
    for (const button of ['button.run', 'button.session']) {
      await review.frame.locator(button).focus();
      await window.page.keyboard.press('Enter');
    }
    assert.ok(!existsSync(fileOf('yes')));
    await review.run();
    assert.match((await answer).text, /^100 rows, /);
    assert.match(await readFile(fileOf('yes'), 'utf8'), /^id,email\r\n/);
    const done = await ReviewTab.find(window, 'exported');
    await done.frame.locator('.outcome', { hasText: /^Exported in [\d,]+ ms\. Rows: 100\.$/ }).waitFor();
    await window.screenshot(path.join(SCREENSHOTS, 'export-done.png'));
    await closeTab();
    await window.runCommand('MySQL Pilot: Focus on Agent Activity View');
    await window.page.locator('.pane-body .monaco-list-row', { hasText: '100 rows exported' }).first().waitFor();
    await window.screenshot(path.join(SCREENSHOTS, 'export-activity.png'));
  });

  test('a request that nobody waits for any longer expires, and says so', async () => {
    const stop = new AbortController();
    const answer = call('late', stop.signal);
    await ReviewTab.find(window);
    stop.abort();
    await assert.rejects(answer);
    await window.page
      .locator('.notification-toast', { hasText: 'The export request for "shop" has expired. No file was written.' })
      .waitFor();
    await until(async () => !(await ReviewTab.isOpen(window)), 'the review to be gone');
    assert.ok(!existsSync(fileOf('late')));
    await clearNotifications(window);
  });

  test('"Export and Allow for This Session" asks this agent no more, and another one again', async () => {
    const answer = call('session');
    const review = await ReviewTab.find(window);
    const button = review.frame.locator('button.session');
    assert.equal(await button.innerText(), 'Export and Allow for This Session');
    await until(async () => (await button.getAttribute('aria-disabled')) === 'false', 'the button');
    await button.click();
    assert.match((await answer).text, /^100 rows, /);
    await ReviewTab.find(window, 'exported');
    await closeTab();
    assert.match((await call('unasked')).text, /^100 rows, /);
    assert.ok(!(await ReviewTab.isOpen(window)));
    await agent.close();
    await launch();
    const again = call('again');
    await (await ReviewTab.find(window)).reject();
    assert.match((await again).text, /^approval\.denied/);
    assert.ok(!existsSync(fileOf('again')));
  });

  test('the setting allows exports without a question, or none at all', async () => {
    const before = await readFile(path.join(session.codeServer.folder, SETTINGS), 'utf8');
    for (const [value, expected] of [
      ['allow', /^100 rows, /],
      ['deny', /^statement\.refused: The user doesn't allow agents to export data to files/],
    ] as const) {
      await writeSettings(JSON.stringify({ ...(JSON.parse(before) as object), 'mysqlPilot.exports.agents': value }));
      await until(async () => {
        const told = await call(undefined, AbortSignal.timeout(ASKED_MS)).catch(() => undefined);
        return told !== undefined && expected.test(told.text);
      }, value);
      assert.ok(!(await ReviewTab.isOpen(window)));
    }
    await writeSettings(before);
    await clearNotifications(window);
  });
});
