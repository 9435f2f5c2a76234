import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { until } from '../harness/run.ts';
import { execute } from '../harness/servers/testServer.ts';
import { addConnection, answerFileDialog, openFile, openView } from '../harness/vscode/steps.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeConnectedDesk } from './desk.ts';
import { CHANGES, changeElsewhere } from './otherWindow.ts';
import { ReviewTab } from './review.ts';
import { SCREENSHOTS, type Session } from './session.ts';
import { sqlSteps } from './sqlSteps.ts';

const LONG = `UPDATE trash SET a = 2 WHERE a IN (${Array.from({ length: 900 }, (_, i) => i).join(', ')})\n-- Connection: development\n  OR 1 = 1`;
/** A file of its own for each, so that no answer of another one is taken for its own. */
const fileOf = (what: string): string => `drop-when-${what.replaceAll(' ', '-')}.sql`;
const FILES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.keys(CHANGES).map((what) => [fileOf(what), `DROP /* ${what} */ TABLE trash;\n`])),
  'drop.sql': 'DROP TABLE trash;\n',
  'long.sql': `${LONG};\n`,
  'unseen.sql': 'INSERT INTO trash VALUES (11);\n',
  'close.sql': 'BEGIN;\nINSERT INTO trash VALUES (21);\n',
  'commit.sql': 'BEGIN;\nINSERT INTO trash VALUES (31);\nCREATE TABLE made (n INT);\n',
  'same.sql': 'SELECT 7 AS same;\n',
  'before.sql': 'BEGIN;\nINSERT INTO trash VALUES (41);\nSELECT COUNT(*) AS n FROM trash WHERE a = 41;\n',
};

