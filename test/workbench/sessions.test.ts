import assert from 'node:assert/strict';
import path from 'node:path';
import { full } from '../harness/depth.ts';
import { until } from '../harness/run.ts';
import { SAMPLE } from '../harness/servers/sample.ts';
import { execute } from '../harness/servers/testServer.ts';
import { openFile, setTheme, THEMES } from '../harness/vscode/steps.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeConnectedDesk } from './desk.ts';
import { SCREENSHOTS, type Session } from './session.ts';
import { sqlSteps } from './sqlSteps.ts';

const FILES = {
  'work.sql': "BEGIN;\nUPDATE orders SET note = 'first' WHERE id = 1;\nDELETE FROM orders WHERE id = 2;\n",
  'definition.sql': "BEGIN;\nUPDATE orders SET note = 'defined' WHERE id = 3;\nCREATE TABLE made (n INT);\n",
  'autocommit.sql': 'SET autocommit = 0;\nSELECT id FROM orders WHERE id = 1;\n',
  'closed.sql': "BEGIN;\nUPDATE orders SET note = 'closed' WHERE id = 4;\n",
  'large.sql': "SELECT 1 AS id, REPEAT('x', 5000000) AS body;\n",
};

suite('the session of an SQL file in the workbench', function () {
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;

  const { results, goToLine, said, status, chooseDatabase } = sqlSteps(() => window);
  const dialog = () => window.page.locator('.monaco-dialog-box');
  const press = (label: string): Promise<void> => dialog().locator('.monaco-button', { hasText: label }).click();
  const open = (file: keyof typeof FILES): Promise<void> => openFile(window, file, FILES[file].split('\n')[0]?.slice(0, 8) ?? '');
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
    ({ session, window } = await takeConnectedDesk({ files: FILES }));
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
    await status('1 large cells are cut');
    // A cell whose row is on its way shows an ellipsis alone.
    await (await results()).locator('.cell[data-row="0"][data-column="1"]', { hasText: /^x+…/ }).waitFor();
  });

  test('a closed editor with an open transaction asks, keeps it open on request, and ends it from the status bar', async () => {
    await open('closed.sql');
    await runAll();
    await said('Line 2: 1 row changed');
    await window.runCommand('View: Close All Editors');
    await dialog().filter({ hasText: 'closed.sql has an open transaction' }).waitFor();
    await picture('close-question');
    await press('Keep Open');
    await bar('Transaction: closed.sql').waitFor();
    await picture('kept-status');
    await bar('Transaction: closed.sql').click();
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Commit' }).first().click();
    await until(async () => (await count("note = 'closed'")) === 1, 'the transaction to be committed', 10_000);
    await bar('Transaction').waitFor({ state: 'hidden' });
  });
});
