import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { full, secondFlavor } from '../harness/depth.ts';
import { until } from '../harness/run.ts';
import { SAMPLE } from '../harness/servers/sample.ts';
import { execute } from '../harness/servers/testServer.ts';
import { answerFileDialog, openFile, setTheme, THEMES } from '../harness/vscode/steps.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeConnectedDesk } from './desk.ts';
import { SCREENSHOTS, type Session } from './session.ts';
import { sqlSteps } from './sqlSteps.ts';

const FILES = {
  'work.sql': "BEGIN;\nUPDATE orders SET note = 'first' WHERE id = 1;\nDELETE FROM orders WHERE id = 2;\n",
  'definition.sql': "BEGIN;\nUPDATE orders SET note = 'defined' WHERE id = 3;\nCREATE TABLE made (n INT);\n",
  'autocommit.sql': 'SET autocommit = 0;\nSELECT id FROM orders WHERE id = 1;\n',
  'closed.sql': "BEGIN;\nUPDATE orders SET note = 'closed' WHERE id = 4;\n",
  'archive.sql': 'CALL archive();\n',
  'documents.sql':
    "START TRANSACTION;\nUPDATE orders SET note = 'one' WHERE id = 6;\nSELECT id, title, body FROM docs;\nUPDATE orders SET note = 'two' WHERE id = 7;\nROLLBACK;\n",
  'dropped.sql': 'CREATE DATABASE dropped;\nUSE dropped;\nDROP DATABASE dropped;\nCREATE TABLE made (n INT);\n',
  'logged.sql': 'SELECT * FROM logged;\n',
  'endless.sql': 'SELECT a.id FROM orders a, orders b, orders c;\n',
  'large.sql': "SELECT 1 AS id, REPEAT('x', 5000000) AS body;\n",
};

