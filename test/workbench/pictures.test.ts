import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { full } from '../harness/depth.ts';
import { SAMPLE } from '../harness/servers/sample.ts';
import { execute } from '../harness/servers/testServer.ts';
import { answerFileDialog, chooseFromMenu, clearNotifications, openFile, openView, setTheme, THEMES } from '../harness/vscode/steps.ts';
import { webviewFrame } from '../harness/vscode/webviews.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { SCREENSHOTS, Session } from './session.ts';
import { sqlSteps } from './sqlSteps.ts';

/** What of the product's own words the steps need. */
const LANGUAGES = {
  en: { add: 'MySQL Pilot: Add Connection…', import: 'Import CSV', themes: THEMES },
  ko: { add: 'MySQL Pilot: 연결 추가…', import: 'CSV', themes: THEMES.slice(0, 1) },
} as const;

/** Each file is new to the window once in each theme: what it asks about a file it asks once. */
const filesOf = (theme: string): Readonly<Record<string, string>> => ({
  [`unseen-${theme}.sql`]: "UPDATE orders SET note = 'unseen' WHERE id = 1;\n",
  [`close-${theme}.sql`]: "BEGIN;\nUPDATE orders SET note = 'close' WHERE id = 2;\n",
  [`temporary-${theme}.sql`]: 'CREATE TEMPORARY TABLE kept (a INT);\n',
  [`lost-${theme}.sql`]: "BEGIN;\nUPDATE orders SET note = 'lost' WHERE id = 3;\nDELETE FROM orders WHERE id = 4;\n",
  [`commit-${theme}.sql`]: "BEGIN;\nUPDATE orders SET note = 'commit' WHERE id = 5;\nCREATE TABLE made (n INT);\n",
  [`dropped-${theme}.sql`]: 'CREATE DATABASE dropped;\nUSE dropped;\nDROP DATABASE dropped;\nCREATE TABLE made (n INT);\n',
  [`broken-${theme}.sql`]: 'SELECT 1;\n\nSELECT id,\n  missing FROM orders;\n',
  [`logged-${theme}.sql`]:
    "SELECT * FROM logged;\nSET SESSION session_track_system_variables = '';\nSELECT SLEEP(0) AS n, REPEAT('x', 5000000) AS large;\n",
  [`cells-${theme}.sql`]:
    'SELECT * FROM loose;\nSELECT * FROM looking;\nSELECT id, twice FROM computed;\nSELECT note FROM orders LIMIT 2;\nSELECT id + 1 AS next FROM orders LIMIT 2;\nSELECT id, note FROM orders LIMIT 2;\n',
});
const CSV = Buffer.from('id,name\r\n1,José\r\n2,Zoë "the, great"\r\n', 'latin1');

