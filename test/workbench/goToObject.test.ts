import assert from 'node:assert/strict';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { execute } from '../harness/servers/testServer.ts';
import { chooseFromMenu, openView } from '../harness/vscode/steps.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeConnectedDesk } from './desk.ts';
import { SCREENSHOTS, type Session } from './session.ts';

/** More than a list shows without being scrolled, and more than a diagram draws. */
const MANY = 400;

suite('Go to Object', function () {
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;

  const row = (label: string): Locator => window.page.locator(`.pane-body .monaco-list-row[aria-label^="${label}"]`).first();
  const found = (text: string): Locator => window.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
  const search = async (text: string, hit: string): Promise<void> => {
    await window.runCommand('MySQL Pilot: Go to Object…');
    await found('shop').click();
    await window.page.locator('.quick-input-widget', { hasText: 'Go to a table' }).waitFor();
    await window.page.keyboard.insertText(text);
    await found(hit).waitFor();
  };
  /** It has the selection, the keyboard, and is in sight; a moment later, too. */
  const shown = async (label: string): Promise<void> => {
    const there = window.page.locator(`.pane-body .monaco-list-row.selected.focused[aria-label^="${label}"]`).first();
    await there.waitFor();
    await window.page.waitForTimeout(1500);
    assert.ok(await there.isVisible(), `${label} was lost again`);
  };

  suiteSetup(async () => {
    ({ session, window } = await takeConnectedDesk());
    const tables = Array.from({ length: MANY }, (_, i) => `CREATE TABLE shop.many_${String(i).padStart(3, '0')} (id INT)`);
    await execute(session.mysql, tables.join(';'));
  });
  suiteTeardown(handOnDesk);
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
    await window.page.keyboard.press('Escape');
  });

  test('shows a column in a view that is hidden and has read nothing yet', async () => {
    await window.runCommand('View: Show Explorer');
    await search('email', 'customers.email');
    await found('customers.email').click();
    await shown('column email');
  });

  test('shows the last of many tables', async () => {
    await search(`many_${String(MANY - 1)}`, `many_${String(MANY - 1)}`);
    await found(`many_${String(MANY - 1)}`).click();
    await shown(`table, many_${String(MANY - 1)}`);
  });

  test('shows it after the server was slow, however long the tree says that it loads', async () => {
    for (const milliseconds of [100, 400, 1500]) {
      await openView(window);
      await window.runCommand('MySQL Pilot: Refresh');
      await search('total', 'orders.total');
      await session.mysql.freeze(true);
      try {
        await found('orders.total').click();
        await window.page.waitForTimeout(milliseconds);
      } finally {
        await session.mysql.freeze(false);
      }
      await shown('column total');
    }
  });

  test('takes away the filter that hides it', async () => {
    await chooseFromMenu(window, row('database shop'), 'Filter Tables');
    await window.answer('order_');
    await row('table, orders').waitFor({ state: 'detached' });
    await search('customers', 'customers');
    await found('customers').click();
    await shown('table, customers');
    assert.match((await row('database shop').innerText()).trim(), /^shop$/);
  });

  test('Escape changes nothing in the tree', async () => {
    await search('orders', 'orders');
    await window.page.keyboard.press('Escape');
    await shown('table, customers');
  });
});
