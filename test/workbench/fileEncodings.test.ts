import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { until } from '../harness/run.ts';
import { execute } from '../harness/servers/testServer.ts';
import { openFile } from '../harness/vscode/steps.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeConnectedDesk } from './desk.ts';
import { SCREENSHOTS, type Session } from './session.ts';
import { sqlSteps } from './sqlSteps.ts';

suite('SQL files in other encodings, in the workbench', function () {
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;
  let folder: string;

  const { goToLine, chooseDatabase } = sqlSteps(() => window);
  const dialog = (): Locator => window.page.locator('.monaco-dialog-box');

  suiteSetup(async () => {
    ({ session, window, folder } = await takeConnectedDesk({ files: {} }));
  });
  suiteTeardown(handOnDesk);
  teardown(async function () {
    if (this.currentTest?.state === 'failed') await window.screenshot(path.join(SCREENSHOTS, 'failed-encodings.png'));
  });

  test('asks before characters are saved that the editor could not read, and runs what it could', async () => {
    const note = async (): Promise<unknown> => {
      const [row] = (await execute(session.mysql, 'SELECT note FROM shop.orders WHERE id = 5')) as { note: string | null }[];
      return row?.note;
    };
    const run = async (name: string, bytes: Buffer): Promise<void> => {
      await writeFile(path.join(folder, name), bytes);
      await openFile(window, name, 'UPDATE');
      await goToLine(1);
      await window.page.keyboard.press('Control+Enter');
    };
    const sql = (value: string): string => `UPDATE orders SET note = '${value}' WHERE id = 5;`;
    await execute(session.mysql, sql('before'), 'shop');
    const unread: readonly (readonly [name: string, bytes: Buffer])[] = [
      ['latin1.sql', Buffer.from(sql('José'), 'latin1')],
      ['korean.sql', Buffer.from(sql('\xc7\xd1\xb1\xdb'), 'latin1')],
      ['broken.sql', Buffer.from(sql('\xed\x95'), 'latin1')],
    ];
    for (const [name, bytes] of unread) {
      await run(name, bytes);
      await chooseDatabase();
      await dialog().filter({ hasText: 'Change data on shop?' }).filter({ hasText: 'replacement character (U+FFFD)' }).waitFor();
      await window.screenshot(path.join(SCREENSHOTS, `confirm-${name}.png`));
      await dialog().locator('.monaco-button', { hasText: 'Cancel' }).click();
      await dialog().waitFor({ state: 'detached' });
      assert.equal(await note(), 'before');
    }
    for (const [name, text, encoding] of [
      ['mark.sql', `\ufeff${sql('José 한글')}`, 'utf8'],
      ['utf16.sql', `\ufeff${sql('José 한글')}`, 'utf16le'],
    ] as const) {
      await execute(session.mysql, sql('before'), 'shop');
      await run(name, Buffer.from(text, encoding));
      await chooseDatabase();
      await until(async () => (await note()) === 'José 한글', name);
    }
    // Lines that end with CR alone are lines: a comment hides nothing that is shown below it.
    await run('cr.sql', Buffer.from(`${sql('first')} -- why\r${sql('second')}\r`));
    await chooseDatabase();
    await until(async () => (await note()) === 'first', 'cr.sql');
  });
});
