import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { readProfileFile } from '../../src/extension/connections/profileFile.ts';
import { until } from '../harness/run.ts';
import { replaceText, startProxy } from '../harness/servers/proxy.ts';
import { execute } from '../harness/servers/testServer.ts';
import {
  chooseFromMenu,
  chooseInForm,
  untilThere,
  clearNotifications,
  expand,
  hoverOver,
  openAgentPermissions,
  photograph,
} from '../harness/vscode/steps.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeConnectedDesk } from './desk.ts';
import { changeElsewhere } from './otherWindow.ts';
import { ReviewTab } from './review.ts';
import { SCREENSHOTS, type Session } from './session.ts';

const FUNCTIONS = `
  SET GLOBAL log_bin_trust_function_creators = 1;
  GRANT SHOW_ROUTINE ON *.* TO 'app'@'%';
  CREATE DATABASE try_out; GRANT ALL ON try_out.* TO 'app'@'%';
  CREATE FUNCTION shop.tax(x DECIMAL(10, 2)) RETURNS DECIMAL(10, 2) DETERMINISTIC RETURN x * 0.2;
  CREATE FUNCTION shop.flip() RETURNS INT DETERMINISTIC BEGIN SET SESSION TRANSACTION READ WRITE; RETURN 1; END;
`;

