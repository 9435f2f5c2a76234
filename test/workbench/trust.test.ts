import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { until } from '../harness/run.ts';
import { execute } from '../harness/servers/testServer.ts';
import { addConnection, ask, chooseFromMenu, clearNotifications, openFile, openView } from '../harness/vscode/steps.ts';
import { webviewFrame } from '../harness/vscode/webviews.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeDesk } from './desk.ts';
import { ANSWER, QUESTION, SCREENSHOTS, type Session } from './session.ts';
import { sqlSteps } from './sqlSteps.ts';

suite('a workspace that is not trusted', function () {
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;
  let folder: string;

  const { said, chooseDatabase, goToLine } = sqlSteps(() => window);

  const row = (text: string): Locator => window.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
  const lens = (text: string): Locator => window.page.locator('.codelens-decoration a', { hasText: text }).first();
  const status = (text: string): Locator => window.page.locator('.statusbar-item', { hasText: text });
  const decide = async (button: RegExp): Promise<void> => {
    await window.runCommand('Workspaces: Manage Workspace Trust');
    await window.page.locator('.workspace-trust-editor .monaco-button', { hasText: button }).first().click();
  };
  const closeEditor = (): Promise<void> => window.page.locator('.monaco-modal-editor-block .action-label.codicon-close').last().click();
  const servers = async (): Promise<readonly string[]> => {
    await window.runCommand('MCP: List Servers');
    await row('Add Server').waitFor();
    const labels = await window.page.locator('.quick-input-list .monaco-list-row').allInnerTexts();
    await window.page.keyboard.press('Escape');
    return labels.filter((label) => label.startsWith('mysql-pilot'));
  };
  const isOffered = async (command: string): Promise<boolean> => {
    await window.page.keyboard.press('F1');
    await window.page.locator('.quick-input-widget input:visible').first().fill(`>${command}`);
    await row('MySQL Pilot').or(row('No matching')).first().waitFor();
    const offered = await row(command).isVisible();
    await window.page.keyboard.press('Escape');
    return offered;
  };

  suiteSetup(async () => {
    const desk = await takeDesk({
      restricted: true,
      files: { '.env': 'DATABASE_URL=mysql://somebody@elsewhere.example/other\n', 'seven.sql': 'SELECT id FROM orders WHERE id = 7;\n' },
    });
    ({ session, window, folder } = desk);
    await writeFile(path.join(desk.home, '.my.cnf'), '[client]\nuser=mine\nhost=option.example\n');
  });
  suiteTeardown(handOnDesk);
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  test('connections and their tree work [F108]', async () => {
    await addConnection(window, session.url, 'shop');
    await window.treeRow('shop').click();
    await window.page.locator('.pane-body .monaco-list-row[aria-label^="database shop"]').waitFor();
  });

  test('imports find what is the user’s own, and nothing of the workspace [F109]', async () => {
    await window.runCommand('MySQL Pilot: Import Connections');
    await row('~/.my.cnf').waitFor();
    assert.equal(await row('.env').count(), 0);
    await window.page.keyboard.press('Escape');
  });

  test('SQL files do not run: not by command, and not by their buttons [F110]', async () => {
    await openFile(window, 'seven.sql', 'orders');
    await lens('Run').waitFor();
    for (const command of ['Run Statement', 'Run File', 'Check SQL File'])
      assert.equal(await isOffered(`MySQL Pilot: ${command}`), false, command);
    await lens('Run').click();
    await window.page.locator('.notification-toast', { hasText: 'only in trusted workspaces' }).waitFor();
    await clearNotifications(window);
  });

  test('agents get no tools, and the status bar says so [F111]', async () => {
    await status('MySQL: agents disabled').waitFor();
    assert.deepEqual(await servers(), []);
    await window.screenshot(path.join(SCREENSHOTS, 'restricted.png'));
  });

  test('once it is trusted all of it works, without a reload, and a statement that runs goes on [F112]', async () => {
    await execute(
      session.mysql,
      'CREATE VIEW slow AS SELECT COUNT(*) AS n FROM orders a JOIN orders b JOIN products c ON a.total + b.total + c.id > 0',
      'shop',
    );
    await openView(window);
    await window.page.locator('.pane-body .monaco-list-row[aria-label^="database shop"]').first().click();
    await window.runCommand('MySQL Pilot: Refresh');
    await chooseFromMenu(window, window.page.locator('.pane-body .monaco-list-row[aria-label^="view, slow"]').first(), 'Preview Rows');
    await openFile(window, 'seven.sql', 'orders');
    await decide(/^Trust/);
    await status('MySQL: agents can only read').waitFor();
    await closeEditor();
    const results = await webviewFrame(window.page, 'header .tabs');
    await results.locator('.cell[data-row="0"]', { hasText: /^50000000$/ }).waitFor();
    await lens('Run').click();
    await results.locator('.cell[data-row="0"]', { hasText: /^7$/ }).waitFor();
    assert.deepEqual(
      (await servers()).map((label) => label.replace(/(?:Stopped|Running|Starting)[^]*$/, '')),
      ['mysql-pilot'],
    );
    await ask(window, QUESTION, ANSWER);
    await window.runCommand('MySQL Pilot: Import Connections');
    await row('.env').waitFor();
  });

  test('trust that is withdrawn while a statement runs ends it, and the window says what was cut off', async () => {
    const changed = async (): Promise<number> =>
      ((await execute(session.mysql, "SELECT COUNT(*) AS n FROM shop.orders WHERE note = 'withdrawn'")) as { n: number }[])[0]?.n ?? -1;
    await execute(session.mysql, 'CREATE TABLE cut_off (a INT)', 'shop');
    await writeFile(
      path.join(folder, 'cut.sql'),
      "BEGIN;\nUPDATE orders SET note = 'withdrawn' WHERE id = 5;\nINSERT INTO cut_off SELECT SLEEP(60);\n",
    );
    await openFile(window, 'cut.sql', 'BEGIN');
    await goToLine(1);
    await window.page.keyboard.press('Control+Shift+Enter');
    await chooseDatabase();
    await said('Line 2: 1 row changed');
    await window.runCommand('Workspaces: Manage Workspace Trust');
    const trusted = window.page.locator('.workspace-trust-editor .monaco-list-row', { hasText: 'work' }).first();
    await trusted.hover();
    await trusted.locator('.action-label[aria-label="Delete Path"], .action-label.codicon-close, .codicon-settings-remove').first().click();
    await status('MySQL: agents disabled').waitFor(); // VS Code starts all extensions anew
    await window.runCommand('Notifications: Show Notifications');
    const told = window.page.locator('.notifications-center .notification-list-item', { hasText: 'cut.sql' });
    await told.filter({ hasText: 'near line 3' }).waitFor();
    await told.filter({ hasText: 'was rolled back' }).waitFor();
    await window.screenshot(path.join(SCREENSHOTS, 'trust-withdrawn.png'));
    await until(async () => (await changed()) === 0, 'the transaction to be rolled back', 10_000);
    assert.deepEqual(await servers(), []);
    await decide(/^Trust/);
    await status('MySQL: agents can only read').waitFor();
    await closeEditor();
    await clearNotifications(window);
  });
});
