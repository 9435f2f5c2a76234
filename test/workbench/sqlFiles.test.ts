import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { full } from '../harness/depth.ts';
import { until } from '../harness/run.ts';
import { execute } from '../harness/servers/testServer.ts';
import { answerFileDialog, chooseFromMenu, clearNotifications, openView, setTheme, THEMES } from '../harness/vscode/steps.ts';
import { seriousViolations } from '../harness/vscode/webviews.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeConnectedDesk } from './desk.ts';
import { ReviewTab } from './review.ts';
import { SCREENSHOTS, type Session } from './session.ts';
import { FILES, sqlSteps } from './sqlSteps.ts';

suite('SQL files and results, in the workbench', function () {
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;
  let folder: string;

  const { open, results, previewRows, goToLine, cell, cells, said, status, chooseDatabase } = sqlSteps(() => window);
  const dialog = (): Locator => window.page.locator('.monaco-dialog-box');
  const press = (label: string): Promise<void> => dialog().locator('.monaco-button', { hasText: label }).click();
  const notes = async (note: string): Promise<number> => {
    const [row] = (await execute(session.mysql, `SELECT COUNT(*) AS n FROM shop.orders WHERE note = '${note}'`)) as { n: number }[];
    return row?.n ?? -1;
  };
  const clipboard = (): Promise<string> => window.page.evaluate('navigator.clipboard.readText()');
  const pick = async (label: string): Promise<void> => {
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first().click();
  };

  suiteSetup(async () => {
    ({ session, window, folder } = await takeConnectedDesk({
      files: FILES,
    }));
  });
  suiteTeardown(handOnDesk);
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  test('the statement at the cursor runs by the keyboard; the only connection is taken and shown [F56]', async () => {
    await open('reads.sql');
    await goToLine(2);
    await window.page.keyboard.press('Control+Enter');
    await status('1 row');
    await cells('1', 'NULL', '{"a": [1, 12345678901234567890]}');
    await window.page.locator('.statusbar-item', { hasText: 'shop · shop' }).waitFor();
  });

  test('a cell opens in an editor, JSON on lines of its own and to the last digit [F72]', async () => {
    const frame = await results();
    await cell(frame, 0, 2).dblclick();
    await window.page.locator('.tab.active', { hasText: 'doc, row 1.jsonl' }).waitFor();
    const text = await window.page.locator('.editor-instance .view-lines').first().innerText();
    assert.deepEqual(
      text.split('\n').map((line) => line.replaceAll(/\s/g, '')),
      ['{', '"a":[', '1,', '12345678901234567890', ']', '}'],
    );
  });

  test('a file runs one statement after the other up to the first that fails, which says its line [F59]', async () => {
    await open('reads.sql');
    await window.page.keyboard.press('Control+Shift+Enter');
    const frame = await said("Line 3: MySQL error 1146: Table 'shop.nowhere' doesn't exist");
    assert.deepEqual(await frame.locator('.tab .title').allInnerTexts(), ['orders', 'SELECT 1 AS one, NULL AS nothi…', 'Messages']);
    assert.equal(await frame.locator('.messages li', { hasText: 'reads.sql' }).count(), 4);
    await frame.locator('.messages li', { hasText: "1 more statement wasn't run." }).waitFor();
  });

  test('a selection runs alone, and so does the statement of a CodeLens [F58]', async () => {
    await open('reads.sql');
    await goToLine(4);
    await window.page.keyboard.press('Shift+End');
    await window.page.keyboard.press('Control+Enter');
    await (await results()).locator('.head .cell[title="4"]').waitFor();
    await window.page.locator('.codelens-decoration a', { hasText: 'Run' }).first().click();
    await status('1,000 rows');
  });

  test('sorted by the keyboard, filtered, selected and copied [F71]', async () => {
    const frame = await results();
    await cell(frame, 0, 3).click();
    await window.page.keyboard.press('ArrowUp'); // the header
    await window.page.keyboard.press('Enter');
    await frame.locator('.head .cell[aria-sort="ascending"][title="total"]').waitFor();
    await window.page.keyboard.press('Enter');
    await frame.locator('.head .cell[aria-sort="descending"][title="total"]').waitFor();
    await window.page.keyboard.press('Control+f');
    await window.page.keyboard.type('status:paid');
    await status('250 of 1,000 rows');
    await window.page.keyboard.press('ArrowDown');
    await window.page.keyboard.press('Control+Home');
    await window.page.keyboard.press('Shift+ArrowRight');
    await window.page.keyboard.press('Shift+ArrowDown');
    await window.page.keyboard.press('Control+c');
    const rows = (await execute(
      session.mysql,
      "SELECT id, customer_id AS customer FROM shop.orders WHERE status = 'paid' ORDER BY total DESC, id LIMIT 2",
    )) as { id: number; customer: number }[];
    const expected = rows.map(({ id, customer }) => `${String(id)}\t${String(customer)}`).join('\n');
    await until(async () => (await clipboard()) === expected, `the clipboard to hold ${expected}`);
    await frame.locator('.tools button[aria-label^="Copy As"]').click();
    await pick('INSERT');
    await until(
      async () => (await clipboard()).startsWith('INSERT INTO `orders` (`id`, `customer_id`) VALUES\n('),
      'an INSERT in the clipboard',
    );
  });

  test('all rows are exported, by a run of their own [F74]', async () => {
    const frame = await results();
    await frame.locator('.tools button[aria-label^="Export"]').click();
    const file = path.join(folder, 'out.csv');
    await answerFileDialog(window, file, () => window.screenshot(path.join(SCREENSHOTS, 'export-dialog.png')));
    await window.page.locator('.notification-toast', { hasText: '1,000 rows exported' }).waitFor();
    assert.equal((await readFile(file, 'utf8')).split('\r\n').length, 1002);
  });

  test('DELIMITER is understood, a procedure gives all its results, and USE lasts [F60]', async () => {
    await open('program.sql');
    await window.page.keyboard.press('Control+Shift+Enter');
    await chooseDatabase();
    await said('Line 6: 1 row');
    const frame = await results();
    await frame.locator('.tab', { hasText: 'SELECT DATABASE() AS here' }).click();
    await cell(frame, 0, 0).filter({ hasText: 'information_schema' }).waitFor();
    assert.equal(await frame.locator('.tab', { hasText: 'CALL twice()' }).count(), 2);
    await window.page.locator('.statusbar-item', { hasText: 'shop · information_schema' }).waitFor();
    await execute(session.mysql, 'DROP PROCEDURE shop.twice');
  });

  test('prompts before UPDATE without WHERE and runs only after confirmation [F64]', async () => {
    await open('writes.sql');
    await goToLine(1);
    await window.page.keyboard.press('Control+Enter');
    await chooseDatabase();
    await dialog().filter({ hasText: 'Update all rows in shop.orders on shop?' }).waitFor();
    await dialog()
      .filter({ hasText: 'no WHERE clause and affects every row' })
      .filter({ hasText: 'shop.orders has 1,000 rows.' })
      .waitFor();
    await window.screenshot(path.join(SCREENSHOTS, 'confirm-every-row.png'));
    await press('Cancel');
    await dialog().waitFor({ state: 'detached' });
    assert.equal(await notes('all'), 0);
    await window.page.keyboard.press('Control+Enter');
    await press('Update Rows');
    await said('Line 1: 1,000 rows changed');
    assert.equal(await notes('all'), 1000);
  });

  test('an ordinary write runs without a question, except on production [F65]', async () => {
    await goToLine(3);
    await window.page.keyboard.press('Control+Enter');
    await said('Line 3: 1 row changed');
    assert.equal(await notes('one'), 1);
    await openView(window);
    await chooseFromMenu(window, window.treeRow('shop'), 'Set Environment');
    await pick('Production');
    await window.page.locator('.statusbar-item', { hasText: 'shop · shop (Production)' }).waitFor();
    await execute(session.mysql, "UPDATE shop.orders SET note = 'before'");
    await window.page.locator('.editor-instance .monaco-editor').first().click();
    await goToLine(3);
    await window.page.keyboard.press('Control+Enter');
    await dialog().filter({ hasText: 'Change data on 🔴 shop (Production)?' }).waitFor();
    await window.screenshot(path.join(SCREENSHOTS, 'confirm-production.png'));
    await window.page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    assert.equal(await notes('one'), 0);
    await window.page.keyboard.press('Control+Enter');
    await dialog().waitFor();
    await window.page.keyboard.press('Enter'); // which reviews, and runs nothing
    const review = await ReviewTab.find(window);
    assert.match(await review.headline, /^Update \d+ rows? in shop\.orders$/);
    await window.screenshot(path.join(SCREENSHOTS, 'review-production.png'));
    assert.equal(await notes('one'), 0);
    await review.reject();
    await ReviewTab.gone(window);
    assert.equal(await notes('one'), 0);
    await window.page.keyboard.press('Control+Enter');
    await dialog().waitFor();
    await window.page.keyboard.press('Enter');
    const again = await ReviewTab.find(window);
    await again.run('orders'); // as it is typed for production
    await until(async () => (await notes('one')) === 1, 'the row to be updated');
  });

  test('where nobody may write, nobody does [F66]', async () => {
    await execute(session.mysql, 'UPDATE orders SET note = NULL WHERE id = 1', 'shop');
    await openView(window);
    await chooseFromMenu(window, window.treeRow('shop'), 'Make Connection Read-Only…');
    await pick('Read-only for everyone');
    await window.treeRow('read-only').waitFor();
    await window.page.locator('.editor-instance .monaco-editor').first().click();
    await goToLine(3);
    await window.page.keyboard.press('Control+Enter');
    await said('"shop" is read-only, and');
    assert.equal(await notes('one'), 0);
    await open('reads.sql');
    await goToLine(1);
    await window.page.keyboard.press('Control+Enter');
    await status('1,000 rows');
    await openView(window);
    await chooseFromMenu(window, window.treeRow('shop'), 'Make Connection Read-Only…');
    await pick('You can change data');
    await chooseFromMenu(window, window.treeRow('shop'), 'Set Environment');
    await pick('Development');
    await window.page.locator('.statusbar-item', { hasText: 'shop · shop (Development)' }).waitFor();
  });

  test('an open transaction is in the status bar, and ends there [F63]', async () => {
    await open('transaction.sql');
    await window.page.keyboard.press('Control+Shift+Enter');
    await chooseDatabase();
    await said('Line 2: 1 row changed');
    assert.equal(await notes('kept'), 0);
    await window.page.locator('.statusbar-item', { hasText: 'Transaction' }).click();
    await pick('Commit');
    await window.page.locator('.statusbar-item', { hasText: 'Transaction' }).waitFor({ state: 'hidden' });
    assert.equal(await notes('kept'), 1);
  });

  test('a statement that runs on is stopped by its button [F61]', async () => {
    await open('slow.sql');
    await window.page.keyboard.press('Control+Enter');
    const frame = await results();
    await frame.locator('.running button[aria-label^="Cancel"]').click();
    await said('Line 1: canceled');
  });

  test('and from the menu of its connection, which knows all that runs [F55]', async () => {
    await open('slow.sql');
    await window.page.keyboard.press('Control+Enter');
    await (await results()).locator('.running button[aria-label^="Cancel"]').waitFor();
    await openView(window);
    const connection = window.page.locator('.pane-body .monaco-list-row[aria-label^="connection shop"]').first();
    await chooseFromMenu(window, connection, 'Cancel Running Statements');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'run by you' }).waitFor();
    await window.page.keyboard.press('Enter');
    await said('Line 1: canceled');
    await chooseFromMenu(window, connection, 'Cancel Running Statements');
    await window.page.locator('.notification-toast', { hasText: 'No statements from you or from agents' }).waitFor();
    await clearNotifications(window);
  });

  test('100,000 rows are there, and any of them comes into sight at once [F70]', async () => {
    await open('many.sql');
    await window.page.keyboard.press('Control+Enter');
    await status('100,000 rows');
    const frame = await results();
    await cell(frame, 0, 0).click();
    await window.page.keyboard.press('Control+End');
    await frame.locator('[role="row"][aria-rowindex="100001"] .cell:not(.loading)').first().waitFor();
    assert.ok((await frame.locator('.row').count()) < 100, 'only what is in sight is drawn');
  });

  test('names are completed from the schema, by what stands around them, and explained under the pointer [F67]', async () => {
    await open('help.sql');
    await goToLine(1);
    await window.page.keyboard.press('End');
    await window.page.keyboard.type(' FROM cust', { delay: 30 });
    const proposal = (text: string): Locator => window.page.locator('.suggest-widget .monaco-list-row', { hasText: text }).first();
    // VS Code proposes while somebody types. Once, on a busy machine, it did not, and why is not known; a person then presses Ctrl+Space.
    await proposal('customers')
      .waitFor({ timeout: 10_000 })
      .catch(() => window.page.keyboard.press('Control+Space'));
    await proposal('customers').waitFor();
    await window.page.keyboard.press('Escape');
    await window.page.keyboard.type('omers c WHERE c.', { delay: 30 });
    await proposal('email').waitFor();
    await window.screenshot(path.join(SCREENSHOTS, 'completion.png'));
    await window.page.keyboard.press('Escape');
    await window.page.keyboard.type('email IS NULL;', { delay: 10 });
    await window.page.keyboard.press('Escape');
    await window.page.locator('.view-line span span', { hasText: /email/ }).first().hover();
    await window.page.locator('.monaco-hover', { hasText: 'customers.email varchar(190)' }).waitFor();
    await window.runCommand('File: Revert File');
  });

  test('what was run is in the history, and opens again [F69]', async () => {
    await window.runCommand('MySQL Pilot: Show Query History');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'a.total' }).click();
    await window.page.locator('.editor-instance .view-lines', { hasText: 'a.total' }).first().waitFor();
  });

  test('the rows of a table are previewed from the tree [F50]', async () => {
    await openView(window);
    await window.treeRow('shop').click();
    await window.page.locator('.pane-body .monaco-list-row[aria-label^="database shop"]').click();
    await previewRows('customers');
    await status('200 rows');
  });

  for (const [i, theme] of THEMES.entries()) {
    const one = test(`it looks right and axe finds nothing serious, ${theme.name} [F75]`, async () => {
      await setTheme(window, theme);
      await open('reads.sql');
      await goToLine(1);
      await window.page.keyboard.press('Control+Enter');
      await status('1,000 rows');
      const frame = await results();
      await cell(frame, 1, 1).click();
      await window.page.keyboard.press('Shift+ArrowDown');
      await window.screenshot(path.join(SCREENSHOTS, `results-${theme.name}.png`));
      assert.deepEqual(await seriousViolations(frame), []);
      await frame.locator('.tab', { hasText: 'Messages' }).click();
      await frame.locator('.messages').waitFor();
      assert.deepEqual(await seriousViolations(frame), []);
    });
    if (i > 0) full(one);
  }
});
