import assert from 'node:assert/strict';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { full, secondFlavor } from '../harness/depth.ts';
import { until } from '../harness/run.ts';
import { execute } from '../harness/servers/testServer.ts';
import { chooseFromMenu, openFile, openView, PICTURED, setTheme, THEMES } from '../harness/vscode/steps.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeConnectedDesk } from './desk.ts';
import { ReviewTab } from './review.ts';
import { SCREENSHOTS, type Session } from './session.ts';
import { sqlSteps } from './sqlSteps.ts';

const SCRIPT = `DROP PROCEDURE shop.aged;
DROP VIEW shop.late;
DELETE FROM shop.customers WHERE id = id;
UPDATE shop.orders SET note = 'x' WHERE 1;
TRUNCATE TABLE shop.orders;
ALTER TABLE shop.orders DROP COLUMN note;
DROP USER 'app_ro'@'%';
DROP FUNCTION shop.age;
DROP TRIGGER shop.stamp;
DROP EVENT shop.nightly;
DROP INDEX seen ON shop.orders;
DROP TABLE shop.customers;
DELETE FROM shop.customers WHERE id > 100000;
`;
/** More than fits into 120 characters, over several lines. */
const LONG = `DELETE o
FROM shop.orders AS o
  JOIN shop.customers AS c ON c.id = o.customer_id
WHERE c.full_name IS NOT NULL
  AND o.note <=> 'a note that is longer than what a question used to show of a statement'
  OR o.total >= 0
  OR o.id > 0;
`;
const USES = `USE other;
DROP TABLE IF EXISTS orders;
`;
const BROKEN = 'SELECT 1;\n\nSELECT id,\n  missing FROM orders;\n';
const QUIET = "SET @a = 1;\nBEGIN;\nCOMMIT;\nUPDATE shop.orders SET note = 'x' WHERE id < 0;\n";
const MANY = Array.from({ length: 15 }, (_, i) => `SELECT 1 AS a_long_title_${String(i + 1)} ;\n`).join('');
const SLEEP = 'SELECT SLEEP(30);\n';
const UNQUALIFIED = 'CREATE TABLE made (a INT);\nDROP TABLE made;\n';

const FILES = {
  'script.sql': SCRIPT,
  'long.sql': LONG,
  'uses.sql': USES,
  'unqualified.sql': UNQUALIFIED,
  'broken.sql': BROKEN,
  'quiet.sql': QUIET,
  'sleep.sql': SLEEP,
  'titles.sql': MANY,
};

