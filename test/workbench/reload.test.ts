import path from 'node:path';
import type { Locator } from 'playwright-core';
import { pause } from '../harness/recorder.ts';
import { secondFlavor } from '../harness/depth.ts';
import { until } from '../harness/run.ts';
import { execute } from '../harness/servers/testServer.ts';
import { ask, clearNotifications, openFile, openView } from '../harness/vscode/steps.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeConnectedDesk } from './desk.ts';
import { ANSWER, QUESTION, SCREENSHOTS, type Session } from './session.ts';
import { sqlSteps } from './sqlSteps.ts';

/** In a browser VS Code writes what it is to remember every five seconds; a desktop one also when it closes. */
const STATE_WRITTEN_MS = 6000;

const FILES = {
  'catalog.sql': 'USE information_schema;\nSELECT DATABASE() AS here;\n',
  'cut.sql': 'CREATE TABLE cut_off (a INT);\nINSERT INTO cut_off SELECT SLEEP(60);\nINSERT INTO cut_off VALUES (1);\n',
  'reloaded.sql': "BEGIN;\nUPDATE orders SET note = 'reloaded' WHERE id = 5;\n",
};

/** One reload, and all that a window has to know again: each costs as much as a new window. */
for (const flavor of ['mysql', 'mariadb'] as const)
  suite(`after a reload, in the workbench, on ${flavor}`, function () {
    this.timeout(240_000);
    secondFlavor(this, flavor);
    /** A window knows a file by its name, and where it ran. */
    const nameOf = (file: keyof typeof FILES): string => (flavor === 'mysql' ? file : `${flavor}-${file}`);
    let session: Session;
    let window: Workbench;

    const { said, chooseDatabase } = sqlSteps(() => window);
    const status = (text: string): Locator => window.page.locator('.statusbar-item', { hasText: text });
    const question = (): Locator => window.page.locator('.quick-input-title', { hasText: 'password for shop' });
    const reloadedRows = async (): Promise<number> =>
      ((await execute(session.mysql, "SELECT COUNT(*) AS n FROM shop.orders WHERE note = 'reloaded'")) as { n: number }[])[0]?.n ?? -1;

    suiteSetup(async () => {
      ({ session, window } = await takeConnectedDesk({
        files: Object.fromEntries(Object.entries(FILES).map(([file, text]) => [nameOf(file as keyof typeof FILES), text])),
        flavor,
      }));
      await openFile(window, nameOf('catalog.sql'), 'USE');
      await window.page.keyboard.press('Control+Shift+Enter');
      await said('Line 2: 1 row');
      await status('shop · information_schema').waitFor();
      await openFile(window, nameOf('reloaded.sql'), 'BEGIN');
      await window.page.keyboard.press('Control+Shift+Enter');
      await chooseDatabase();
      await said('Line 2: 1 row changed');
      await status('Transaction').waitFor();
      await openFile(window, nameOf('cut.sql'), 'CREATE');
      await window.page.keyboard.press('Control+Shift+Enter');
      await chooseDatabase();
      await said('Line 1: Done');
      await pause(STATE_WRITTEN_MS);
      await window.page.evaluate("localStorage.removeItem('secrets.provider')");
      await window.reload();
    });
    suiteTeardown(handOnDesk);
    teardown(async function () {
      if (this.currentTest?.state === 'failed')
        await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
    });

    test('a reload says what was rolled back, and which run it cut off', async () => {
      await window.runCommand('Notifications: Show Notifications'); // one that hides after a moment stays there
      const told = window.page.locator('.notifications-center .notification-list-item', { hasText: nameOf('reloaded.sql') });
      await told.filter({ hasText: 'was rolled back' }).waitFor();
      const cut = window.page.locator('.notifications-center .notification-list-item', { hasText: nameOf('cut.sql') });
      await cut.filter({ hasText: 'near line 2' }).waitFor();
      await window.screenshot(path.join(SCREENSHOTS, 'session-reload-message.png'));
      await clearNotifications(window);
      await until(async () => (await reloadedRows()) === 0, 'the transaction to be rolled back', 10_000);
    });

    test('a password that is not given is an error node that asks again on a click [F31]', async () => {
      await openView(window);
      // A tree that was open before the reload asks by itself.
      await until(async () => {
        if (await question().isVisible()) return true;
        await window.treeRow('app@127.0.0.1').click();
        return question()
          .waitFor({ timeout: 2000 })
          .then(
            () => true,
            () => false,
          );
      }, 'the question for the password');
      await window.page.keyboard.press('Escape');
      await window.treeRow("isn't stored, and none was entered").click();
      await question().waitFor();
    });

    test('a lost password is asked for again [F30]', async () => {
      await window.screenshot(path.join(SCREENSHOTS, 'password.png'));
      await window.answer('app-sample-pw');
      await window.treeRow('information_schema').waitFor();
    });

    test('where a file runs is remembered after a reload [F57]', async () => {
      await openFile(window, nameOf('catalog.sql'), 'USE');
      await status('shop · information_schema').waitFor();
    });

    test('a reloaded window finds the tools again [F96]', async () => {
      await ask(window, QUESTION, ANSWER);
    });
  });