for (const [language, words] of Object.entries(LANGUAGES)) {
  suite(`pictures of questions and messages (${language})`, function () {
    this.timeout(300_000);
    full(this);
    let session: Session;
    let window: Workbench;
    let folder: string;
    const { goToLine, chooseDatabase: chooseInEnglish, results, cell } = sqlSteps(() => window);

    const dialog = (): Locator => window.page.locator('.monaco-dialog-box');
    const input = (): Locator => window.page.locator('.quick-input-widget:visible');
    const toast = (): Locator => window.page.locator('.notification-toast').first();
    const transaction = (): Locator => window.page.locator('.statusbar-item[id$="mysqlPilot.transaction"]:visible');
    const runFile = (): Promise<void> => window.page.keyboard.press('Control+Shift+Enter');
    const runLine = async (line: number): Promise<void> => {
      await goToLine(line);
      await window.page.keyboard.press('Control+Enter');
    };
    const chooseDatabase = async (): Promise<void> => {
      if (language === 'en') return chooseInEnglish();
      await input().locator('.monaco-list-row', { hasText: 'shop' }).first().click();
    };
    const cancel = async (): Promise<void> => {
      await window.page.keyboard.press('Escape');
      await dialog().waitFor({ state: 'detached' });
      await window.page.waitForTimeout(300); // the keyboard goes back to where it was
    };
    /** The dialog puts the button with the focus at the end, and *Cancel* before it. */
    const press = async (which: 'safe' | 'action'): Promise<void> => {
      const buttons = dialog().locator('.monaco-button');
      await (which === 'safe' ? buttons.last() : buttons.first()).click();
      await dialog().waitFor({ state: 'detached' });
      await window.page.waitForTimeout(300);
    };
    const rollBack = async (): Promise<void> => {
      await transaction().click();
      await input().locator('.monaco-list-row').nth(1).click();
      await transaction().waitFor({ state: 'hidden' });
    };
    const killAll = async (): Promise<void> => {
      const rows = (await execute(
        session.mysql,
        `SELECT id AS id FROM information_schema.processlist WHERE user = '${SAMPLE.owner.user}'`,
      )) as { id: number }[];
      for (const { id } of rows) await execute(session.mysql, `KILL ${String(id)}`).catch(() => undefined);
    };
    const showView = async (): Promise<void> => {
      if (language === 'en') return openView(window);
      const icon = window.page.locator('.activitybar [aria-label^="MySQL Pilot"]').first();
      const isShown = window.page.locator('.part.sidebar .composite.title', { hasText: 'MySQL Pilot' });
      if (!(await isShown.isVisible())) await icon.click(); // a second click would close it
      await window.page.locator('.part.sidebar .pane-body').first().waitFor();
    };
    /** Enter presses what changes nothing. */
    const isSafe = async (): Promise<void> => {
      const focused = dialog().locator('.monaco-button:focus');
      await focused.waitFor();
      if (language === 'en') assert.match(await focused.innerText(), /^(?:Keep Open|Don't Run|Don't Export|Review…)$/);
    };

    suiteSetup(async () => {
      session = await Session.start({
        settings: {
          'files.simpleDialog.enable': true,
          'security.workspace.trust.startupPrompt': 'never',
          'security.workspace.trust.banner': 'never',
        },
      });
      if (language === 'ko') await session.context.addInitScript("globalThis._VSCODE_NLS_LANGUAGE = 'ko'");
      folder = path.join(session.codeServer.folder, 'folders', 'pictures');
      await mkdir(folder, { recursive: true });
      for (const { name } of words.themes)
        for (const [file, text] of Object.entries(filesOf(name))) await writeFile(path.join(folder, file), text);
      await writeFile(path.join(folder, 'people.csv'), CSV);
      window = await session.openWindow('pictures');
      await showView();
      await window.runCommand(words.add);
      await window.page.locator('.quick-input-widget input[placeholder^="mysql://"]').waitFor();
      await window.answer(session.url);
      await window.treeRow('shop').waitFor();
      await execute(
        session.mysql,
        `CREATE TABLE loose (a INT); INSERT INTO loose VALUES (1); CREATE VIEW looking AS SELECT id, note FROM orders;
         CREATE TABLE computed (id INT PRIMARY KEY, twice INT AS (id * 2)); INSERT INTO computed (id) VALUES (1);
         CREATE DEFINER = ${SAMPLE.owner.user}@'%' FUNCTION log_it(n INT) RETURNS INT MODIFIES SQL DATA BEGIN INSERT INTO shop.loose VALUES (n); RETURN n; END;
         CREATE VIEW logged AS SELECT log_it(1) AS n, REPEAT('x', 5000000) AS large;
         CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(40)); GRANT ALL ON dropped.* TO '${SAMPLE.owner.user}'@'%'`,
        'shop',
      );
    });
    suiteTeardown(() => session.dispose());
    teardown(async function () {
      if (this.currentTest?.state === 'failed')
        await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
    });

    for (const theme of words.themes) {
      const shoot = async (name: string): Promise<void> => {
        await window.page.mouse.move(1396, 4);
        await window.page.waitForTimeout(400); // notifications fade in
        await window.screenshot(path.join(SCREENSHOTS, `picture-${language}-${name}-${theme.name}.png`));
      };
      const name = (file: string): string => `${file}-${theme.name}.sql`;

      test(`questions about a session and its transaction, ${theme.name}`, async () => {
        await setTheme(window, theme);
        await openFile(window, name('close'), 'BEGIN');
        await runFile();
        await chooseDatabase();
        await transaction().waitFor();
        await window.runCommand('View: Close Editor');
        await dialog().waitFor();
        await isSafe();
        await shoot('close');
        await press('safe');
        await transaction().waitFor();
        await shoot('kept');
        await rollBack();

        await openFile(window, name('temporary'), 'CREATE');
        await runFile();
        await chooseDatabase();
        await (await results()).locator('.messages li.ok').first().waitFor();
        await window.runCommand('View: Close Editor');
        await dialog().waitFor();
        await isSafe();
        await shoot('close-session');
        await press('action');

        await openFile(window, name('commit'), 'BEGIN');
        await runFile();
        await chooseDatabase();
        await dialog().waitFor();
        await isSafe();
        await shoot('commit');
        await cancel();
        await shoot('commit-message');
        await rollBack();

        await openFile(window, name('lost'), 'BEGIN');
        await runLine(1);
        await transaction().waitFor();
        await runLine(2);
        await (await results()).locator('.messages li.ok', { hasText: `${name('lost')}:2` }).waitFor();
        await killAll();
        await toast().waitFor();
        await shoot('lost-status');
        await runLine(3);
        await dialog().waitFor();
        await isSafe();
        await shoot('lost');
        await press('action');
        await clearNotifications(window);
      });

      test(`questions before a run, and its failure, ${theme.name}`, async () => {
        await window.page.keyboard.press('Control+P');
        await input().locator('input').fill(name('unseen'));
        await window.page
          .locator('.quick-input-list .monaco-list-row', { hasText: name('unseen') })
          .first()
          .waitFor();
        await window.page.keyboard.press('Enter');
        await window.page.locator(`.tab.active[data-resource-name="${name('unseen')}"]`).waitFor();
        await window.page.locator(`.monaco-editor.focused[data-uri$="/${name('unseen')}"]`).waitFor();
        await window.page.locator('.codelens-decoration').first().waitFor();
        await window.page.keyboard.press('Control+Enter');
        await chooseDatabase();
        await dialog().waitFor();
        await isSafe();
        await shoot('unseen');
        await cancel();

        await openFile(window, name('dropped'), 'CREATE');
        await runLine(1);
        await window.page.waitForTimeout(1500);
        await runLine(2);
        await window.page.locator('.statusbar-item[id$="mysqlPilot.place"]', { hasText: 'shop · dropped' }).waitFor();
        await runLine(3);
        await dialog().waitFor();
        await isSafe();
        await shoot('drop-database');
        await press('action');
        await window.page.locator('.statusbar-item[id$="mysqlPilot.place"]', { hasText: 'shop · dropped' }).waitFor({ state: 'hidden' });
        await runLine(4);
        await input().waitFor();
        await shoot('database-again');
        await window.page.keyboard.press('Escape');

        await openFile(window, name('broken'), 'SELECT 1');
        await runFile();
        await (await results()).locator('.messages li.error', { hasText: name('broken') }).waitFor();
        await window.page.waitForTimeout(500); // the marks of the editor come behind
        await shoot('failed-run');
      });

      test(`the question before an export runs a statement again, ${theme.name}`, async () => {
        const exportAll = async (): Promise<void> => {
          await (await results()).locator('.tools button').nth(3).click(); // its name is of the language
        };
        await openFile(window, name('logged'), 'SELECT');
        await runLine(1);
        await cell(await results(), 0, 0).waitFor();
        await exportAll();
        await dialog().waitFor();
        await isSafe();
        await shoot('export-again');
        await cancel();
        await runLine(3);
        await (await results()).locator('.cell', { hasText: /^0$/ }).waitFor();
        await exportAll();
        await toast().waitFor();
        await shoot('export-refused');
        await clearNotifications(window);
        await runLine(2);
        await (await results()).locator('.messages li.warning').first().waitFor();
        await shoot('untold');
      });

      test(`why a cell can't be edited, and the question where it can, ${theme.name}`, async () => {
        await openFile(window, name('cells'), 'SELECT * FROM loose');
        for (const [line, column, what] of [
          [1, 0, 'no-key'],
          [2, 1, 'view'],
          [3, 1, 'generated'],
          [4, 0, 'key-not-selected'],
          [5, 0, 'computed'],
        ] as const) {
          await runLine(line);
          await window.page.waitForTimeout(1000);
          await cell(await results(), 0, column).click();
          await window.page.keyboard.press('F2');
          await toast().waitFor();
          await shoot(`cell-${what}`);
          await clearNotifications(window);
        }
        await runLine(6);
        await window.page.waitForTimeout(1000);
        await cell(await results(), 0, 1).click();
        await window.page.keyboard.press('F2');
        await input().locator('input[type="text"]').fill("it's new");
        await window.page.keyboard.press('Enter');
        await dialog().waitFor();
        await isSafe();
        await shoot('cell-question');
        await cancel();
      });

      test(`pasted URLs, and a file whose encoding has to be chosen, ${theme.name}`, async () => {
        for (const [what, url] of [
          ['ignored', 'jdbc:mysql://app@db.example:3306/shop?serverVersion=8.0&charset=utf8mb4'],
          ['port', 'mysql://app@db.example:99999/shop'],
          ['scheme', 'postgres://app@db.example/shop'],
        ] as const) {
          await window.runCommand(words.add);
          await input().locator('input').fill(url);
          await window.page.waitForTimeout(700);
          await shoot(`url-${what}`);
          await window.page.keyboard.press('Escape');
        }
        await showView();
        if (!(await window.treeRow('people').isVisible())) {
          await window.page.locator('.pane-body .monaco-list-row').nth(0).click();
          await window.page.locator('.pane-body .monaco-list-row[aria-level="2"]', { hasText: 'shop' }).first().click();
        }
        await window.treeRow('people').waitFor();
        await chooseFromMenu(window, window.treeRow('people'), words.import);
        await answerFileDialog(window, path.join(folder, 'people.csv'));
        const frame = await webviewFrame(window.page, 'form');
        await frame.locator('.preview').waitFor();
        await shoot('import-encoding');
        await window.runCommand('View: Close All Editors');
      });
    }
  });
}
