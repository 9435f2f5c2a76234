import assert from 'node:assert/strict';
import path from 'node:path';
import { writeFile } from 'node:fs/promises';
import type { Frame, Locator } from 'playwright-core';
import { answerFileDialog, chooseFromMenu, openFile, openView } from '../harness/vscode/steps.ts';
import { webviewFrame } from '../harness/vscode/webviews.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeConnectedDesk } from './desk.ts';
import { SCREENSHOTS, type Session } from './session.ts';
import { sqlSteps } from './sqlSteps.ts';

/** Longer than a silent server is waited for. */
const GIVEN_UP_MS = 90_000;

suite('a server that freezes while every view is open, in the workbench', function () {
  this.timeout(400_000);
  let session: Session;
  let window: Workbench;
  let folder: string;

  const { results, said } = sqlSteps(() => window);
  const row = (label: string): Locator => window.page.locator(`.pane-body .monaco-list-row[aria-label^="${label}"]`).first();
  const toast = (text: RegExp): Locator => window.page.locator('.notification-toast', { hasText: text }).first();
  const SILENT = /ETIMEDOUT|does not answer|didn't respond|was lost|sessions of this connection are busy/;

  suiteSetup(async () => {
    ({ session, window, folder } = await takeConnectedDesk({
      files: {
        'frozen.sql': 'SELECT id, note FROM orders LIMIT 5;\nUPDATE orders SET note = 1 WHERE id = 1;\n',
        'asleep.sql': 'SELECT SLEEP(600);\n',
      },
    }));
  });
  suiteTeardown(handOnDesk);
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  test('each says so, none waits for ever, and all work when it is back', async () => {
    await row('connection shop').click();
    await row('database shop').click();
    await row('table, orders').waitFor();
    await openFile(window, 'frozen.sql', 'SELECT');
    await window.page.keyboard.press('Control+Home');
    await window.page.keyboard.press('Control+Enter');
    await (await results()).locator('.cell[data-row="0"]').first().waitFor();
    await window.runCommand('MySQL Pilot: Explain Statement');
    const plan = await webviewFrame(window.page, '.findings');
    await plan.locator('.row').first().waitFor();
    await openView(window);
    await chooseFromMenu(window, row('database shop'), 'Show Diagram');
    const diagram = await webviewFrame(window.page, '.surface .table');
    const csv = path.join(folder, 'frozen.csv');
    await writeFile(csv, 'id,name\n1,one\n');
    await chooseFromMenu(window, row('table, customers'), 'Import CSV');
    await answerFileDialog(window, csv);
    const form: Frame = await webviewFrame(window.page, '[data-field="delimiter"]');
    await openFile(window, 'asleep.sql', 'SELECT');
    await window.page.keyboard.press('Control+Enter');
    await (
      await results()
    )
      .locator('.progress, .running, button', { hasText: /Running|Stop/ })
      .first()
      .waitFor()
      .catch(() => undefined);

    await session.mysql.freeze(true);
    try {
      // All at the same time, as somebody does who does not know.
      await window.runCommand('MySQL Pilot: Cancel Running Statement');
      await said(/canceled|ended/);
      await window.screenshot(path.join(SCREENSHOTS, 'frozen-stopped.png'));
      await window.runCommand('MySQL Pilot: Refresh');
      await row('table, orders').waitFor({ state: 'detached' });
      await window.page.locator('.tab', { hasText: 'Diagram of' }).first().click();
      await diagram.locator('button[title="Refresh Diagram"]').click();
      await toast(SILENT).waitFor({ timeout: GIVEN_UP_MS });
      await window.screenshot(path.join(SCREENSHOTS, 'frozen-diagram.png'));
      await row('error:').waitFor({ timeout: GIVEN_UP_MS });
      await window.runCommand('Notifications: Clear All Notifications');
      await window.page.locator('.tab', { hasText: /^Plan/ }).first().click();
      await plan.locator('button', { hasText: 'Run and Measure' }).click();
      await toast(SILENT).waitFor({ timeout: GIVEN_UP_MS });
      await window.runCommand('Notifications: Clear All Notifications');
      await window.page.locator('.tab', { hasText: 'Import' }).first().click();
      await form.locator('[data-action="import"]').click();
      await window.page
        .locator('.monaco-dialog-box .monaco-button', { hasText: /^Import/ })
        .first()
        .click();
      await form.locator('.status', { hasText: SILENT }).waitFor({ timeout: GIVEN_UP_MS });
      await window.screenshot(path.join(SCREENSHOTS, 'frozen-import.png'));
      await openFile(window, 'frozen.sql', 'SELECT');
      await window.page.locator('.view-line', { hasText: 'UPDATE' }).first().click();
      await window.page.keyboard.press('Control+Enter');
      await said(SILENT).catch(() => toast(SILENT).waitFor({ timeout: GIVEN_UP_MS }));
      await window.screenshot(path.join(SCREENSHOTS, 'frozen-run.png'));
    } finally {
      await session.mysql.freeze(false);
    }
    await window.runCommand('Notifications: Clear All Notifications');
    await window.runCommand('MySQL Pilot: Refresh');
    await row('database shop').waitFor();
    assert.equal(await row('error:').count(), 0);
  });
});
