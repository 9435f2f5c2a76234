import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { secondFlavor } from '../harness/depth.ts';
import { until } from '../harness/run.ts';
import { execute } from '../harness/servers/testServer.ts';
import { answerFileDialog, chooseFromMenu, clearNotifications, openFile, PICTURED, setTheme } from '../harness/vscode/steps.ts';
import { seriousViolations, webviewFrame } from '../harness/vscode/webviews.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeConnectedDesk } from './desk.ts';
import { ReviewTab } from './review.ts';
import { SCREENSHOTS, type Session } from './session.ts';
import { sqlSteps } from './sqlSteps.ts';

const SHEET = 'Name,Country,email\n"Ann, B.",AT,ann@example.com\nBob,DE,bob@example.com\nCarl,DE,bob@example.com\n';
const CHECK =
  'SELECT 1;\nDELETE FROM loose;\nSELECT a, missing\nFROM loose;\nSELECT a.id, b.status FROM orders a, orders b WHERE b.id <= 100;\n';

for (const flavor of ['mysql', 'mariadb'] as const)
  suite(`editing rows, importing files, checking statements, in the workbench, on ${flavor}`, function () {
    this.timeout(240_000);
    secondFlavor(this, flavor);
    const nameOf = (file: string): string => (flavor === 'mysql' ? file : `${flavor}-${file}`);
    let session: Session;
    let window: Workbench;
    let folder: string;
    const { results, previewRows, cell, status } = sqlSteps(() => window);

    const row = (label: string): Locator => window.page.locator(`.pane-body .monaco-list-row[aria-label^="${label}"]`).first();
    const dialog = (text: string): Locator => window.page.locator('.monaco-dialog-box', { hasText: text });
    const press = async (box: Locator, label: string): Promise<void> => {
      await box.locator('.monaco-button', { hasText: label }).click();
      await box.waitFor({ state: 'detached' });
      await window.page.waitForTimeout(300); // the keyboard goes back to where it was
    };
    const value = async (sql: string): Promise<unknown> =>
      Object.values(((await execute(session.mysql, sql, 'shop')) as object[])[0] ?? {})[0];
    const form = (): Promise<Frame> => webviewFrame(window.page, 'form');
    /** F2 on a cell, and the line of input with what it holds. */
    const edit = async (at: Locator): Promise<Locator> => {
      await at.click();
      await window.page.keyboard.press('F2');
      const box = window.page.locator('.quick-input-widget:visible input[type="text"]');
      await box.waitFor();
      return box;
    };

    suiteSetup(async () => {
      ({ session, window, folder } = await takeConnectedDesk({
        files: { [nameOf('people.csv')]: SHEET, [nameOf('check.sql')]: CHECK },
        flavor,
      }));
      await execute(
        session.mysql,
        `CREATE TABLE people (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20) NOT NULL, country CHAR(2), email VARCHAR(50) UNIQUE, length INT AS (CHAR_LENGTH(name)));
       CREATE TABLE loose (a INT); INSERT INTO loose VALUES (1);
       CREATE TABLE long_texts (id INT PRIMARY KEY, body TEXT); INSERT INTO long_texts VALUES (1, REPEAT('line\n', 6000))`,
        'shop',
      );
      await row('connection shop').click();
      await row('database shop').click();
      await row('table, orders').waitFor();
    });
    suiteTeardown(handOnDesk);
    teardown(async function () {
      if (this.currentTest?.state === 'failed')
        await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
    });

    /** Plans of MariaDB have other steps; a report has nothing of a server. */
    const ofMysql = flavor === 'mysql' ? test : (): void => undefined;

    test('F2 edits a cell: the statement is shown first, and a no changes nothing [F87]', async () => {
      const frame = await previewRows('customers');
      const before = await value('SELECT full_name FROM customers WHERE id = 1');
      const box = await edit(cell(frame, 0, 2));
      assert.equal(await box.inputValue(), before);
      await box.fill("O'Brien");
      await window.page.keyboard.press('Enter');
      await dialog("SET `full_name` = 'O''Brien' WHERE `id` = 1").waitFor();
      await window.screenshot(path.join(SCREENSHOTS, 'edit-dialog.png'));
      await press(dialog('Update this row'), 'Cancel');
      assert.equal(await value('SELECT full_name FROM customers WHERE id = 1'), before);
    });

    test('a yes changes the row, there and in the grid', async () => {
      const frame = await results();
      const box = await edit(cell(frame, 0, 2));
      await box.fill("O'Brien");
      await window.page.keyboard.press('Enter');
      await press(dialog('Update this row'), 'Update Row');
      await cell(frame, 0, 2).filter({ hasText: "O'Brien" }).waitFor();
      assert.equal(await value('SELECT full_name FROM customers WHERE id = 1'), "O'Brien");
    });

    test('a row that somebody else has changed meanwhile is left alone [F88]', async () => {
      const frame = await results();
      await execute(session.mysql, "UPDATE customers SET full_name = 'theirs' WHERE id = 2", 'shop');
      const box = await edit(cell(frame, 1, 2));
      await box.fill('mine');
      await window.page.keyboard.press('Enter');
      await press(dialog('Update this row'), 'Update Row');
      await window.page.locator('.notification-toast', { hasText: 'has changed since it was read' }).waitFor();
      assert.equal(await value('SELECT full_name FROM customers WHERE id = 2'), 'theirs');
      await clearNotifications(window);
    });

    ofMysql('a text of 30,000 characters is edited in a form, which opens again with what was typed when it is closed', async () => {
      const frame = await previewRows('long_texts');
      await cell(frame, 0, 1).click();
      await window.page.keyboard.press('F2');
      const area = (await form()).locator('[data-field="value"] textarea');
      const before = await area.inputValue();
      assert.equal(before.length, 30_000);
      await area.press('Control+End');
      await window.page.keyboard.type('the end');
      await until(async () => (await area.inputValue()).endsWith('the end'), 'what is typed');
      await window.runCommand('View: Close Editor');
      const toast = window.page.locator('.notification-toast', { hasText: "Your changes weren't saved." });
      await toast.waitFor();
      await window.screenshot(path.join(SCREENSHOTS, 'form-closed.png'));
      await toast.locator('.monaco-button', { hasText: 'Reopen' }).click();
      const again = (await form()).locator('[data-field="value"] textarea');
      assert.equal(await again.inputValue(), `${before}the end`);
      await (await form()).locator('[data-action="save"]').click();
      await (await ReviewTab.find(window)).run(); // too long for a dialog
      await until(async () => (await value('SELECT RIGHT(body, 7) FROM long_texts')) === 'the end' || undefined, 'the text');
    });

    test('NULL is set by its button; a text of several lines is edited in a form', async () => {
      await execute(session.mysql, "UPDATE orders SET note = 'one\\ntwo' WHERE id = 1; UPDATE orders SET note = 'x' WHERE id = 2", 'shop');
      const frame = await previewRows('orders');
      const note = (await frame.locator('.head [role="columnheader"]').allInnerTexts()).findIndex((name) => name.trim() === 'note') - 1;
      await cell(frame, 0, note).click();
      await window.page.keyboard.press('F2');
      const area = (await form()).locator('[data-field="value"] textarea');
      assert.equal(await area.inputValue(), 'one\ntwo');
      await area.fill('three\nfour');
      await (await form()).locator('[data-action="save"]').click();
      await press(dialog('Update this row'), 'Update Row');
      await until(async () => (await value('SELECT note FROM orders WHERE id = 1')) === 'three\nfour' || undefined, 'the note');
      await edit(cell(frame, 1, note));
      await window.page.locator('.quick-input-widget .action-label[aria-label="Set NULL"]').click();
      await press(dialog('`note` = NULL'), 'Update Row');
      await until(async () => (await value('SELECT note IS NULL FROM orders WHERE id = 2')) === 1 || undefined, 'NULL');
    });

    test('where no row can be named it says why', async () => {
      const frame = await previewRows('loose');
      await cell(frame, 0, 0).click();
      await window.page.keyboard.press('F2');
      await window.page.locator('.notification-toast', { hasText: 'loose has no primary key' }).waitFor();
      await clearNotifications(window);
    });

    const openImport = async (): Promise<Frame> => {
      await chooseFromMenu(window, row('table, people'), 'Import CSV');
      await answerFileDialog(window, path.join(folder, nameOf('people.csv')));
      const frame = await form();
      await frame.locator('.preview').waitFor();
      return frame;
    };
    const choose = async (frame: Frame, field: string, label: string): Promise<void> => {
      await frame.locator(`[data-field="${field}"] vscode-single-select`).click();
      await frame.locator(`[data-field="${field}"] li`, { hasText: label }).first().click();
    };

    test('a CSV file is shown with its mapping; columns of the same name find each other [F90]', async () => {
      const frame = await openImport();
      assert.deepEqual(await frame.locator('.preview th').allInnerTexts(), ['Name', 'Country', 'email']);
      const chosen = async (i: number): Promise<string> =>
        frame.locator(`[data-field="to ${String(i)}"] vscode-single-select .text`).innerText();
      await until(async () => (await chosen(1)) === '1: Name' || undefined, 'the mapping');
      assert.deepEqual([await chosen(0), await chosen(2), await chosen(3)], ["(use the column's default)", '2: Country', '3: email']);
      for (const theme of PICTURED) {
        await setTheme(window, theme);
        assert.deepEqual(await seriousViolations(await form()), [], theme.name);
        await window.screenshot(path.join(SCREENSHOTS, `import-csv-${theme.name}.png`));
      }
    });

    test('columns of the file that go nowhere are named before the import', async () => {
      const frame = await form();
      await choose(frame, 'to 3', "use the column's default");
      await frame.locator('[data-action="import"]').click();
      await dialog("File columns that aren't imported: email").waitFor();
      await press(dialog('Insert these rows into people'), 'Cancel');
      assert.equal(await value('SELECT COUNT(*) FROM people'), 0);
      await choose(frame, 'to 3', '3: email');
    });

    test('a file whose columns have changed since they were shown is shown again, and nothing of it is inserted', async () => {
      const file = path.join(folder, nameOf('people.csv'));
      const before = await readFile(file, 'utf8');
      const frame = await form();
      await writeFile(file, 'Country,Name,email\nKorea,Kim,kim@example\n');
      await frame.locator('[data-action="import"]').click();
      await frame.locator('.status.warning', { hasText: 'differs from what was shown' }).waitFor();
      assert.deepEqual(await frame.locator('.preview th').allInnerTexts(), ['Country', 'Name', 'email']);
      assert.equal(await frame.locator('[data-field="to 1"] vscode-single-select .text').innerText(), '2: Name');
      assert.equal(await value('SELECT COUNT(*) FROM people'), 0);
      await writeFile(file, before);
      await frame.locator('[data-action="again"]').click();
      await until(async () => (await frame.locator('.preview th').allInnerTexts())[0] === 'Name' || undefined, 'the file as it was');
    });

    test('a file that changes while the question is open is not inserted, and that is said', async () => {
      const file = path.join(folder, nameOf('people.csv'));
      const before = await readFile(file, 'utf8');
      const frame = await form();
      await frame.locator('[data-action="import"]').click();
      await dialog('Insert these rows').waitFor();
      await writeFile(file, before.replace(/Bob/, 'Eve'));
      await press(dialog('Insert these rows'), 'Import');
      await frame.locator('.status.error', { hasText: 'The file was changed after it was shown. Nothing was inserted.' }).waitFor();
      assert.equal(await value('SELECT COUNT(*) FROM people'), 0);
      await writeFile(file, before);
      // It was written once more, below the rows that are shown, too, for all that anybody knows.
      await frame.locator('[data-action="import"]').click();
      await frame.locator('.status.warning', { hasText: 'differs from what was shown' }).waitFor();
    });

    test('all or none: the row that is refused is told with its line, and nothing is there [F91]', async () => {
      const frame = await form();
      await frame.locator('[data-action="import"]').click();
      await press(dialog('Insert these rows'), 'Import');
      await frame.locator('.status.error', { hasText: 'Line 4: Duplicate entry' }).waitFor();
      assert.equal(await value('SELECT COUNT(*) FROM people'), 0);
    });

    test('the others go in where that is wanted [F92]', async () => {
      const frame = await form();
      await choose(frame, 'mode', 'the other rows');
      await frame.locator('[data-action="import"]').click();
      await press(dialog('Insert these rows'), 'Import');
      await frame.locator('.status.warning', { hasText: 'Inserted 2 rows into people. Line 4: Duplicate entry' }).waitFor();
      assert.equal(await value("SELECT GROUP_CONCAT(name ORDER BY name SEPARATOR '|') FROM people"), 'Ann, B.|Bob');
      await frame.locator('[data-action="cancel"]').click();
    });

    test('the server checks the statements of a file, and runs none [F68]', async () => {
      await openFile(window, nameOf('check.sql'), 'SELECT');
      await window.runCommand('MySQL Pilot: Check SQL File');
      await window.page
        .locator('.markers-panel .monaco-list-row', { hasText: "Unknown column 'missing'" })
        .filter({ hasText: '[Ln 3, Col 11]' })
        .waitFor();
      await window.page.locator('.editor-instance .squiggly-error').first().waitFor();
      assert.equal(await value('SELECT COUNT(*) FROM loose'), 1);
    });

    ofMysql('a plan opens beside: what was found, a tree with costs, and what was measured when that is asked for [F86]', async () => {
      await window.page.locator('.editor-instance .view-line', { hasText: 'b.status' }).first().click();
      await window.runCommand('MySQL Pilot: Explain Statement');
      const plan = await webviewFrame(window.page, '.findings');
      await plan.locator('.findings li', { hasText: 'Joins a without an index' }).waitFor();
      const steps = plan.locator('.row .step');
      await steps
        .filter({ hasText: 'Nested loop' })
        .or(steps.filter({ hasText: 'hash join' }))
        .first()
        .waitFor();
      assert.equal(await plan.locator('.head .actualRows').isVisible(), false);
      await plan.locator('button', { hasText: 'Run and Measure' }).click();
      await plan.locator('.grid.measured').waitFor();
      for (const theme of PICTURED) {
        await setTheme(window, theme);
        await window.screenshot(path.join(SCREENSHOTS, `plan-${theme.name}.png`));
        assert.deepEqual(await seriousViolations(plan), [], theme.name);
      }
      const before = await plan.locator('.row').count();
      await plan.locator('.row').first().focus();
      await window.page.keyboard.press('ArrowLeft');
      await until(async () => (await plan.locator('.row').count()) < before || undefined, 'fewer rows');
      await window.page.keyboard.press('ArrowRight');
      await until(async () => (await plan.locator('.row').count()) === before || undefined, 'all rows');
      await window.page.keyboard.press('End');
      assert.equal(await plan.locator('.row:focus').getAttribute('data-step'), String(before - 1));
      await plan.locator('button', { hasText: 'Open as Text' }).click();
      await window.page.locator('.tab.active', { hasText: 'Plan.txt' }).waitFor();
      await window.runCommand('View: Close All Editors in Group');
    });

    ofMysql('a report tells kinds and numbers, and shows all of it first [F121]', async () => {
      await window.runCommand('MySQL Pilot: Report Issue');
      const lines = window.page.locator('.editor-instance .view-lines', { hasText: 'Connections:' }).first();
      await lines.waitFor();
      const text = (await lines.innerText()).replaceAll('\u00A0', ' ');
      assert.match(text, /Connections: 1/);
      assert.match(text, /Last errors: (?:write\.changed|statement\.failed), input\.invalid/);
      assert.doesNotMatch(text, /127\.0\.0\.1|\bapp\b|shop|customers/);
      await window.page.locator('.notification-toast', { hasText: 'The report contains only this' }).waitFor();
      await clearNotifications(window);
    });

    test('where nobody may write, neither is begun [F93]', async () => {
      await chooseFromMenu(window, row('connection shop'), 'Make Connection Read-Only…');
      await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Neither you nor agents' }).click();
      await row('connection shop, read-only').waitFor();
      await row('table, people').waitFor();
      await chooseFromMenu(window, row('table, people'), 'Import CSV');
      await window.page.locator('.notification-toast', { hasText: 'read-only for everyone' }).waitFor();
      await clearNotifications(window);
      const frame = await previewRows('customers');
      await status('200 rows');
      await cell(frame, 0, 2).click();
      await window.page.keyboard.press('F2');
      await window.page.locator('.notification-toast', { hasText: 'read-only for everyone' }).waitFor();
    });
  });
