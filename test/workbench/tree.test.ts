import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { StdioClient } from '../harness/mcp/stdioClient.ts';
import { until } from '../harness/run.ts';
import { SAMPLE } from '../harness/servers/sample.ts';
import { execute } from '../harness/servers/testServer.ts';
import { PREVIEW_ROWS_KEY } from '../harness/vscode/keybindings.ts';
import {
  addConnection,
  chooseAction,
  chooseFromMenu,
  chooseInForm,
  clearNotifications,
  hoverOver,
  setAgentPermissions,
  openChat,
  photograph,
} from '../harness/vscode/steps.ts';
import { webviewFrame } from '../harness/vscode/webviews.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeDesk } from './desk.ts';
import { SCREENSHOTS, type Session } from './session.ts';

suite('the tree of a connection, in the workbench', function () {
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;
  let folder: string;

  const row = (label: string): Locator => window.page.locator(`.pane-body .monaco-list-row[aria-label^="${label}"]`).first();
  const editor = (text: string): Locator => window.page.locator('.editor-instance .view-lines', { hasText: text }).first();
  const clipboard = (): Promise<string> => window.page.evaluate('navigator.clipboard.readText()');

  suiteSetup(async () => {
    ({ session, window, folder } = await takeDesk());
    await execute(
      session.mysql,
      `CREATE FUNCTION shop.twice (x INT) RETURNS INT DETERMINISTIC NO SQL RETURN 2 * x;
       CREATE TRIGGER shop.watch BEFORE INSERT ON shop.orders FOR EACH ROW SET NEW.note = NEW.note;
       CREATE EVENT shop.daily ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1;
       CREATE TABLE shop.\`$(zap) far [l](command:x)\` (id INT PRIMARY KEY, \`deep end\` INT COMMENT 'where divers go')`,
    );
    await addConnection(window, session.url, 'shop');
    await row('connection shop').click();
    await row('database shop').click();
    await row('table, orders').waitFor();
  });
  suiteTeardown(handOnDesk);
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  test('a command of a row that is called without one says that nothing was done', async () => {
    await window.page.keyboard.press(PREVIEW_ROWS_KEY);
    await window.page.locator('.notification-toast', { hasText: 'no object was selected. Try again from' }).waitFor();
    await clearNotifications(window);
  });

  test('routines, triggers, events and users stand behind the tables [F40]', async () => {
    for (const [group, object] of [
      ['Events', 'event, daily'],
      ['Triggers', 'trigger, watch, BEFORE INSERT ON orders'],
      ['Routines', 'function, twice, int'],
    ] as const) {
      await row(group).click();
      await row(object).waitFor();
    }
  });

  test('a table has its columns, indexes and foreign keys [F41]', async () => {
    await row('table, orders').click();
    await row('column customer_id').waitFor();
    await row('Foreign Keys').click();
    await row('fk_orders_customer').waitFor();
    await row('Indexes').click();
    await row('PRIMARY').waitFor();
  });

  test('it looks right in every theme [F45]', async () => {
    await photograph(window, SCREENSHOTS, 'tree-objects');
    await row('table, orders').click();
  });

  test('a table and a trigger are shown as they were made [F51]', async () => {
    await chooseFromMenu(window, row('table, orders'), 'Show Definition');
    await editor('CREATE TABLE').waitFor();
    await window.page.locator('.tab.active', { hasText: 'orders.sql' }).waitFor();
    await chooseFromMenu(window, row('trigger, watch'), 'Show Definition');
    await editor('FOR EACH ROW SET NEW.note').waitFor();
  });

  test('a statement about a table begins with its columns, and knows where it runs [F52]', async () => {
    await row('table, customers').click({ button: 'right' });
    const update = window.page.locator('.context-view .action-label', { hasText: 'Generate UPDATE' });
    await until(async () => {
      await window.page.locator('.context-view .action-label', { hasText: 'Generate' }).first().hover();
      return update.waitFor({ timeout: 500 }).then(
        () => true,
        () => false,
      );
    }, 'the submenu');
    await chooseAction(update);
    await editor('UPDATE `customers`').waitFor();
    await window.page.locator('.statusbar-item', { hasText: 'shop · shop' }).waitFor();
  });

  test('names are copied as they are written in statements [F53]', async () => {
    await chooseFromMenu(window, row('table, order_items'), 'Copy Name');
    await until(async () => (await clipboard()) === 'order_items', 'the name in the clipboard');
  });

  test('tables are filtered by their names [F48]', async () => {
    await row('database shop').hover();
    await row('database shop').locator('.action-label[aria-label^="Filter Tables"]').click();
    await window.answer('order_');
    await row('table, orders').waitFor({ state: 'detached' });
    assert.ok(await row('table, order_items').isVisible());
    await row('database shop').hover();
    await row('database shop').locator('.action-label[aria-label^="Clear Filter"]').click();
    await row('table, orders').waitFor();
  });

  test('any table or column is found by its words, and the tree shows it [F49]', async () => {
    await window.runCommand('MySQL Pilot: Go to Object…');
    const input = window.page.locator('.quick-input-widget input:visible').first();
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'shop' }).first().click();
    await window.page.locator('.quick-input-widget input[placeholder*="Search by name"]').waitFor();
    await input.fill('email');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'customers.email' }).click();
    await window.page.locator('.pane-body .monaco-list-row.focused[aria-label^="column email"]').waitFor();
  });

  test('a configuration for VS Code stands beside the server of the extension, and both are there [F100]', async () => {
    await chooseFromMenu(window, row('connection shop'), 'Copy MCP Configuration');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'VS Code, this folder' }).click();
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Only shop' }).click();
    await window.page.locator('.notification-toast', { hasText: '.vscode/mcp.json' }).waitFor();
    const text = await clipboard();
    assert.ok(!text.includes(SAMPLE.owner.password));
    await mkdir(path.join(folder, '.vscode'));
    await writeFile(path.join(folder, '.vscode/mcp.json'), text);
    const servers = window.page.locator('.quick-input-list .monaco-list-row[aria-label^="mysql-pilot"]');
    const labels = await until(async () => {
      await window.runCommand('MCP: List Servers');
      await servers.first().waitFor();
      const found = await servers.allInnerTexts();
      if (found.length < 2) await window.page.keyboard.press('Escape');
      return found.length >= 2 && found;
    }, 'both servers');
    assert.deepEqual(labels.map((label) => label.replace(/(?:Stopped|Running|Starting)[^]*$/, '')).sort(), [
      'mysql-pilot',
      'mysql-pilot-standalone',
    ]);
    assert.doesNotMatch(labels.join(), /disabled/i);
    await window.screenshot(path.join(SCREENSHOTS, 'both-servers.png'));
    await window.page.keyboard.press('Escape');
  });

  test('the status bar says what agents may do, and leads to where that is changed [F102]', async () => {
    await window.page.locator('.statusbar-item', { hasText: 'MySQL: agents can only read' }).click();
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'shop' }).first().click();
    const form = await webviewFrame(window.page, 'form [data-field="agents"]');
    await chooseInForm(form, 'changes', 'Rows, with my approval');
    await form.locator('[data-action="save"]').click();
    await window.page.locator('.statusbar-item', { hasText: 'MySQL: agents can write' }).waitFor();
  });

  test('what agents can see is said in the tree and the status bar, and holds for a server of the window', async () => {
    const windows = path.join(session.codeServer.folder, 'user/User/globalStorage/mysql-pilot.mysql-pilot/windows');
    const [file = ''] = await readdir(windows);
    const client = await StdioClient.start(path.join(windows, file));
    const connections = async (): Promise<string> => (await client.call('mysql_connections')).text;
    const show = async (label: string, said: string): Promise<void> => {
      await setAgentPermissions(window, row('connection shop'), { agents: label });
      await row('connection shop')
        .and(window.page.locator(`[aria-label*="${said}"]`))
        .waitFor();
    };
    try {
      assert.match(await connections(), /^shop: .*may insert/);
      await show('Structure only', 'agents see structure only');
      await window.page.locator('.statusbar-item', { hasText: 'MySQL: agents see structure only' }).waitFor();
      await hoverOver(window, row('connection shop'), 'but no rows');
      await until(async () => (await connections()).includes('structure only'), 'the server to see only the structure');
      assert.match((await client.call('mysql_query', { sql: 'SELECT * FROM orders' })).text, /^statement\.refused/);
      await show('Hidden from agents', 'hidden from agents');
      await window.page.locator('.statusbar-item', { hasText: 'MySQL: hidden from agents' }).waitFor();
      await until(async () => (await connections()).startsWith('No connections are saved'), 'the connection to be gone for the server');
      await window.screenshot(path.join(SCREENSHOTS, 'agents-hidden.png'));
      await row('table, orders').waitFor(); // a person sees what they saw
    } finally {
      await client.close();
    }
    await setAgentPermissions(window, row('connection shop'), { agents: 'Rows and structure' });
    await window.page.locator('.statusbar-item', { hasText: 'MySQL: agents can only read' }).waitFor();
  });

  test('the skill and the walkthrough are there [F98]', async () => {
    await window.runCommand('Welcome: Open Walkthrough');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Get Started with MySQL Pilot' }).click();
    await window.page.locator('.getting-started-step', { hasText: 'Connect to a server' }).waitFor();
    await window.screenshot(path.join(SCREENSHOTS, 'walkthrough.png'));
    await window.runCommand('Chat: Configure Skills');
    await window.page.locator('.quick-input-list .monaco-list-row[aria-label*="mysql-pilot"]').first().waitFor();
    await window.screenshot(path.join(SCREENSHOTS, 'skills.png'));
    await window.page.keyboard.press('Escape');
  });

  test('the agent is asked about a table: its name is attached to the chat, and what is typed there stays [F54]', async () => {
    await clearNotifications(window); // they cover the chat
    const input = await openChat(window);
    await input.click();
    await window.page.keyboard.insertText('Why is it slow?');
    await chooseFromMenu(window, row('table, products'), 'Ask Agent About This');
    await window.page.locator('.chat-attached-context-attachment', { hasText: 'shop.products' }).first().waitFor();
    await window.page.locator('.interactive-session .chat-editor-container .view-lines', { hasText: 'Why is it slow?' }).first().waitFor();
    await window.screenshot(path.join(SCREENSHOTS, 'ask-agent.png'));
  });

  test('an object is found by a comment, its name makes no icon, and the tree shows it also from a name full of marks', async () => {
    const found = window.page.locator('.quick-input-list .monaco-list-row');
    const search = async (text: string): Promise<void> => {
      await window.runCommand('MySQL Pilot: Go to Object');
      await found.filter({ hasText: 'shop' }).first().waitFor();
      await window.page.keyboard.press('Enter'); // the connection
      await window.page.locator('.quick-input-widget', { hasText: 'Go to a table, view, or column' }).waitFor();
      await window.page.locator('.quick-input-widget input:visible').first().fill(text);
    };
    const isShown = (label: string): Promise<void> =>
      window.page.locator(`.pane-body .monaco-list-row.selected[aria-label^="${label}"]`).first().waitFor();

    await search('checkout'); // of the comment
    await found.filter({ hasText: 'one row per checkout' }).first().click();
    await isShown('table, orders');
    await search('divers');
    await found.filter({ hasText: 'where divers go' }).first().click();
    await isShown('column deep end');
    await search('zap far');
    assert.equal(await found.locator('.codicon-zap').count(), 0, 'a name is no icon');
    await found.filter({ hasText: 'far' }).first().click();
    await isShown('table, $');
  });
});