suite('what agents may do, in the workbench', function () {
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;
  let folder: string;

  const row = (label: string): ReturnType<Workbench['treeRow']> =>
    window.page.locator(`.pane-body .monaco-list-row[aria-label^="${label}"]`).first();
  const saved = async (name: string): Promise<Record<string, unknown>> => {
    const folder = path.join(session.codeServer.folder, 'user/User/globalStorage/mysql-pilot.mysql-pilot/connections');
    const files = (await readdir(folder)).filter((file) => file.endsWith('.json'));
    const profiles = await Promise.all(files.map(async (file) => readProfileFile(await readFile(path.join(folder, file), 'utf8')) ?? {}));
    return profiles.find((profile) => profile['name'] === name) ?? assert.fail(`no ${name}`);
  };

  /** What a command of the row asks; the tree may be drawn anew at the click, for what another window changes. */
  const askedFor = (command: string, question: Locator): Promise<void> =>
    untilThere(window, question, () => chooseFromMenu(window, row('connection shop'), command), command);

  suiteSetup(async () => {
    ({ session, window, folder } = await takeConnectedDesk());
    await execute(session.mysql, FUNCTIONS);
  });
  suiteTeardown(handOnDesk);
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  test('the tree warns of an account that can write [F39]', async () => {
    await expand(window, 'app@127.0.0.1', 'information_schema');
    await row('connection shop, app@127.0.0.1').and(window.page.locator('[aria-label*="warning: this account can write"]')).waitFor();
  });

  test('the environment of a connection shows in words and color [F44]', async () => {
    await chooseFromMenu(window, row('connection shop'), 'Set Environment');
    await window.page.locator('.quick-input-list .monaco-list-row[aria-label^="Production"]').waitFor();
    await window.screenshot(path.join(SCREENSHOTS, 'environment.png'));
    await window.page.locator('.quick-input-list .monaco-list-row[aria-label^="Production"]').click();
    await row('connection shop, Production, app@127.0.0.1').waitFor();
    assert.equal((await saved('shop'))['environment'], 'production');
    await hoverOver(window, row('connection shop'), 'safer');
    await photograph(window, SCREENSHOTS, 'production');
  });

  test('stored functions are allowed by name; those that do more than read are shown with the reason, and cannot be', async () => {
    await chooseFromMenu(window, row('connection shop'), 'Allow Stored Functions');
    const item = (text: string): ReturnType<Workbench['treeRow']> =>
      window.page.locator('.quick-input-list .monaco-list-row', { hasText: text });
    await item('shop.tax').click();
    await item("can't be allowed").click();
    await window.screenshot(path.join(SCREENSHOTS, 'functions.png'));
    await window.page.locator('.quick-input-widget .monaco-button:visible', { hasText: 'OK' }).click();
    await window.page
      .locator('.notification-toast', { hasText: "This function can't be allowed. shop.flip contains: SET SESSION TRANSACTION" })
      .waitFor();
    await until(async () => (await saved('shop'))['allowedFunctions'] !== undefined, 'the choice to be saved');
    assert.deepEqual((await saved('shop'))['allowedFunctions'], [{ database: 'shop', name: 'tax' }]);
    await clearNotifications(window);
  });

  test('a database is set aside for trying indexes', async () => {
    await chooseFromMenu(window, row('connection shop'), 'Set Scratch Database');
    const item = window.page.locator('.quick-input-list .monaco-list-row[aria-label^="try_out"]');
    await item.waitFor();
    await window.screenshot(path.join(SCREENSHOTS, 'scratch.png'));
    await item.click();
    await until(async () => (await saved('shop'))['scratchDatabase'] === 'try_out', 'the choice to be saved');
  });

  test('an export waits for the person, and lands in the workspace', async () => {
    const input = window.page.locator('.interactive-session .chat-editor-container .monaco-editor').first();
    await window.runCommand('Chat: Open Chat');
    await input.click();
    await window.page.keyboard.insertText('Please export all orders.');
    await window.page.keyboard.press('Enter');
    const allow = window.page.locator('.interactive-session .monaco-button:visible', { hasText: /^(?:Allow|Continue)/ }).first();
    await allow.waitFor();
    await window.page.waitForTimeout(500);
    await photograph(window, SCREENSHOTS, 'export');
    const file = path.join(folder, '.mysql-pilot/exports/orders.csv');
    assert.ok(!existsSync(file), 'nothing is written before the person allows it');
    await allow.click();
    const review = await ReviewTab.find(window);
    assert.ok(!existsSync(file), 'nothing is written before the person approves it');
    await review.run();
    await window.page.locator('.interactive-session .interactive-response', { hasText: 'The orders are in the file.' }).waitFor();
    assert.equal((await readFile(file, 'utf8')).split('\r\n').length, 1002);
    await window.screenshot(path.join(SCREENSHOTS, 'exported.png'));
    await window.runCommand('View: Close All Editors');
  });

  test('the SQL for a read-only account is written into an editor [F38]', async () => {
    await chooseFromMenu(window, row('connection shop'), 'Generate SQL for a Read-Only Account');
    await window.page.locator('.quick-input-list .monaco-list-row[aria-label^="shop"]').waitFor();
    await window.page.locator('.quick-input-widget .monaco-button:visible', { hasText: 'OK' }).click();
    await window.page.locator('.editor-instance .view-line', { hasText: 'GRANT SELECT, SHOW VIEW ON' }).waitFor();
    await row('database shop').click(); // so that the connection is not selected in the pictures
    await hoverOver(window, row('connection shop'), 'safer');
    await window.screenshot(path.join(SCREENSHOTS, 'warning-tooltip.png'));
    await photograph(window, SCREENSHOTS, 'read-only-account');
  });

  test('what is allowed without asking is asked about on production all the same, until that is allowed, too', async () => {
    await row('connection shop, Production').waitFor(); // as a test before has set it
    const form = await openAgentPermissions(window, row('connection shop'));
    await chooseInForm(form, 'changes', 'Choose for each statement type');
    await chooseInForm(form, 'write.insert', 'without asking');
    const unattended = form.locator('[data-field="unattendedProduction"] vscode-checkbox');
    await unattended.click();
    await form.locator('[data-action="save"]').click();
    await window.page.locator('.monaco-dialog-box', { hasText: 'without asking' }).waitFor();
    await window.screenshot(path.join(SCREENSHOTS, 'access-unattended.png'));
    await window.page.keyboard.press('Escape');
    assert.equal((await saved('shop'))['writes'], undefined);
    await unattended.click();
    await form.locator('[data-action="save"]').click();
    await window.page.locator('.tab', { hasText: 'Agent Permissions of' }).waitFor({ state: 'detached' });
    assert.deepEqual((await saved('shop'))['writes'], { insert: 'allow' });
    await hoverOver(window, row('connection shop'), 'With your approval');
    await window.screenshot(path.join(SCREENSHOTS, 'access-tooltip.png'));
  });

  /** Each opens a list; what is chosen there is chosen after another window has changed the connection. */
  for (const [what, command, last, change] of [
    ['who can change data', 'Make Connection Read-Only…', 'You can change data', { readOnly: true }],
    ['the environment', 'Set Environment', 'Development', { readOnly: true }],
    ['a scratch database', 'Set Scratch Database', 'None', { port: 1 }],
  ] as const) {
    test(`${what} chosen in a list that was open while the connection was changed elsewhere: nothing is saved, and that is said`, async () => {
      const item = window.page.locator('.quick-input-list .monaco-list-row', { hasText: last }).first();
      await askedFor(command, item);
      const takeBack = await changeElsewhere(session.codeServer.folder, change);
      const changed = await saved('shop');
      try {
        await item.click();
        await window.page.locator('.notification-toast', { hasText: 'was changed elsewhere. Nothing was saved.' }).waitFor();
        assert.deepEqual(await saved('shop'), changed);
        await clearNotifications(window);
      } finally {
        await takeBack();
      }
    });
  }

  test('that a connection is hidden is saved, whatever was changed elsewhere', async () => {
    const form = await openAgentPermissions(window, row('connection shop'));
    await chooseInForm(form, 'agents', 'Hidden from agents');
    const takeBack = await changeElsewhere(session.codeServer.folder, { writes: { insert: 'allow' } });
    await form.locator('[data-action="save"]').click();
    await until(async () => (await saved('shop'))['agents'] === 'none', 'the choice to be saved');
    assert.equal((await saved('shop'))['writes'], undefined);
    await window.page.locator('.tab', { hasText: 'Agent Permissions of' }).waitFor({ state: 'detached' });
    await takeBack();
  });

  test('a password that was typed for one server is not stored for another', async () => {
    await askedFor('Enter Password…', window.page.locator('.quick-input-widget input[type="password"]:visible'));
    const takeBack = await changeElsewhere(session.codeServer.folder, { host: 'other.example' });
    await window.answer('typed for the first');
    await window.page.locator('.notification-toast', { hasText: 'was changed elsewhere. Nothing was saved.' }).waitFor();
    await clearNotifications(window);
    await takeBack();
    await window.runCommand('MySQL Pilot: Refresh');
    await row('database shop').waitFor(); // with the password of before
  });

  test('a server that does not enforce read-only is used only after a decision, which can be taken back', async () => {
    const swallow = (chunk: Buffer): Buffer => replaceText(chunk, 'SET SESSION TRANSACTION READ ONLY', 'SET @swallowed = 1');
    const proxy = await startProxy(session.mysql, { toServer: swallow });
    const dialog = window.page.locator('.monaco-dialog-box', { hasText: 'without server-enforced read-only?' });
    const use = dialog.locator('.monaco-button', { hasText: /^Allow$/ });
    try {
      await window.runCommand('MySQL Pilot: Add Connection…');
      await window.answer(`${session.url.replace(/:\d+\//, `:${String(proxy.port)}/`)}?ssl-mode=disabled`);
      await dialog.waitFor();
      await window.screenshot(path.join(SCREENSHOTS, 'one-fence.png'));
      await use.click();
      await row('connection shop 2').waitFor();
      assert.equal((await saved('shop 2'))['allowUnenforcedReadOnly'], true);

      await chooseFromMenu(window, row('connection shop 2'), 'Require Server-Enforced Read-Only');
      await until(async () => !('allowUnenforcedReadOnly' in (await saved('shop 2'))), 'the decision to be taken back');
      await expand(window, 'shop 2', 'The server behind app@127.0.0.1');
      await row('error: The server behind app@127.0.0.1').click();
      await use.click();
      await row('connection shop 2').and(window.page.locator('[aria-label*="doesn\'t enforce read-only sessions"]')).waitFor();
    } finally {
      proxy.close();
    }
  });
});