suite('hurried hands in the workbench', function () {
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;
  let folder: string;

  const { clickLine, cell, results, goToLine, said } = sqlSteps(() => window);
  const dialog = () => window.page.locator('.monaco-dialog-box');
  const focused = () => dialog().locator('.monaco-button:focus');
  const bar = (text: string) => window.page.locator('.statusbar-item', { hasText: text });
  const open = (file: string): Promise<void> => openFile(window, file, FILES[file]?.slice(0, 6) ?? '');
  const rows = async (condition = 'TRUE'): Promise<number> => {
    const [row] = (await execute(session.mysql, `SELECT COUNT(*) AS n FROM shop.trash WHERE ${condition}`)) as { n: number }[];
    return row?.n ?? -1;
  };
  /** The first run of a file that changes something asks for its database. */
  const chooseDatabase = async (): Promise<void> => {
    const list = window.page.locator('.quick-input-widget', { hasText: 'Select a database for the statements' });
    await list.waitFor();
    await list.locator('.monaco-list-row', { hasText: 'shop' }).first().click();
  };
  const runAll = async (): Promise<void> => {
    await window.page.keyboard.press('Control+Shift+Enter');
    await chooseDatabase();
  };
  /** What somebody types on who does not look up, when a dialog opens. */
  const typeOn = async (safe: string): Promise<void> => {
    await focused().filter({ hasText: safe }).waitFor();
    await window.page.keyboard.press('Control+Enter');
    await window.page.keyboard.type('abc');
    await focused().filter({ hasText: safe }).waitFor();
    await window.page.keyboard.press('Enter');
    await dialog().waitFor({ state: 'detached' });
  };
  const rollBack = async (): Promise<void> => {
    await bar('Transaction').click();
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Roll Back' }).first().click();
    await bar('Transaction').waitFor({ state: 'hidden' });
  };
  const pickRow = (label: string): Promise<void> =>
    window.page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first().click();
  const newQuery = async (text: string): Promise<void> => {
    await window.runCommand('MySQL Pilot: New Query');
    await window.page.locator('.tab.active', { hasText: 'Untitled-1' }).waitFor();
    await window.page.keyboard.type(text);
    await window.page.keyboard.press('Escape');
  };
  const closeUnsaved = async (): Promise<void> => {
    await window.runCommand('View: Close Editor');
    await dialog().locator('.monaco-button', { hasText: "Don't Save" }).click();
    await window.page.locator('.tab', { hasText: 'Untitled-1' }).waitFor({ state: 'detached' });
  };
  const reject = async (review: ReviewTab): Promise<void> => {
    await review.reject();
    await ReviewTab.gone(window);
  };

  suiteSetup(async () => {
    ({ session, window, folder } = await takeConnectedDesk({ files: FILES }));
    await execute(session.mysql, 'CREATE TABLE shop.trash (a INT)');
    await execute(session.mysql, 'INSERT INTO shop.trash VALUES (1), (1000), (2000)');
  });
  suiteTeardown(handOnDesk);
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  test('Enter in the question before a DROP opens the review and drops nothing', async () => {
    await open('drop.sql');
    await window.page.keyboard.press('Control+Enter');
    await chooseDatabase();
    await focused().filter({ hasText: 'Review…' }).waitFor();
    await window.screenshot(path.join(SCREENSHOTS, 'drop-question.png'));
    await typeOn('Review…');
    const review = await ReviewTab.find(window);
    assert.match(await review.headline, /^Drop table shop\.trash \(about \d+ rows, \d+ KiB\)$/);
    assert.match(await review.text, /DROP TABLE trash/);
    assert.equal(await rows(), 3);
    await reject(review);
    assert.equal(await rows(), 3);
  });

  for (const [what, change] of Object.entries(CHANGES))
    test(`a connection that is ${what} while the question stands is not used by its answer`, async () => {
      await open(fileOf(what));
      await window.page.keyboard.press('Control+Enter');
      await chooseDatabase();
      await focused().filter({ hasText: 'Review…' }).waitFor();
      const takeBack = await changeElsewhere(session.codeServer.folder, change);
      await dialog().locator('.monaco-button', { hasText: /^Drop/ }).click();
      const message = /was changed\. The remaining statements weren't run|was removed/;
      await (
        await results()
      )
        .locator('.messages li', { hasText: message })
        .filter({ hasText: `/* ${what} */` })
        .waitFor();
      assert.equal(await rows(), 3);
      await takeBack();
    });

  test('a statement that is too long for a dialog is read whole in its review, where none of its lines looks like ours', async () => {
    await open('long.sql');
    await window.page.keyboard.press('Control+Enter');
    await chooseDatabase();
    const review = await ReviewTab.find(window);
    assert.equal(await dialog().count(), 0);
    await review.frame.locator('pre', { hasText: 'OR 1 = 1' }).waitFor();
    for (const part of ['.outcome', 'header', '.warnings', 'footer'])
      for (const text of await review.frame.locator(part).allInnerTexts()) assert.ok(!text.includes('development'), text);
    assert.equal(await rows('a = 2'), 0);
    await reject(review);
  });

  test('what a command runs in a file that nobody has been in is asked about; a click into it is enough', async () => {
    await window.page.keyboard.press('Control+P');
    await window.page.locator('.quick-input-widget input:visible').first().fill('unseen.sql');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'unseen.sql' }).first().waitFor();
    await window.page.keyboard.press('Enter');
    await window.page.locator('.tab.active[data-resource-name="unseen.sql"]').waitFor();
    await window.runCommand('MySQL Pilot: Run Statement');
    await chooseDatabase();
    await dialog().filter({ hasText: 'INSERT INTO trash VALUES (11)' }).waitFor();
    await focused().filter({ hasText: 'Review…' }).waitFor();
    await window.page.keyboard.press('Escape');
    assert.equal(await rows('a = 11'), 0);
    await window.page.locator('.editor-instance .view-line', { hasText: 'INSERT' }).first().click();
    await window.page.keyboard.press('Control+Enter');
    await until(async () => (await rows('a = 11')) === 1, 'the row to be inserted');
  });

  test('what another program has written into an open file since is asked about', async () => {
    await open('unseen.sql');
    await writeFile(path.join(folder, 'unseen.sql'), 'INSERT INTO trash VALUES (12);\n');
    await window.page.locator('.monaco-editor[data-uri$="/unseen.sql"] .view-line', { hasText: '12' }).waitFor();
    await window.page.keyboard.press('Control+Shift+Enter'); // the cursor is elsewhere then
    await dialog().filter({ hasText: 'INSERT INTO trash VALUES (12)' }).waitFor();
    await window.page.keyboard.press('Escape');
    assert.equal(await rows('a = 12'), 0);
    await window.page.waitForTimeout(300); // nothing tells that the run which Escape has ended is over, and a second one would be refused
    await window.page.keyboard.press('Control+Home');
    await window.page.keyboard.type(' ');
    await window.page.keyboard.press('Control+Shift+Enter');
    await until(async () => (await rows('a = 12')) === 1, 'the row to be inserted');
  });

  test('Enter in the question of a closed editor keeps its transaction open', async () => {
    await open('close.sql');
    await runAll();
    await bar('Transaction').waitFor();
    await window.runCommand('View: Close Editor');
    await dialog().filter({ hasText: 'close.sql has an open transaction' }).waitFor();
    await typeOn('Keep Open');
    await bar('Transaction: close.sql').waitFor();
    assert.equal(await rows('a = 21'), 0);
    await rollBack();
    assert.equal(await rows('a = 21'), 0);
  });

  test('Enter in the question before an implicit commit runs nothing', async () => {
    await open('commit.sql');
    await runAll();
    await dialog().filter({ hasText: 'commits the open transaction' }).waitFor();
    await typeOn("Don't Run");
    await bar('Transaction').waitFor();
    assert.equal(await rows('a = 31'), 0);
    await rollBack();
  });

  test('Enter in the question before a connection is removed keeps it', async () => {
    await window.runCommand('MySQL Pilot: Remove Connection');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'shop' }).first().click();
    await dialog().filter({ hasText: 'Remove "shop"?' }).waitFor();
    await typeOn('Keep Connection');
    await window.treeRow('shop').waitFor();
  });

  test('a file that is renamed goes on in its session, with its transaction', async () => {
    await open('before.sql');
    for (const line of [1, 2]) {
      await goToLine(line);
      await window.page.keyboard.press('Control+Enter');
      await bar('Transaction').waitFor();
      await said(`before.sql:${String(line)}`); // until then another run of the file is refused
    }
    await said(/Line 2: 1 row changed[^]*\(41\)/); // a run is refused while another one of its file goes on
    await window.page.locator('.editor-instance .view-line', { hasText: 'SELECT COUNT' }).first().click();
    await window.page.keyboard.press('Control+Enter');
    await cell(await results(), 0, 0)
      .filter({ hasText: '1' })
      .waitFor();
    await window.runCommand('View: Show Explorer');
    await window.page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'before.sql' }).first().click();
    await window.page.keyboard.press('F2');
    const name = window.page.locator('.explorer-folders-view input');
    await name.fill('after.sql');
    await window.page.keyboard.press('Enter');
    await window.page.locator('.tab[data-resource-name="after.sql"]').waitFor();
    await clickLine(3, 'SELECT COUNT');
    await bar('Transaction').waitFor();
    await window.page.keyboard.press('Control+Enter');
    await cell(await results(), 0, 0)
      .filter({ hasText: '1' })
      .waitFor();
    assert.equal(await rows('a = 41'), 0);
    assert.equal(await dialog().count(), 0);
    await rollBack();
  });

  test('an untitled file that is saved goes on in its session, on its connection', async () => {
    await window.runCommand('MySQL Pilot: New Query');
    await window.page.locator('.tab.active', { hasText: 'Untitled' }).waitFor();
    await window.page.keyboard.type("SET @kept = 'kept';\nSELECT @kept AS kept;");
    await window.page.keyboard.press('Escape');
    await window.page.keyboard.press('Control+Shift+Enter');
    await cell(await results(), 0, 0)
      .filter({ hasText: 'kept' })
      .waitFor();
    await window.page.locator('.editor-instance .view-line', { hasText: 'SELECT @kept' }).first().click();
    await window.page.keyboard.press('Control+s');
    await answerFileDialog(window, path.join(folder, 'saved.sql'));
    await window.page.locator('.tab.active[data-resource-name="saved.sql"]').waitFor();
    await bar('shop · shop').waitFor();
    await window.page.locator('.editor-instance .view-line', { hasText: 'SELECT @kept' }).first().click();
    await window.page.keyboard.press('End');
    await window.page.keyboard.type(' -- again');
    await window.page.keyboard.press('Control+Enter');
    const frame = await results();
    await frame.locator('footer', { hasText: '1 row' }).waitFor();
    await cell(frame, 0, 0).filter({ hasText: 'kept' }).waitFor();
  });

  test('a closed untitled file leaves neither its place nor its transaction to the next one of its name', async () => {
    await openView(window);
    await addConnection(window, session.url, 'shop 2');
    await newQuery('BEGIN;\nINSERT INTO trash VALUES (51);');
    await bar('MySQL: no connection').click();
    await pickRow('shop 2');
    await pickRow('shop');
    await bar('shop 2 · shop').waitFor();
    await window.page.locator('.editor-instance .view-line').first().click();
    await window.page.keyboard.press('Control+Shift+Enter');
    await bar('Transaction').waitFor();
    await closeUnsaved();
    await dialog().filter({ hasText: 'has an open transaction' }).waitFor();
    await typeOn('Keep Open');
    await newQuery('SELECT 1;');
    await bar('MySQL: no connection').waitFor();
    await bar('Transaction: Untitled-1').waitFor();
    await closeUnsaved();
    await rollBack();
    assert.equal(await rows('a = 51'), 0);
  });

  test('a file that says what an untitled one says keeps its own place when that is closed', async () => {
    const text = 'SELECT 7 AS same;';
    await newQuery(text);
    await window.page.keyboard.press('Enter');
    await bar('MySQL: no connection').click();
    await pickRow('shop 2');
    await pickRow('shop');
    await bar('shop 2 · shop').waitFor();
    await open('same.sql');
    await bar('MySQL: no connection').waitFor();
    await window.page.locator('.tab', { hasText: 'Untitled-1' }).first().click();
    await bar('shop 2 · shop').waitFor();
    await closeUnsaved();
    await open('same.sql');
    await bar('MySQL: no connection').waitFor();
  });

  test('an untitled file that comes back with its window keeps its place', async () => {
    await newQuery('SELECT 8;');
    await bar('MySQL: no connection').click();
    await pickRow('shop 2');
    await pickRow('shop');
    await bar('shop 2 · shop').waitFor();
    await window.page.waitForTimeout(2000); // VS Code keeps what is not saved a second after the last key
    await window.reload();
    // It comes back from VS Code's copy of what is not saved; which tab is in front comes from its storage, which a reload may have overtaken.
    await window.page.locator('.tab', { hasText: 'Untitled-1' }).first().click();
    const plainText = bar('Plain Text');
    await plainText.or(bar('shop 2 · shop')).first().waitFor();
    if (await plainText.isVisible()) {
      // VS Code has lost the editor with its language, and brings back the text alone, later: then it is another file for us, which asks where it runs.
      await plainText.click();
      await window.page.locator('.quick-input-widget input:visible').fill('MS SQL');
      await pickRow('MS SQL');
      await bar('MySQL: no connection').or(bar('shop 2 · shop')).first().waitFor();
    }
    await closeUnsaved();
  });
});