for (const flavor of ['mysql', 'mariadb'] as const)
  suite(`questions before statements run, in the workbench, on ${flavor}`, function () {
    this.timeout(240_000);
    secondFlavor(this, flavor);
    /** A window knows a file by its name, and where it ran. */
    const nameOf = (file: string): string => (flavor === 'mysql' ? file : `${flavor}-${file}`);
    let session: Session;
    let window: Workbench;
    const { goToLine, said } = sqlSteps(() => window);

    const dialog = (): Locator => window.page.locator('.monaco-dialog-box');
    const press = async (label: string): Promise<void> => {
      await dialog().locator('.monaco-button', { hasText: label }).click();
      await dialog().waitFor({ state: 'detached' });
      await window.page.waitForTimeout(300);
    };
    const runLine = async (line: number): Promise<void> => {
      await goToLine(line);
      await window.page.keyboard.press('Control+Enter');
    };
    const count = async (table: string): Promise<unknown> =>
      Object.values(((await execute(session.mysql, `SELECT COUNT(*) FROM ${table}`)) as object[])[0] ?? {})[0];

    suiteSetup(async () => {
      ({ session, window } = await takeConnectedDesk({
        files: Object.fromEntries(Object.entries(FILES).map(([file, text]) => [nameOf(file), text])),
        flavor,
      }));
      await execute(
        session.mysql,
        `CREATE DATABASE other; CREATE TABLE other.orders (id INT); INSERT INTO other.orders VALUES (1), (2), (3); GRANT ALL ON other.* TO 'app'@'%';
       CREATE PROCEDURE shop.aged() SELECT 1; CREATE VIEW shop.late AS SELECT id FROM shop.orders; CREATE FUNCTION shop.age() RETURNS INT NO SQL RETURN 1;
       CREATE TRIGGER shop.stamp BEFORE INSERT ON shop.orders FOR EACH ROW SET NEW.id = NEW.id; CREATE INDEX seen ON shop.orders (note);
       CREATE EVENT shop.nightly ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' DO SET @a = 1`,
      );
    });
    suiteTeardown(handOnDesk);
    teardown(async function () {
      if (this.currentTest?.state === 'failed')
        await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
    });

    const QUESTIONS = [
      [1, 'Drop procedure shop.aged on shop?', "can't be recovered", 'Drop'],
      [2, 'Drop view shop.late on shop?', "can't be recovered", 'Drop'],
      [3, 'Delete all rows from shop.customers on shop?', 'WHERE clause matches every row', 'Delete Rows'],
      [4, 'Update all rows in shop.orders on shop?', 'WHERE clause is always true', 'Update Rows'],
      [5, 'Truncate shop.orders on shop?', 'shop.orders has 1,000 rows.', 'Truncate'],
      [6, 'Drop column note from shop.orders on shop?', 'shop.orders has 1,000 rows.', 'Drop'],
      [7, "Drop user 'app_ro'@'%' on shop?", "can't be recovered", 'Drop'],
      [8, 'Drop function shop.age on shop?', "can't be recovered", 'Drop'],
      [9, 'Drop trigger shop.stamp on shop?', "can't be recovered", 'Drop'],
      [10, 'Drop event shop.nightly on shop?', "can't be recovered", 'Drop'],
      [11, 'Drop index seen from shop.orders on shop?', 'DROP INDEX seen', 'Drop'],
      [12, 'Drop table shop.customers on shop?', 'shop.customers has 200 rows.', 'Drop'],
    ] as const;

    /** The others look like those before them. */
    const DRAWN = 7;

    for (const [line, question, detail, button] of QUESTIONS)
      test(`prompts with the object and its rows, and runs nothing without a yes: ${question}`, async () => {
        await openFile(window, nameOf('script.sql'), 'DROP PROC');
        await runLine(line);
        await dialog().filter({ hasText: question }).filter({ hasText: detail }).waitFor();
        const [statement = ''] = [SCRIPT.split(';\n')[line - 1]];
        assert.ok((await dialog().innerText()).includes(statement));
        assert.ok((await dialog().innerText()).includes('app@127.0.0.1'));
        await dialog().locator('.monaco-button', { hasText: button }).waitFor();
        await press('Cancel');
      });

    for (const theme of THEMES) {
      // The same questions again, for their pictures.
      const one = test(`each question can be read, ${theme.name}`, async () => {
        await setTheme(window, theme);
        const shoot = (name: string): Promise<unknown> => window.screenshot(path.join(SCREENSHOTS, `question-${name}-${theme.name}.png`));
        await openFile(window, nameOf('script.sql'), 'DROP PROC');
        for (const [line, question] of QUESTIONS.slice(0, DRAWN)) {
          await runLine(line);
          await dialog().filter({ hasText: question }).waitFor();
          await shoot(String(line));
          await press('Cancel');
        }
        await window.page.keyboard.press('Control+Shift+Enter');
        const review = await ReviewTab.find(window);
        await shoot('file');
        await review.reject();
        await ReviewTab.gone(window);
        await openFile(window, nameOf('long.sql'), 'DELETE o');
        await runLine(1);
        await dialog().waitFor();
        await shoot('long');
        await press('Cancel');
        await openFile(window, nameOf('unqualified.sql'), 'CREATE');
        await runLine(1);
        await window.page.locator('.quick-input-widget', { hasText: 'Select a database for the statements' }).waitFor();
        await shoot('database');
        await window.page.keyboard.press('Escape');
        await openFile(window, nameOf('script.sql'), 'DROP PROC');
      });
      full(one);
    }

    test('nothing was changed by asking', async () => {
      assert.deepEqual([await count('shop.orders'), await count('shop.customers')], ['1000', '200'].map(Number));
    });

    test('runs a DELETE that leaves rows out without a question', async () => {
      await runLine(13);
      await said('Line 13: 0 rows changed');
    });

    test('asks once for all statements of a file, each with its objects', async () => {
      await window.page.locator('.editor-instance .monaco-editor').first().click();
      await window.page.keyboard.press('Control+Shift+Enter');
      const review = await ReviewTab.find(window); // no dialog has room for them
      assert.equal(await review.headline, 'Run 12 statements');
      const text = await review.text;
      for (const statement of SCRIPT.split(';\n').slice(0, 12)) assert.ok(text.includes(statement), statement);
      await review.reject();
      await ReviewTab.gone(window);
      assert.equal(await count('shop.orders'), 1000);
    });

    test('shows a long statement whole', async () => {
      await openFile(window, nameOf('long.sql'), 'DELETE o');
      await runLine(1);
      await dialog()
        .filter({ hasText: 'Delete all rows from shop.orders on shop?' })
        .or(dialog().filter({ hasText: 'Delete rows from shop.orders on shop?' }))
        .waitFor();
      const text = (await dialog().innerText()).replaceAll('\u00a0', ' ');
      for (const part of LONG.replace(';\n', '').split('\n')) assert.ok(text.includes(part.trim()), part);
      await press('Cancel');
    });

    test('names the database that USE has chosen', async () => {
      await openFile(window, nameOf('uses.sql'), 'USE');
      await window.page.keyboard.press('Control+Shift+Enter');
      await dialog().filter({ hasText: 'Drop table other.orders on shop?' }).filter({ hasText: 'other.orders has 3 rows.' }).waitFor();
      assert.match(await dialog().innerText(), /Database: other/);
      await press('Drop');
      await said('Line 2: ');
      assert.equal(await count('shop.orders'), 1000);
    });

    test('asks for the database before the first run of a file that changes something', async () => {
      await openFile(window, nameOf('unqualified.sql'), 'CREATE');
      await runLine(1);
      const picker = window.page.locator('.quick-input-widget', { hasText: 'Select a database for the statements' });
      await picker.waitFor();
      await window.page.keyboard.press('Escape');
      await picker.waitFor({ state: 'hidden' });
      assert.deepEqual(await execute(session.mysql, "SHOW TABLES FROM shop LIKE 'made'"), []);
      await runLine(1);
      await picker.waitFor();
      await window.page.locator('.quick-input-list .monaco-list-row[aria-label="other"]').click();
      const made = async (): Promise<boolean> =>
        ((await execute(session.mysql, "SHOW TABLES FROM other LIKE 'made'")) as unknown[]).length === 1;
      await until(made, 'the table in the database that was chosen');
      await window.page.locator('.editor-instance .monaco-editor').first().click();
      await runLine(2);
      await dialog().filter({ hasText: 'Drop table other.made on shop?' }).waitFor();
      await press('Drop');
    });

    test('a failed run marks the place in the editor, and its message leads to the line', async () => {
      await openFile(window, nameOf('broken.sql'), 'SELECT 1');
      await window.page.locator('.editor-instance .monaco-editor').first().click();
      await window.page.keyboard.press('Control+Shift+Enter');
      const frame = await said("Line 3: MySQL error 1054: Unknown column 'missing'");
      const text = await frame.locator('.messages li.error').innerText();
      assert.doesNotMatch(text, /mysql_|object\.unknown|Next step/);
      await window.page.locator('.editor-instance .squiggly-error').first().waitFor();
      await openFile(window, nameOf('script.sql'), 'DROP PROC');
      await frame.locator('.messages li.error button.link', { hasText: `${nameOf('broken.sql')}:3` }).click();
      await window.page.locator('.statusbar-item', { hasText: 'Ln 3, Col 1' }).waitFor();
      for (const theme of PICTURED) {
        await setTheme(window, theme);
        await window.screenshot(path.join(SCREENSHOTS, `message-failed-${theme.name}.png`));
      }
      await goToLine(1);
      await window.page.keyboard.press('Control+Enter');
      await window.page.locator('.editor-instance .squiggly-error').first().waitFor({ state: 'detached' });
    });

    test('says Done for what changes no rows, and does not show a stopped statement as done', async () => {
      await openFile(window, nameOf('quiet.sql'), 'SET');
      await window.page.locator('.editor-instance .monaco-editor').first().click();
      await window.page.keyboard.press('Control+Shift+Enter');
      const frame = await said('Line 4: 0 rows changed');
      for (const line of [1, 2, 3])
        await frame
          .locator('.messages li.ok', { hasText: nameOf('quiet.sql') })
          .filter({ hasText: new RegExp(`Line ${String(line)}: Done`) })
          .waitFor();
      await openFile(window, nameOf('sleep.sql'), 'SELECT');
      await runLine(1);
      await frame.locator('.running button[aria-label^="Cancel"]').click();
      await said('Line 1: canceled');
      assert.equal(await frame.locator('.messages li.warning', { hasText: 'Line 1: canceled' }).count(), 1);
      assert.equal(await frame.locator('.messages li.ok', { hasText: nameOf('sleep.sql') }).count(), 0);
    });

    test('keeps the tab of the active result in sight', async () => {
      await openFile(window, nameOf('titles.sql'), 'SELECT');
      await window.page.locator('.editor-instance .monaco-editor').first().click();
      await window.page.keyboard.press('Control+Shift+Enter');
      const frame = await said('Line 15: 1 row');
      const tabs = frame.locator('.tab', { hasText: 'a_long_title' });
      for (const at of [14, 0, 14]) {
        await tabs.nth(at).dispatchEvent('click'); // which does not scroll
        await frame.locator('.tab[aria-selected="true"]', { hasText: new RegExp(`a_long_title_${String(at + 1)}$`) }).waitFor();
        await until(
          async () => {
            const [bar, tab] = [await frame.locator('.tabs').boundingBox(), await tabs.nth(at).boundingBox()];
            return bar !== null && tab !== null && tab.x >= bar.x - 1 && tab.x + tab.width <= bar.x + bar.width + 1;
          },
          `tab ${String(at)} within the bar`,
        );
      }
    });

    test('Enter Password says that the stored one is replaced, and Escape leaves all as it is', async () => {
      const box = window.page.locator('.quick-input-widget');
      for (const theme of PICTURED) {
        await setTheme(window, theme);
        await chooseFromMenu(window, window.treeRow('shop'), 'Enter Password');
        await box.filter({ hasText: 'It replaces the stored one.' }).waitFor();
        await window.screenshot(path.join(SCREENSHOTS, `enter-password-${theme.name}.png`));
        await window.page.keyboard.press('Escape');
        await box.waitFor({ state: 'hidden' });
      }
      await window.page.waitForTimeout(500);
      assert.equal(await window.page.locator('.notification-toast').count(), 0);
    });

    test('refuses on a read-only connection before anything is asked', async () => {
      await openView(window);
      await chooseFromMenu(window, window.treeRow('shop'), 'Make Connection Read-Only…');
      await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Read-only for everyone' }).first().click();
      await window.treeRow('read-only').waitFor();
      await openFile(window, nameOf('script.sql'), 'DROP PROC');
      await runLine(5);
      await said('"shop" is read-only, and');
      assert.equal(await dialog().count(), 0);
      assert.equal(await count('shop.orders'), 1000);
    });
  });
