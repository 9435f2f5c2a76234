import assert from 'node:assert/strict';
import path from 'node:path';
import type { Connection } from 'mysql2/promise';
import { secondFlavor } from '../harness/depth.ts';
import { pause } from '../harness/recorder.ts';
import { until } from '../harness/run.ts';
import { adminConnection, execute } from '../harness/servers/testServer.ts';
import { chooseFromMenu, openFile, openView } from '../harness/vscode/steps.ts';
import { webviewFrame } from '../harness/vscode/webviews.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeConnectedDesk } from './desk.ts';
import { SCREENSHOTS, type Session } from './session.ts';
import { sqlSteps } from './sqlSteps.ts';

/** Waits for a lock of the test's, so that a person has time for something else. */
const PAUSE = 'SELECT id FROM orders WHERE id = 99 FOR UPDATE;\n';

const FILES = {
  'closing.sql': `SET @x = 'kept';\n${PAUSE}UPDATE orders SET note = IFNULL(@x, 'lost') WHERE id = 11;\n`,
  'ending.sql': `BEGIN;\nUPDATE orders SET note = 'inside' WHERE id = 12;\n${PAUSE}UPDATE orders SET note = 'outside' WHERE id = 13;\nROLLBACK;\n`,
  'again.sql': `SELECT 'again' AS run;\n${PAUSE}UPDATE orders SET total = total + 1 WHERE id = 14;\n`,
  'renamed.sql': "BEGIN;\nUPDATE orders SET note = 'open' WHERE id = 15;\nSELECT note FROM orders WHERE id = 15;\nCOMMIT;\n",
  'password.sql': "SET @y = 'kept';\nUPDATE orders SET note = IFNULL(@y, 'lost') WHERE id = 16;\n",
  'elsewhere.sql': 'CREATE TEMPORARY TABLE mine (n INT);\nSELECT COUNT(*) AS n FROM shop.mine;\nSELECT DATABASE() AS here;\n',
  'third.sql': 'CALL third();\n',
  'moving.sql': `BEGIN;\nUPDATE orders SET note = 'moved' WHERE id = 19;\n${PAUSE}UPDATE orders SET note = 'outside' WHERE id = 20;\n`,
  'other.sql': 'SELECT id, note FROM orders WHERE id = 21;\n',
  'using.sql': 'USE information_schema;\nSELECT DATABASE() AS here;\n',
  'inside.sql': 'START TRANSACTION;\nSELECT id, note FROM orders WHERE id = 18;\nROLLBACK;\n',
};

