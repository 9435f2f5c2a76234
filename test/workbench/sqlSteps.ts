import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { Frame, Locator } from 'playwright-core';
import { until } from '../harness/run.ts';
import { openFile } from '../harness/vscode/steps.ts';
import { webviewFrame } from '../harness/vscode/webviews.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';

/** Files of a workspace, by name. */
export const FILES = {
  'reads.sql':
    'SELECT * FROM orders;\nSELECT 1 AS one, NULL AS nothing, \'{"a": [1, 12345678901234567890]}\' AS doc;\nSELECT * FROM nowhere;\nSELECT 4;\n',
  'writes.sql': "UPDATE orders SET note = 'all';\n\nUPDATE orders SET note = 'one' WHERE id = 1;\n",
  'program.sql':
    'DELIMITER $$\nCREATE PROCEDURE twice() BEGIN SELECT 1 AS a; SELECT 2 AS b; END$$\nDELIMITER ;\nCALL twice();\nUSE information_schema;\nSELECT DATABASE() AS here;\n',
  'help.sql': 'SELECT c.id',
  'slow.sql': 'SELECT COUNT(*) FROM orders a, orders b, orders c WHERE a.total + b.total + c.total < 0;\n',
  'transaction.sql': "BEGIN;\nUPDATE orders SET note = 'kept' WHERE id = 2;\n",
  'many.sql': 'SELECT a.id * 1000 + b.id AS number, a.note, b.status FROM orders a, orders b WHERE b.id <= 100;\n',
};

/** What a person does with these files, in the window of the moment. */
export function sqlSteps(window: () => Workbench) {
  const open = (file: keyof typeof FILES): Promise<void> => openFile(window(), file, FILES[file].split('\n')[0]?.slice(0, 8) ?? '');
  const results = (): Promise<Frame> => webviewFrame(window().page, 'header .tabs');
  /** By the button of a row, again where the tree is drawn anew at the click: VS Code hands on no row then, and the window says so. */
  const previewRows = async (table: string): Promise<Frame> => {
    const page = window().page;
    const row = page.locator(`.pane-body .monaco-list-row[aria-label^="table, ${table}"]`).first();
    return until(async () => {
      await row.hover();
      await row.locator('.action-label[aria-label^="Preview Rows"]').click();
      return webviewFrame(page, `header .tab[aria-selected="true"]:has-text("${table}")`, 8000).catch(() => undefined);
    }, `the rows of ${table}`);
  };
  const goToLine = async (line: number): Promise<void> => {
    await window().page.locator('.editor-instance .monaco-editor').first().click();
    await window().page.keyboard.press('Control+Home');
    for (let i = 1; i < line; i++) await window().page.keyboard.press('ArrowDown');
  };
  /** An editor that is made anew, as under another name, loses the click that came before. */
  const clickLine = (line: number, text: string): Promise<unknown> =>
    until(
      async () => {
        await window().page.locator('.editor-instance .view-line', { hasText: text }).first().click();
        return window()
          .page.locator('.statusbar-item', { hasText: `Ln ${String(line)},` })
          .isVisible();
      },
      `the cursor in line ${String(line)}`,
    );
  const cell = (frame: Frame, row: number, column: number): Locator =>
    frame.locator(`.cell[data-row="${String(row)}"][data-column="${String(column)}"]`);
  const said = async (text: string | RegExp): Promise<Frame> => {
    const frame = await results();
    const tab = frame.locator('.tab', { hasText: 'Messages' });
    await tab.waitFor();
    // The first rows of a run take the place of its messages, at any moment.
    await until(
      async () => {
        if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
        return frame.locator('.messages li', { hasText: text }).first().isVisible();
      },
      `the message ${String(text)}`,
      20_000,
    );
    return frame;
  };
  const status = async (text: string | RegExp): Promise<void> => {
    await (await results()).locator('footer', { hasText: text }).waitFor();
  };
  /** Cells show their place until their rows have come, which is a moment after the line that counts them. */
  const cells = async (...texts: readonly string[]): Promise<void> => {
    const all = (await results()).locator('.row .cell');
    let now: readonly string[] = [];
    await until(async () => isDeepStrictEqual((now = await all.allInnerTexts()), texts), `the cells ${texts.join(', ')}`, 20_000).catch(
      () => {
        assert.deepEqual(now, texts);
      },
    );
  };
  /** The first run of a file that changes something asks for its database. */
  const chooseDatabase = async (): Promise<void> => {
    await window().page.locator('.quick-input-widget', { hasText: 'Select a database for the statements' }).waitFor();
    await window().page.locator('.quick-input-list .monaco-list-row', { hasText: 'shop' }).first().click();
  };
  return { open, results, previewRows, goToLine, clickLine, cell, cells, said, status, chooseDatabase };
}
