import assert from 'node:assert/strict';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { until } from '../harness/run.ts';
import { execute } from '../harness/servers/testServer.ts';
import { openFile, PICTURED, setTheme, THEMES } from '../harness/vscode/steps.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeConnectedDesk } from './desk.ts';
import { SCREENSHOTS, type Session } from './session.ts';
import { sqlSteps } from './sqlSteps.ts';

const FILES = {
  'body.sql':
    'CREATE PROCEDURE tidy()\nBEGIN\n  SELECT r.end FROM spans r;\n\n  DELETE FROM spans;\nEND;\nSELECT COUNT(*) AS spans_left FROM spans;\n',
  'insert.sql': 'INSERT INTO moves VALUES (1);\n\n\n',
  'line.sql': 'INSERT INTO moves VALUES (2); INSERT INTO moves VALUES (3);\n',
  'mode.sql': "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES';\nSELECT 'C:\\'; SELECT 2 AS \"second;\";\n",
  'names.sql': 'SELECT 1',
  'notes.txt': 'SELECT 2;\n',
  'warned.sql': "SELECT id + 'x' FROM orders LIMIT 30;\n",
};

suite('the statement at the cursor, in the workbench', function () {
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;

  const { goToLine, status, results, said, cells, chooseDatabase } = sqlSteps(() => window);
  const open = (file: keyof typeof FILES): Promise<void> => openFile(window, file, FILES[file].slice(0, 8));
  const run = (): Promise<void> => window.page.keyboard.press('Control+Enter');
  const numbers = async (): Promise<number[]> =>
    ((await execute(session.mysql, 'SELECT n FROM shop.moves ORDER BY n')) as { n: number }[]).map(({ n }) => n);
  const highlighted = (): Locator => window.page.locator('.editor-instance .view-overlays [class*="ced-"]');
  const editorText = async (): Promise<string> =>
    (await window.page.locator('.editor-instance .view-lines').first().innerText()).replaceAll('\u00a0', ' ');

  suiteSetup(async () => {
    ({ session, window } = await takeConnectedDesk({ files: FILES }));
    await execute(
      session.mysql,
      'CREATE TABLE spans (start INT, `end` INT); INSERT INTO spans VALUES (1, 2); CREATE TABLE moves (n INT); CREATE TABLE odd_names (`order` INT, `lead` INT, plain INT)',
      'shop',
    );
  });
  suiteTeardown(handOnDesk);
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  test('the status bar follows the language of the file in front', async () => {
    const place = window.page.locator('.statusbar-item', { hasText: 'MySQL: no connection' });
    await open('notes.txt');
    assert.equal(await place.count(), 0);
    for (const [language, state] of [
      ['MS SQL', 'visible'],
      ['Plain Text', 'hidden'],
    ] as const) {
      await window.runCommand('Change Language Mode');
      await window.answer(language);
      await place.waitFor({ state });
    }
  });

  test('runs the whole CREATE from inside its body, and shows before that it will', async () => {
    await open('body.sql');
    await goToLine(5);
    await until(async () => (await highlighted().count()) >= 6, 'the six lines of the program to be highlighted');
    await window.screenshot(path.join(SCREENSHOTS, 'statement-highlight.png'));
    await run();
    await chooseDatabase();
    const created = async (): Promise<boolean> =>
      ((await execute(session.mysql, "SELECT 1 FROM information_schema.routines WHERE routine_name = 'tidy'")) as unknown[]).length === 1;
    await until(created, 'the procedure to be created');
    await goToLine(7);
    await run();
    await status('1 row');
    await cells('1');
  });

  test('runs nothing on the empty lines behind the last statement', async () => {
    await open('insert.sql');
    await goToLine(1);
    await run();
    await chooseDatabase();
    await until(async () => (await numbers()).length === 1, 'the row to be inserted');
    for (let i = 0; i < 2; i++) {
      await window.page.keyboard.press('ArrowDown');
      await until(async () => (await highlighted().count()) === 0, 'nothing to be highlighted');
      await run();
      await window.page.locator('.notification-toast', { hasText: 'There is no statement at the cursor' }).first().waitFor();
    }
    assert.deepEqual(await numbers(), [1]);
  });

  test('runs the one at the cursor of two statements on one line', async () => {
    await open('line.sql');
    await goToLine(1);
    await window.page.keyboard.press('End');
    await run();
    await chooseDatabase();
    await until(async () => (await numbers()).length === 2, 'the row to be inserted');
    assert.deepEqual(await numbers(), [1, 3]);
  });

  test('splits by the sql_mode that the session has', async () => {
    await open('mode.sql');
    await goToLine(1);
    await run();
    await (await results()).locator('.messages li', { hasText: 'SET SESSION' }).waitFor();
    await window.page.keyboard.press('Control+Shift+K'); // so that nothing but the session tells
    await window.page.keyboard.press('End');
    await run();
    await (await results()).locator('.head .cell[title="second;"]').waitFor();
    await window.runCommand('File: Revert File');
  });

  test('highlights the statement in each theme', async () => {
    await open('body.sql');
    await goToLine(5);
    for (const theme of PICTURED) {
      await setTheme(window, theme);
      await goToLine(4);
      await until(async () => (await highlighted().count()) >= 4, 'the program to be highlighted');
      await window.screenshot(path.join(SCREENSHOTS, `statement-highlight-${theme.name.replaceAll(/\W+/g, '-')}.png`));
    }
    await setTheme(window, THEMES[0]);
  });

  test('completes reserved words in quotes, and a name that was begun with a quote once', async () => {
    await open('names.sql');
    await goToLine(1);
    await window.page.keyboard.press('End');
    await window.page.keyboard.type(' FROM odd_names o WHERE o.', { delay: 30 });
    const proposal = (text: string): Locator => window.page.locator('.suggest-widget .monaco-list-row', { hasText: text }).first();
    await proposal('order').waitFor();
    await window.page.keyboard.type('ord', { delay: 30 });
    await window.page.keyboard.press('Enter');
    await until(async () => (await editorText()).includes('o.`order`'), 'the reserved word to be quoted');
    await window.page.keyboard.type(' > o.`', { delay: 30 });
    await proposal('lead').waitFor();
    await window.page.keyboard.type('le', { delay: 30 });
    await proposal('lead').waitFor();
    await window.page.keyboard.press('Enter');
    await until(async () => (await editorText()).includes('> o.`lead`'), 'the name to be quoted once');
    assert.equal((await editorText()).split('`').length, 5);
    await window.runCommand('File: Revert File');
  });

  test('warnings that say the same are one message, and it is told how many there are', async () => {
    await open('warned.sql');
    await run();
    await said(/Truncated incorrect DOUBLE value: 'x' \(× 20\)/);
    await said('20 of 30 warnings are shown. To read all of them, run SHOW WARNINGS.');
    assert.equal(await (await results()).locator('.messages li', { hasText: 'Truncated' }).count(), 1);
    await window.screenshot(path.join(SCREENSHOTS, 'warnings.png'));
  });
});
