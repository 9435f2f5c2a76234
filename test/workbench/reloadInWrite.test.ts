import assert from 'node:assert/strict';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { pause } from '../harness/recorder.ts';
import { until } from '../harness/run.ts';
import { execute } from '../harness/servers/testServer.ts';
import { clearNotifications, setAgentPermissions } from '../harness/vscode/steps.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeConnectedDesk } from './desk.ts';
import { askForWrite } from './review.ts';
import { SCREENSHOTS, type Session } from './session.ts';
import { sqlSteps } from './sqlSteps.ts';

/** In a browser VS Code writes what it is to remember every five seconds; a desktop one also when it closes. */
const STATE_WRITTEN_MS = 6000;
/** Longer than any test: whoever wants these rows waits for them. */
const HOLD = 'BEGIN; SELECT id FROM shop.customers FOR UPDATE; DO SLEEP(240)';
/** An agent's write doesn't wait long for a lock. This one takes eight seconds a row, once it is told to. */
const SLOW = `CREATE TABLE shop.pace (seconds INT); INSERT INTO shop.pace VALUES (0);
  CREATE TRIGGER shop.slowly BEFORE UPDATE ON shop.orders FOR EACH ROW SET @slept = (SELECT SLEEP(seconds) FROM shop.pace)`;

suite('a window that is reloaded while it changes rows, in the workbench', function () {
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;
  let held: Promise<unknown> | undefined;
  const { previewRows, cell } = sqlSteps(() => window);

  const row = (label: string): Locator => window.page.locator(`.pane-body .monaco-list-row[aria-label^="${label}"]`).first();
  const number = async (sql: string): Promise<number> => ((await execute(session.mysql, sql)) as { n: number }[])[0]?.n ?? -1;
  const runs = (statement: string): Promise<unknown> =>
    until(
      async () =>
        (await number(
          `SELECT COUNT(*) AS n FROM information_schema.processlist WHERE info LIKE '${statement}%' AND id <> CONNECTION_ID()`,
        )) > 0,
      `${statement} to run`,
    );
  const endOf = async (statement: string): Promise<void> => {
    const found = (await execute(
      session.mysql,
      `SELECT id AS n FROM information_schema.processlist WHERE info LIKE '${statement}%' AND id <> CONNECTION_ID()`,
    )) as { n: number }[];
    for (const { n } of found) await execute(session.mysql, `KILL ${String(n)}`);
  };
  const told = (text: string): Locator => window.page.locator('.notifications-center .notification-list-item', { hasText: text });

  suiteSetup(async () => {
    ({ session, window } = await takeConnectedDesk());
    await execute(session.mysql, SLOW);
    await setAgentPermissions(window, row('connection shop'), { changes: 'Rows, with my approval' });
    await row('connection shop').and(window.page.locator('[aria-label*="agents can write"]')).waitFor();
    await row('connection shop').click();
    await row('database shop').click();
    const frame = await previewRows('customers');
    await cell(frame, 0, 2).waitFor();
    const review = await askForWrite(window, 'Please mark the late orders.');
    await review.read();
    await review.frame.locator('input.typed').fill('orders'); // what triggers change is not undone
    await until(() => review.isEnabled(), 'the button');
    await execute(session.mysql, 'UPDATE shop.pace SET seconds = 8');
    held = execute(session.mysql, HOLD).catch(() => undefined);
    await runs('DO SLEEP');
    await review.runButton.click();
    await runs('SET%slept');
    await cell(frame, 0, 2).click();
    await window.page.keyboard.press('F2');
    await window.page.locator('.quick-input-widget:visible input[type="text"]').fill('never');
    await window.page.keyboard.press('Enter');
    const question = window.page.locator('.monaco-dialog-box', { hasText: 'Update this row' });
    await question.locator('.monaco-button', { hasText: 'Update Row' }).click();
    await question.waitFor({ state: 'detached' });
    await runs('SELECT%FOR UPDATE');
    await pause(STATE_WRITTEN_MS);
    await window.reload();
    await window.runCommand('Notifications: Show Notifications'); // one that hides after a moment stays there
  });
  suiteTeardown(async function () {
    await endOf('DO SLEEP');
    await held;
    await handOnDesk.call(this);
  });
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  test('says which approved write and which update of a row it cut off', async () => {
    await told('Update 5 rows in shop.orders').waitFor();
    await told('while a row of customers').waitFor();
    await window.screenshot(path.join(SCREENSHOTS, 'reload-in-write.png'));
    await clearNotifications(window);
  });

  test('leaves nothing of both behind once the lock is gone', async () => {
    await endOf('DO SLEEP');
    await until(
      async () => (await number('SELECT COUNT(*) AS n FROM information_schema.innodb_trx')) === 0,
      'all transactions to end',
      20_000,
    );
    assert.equal(await number("SELECT COUNT(*) AS n FROM shop.orders WHERE note = 'late'"), 0);
    assert.equal(await number("SELECT COUNT(*) AS n FROM shop.customers WHERE full_name = 'never'"), 0);
  });
});
