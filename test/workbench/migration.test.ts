import assert from 'node:assert/strict';
import { createConnection } from 'mysql2/promise';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { until } from '../harness/run.ts';
import { execute } from '../harness/servers/testServer.ts';
import { Keyboard } from '../harness/vscode/keyboard.ts';
import { openFile, PICTURED, setTheme } from '../harness/vscode/steps.ts';
import { seriousViolations, webviewFrame } from '../harness/vscode/webviews.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeConnectedDesk } from './desk.ts';
import { SCREENSHOTS, type Session } from './session.ts';

const HOSTILE = '<img src=x onerror=alert(1)> [a](command:x) \u202E';
const MIGRATION = [
  'ALTER TABLE orders ADD COLUMN reviewed INT;',
  'ALTER TABLE orders MODIFY note INT NOT NULL;',
  'CREATE TABLE customers (id INT);',
  `ALTER TABLE odd COMMENT '${HOSTILE}';`,
  'DROP TABLE odd;',
].join('\n\n');

suite('review of a migration, in the workbench', function () {
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;
  let folder: string;
  const review = (): Promise<Frame> => webviewFrame(window.page, '.place');
  const columns = async (): Promise<number> => {
    const [row] = (await execute(
      session.mysql,
      "SELECT COUNT(*) AS n FROM information_schema.columns WHERE table_schema = 'shop' AND table_name = 'orders'",
    )) as { n: number }[];
    return Number(row?.n);
  };
  let before: number;

  suiteSetup(async () => {
    ({ session, window, folder } = await takeConnectedDesk({
      files: { 'V7__review.sql': `${MIGRATION}\n`, 'V8__other.sql': 'SELECT 1;\n' },
    }));
    await execute(session.mysql, 'CREATE TABLE odd (id INT PRIMARY KEY)', 'shop');
    before = await columns();
  });
  suiteTeardown(handOnDesk);
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  test('opens from the lens of a Flyway file and says what each statement would do, and runs none', async () => {
    await openFile(window, 'V7__review.sql', 'ALTER');
    await window.page.locator('.codelens-decoration a', { hasText: 'Review Migration' }).first().click();
    const frame = await review();
    await frame.locator('.statement').nth(3).waitFor();
    assert.match((await frame.locator('.place').textContent()) ?? '', /shop · shop · Reviewed at .* · MySQL/);
    assert.match((await frame.locator('.state').textContent()) ?? '', /^Fails: /);
    assert.match((await frame.locator('.statement .outcome').first().textContent()) ?? '', /INSTANT/);
    assert.match((await frame.locator('.statement .outcome').nth(2).textContent()) ?? '', /Fails with error 1050/);
    assert.match((await frame.locator('.statement .table').first().textContent()) ?? '', /orders: about [\d,]+ rows/);
    assert.equal(await columns(), before);
  });

  test('shows a dropped table as a loss, and leads to it from the top', async () => {
    const frame = await review();
    const last = frame.locator('.statement').nth(4);
    assert.equal(await last.getAttribute('data-level'), 'loses');
    assert.match((await last.textContent()) ?? '', /Drops the table odd with all its rows\./);
    const rows = await frame.locator('.worst li').allTextContents();
    assert.ok(
      rows.some((row) => row.includes('Loses data') && row.endsWith('5')),
      rows.join('\n'),
    );
    await frame.locator('.worst button[aria-label="Statement 5"]').click();
    assert.equal(await frame.evaluate('document.activeElement.id'), 'statement-5');
  });

  test('draws hostile text as text, and has no serious violation in three themes', async () => {
    const frame = await review();
    assert.equal(await frame.locator('.statement img, .statement a').count(), 0);
    const shown = (await frame.locator('.statement').allTextContents()).join('\n');
    assert.match(shown, /<img src=x/);
    assert.match(shown, /<U\+202E>/);
    assert.doesNotMatch(shown, /\u202E/);
    for (const theme of PICTURED) {
      await setTheme(window, theme);
      await window.screenshot(path.join(SCREENSHOTS, `migration-${theme.name}.png`));
      assert.deepEqual(await seriousViolations(frame), [], theme.name);
    }
  });

  test('copies the rewritten statement, and selects a statement in the file', async () => {
    const frame = await review();
    await frame.locator('button[aria-label="Copy Statement: 1"]').click();
    const clipboard = (): Promise<string> => window.page.evaluate('navigator.clipboard.readText()');
    await until(async () => (await clipboard()).includes('ALGORITHM=INSTANT'), 'the statement in the clipboard');
    await frame.locator('.statement').nth(2).locator('button', { hasText: 'Line 5' }).click();
    await window.page.locator('.statusbar-item', { hasText: 'Ln 5,' }).waitFor();
  });

  test('says that the file was changed, and reviews the new text on Refresh', async () => {
    await window.page.locator('.editor-instance .view-line').first().click();
    await window.page.keyboard.press('Control+Home');
    await window.page.keyboard.type('DROP TABLE nowhere;\n');
    const frame = await review();
    await frame.locator('.changed', { hasText: 'The file was changed after this review.' }).waitFor();
    await frame.locator('button', { hasText: 'Refresh' }).click();
    await frame.locator('.statement').nth(5).waitFor();
    assert.match((await frame.locator('.statement .outcome').first().textContent()) ?? '', /Fails with error 1051/);
    assert.equal(await frame.locator('.changed').textContent(), '');
  });

  test('says that a review was canceled, and makes it again', async () => {
    const locked = await createConnection(session.url);
    try {
      await locked.query('LOCK TABLES shop.orders WRITE');
      const frame = await review();
      await frame.locator('button', { hasText: 'Refresh' }).click();
      await frame.locator('button', { hasText: 'Cancel' }).click();
      await frame.locator('.state', { hasText: 'The review was canceled.' }).waitFor();
    } finally {
      locked.destroy();
    }
    const frame = await review();
    await frame.locator('button', { hasText: 'Refresh' }).click();
    await frame.locator('.statement').nth(5).waitFor();
  });

  test('reviews a file again in its own tab', async () => {
    await openFile(window, 'V7__review.sql', 'ALTER');
    await window.page.locator('.codelens-decoration a', { hasText: 'Review Migration' }).first().click();
    await (await review()).locator('.statement').nth(5).waitFor();
    assert.equal(await window.page.locator('.tab', { hasText: 'Review of V7__review.sql' }).count(), 1);
  });

  test('says that a file without an editor was changed, deleted, or made again by another program', async () => {
    const file = path.join(folder, 'V8__other.sql');
    await window.runCommand('View: Close All Editors'); // the other file has the same lens
    await openFile(window, 'V8__other.sql', 'SELECT');
    await window.page.locator('.codelens-decoration a', { hasText: 'Review Migration' }).first().click();
    const frame = await webviewFrame(window.page, '.place:has-text("V8__other.sql")');
    const changed = (text: string): Promise<void> => frame.locator('.changed', { hasText: text }).waitFor();
    await writeFile(file, 'SELECT 2;\n');
    await changed('The file was changed after this review.');
    await rm(file);
    await changed('The file was deleted or moved.');
    await frame.locator('button', { hasText: 'Refresh' }).click();
    await frame.locator('.state', { hasText: 'The file was deleted or moved.' }).waitFor();
    await writeFile(file, 'SELECT 1;\n');
    // VS Code may still have the text of before: then the review says so.
    await until(async () => {
      await frame.locator('button', { hasText: 'Refresh' }).click();
      await frame.locator('.statement').first().waitFor();
      return (await frame.locator('.changed').textContent()) === '';
    }, 'a review of the file of now');
  });

  test('every control is reached by keyboard', async () => {
    const keys = await Keyboard.only(window);
    assert.deepEqual(await keys.unreached(await review()), []);
  });
});