for (const flavor of ['mysql', 'mariadb'] as const)
  suite(`the session of an SQL file in the workbench, on ${flavor}`, function () {
    this.timeout(240_000);
    secondFlavor(this, flavor);
    /** A window knows a file by its name, and where it ran. */
    const nameOf = (file: string): string => (flavor === 'mysql' ? file : `${flavor}-${file}`);
    let session: Session;
    let window: Workbench;
    let folder: string;

    const { results, goToLine, said, status, chooseDatabase } = sqlSteps(() => window);
    const dialog = () => window.page.locator('.monaco-dialog-box');
    const press = (label: string): Promise<void> => dialog().locator('.monaco-button', { hasText: label }).click();
    const open = (file: keyof typeof FILES): Promise<void> => openFile(window, nameOf(file), FILES[file].split('\n')[0]?.slice(0, 8) ?? '');
    const toast = (text: string) => window.page.locator('.notification-list-item', { hasText: text });
    const bar = (text: string) => window.page.locator('.statusbar-item', { hasText: text });
    const count = async (where: string): Promise<number> => {
      const [row] = (await execute(session.mysql, `SELECT COUNT(*) AS n FROM shop.orders WHERE ${where}`)) as { n: number }[];
      return row?.n ?? -1;
    };
    const picture = async (name: string): Promise<void> => {
      await window.screenshot(path.join(SCREENSHOTS, `session-${name}.png`));
    };
    const runAll = async (): Promise<void> => {
      await window.page.keyboard.press('Control+Shift+Enter');
      await chooseDatabase();
    };
    const runLine = async (line: number): Promise<void> => {
      await goToLine(line);
      await window.page.keyboard.press('Control+Enter');
    };
    const killAll = async (): Promise<void> => {
      const rows = (await execute(
        session.mysql,
        `SELECT id FROM information_schema.processlist WHERE user = '${SAMPLE.owner.user}'`,
      )) as Record<string, number>[];
      for (const row of rows) await execute(session.mysql, `KILL ${String(row['id'] ?? row['ID'])}`).catch(() => undefined);
    };

    suiteSetup(async () => {
      ({ session, window, folder } = await takeConnectedDesk({
        files: Object.fromEntries(Object.entries(FILES).map(([file, text]) => [nameOf(file), text])),
        flavor,
      }));
    });
    suiteTeardown(handOnDesk);
    teardown(async function () {
      if (this.currentTest?.state === 'failed')
        await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
    });

    test('names what was lost with a killed session before the next statement, which runs in a new one on request', async () => {
      await open('work.sql');
      await runLine(1);
      await said('Line 1');
      await runLine(2);
      await said('Line 2: 1 row changed');
      await bar('Transaction').waitFor();
      await killAll();
      await bar('Session ended').waitFor();
      await picture('lost-status');
      await runLine(3);
      await dialog().filter({ hasText: 'an open transaction' }).waitFor();
      assert.equal(await count('id = 2'), 1);
      assert.ok((await dialog().innerText()).includes('DELETE FROM orders WHERE id = 2'), 'what would run is shown');
      await picture('lost-question');
      await press('Cancel');
      assert.equal(await count('id = 2'), 1);
      assert.equal(await count("note = 'first'"), 0);
      await runLine(3);
      await press('Run in New Session');
      await said('Line 3: 1 row changed');
      assert.equal(await count('id = 2'), 0);
      await bar('Session ended').waitFor({ state: 'hidden' });
    });

    for (const [i, theme] of THEMES.entries()) {
      const one = test(`asks before a statement that commits the open transaction, ${theme.name}`, async () => {
        await setTheme(window, theme);
        await open('definition.sql');
        if (i === 0) await runAll();
        else await window.page.keyboard.press('Control+Shift+Enter');
        await dialog().filter({ hasText: 'commits the open transaction' }).waitFor();
        await picture(`commit-question-${theme.name}`);
        await press('Cancel');
        await said('would commit the open transaction');
        assert.equal(await count("note = 'defined'"), 0);
        await picture(`commit-message-${theme.name}`);
        await bar('Transaction').click();
        await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Roll Back' }).first().click();
        await bar('Transaction').waitFor({ state: 'hidden' });
      });
      if (i > 0) full(one);
    }

    test('shows the transaction that a SELECT opens while autocommit is off', async () => {
      await open('autocommit.sql');
      await window.page.keyboard.press('Control+Shift+Enter');
      await said('Line 2: 1 row');
      await bar('Transaction').waitFor();
      await bar('Transaction').click();
      await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Roll Back' }).first().click();
      await bar('Transaction').waitFor({ state: 'hidden' });
    });

    test('shows a row over 4 MiB with its cell cut', async () => {
      await open('large.sql');
      await runLine(1);
      await status('1 large cell truncated');
      // A cell whose row is on its way shows an ellipsis alone.
      await (await results()).locator('.cell[data-row="0"][data-column="1"]', { hasText: /^x+…/ }).waitFor();
    });

    test('runs a procedure to its end that gives more rows than are shown', async () => {
      await execute(
        session.mysql,
        `CREATE TABLE done (t DATETIME); CREATE PROCEDURE archive() BEGIN SELECT a.id, b.id FROM orders a, orders b WHERE b.id <= 120; INSERT INTO done VALUES (NOW()); END`,
        'shop',
      );
      await open('archive.sql');
      await runAll();
      await press('Run'); // the account can't read the procedure
      const rows = (await count('TRUE')) * (await count('id <= 120'));
      assert.ok(rows > 100_000, 'more than are shown');
      await said(`Line 1: ${rows.toLocaleString('en-US')} rows`);
      assert.deepEqual(await execute(session.mysql, 'SELECT COUNT(*) AS n FROM shop.done'), [{ n: 1 }]);
    });

    test('a row over 4 MiB in a transaction of a file ends neither the transaction nor what is rolled back with it', async () => {
      await execute(
        session.mysql,
        "CREATE TABLE docs (id INT, title VARCHAR(9), body LONGTEXT); INSERT INTO docs VALUES (1, 'small', 'x'), (2, 'large', REPEAT('y', 5000000))",
        'shop',
      );
      await open('documents.sql');
      await runAll();
      await said('Line 5: Done');
      assert.equal(await count("note IN ('one', 'two')"), 0);
      await said('Line 3: 2 rows');
      await said('Line 4: 1 row changed');
    });

    test('asks before it runs a statement again for a file, where a function writes each time that it is read', async () => {
      await execute(
        session.mysql,
        `CREATE TABLE log (n INT);
         CREATE DEFINER = ${SAMPLE.owner.user}@'%' FUNCTION log_it(n INT) RETURNS INT MODIFIES SQL DATA BEGIN INSERT INTO shop.log VALUES (n); RETURN n; END;
         CREATE VIEW logged AS SELECT log_it(1) AS n, REPEAT('x', 5000000) AS large`,
        'shop',
      );
      const logged = async (): Promise<unknown> => execute(session.mysql, 'SELECT COUNT(*) AS n FROM shop.log');
      const exportAll = async (): Promise<void> => {
        await (await results()).locator('.tools button[aria-label^="Export"]').click();
        await dialog().filter({ hasText: 'Run the statement again on shop · shop to export all rows?' }).waitFor();
      };
      await open('logged.sql');
      await runLine(1);
      await status('1 large cell truncated');
      await exportAll();
      await dialog().filter({ hasText: 'shop.logged → shop.log_it() contains: INSERT INTO shop.log' }).waitFor();
      await picture('export-again');
      await window.page.keyboard.press('Enter');
      await dialog().waitFor({ state: 'detached' });
      assert.deepEqual(await logged(), [{ n: 1 }]);
      await exportAll();
      await press('Run Again and Export');
      const file = path.join(folder, nameOf('logged.csv'));
      await answerFileDialog(window, file);
      await toast('1 row exported').waitFor();
      assert.deepEqual(await logged(), [{ n: 2 }]);
      assert.equal((await readFile(file, 'utf8')).length, 'n,large\r\n1,\r\n'.length + 5_000_000);
      await window.runCommand('Notifications: Clear All Notifications');
    });

    test('rows of a statement that still runs are neither edited nor exported: where they are of is not known yet', async () => {
      await open('endless.sql');
      await runLine(1);
      await status('100,000 rows'); // the rows of another file are shown until then
      const first = (await results()).locator('.cell[data-row="0"][data-column="0"]');
      for (const attempt of ['edit', 'export']) {
        await first.click();
        if (attempt === 'edit') await window.page.keyboard.press('F2');
        else await (await results()).locator('.tools button[aria-label^="Export"]').click();
        await window.runCommand('Notifications: Show Notifications'); // a toast goes by itself
        await toast("The statement that returns these rows hasn't finished.").first().waitFor();
        await picture(`still-runs-${attempt}`);
        await window.runCommand('Notifications: Clear All Notifications');
      }
      await openFile(window, nameOf('endless.sql'), 'SELECT');
      await window.runCommand('MySQL Pilot: Cancel Running Statement');
      const running = `SELECT id FROM information_schema.processlist WHERE info LIKE 'SELECT a.id FROM orders a, orders b, orders c%'`;
      await until(async () => ((await execute(session.mysql, running)) as unknown[]).length === 0, 'the statement to end', 60_000);
    });

    test('names no database once that of the session was dropped, and asks for one before the next statement that needs it', async () => {
      await execute(session.mysql, `GRANT ALL ON dropped.* TO '${SAMPLE.owner.user}'@'%'`);
      await open('dropped.sql');
      await runLine(1);
      await (
        await results()
      )
        .locator('.messages li.ok', { hasText: 'CREATE DATABASE dropped' })
        .filter({ hasText: 'Line 1: Done' })
        .waitFor();
      await runLine(2);
      await bar('shop · dropped').waitFor();
      await runLine(3);
      await dialog().filter({ hasText: 'Drop database dropped on shop?' }).waitFor();
      await press('Drop');
      await bar('shop · dropped').waitFor({ state: 'hidden' });
      await runLine(4);
      await window.page.locator('.quick-input-widget', { hasText: 'Select a database for the statements' }).waitFor();
      await window.page.keyboard.press('Escape');
      await window.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
      await runLine(4);
      await chooseDatabase();
      await said('Line 4: Done');
      assert.equal(((await execute(session.mysql, "SHOW TABLES FROM shop LIKE 'made'")) as unknown[]).length, 1);
    });

    test('a closed editor with an open transaction asks, keeps it open on request, and ends it from the status bar', async () => {
      await open('closed.sql');
      await runAll();
      await said('Line 2: 1 row changed');
      await window.runCommand('View: Close All Editors');
      await dialog()
        .filter({ hasText: `${nameOf('closed.sql')} has an open transaction` })
        .waitFor();
      await picture('close-question');
      await press('Keep Open');
      await bar(`Transaction: ${nameOf('closed.sql')}`).waitFor();
      await picture('kept-status');
      await bar(`Transaction: ${nameOf('closed.sql')}`).click();
      await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Commit' }).first().click();
      await until(async () => (await count("note = 'closed'")) === 1, 'the transaction to be committed', 10_000);
      await bar('Transaction').waitFor({ state: 'hidden' });
    });
  });
