import assert from 'node:assert/strict';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { until } from '../harness/run.ts';
import { execute } from '../harness/servers/testServer.ts';
import { answerFileDialog, chooseFromMenu, clearNotifications, openFile, setTheme, THEMES } from '../harness/vscode/steps.ts';
import { seriousViolations, webviewFrame } from '../harness/vscode/webviews.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeConnectedDesk } from './desk.ts';
import { ReviewTab } from './review.ts';
import { SCREENSHOTS, type Session } from './session.ts';
import { sqlSteps } from './sqlSteps.ts';

const FILES = {
  'own-people.csv': 'id,name,left\n1,Ann,x\n2,,y\n3,Bob,z\n',
  'own-delete.sql': "DELETE FROM shop.orders WHERE customer_id = 8 OR note <=> 'x';\n",
  'own-all.sql': 'UPDATE shop.orders SET note = NULL WHERE id = id;\n',
  'own-broken.sql':
    'INSERT INTO shop.own_kept VALUES (2);\nDELETE FROM shop.own_kept;\nINSERT INTO shop.own_kept VALUES (3);\nINSERT INTO shop.own_kept VALUES (3);\nDROP TABLE shop.own_kept;\nSELECT 1;\n',
  'own-several.sql': 'DELETE FROM shop.orders WHERE id > 0;\nDROP TABLE shop.own_people;\n',
};