for (const flavor of ['mysql', 'mariadb'] as const)
  suite(`what a person does while an SQL file runs, on ${flavor}`, function () {
    this.timeout(240_000);
    secondFlavor(this, flavor);
    const nameOf = (file: string): string => (flavor === 'mysql' ? file : `${flavor}-${file}`);
    let session: Session;
    let window: Workbench;
    let holder: Connection;

    const { results, goToLine, said, cells, chooseDatabase } = sqlSteps(() => window);
    const dialog = () => window.page.locator('.monaco-dialog-box');
    const press = (label: string): Promise<void> => dialog().locator('.monaco-button', { hasText: label }).click();
    const open = (file: keyof typeof FILES): Promise<void> => openFile(window, nameOf(file), FILES[file].split('\n')[0]?.slice(0, 8) ?? '');
    const bar = (text: string) => window.page.locator('.statusbar-item', { hasText: text });
    const toast = (text: string) => window.page.locator('.notification-list-item', { hasText: text });
    const choose = (label: string): Promise<void> =>
      window.page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first().click();
    const noteOf = async (id: number): Promise<string | null | undefined> =>
      ((await execute(session.mysql, `SELECT note FROM shop.orders WHERE id = ${String(id)}`)) as { note: string | null }[])[0]?.note;
    /** In cents. */
    const total = async (): Promise<number> =>
      Number(
        ((await execute(session.mysql, 'SELECT total * 100 AS total FROM shop.orders WHERE id = 14')) as { total: string }[])[0]?.total,
      );
    const picture = async (name: string): Promise<void> => {
      await window.screenshot(path.join(SCREENSHOTS, `runs-${name}.png`));
    };
    /** Messages of other files are there as well. */
    const done = (line: number, sql: string): Promise<unknown> =>
      said(new RegExp(`Line ${String(line)}: (?:Done|1 row)[^]*${sql}|${sql}[^]*Line ${String(line)}: (?:Done|1 row)`));
    const hold = async (): Promise<void> => {
      await holder.query('START TRANSACTION');
      await holder.query('UPDATE orders SET note = note WHERE id = 99');
    };
    const letGo = async (): Promise<void> => {
      await holder.query('ROLLBACK');
    };
    const runAll = async (): Promise<void> => {
      await window.page.keyboard.press('Control+Shift+Enter');
      await chooseDatabase();
    };
    const runLine = async (line: number): Promise<void> => {
      await goToLine(line);
      await window.page.keyboard.press('Control+Enter');
    };

    suiteSetup(async () => {
      ({ session, window } = await takeConnectedDesk({
        files: Object.fromEntries(Object.entries(FILES).map(([file, text]) => [nameOf(file), text])),
        flavor,
      }));
      await execute(session.mysql, 'SET GLOBAL innodb_lock_wait_timeout = 300');
      holder = await adminConnection(session.mysql, 'shop');
      await execute(session.mysql, "UPDATE orders SET note = 'before' WHERE id BETWEEN 11 AND 21", 'shop');
    });
    suiteTeardown(async function () {
      await holder.end();
      await handOnDesk.call(this);
    });
    teardown(async function () {
      if (this.currentTest?.state === 'failed')
        await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
    });

    test('a closed editor ends no session whose file still runs', async () => {
      await hold();
      await open('closing.sql');
      await runAll();
      await said('Line 1: Done');
      await window.runCommand('View: Close All Editors');
      await letGo();
      await until(async () => (await noteOf(11)) !== 'before', 'the last statement', 20_000);
      assert.equal(await noteOf(11), 'kept');
    });

    test('a transaction is not ended while statements that were written for it still run', async () => {
      await hold();
      await open('ending.sql');
      await runAll();
      await said('Line 2: 1 row changed');
      await bar('Transaction').click();
      await choose('Roll Back');
      await toast('A statement in this file is still running.').first().waitFor();
      await picture('ending');
      await letGo();
      await said('Line 5: Done');
      assert.deepEqual([await noteOf(12), await noteOf(13)], ['before', 'before']);
      await window.runCommand('Notifications: Clear All Notifications');
    });

    test('a second run is refused at once, and runs nothing later', async () => {
      await hold();
      await open('again.sql');
      const before = await total();
      await runAll();
      await (await results()).locator('.row .cell', { hasText: /^again$/ }).waitFor();
      await window.page.keyboard.press('Control+Shift+Enter');
      await toast('A statement in this file is still running.').first().waitFor();
      await letGo();
      await until(async () => (await total()) !== before, 'the last statement', 20_000);
      await pause(2000); // for a second run to begin
      assert.equal(await total(), before + 100);
      await window.runCommand('Notifications: Clear All Notifications');
    });

    test('an open transaction outlives another name of its connection', async () => {
      await open('renamed.sql');
      await runLine(1);
      await bar('Transaction').waitFor();
      await runLine(2);
      await done(2, "UPDATE orders SET note = 'open'");
      await window.runCommand('MySQL Pilot: Rename Connection…');
      await choose('shop');
      await window.answer('store');
      await bar('store · shop').waitFor();
      await openView(window);
      await window.treeRow('store').first().waitFor();
      await open('renamed.sql');
      await runLine(3);
      await cells('open');
      await bar('Transaction').waitFor();
      await runLine(4);
      await done(4, 'COMMIT');
      assert.equal(await noteOf(15), 'open');
    });

    test('a cell of rows that an open transaction has read is not edited, since that would be committed at once', async () => {
      await open('inside.sql');
      await runLine(1);
      await bar('Transaction').waitFor();
      await runLine(2);
      await cells('18', 'before');
      await (await results()).locator('.cell[data-row="0"][data-column="1"]').click();
      await window.page.keyboard.press('F2');
      await toast('has an open transaction, but a cell edit is committed immediately').first().waitFor();
      await picture('edit');
      await window.runCommand('Notifications: Clear All Notifications');
      await runLine(3);
      await done(3, 'ROLLBACK');
    });

    test('a session outlives a password that is entered anew', async () => {
      await open('password.sql');
      await runLine(1);
      await done(1, 'SET @y');
      await window.runCommand('MySQL Pilot: Enter Password…');
      await choose('store');
      await window.answer('app-sample-pw');
      await window.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
      await open('password.sql');
      await runLine(2);
      await chooseDatabase();
      await done(2, 'UPDATE orders SET note = IFNULL');
      assert.equal(await noteOf(16), 'kept');
    });

    test('a file that is renamed while it runs runs nothing in another session', async () => {
      await hold();
      await open('moving.sql');
      await runLine(1);
      await bar('Transaction').waitFor();
      await runLine(2);
      await done(2, "UPDATE orders SET note = 'moved'");
      await runLine(3);
      await window.runCommand('View: Show Explorer');
      await window.page
        .locator('.explorer-folders-view .monaco-list-row', { hasText: nameOf('moving.sql') })
        .first()
        .click();
      await window.page.keyboard.press('F2');
      await window.page.locator('.explorer-folders-view input').fill(nameOf('moved.sql'));
      await window.page.keyboard.press('Enter');
      await window.page.locator(`.tab[data-resource-name="${nameOf('moved.sql')}"]`).waitFor();
      await runLine(4);
      await toast('A statement in this file is still running.').first().waitFor();
      await letGo();
      await done(3, 'FOR UPDATE');
      await bar('Transaction').waitFor();
      await runLine(4);
      await done(4, "UPDATE orders SET note = 'outside'");
      await bar('Transaction').click();
      await choose('Roll Back');
      await bar('Transaction').waitFor({ state: 'hidden' });
      assert.deepEqual([await noteOf(19), await noteOf(20)], ['before', 'before']);
      await window.runCommand('Notifications: Clear All Notifications');
    });

    test('another database of the same connection is chosen without a new session', async () => {
      await open('elsewhere.sql');
      await runLine(1);
      await chooseDatabase();
      await done(1, 'CREATE TEMPORARY');
      await bar('store · shop').click();
      await choose('store');
      await choose('information_schema');
      await bar('store · information_schema').waitFor();
      await runLine(2);
      await cells('0');
      await runLine(3);
      await cells('information_schema');
      await window.runCommand('View: Close All Editors');
      await dialog().filter({ hasText: 'temporary tables' }).waitFor();
      await press('Close Session');
    });

    test('what USE has chosen is named when its connection changes, and chosen in the next session', async () => {
      await open('using.sql');
      await runLine(1);
      await bar('store · information_schema').waitFor();
      const allow = async (label: string): Promise<void> => {
        await openView(window);
        await chooseFromMenu(window, window.treeRow('store'), 'Make Connection Read-Only…');
        await choose(label);
      };
      await allow('Read-only for everyone');
      await window.treeRow('read-only').waitFor();
      await open('using.sql');
      await runLine(2);
      await dialog().filter({ hasText: 'Lost with the session: the selected database.' }).waitFor();
      await picture('used-database');
      await window.page.keyboard.press('Enter');
      await dialog().waitFor({ state: 'detached' });
      await runLine(2);
      await dialog().filter({ hasText: 'The connection was changed.' }).waitFor();
      await press('Run in New Session');
      await cells('information_schema');
      await allow('You can change data');
    });

    test('shows what a procedure has shown before it failed', async () => {
      await execute(
        session.mysql,
        "CREATE PROCEDURE third() BEGIN SELECT 'first' AS a; SELECT 'second' AS b; SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the third'; END",
        'shop',
      );
      await open('third.sql');
      await runAll();
      await press('Run'); // the account can't read the procedure
      await said('the third');
      await picture('third');
      const frame = await results();
      for (const [i, shown] of ['first', 'second'].entries()) {
        await frame.locator('.tab', { hasText: 'CALL third()' }).nth(i).click();
        await cells(shown);
      }
    });

    test('rows of another server than the one that a connection leads to now are neither edited nor run again', async () => {
      await open('other.sql');
      await runLine(1);
      await cells('21', 'before');
      await openView(window);
      await chooseFromMenu(window, window.treeRow('store'), 'Edit Connection');
      const form = await webviewFrame(window.page, '[data-field="host"] input');
      await form.locator('[data-field="host"] input').fill('localhost'); // as far as anybody knows
      await form.locator('[data-action="save"]').click();
      await window.page.locator('.tab', { hasText: 'Connection' }).waitFor({ state: 'detached' });
      await (await results()).locator('.cell[data-row="0"][data-column="1"]').click();
      await window.page.keyboard.press('F2');
      await toast('"store" no longer connects to the server that these rows came from.').first().waitFor();
      await picture('other-server');
      await window.runCommand('Notifications: Clear All Notifications');
    });
  });
