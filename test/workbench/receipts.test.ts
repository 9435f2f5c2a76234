import assert from 'node:assert/strict';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { StdioClient } from '../harness/mcp/stdioClient.ts';
import { until } from '../harness/run.ts';
import { addConnection, chooseFromMenu, expand, photograph } from '../harness/vscode/steps.ts';
import { webviewFrame } from '../harness/vscode/webviews.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeDesk } from './desk.ts';
import { SCREENSHOTS, type Session } from './session.ts';

const STORAGE = 'user/User/globalStorage/mysql-pilot.mysql-pilot';
const AGENT = 'agent · shop';

suite('receipts of agents, in the workbench', function () {
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;
  let agent: StdioClient;

  const row = (label: string): Locator => window.page.locator(`.pane-body .monaco-list-row[aria-label^="${label}"]`).first();

  suiteSetup(async () => {
    ({ session, window } = await takeDesk());
    await rm(path.join(session.codeServer.folder, STORAGE, 'audit'), { recursive: true, force: true });
    await addConnection(window, session.url, 'shop');
    const folder = path.join(session.codeServer.folder, STORAGE, 'windows');
    const [file] = await until(async () => {
      const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
      return names.length === 0 ? undefined : names;
    }, 'the file that leads to the window');
    agent = await StdioClient.launch({ args: ['--rendezvous', path.join(folder, file ?? '')], name: 'agent' });
  });
  suiteTeardown(async function () {
    await agent.close();
    await handOnDesk.call(this);
  });
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  test('Agent Activity shows what each agent has read, below its calls, with names for a screen reader', async () => {
    const sql = 'SELECT c.email, o.total FROM orders o JOIN customers c ON c.id = o.customer_id LIMIT 3; SELECT * FROM products LIMIT 2';
    const { isError, text } = await agent.call('mysql_query', { connection: 'shop', sql });
    assert.equal(isError, false, text);
    await agent.call('mysql_describe', { connection: 'shop', database: 'shop' });
    await window.runCommand('MySQL Pilot: Focus on Agent Activity View');
    await expand(window, 'What agents have seen', AGENT);
    await row(`${AGENT}, 5 rows returned, 3 tables read`).waitFor();
    await expand(window, AGENT, 'shop.orders');
    await row('shop.orders, customer_id, total').waitFor();
    await row('shop.customers, id, email').waitFor();
    await row('shop.products, all columns that agents see').waitFor();
    await row('Structure, database shop').waitFor();
    await photograph(window, SCREENSHOTS, 'receipts');
  });

  test('Copy Receipt in the context menu puts Markdown for a ticket on the clipboard', async () => {
    await chooseFromMenu(window, row(AGENT), 'Copy Receipt');
    const text = await until(async () => {
      const copied = String(await window.page.evaluate('navigator.clipboard.readText()'));
      return copied.includes('shop.orders') ? copied : undefined;
    }, 'the copied text');
    assert.match(text, /^## What an agent has seen\n\n- Agent: `agent`\n- Connection: `shop`\n- Session: `\d+-[0-9a-f]{8}`, since /);
    assert.match(text, /\n\| `shop\.orders` \| `customer_id, total` \| {2}\|\n/);
    assert.match(text, /\n\| `shop\.products` \| `all columns that agents see` \| {2}\|\n/);
  });

  test('a receipt stays after Clear Activity and after the session, which is then a row of the audit log', async () => {
    await window.runCommand('MySQL Pilot: Clear Agent Activity');
    await agent.close();
    await row(AGENT).waitFor();
    await window.runCommand('MySQL Pilot: Open Agent Audit Log');
    const frame = await webviewFrame(window.page, '.grid[aria-label="Agent Audit Log"]');
    const tools = frame.locator('.row .cell[data-column="3"]');
    await until(async () => (await tools.allInnerTexts()).includes('(receipt)'), 'the row of the receipt');
    const summary = await frame.locator('.row .cell[data-column="4"]').first().innerText();
    assert.match(summary, /^5 rows returned · 3 tables read · shop\.orders \(customer_id, total\)/);
    await window.screenshot(path.join(SCREENSHOTS, 'receipt-in-audit-log.png'));
  });
});