suite('reviews of what people change, in the workbench', function () {
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;
  let folder: string;
  const { previewRows, cell, said } = sqlSteps(() => window);

  const dialog = (): Locator => window.page.locator('.monaco-dialog-box');
  const row = (label: string): Locator => window.page.locator(`.pane-body .monaco-list-row[aria-label^="${label}"]`).first();
  const value = async (sql: string): Promise<unknown> =>
    Object.values(((await execute(session.mysql, sql, 'shop')) as object[])[0] ?? {})[0];
  const gone = (): Promise<unknown> => until(async () => !(await ReviewTab.isOpen(window)), 'the review to be gone');
  /** Enter in the question opens it. */
  const review = async (): Promise<ReviewTab> => {
    await dialog().waitFor();
    await dialog().locator('.monaco-button:focus', { hasText: 'Review…' }).waitFor();
    await window.page.keyboard.press('Enter');
    return ReviewTab.find(window);
  };
  const look = async (one: ReviewTab, name: string): Promise<void> => {
    for (const theme of THEMES) {
      await setTheme(window, theme);
      await window.screenshot(path.join(SCREENSHOTS, `own-${name}-${theme.name}.png`));
      assert.deepEqual(await seriousViolations(one.frame), [], theme.name);
    }
    await setTheme(window, THEMES[0]);
  };
  const run = async (file: keyof typeof FILES): Promise<void> => {
    await openFile(window, file, FILES[file].slice(0, 8));
    await window.page.keyboard.press('Control+Shift+Enter');
  };

  suiteSetup(async () => {
    ({ session, window, folder } = await takeConnectedDesk({ files: FILES }));
    await execute(session.mysql, 'CREATE TABLE own_people (id INT PRIMARY KEY, name VARCHAR(20))', 'shop');
    await row('connection shop').click();
    await row('database shop').click();
    await row('table, orders').waitFor();
  });
  suiteTeardown(handOnDesk);
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  test('the row of a cell is shown before and after, and runs as it was shown', async () => {
    await cell(await previewRows('customers'), 0, 2).click();
    await window.page.keyboard.press('F2');
    const box = window.page.locator('.quick-input-widget:visible input[type="text"]');
    await box.waitFor();
    await box.fill("O'Brien");
    await window.page.keyboard.press('Enter');
    const one = await review();
    assert.equal(await one.headline, 'Update 1 row in shop.customers');
    assert.match(await one.text, /compared with the one shown/);
    assert.equal(await one.frame.locator('td.changed ins').innerText(), "O'Brien");
    assert.equal(await one.frame.locator('input.reason').isVisible(), false, 'nobody waits for a reason');
    assert.equal(await one.frame.locator('.time').isVisible(), false);
    await look(one, 'edit');
    await one.run();
    await until(async () => (await value('SELECT full_name FROM customers WHERE id = 1')) === "O'Brien", 'the row');
    await gone();
  });

  test('the rows of a file are counted and shown, and inserted after a yes', async () => {
    await chooseFromMenu(window, row('table, own_people'), 'Import CSV');
    await answerFileDialog(window, path.join(folder, 'own-people.csv'));
    const form = await webviewFrame(window.page, 'form');
    await form.locator('[data-action="import"]').click();
    const one = await review();
    assert.equal(await one.headline, 'Import 3 rows from own-people.csv into shop.own_people');
    assert.equal(await one.runButton.innerText(), 'Import 3 Rows');
    assert.match(await one.text, /File columns that aren't imported: left/);
    await one.frame.locator('td', { hasText: 'NULL' }).waitFor();
    await window.screenshot(path.join(SCREENSHOTS, 'own-import.png'));
    await one.run();
    await form.locator('.status', { hasText: 'Inserted 3 rows' }).waitFor();
    assert.equal(await value('SELECT COUNT(*) FROM own_people'), 3);
    await gone();
  });

  test('a file whose review waits runs nothing else, and says why', async () => {
    await run('own-several.sql');
    const one = await review();
    await run('own-several.sql');
    const told = window.page.locator('.notification-toast', { hasText: 'A question about this file is still open.' });
    await told.filter({ hasText: 'Answer it, or close its review.' }).first().waitFor();
    await window.page.locator('.tab', { hasText: 'Review:' }).click();
    await one.reject();
    await gone();
    await clearNotifications(window);
    assert.equal(await value('SELECT COUNT(*) FROM own_people'), 3);
  });

  test('a WHERE that leaves no row out is the heaviest warning, and closing the tab is a no', async () => {
    await run('own-all.sql');
    const one = await review();
    assert.equal(await one.headline, 'Update 1,000 rows in shop.orders');
    assert.match(await one.frame.locator('.warnings li').first().innerText(), /^Danger: The WHERE clause matches every row/);
    assert.match(await one.frame.locator('.table').innerText(), /1–20 of 1,000/);
    await look(one, 'all-rows');
    await window.runCommand('View: Close Editor');
    await gone();
    assert.equal(
      await value('SELECT COUNT(*) FROM orders WHERE note IS NULL AND id > 0'),
      await value('SELECT COUNT(*) FROM orders WHERE note IS NULL'),
    );
    await window.page.locator('.tab.active', { hasText: 'own-all.sql' }).waitFor();
  });

  test('several statements have a headline each', async () => {
    await run('own-several.sql');
    const one = await review();
    assert.equal(await one.headline, 'Run 2 statements');
    assert.match(await one.text, /1\. Delete 1,000 rows from shop\.orders/);
    assert.match(await one.text, /2\. Drop table shop\.own_people/);
    await window.screenshot(path.join(SCREENSHOTS, 'own-several.png'));
    await one.reject();
    await gone();
    assert.equal(await value('SELECT COUNT(*) FROM orders'), 1000);
  });

  test('a file that fails on its way says before the run what else runs, and afterwards what did not run', async () => {
    await execute(session.mysql, 'CREATE TABLE own_kept (id INT PRIMARY KEY)', 'shop');
    await execute(session.mysql, 'INSERT INTO own_kept VALUES (1)', 'shop');
    await run('own-broken.sql');
    await dialog().filter({ hasText: '4 other statements also run.' }).filter({ hasText: 'shop.own_kept has about 1 row.' }).waitFor();
    await window.screenshot(path.join(SCREENSHOTS, 'own-broken-question.png'));
    const one = await review();
    assert.match(await one.text, /1\. Delete rows from shop\.own_kept/);
    await one.run('own_kept');
    await said("2 more statements weren't run.");
    await window.screenshot(path.join(SCREENSHOTS, 'own-broken-run.png'));
    assert.equal(await value('SELECT COUNT(*) FROM own_kept WHERE id = 3'), 1);
    await gone();
  });

  test('on production an ordinary statement is reviewed with its rows, and its table is typed', async () => {
    await chooseFromMenu(window, row('connection shop'), 'Set Environment');
    await window.page.locator('.quick-input-list .monaco-list-row[aria-label^="Production"]').click();
    await row('connection shop, Production').waitFor();
    await run('own-delete.sql');
    const one = await review();
    assert.match(await one.headline, /^Delete \d rows from shop\.orders$/);
    assert.match(await one.text, /also deleted \(foreign key \w+, ON DELETE CASCADE\)/);
    await look(one, 'production');
    await one.run('orders');
    await until(async () => (await value('SELECT COUNT(*) FROM orders WHERE customer_id = 8')) === 0, 'the rows to be deleted');
    await gone();
  });
});
