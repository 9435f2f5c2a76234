import assert from 'node:assert/strict';
import path from 'node:path';
import { until } from '../harness/run.ts';
import { execute } from '../harness/servers/testServer.ts';
import { addConnection, openFile, openView } from '../harness/vscode/steps.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeDesk } from './desk.ts';
import { ReviewTab } from './review.ts';
import { SCREENSHOTS, type Session } from './session.ts';

const FILES = {
  'list.sql': 'INSERT INTO trash VALUES (101);\n',
  'held.sql': 'INSERT INTO trash VALUES (102);\n',
  'double.sql': 'INSERT INTO trash VALUES (103);\n',
  'typed.sql': 'DELETE FROM trash;\n',
  'right.sql': `DELETE FROM trash WHERE a = 1${' '.repeat(1300)}OR 1 = 1;\n`,
  'below.sql': `DELETE FROM trash WHERE a = 1\n${'\n'.repeat(400)}OR 1 = 1;\n`,
};

suite('somebody who types on, in the workbench', function () {
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;

  const dialog = () => window.page.locator('.monaco-dialog-box');
  const lens = (text: string) => window.page.locator('.codelens-decoration a', { hasText: text }).first();
  const checking = () => window.page.locator('.statusbar-item', { hasText: 'Checking what the statements affect' }).first();
  const list = (title: string) => window.page.locator('.quick-input-widget:visible', { hasText: title });
  const focused = () => window.page.locator('.quick-input-list .monaco-list-row.focused');
  const open = (file: keyof typeof FILES): Promise<void> => openFile(window, file, FILES[file].split('\n')[0]?.slice(0, 8) ?? '');
  const rows = async (condition: string, database = 'shop'): Promise<number> => {
    const [row] = (await execute(session.mysql, `SELECT COUNT(*) AS n FROM ${database}.trash WHERE ${condition}`)) as { n: number }[];
    return row?.n ?? -1;
  };
  const run = (): Promise<void> => window.page.keyboard.press('Control+Enter');
  const choose = async (title: string, label: string): Promise<void> => {
    await list(title).waitFor();
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first().click();
  };
  const place = async (): Promise<void> => {
    await choose('Run on connection', 'app@127.0.0.1');
    await choose('Select a database', 'shop');
  };
  /** Enter picks what changes nothing. */
  const typeInto = async (title: string, safe: string): Promise<void> => {
    await list(title).waitFor();
    await focused().filter({ hasText: safe }).waitFor();
    await window.page.keyboard.press('Enter');
    await list(title).waitFor({ state: 'detached' });
  };

  suiteSetup(async () => {
    ({ session, window } = await takeDesk({ files: FILES }));
    await execute(session.mysql, "CREATE DATABASE aaa_first; GRANT ALL ON *.* TO 'app'@'%'");
    await execute(session.mysql, 'CREATE TABLE shop.trash (a INT); CREATE TABLE aaa_first.trash (a INT)');
    await execute(session.mysql, 'INSERT INTO shop.trash VALUES (1), (2)');
    await openView(window);
    // Two, and neither has a default database.
    for (const name of ['127.0.0.1', '127.0.0.1 2']) await addConnection(window, session.url.replace(/\/shop(?=\?|$)/, '/'), name);
  });
  suiteTeardown(handOnDesk);
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  test('Enter in the list of connections, or in that of databases, runs nothing', async () => {
    await open('list.sql');
    await run();
    await typeInto('Run on connection', "Don't Run");
    await run();
    await choose('Run on connection', 'app@127.0.0.1');
    await window.screenshot(path.join(SCREENSHOTS, 'first-database.png'));
    await typeInto('Select a database', "Don't Run");
    assert.deepEqual([await rows('a = 101'), await rows('TRUE', 'aaa_first')], [0, 0]);
    await run();
    await choose('Select a database', 'shop');
    await until(async () => (await rows('a = 101')) === 1, 'the row to be inserted');
  });

  test('Enter in the lists of permissions and environments changes nothing', async () => {
    for (const [command, connections, title, chosen] of [
      ['Set Environment…', 'Set environment', 'Environment of', 'Production'],
      ['Set Scratch Database…', 'Set scratch database', 'Scratch database of', 'None'],
      ['Make Connection Read-Only…', 'Read-only for everyone', 'Who can change data', 'You can change data'],
    ] as const) {
      await window.runCommand(`MySQL Pilot: ${command}`);
      await choose(connections, 'app@127.0.0.1');
      await list(title).filter({ hasText: chosen }).waitFor();
      await typeInto(title, 'Keep Current Setting');
    }
  });

  test('Enter in the box for a password keeps the one that is stored', async () => {
    await window.runCommand('MySQL Pilot: Enter Password…');
    await choose('Enter password', 'app@127.0.0.1');
    await window.page.locator('.quick-input-widget:visible input[type="password"]').waitFor();
    await window.page.keyboard.press('Enter');
    await window.page.locator('.quick-input-widget:visible').waitFor({ state: 'detached' });
    await window.page.locator('.pane-body .monaco-list-row[aria-label^="connection 127.0.0.1,"]').first().click();
    await window.page.locator('.pane-body .monaco-list-row[aria-label^="database shop"]').first().waitFor();
    await window.page.locator('.pane-body .monaco-list-row[aria-label^="connection 127.0.0.1,"]').first().click();
  });

  test('a key that is held runs a statement once', async () => {
    await open('held.sql');
    await run();
    await place();
    await until(async () => (await rows('a = 102')) === 1, 'the row to be inserted');
    let slow = 0; // on a busy machine a key comes so late that it is one pressed again
    for (let i = 0, last = 0; i < 30; i++) {
      await run();
      const now = performance.now();
      if (last > 0 && now - last > 250) slow++;
      last = now;
      await window.page.waitForTimeout(30); // as a keyboard repeats
    }
    await window.page.waitForTimeout(1000); // nothing tells that no more runs
    assert.ok((await rows('a = 102')) <= 2 + slow, 'the first of them was a key pressed again');
  });

  test('a double click on Run runs a statement once', async () => {
    await open('double.sql');
    await lens('Run').click();
    await place();
    await until(async () => (await rows('a = 103')) === 1, 'the row to be inserted');
    await window.page.waitForTimeout(600); // longer than between two clicks of one
    await lens('Run').dblclick({ delay: 40 });
    await until(async () => (await rows('a = 103')) === 2, 'the row to be inserted again');
    await window.page.waitForTimeout(1000); // nothing tells that no more runs
    assert.equal(await rows('a = 103'), 2);
  });

  test('a question that opens while somebody types has no button that runs', async () => {
    await open('typed.sql');
    await run();
    await place();
    await dialog().locator('.monaco-button', { hasText: 'Delete Rows' }).waitFor();
    await window.page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    const whileTyping = async (): Promise<boolean> => {
      await checking().waitFor({ state: 'detached' });
      await session.mysql.freeze(true); // it answers late
      try {
        await run();
        await checking().waitFor(); // it has begun
        await window.page.keyboard.press('End');
        await window.page.keyboard.type('  ');
      } finally {
        await session.mysql.freeze(false);
      }
      await dialog().waitFor();
      if (await dialog().filter({ hasText: 'You were typing when this question opened' }).isVisible()) return true;
      await window.page.keyboard.press('Escape'); // on a busy machine it came so late that it waited in a notification, and is here because that was clicked
      await dialog().waitFor({ state: 'detached' });
      return false;
    };
    await until(whileTyping, 'a question that opens while somebody types', 90_000);
    await window.screenshot(path.join(SCREENSHOTS, 'typing-on.png'));
    assert.equal(await dialog().locator('.monaco-button', { hasText: 'Delete Rows' }).count(), 0);
    await window.page.keyboard.press('Escape');
    assert.equal(await rows('a IN (1, 2)'), 2);
  });

  test('a question that opens late waits in a notification, and takes no key that was typed elsewhere', async () => {
    const toast = window.page.locator('.notification-toast .monaco-button', { hasText: 'Show Question' });
    const isPlain = async (): Promise<boolean> => (await dialog().count()) === 0; // without waiting for anything: waiting shows the question
    await open('typed.sql');
    await session.mysql.freeze(true);
    try {
      await run();
      await window.runCommand('MySQL Pilot: Focus on Connections View');
      await window.page.waitForTimeout(1500); // as long as the question may take to come at once
    } finally {
      await session.mysql.freeze(false);
    }
    await until(async () => (await toast.count()) > 0 || !(await isPlain()), 'the question to come');
    assert.ok(await isPlain(), 'it takes no key');
    for (const key of ['Tab', 'Enter']) await window.page.keyboard.press(key);
    await window.page.waitForTimeout(500);
    assert.ok(await isPlain());
    assert.equal(await rows('a IN (1, 2)'), 2);
    await window.capture(path.join(SCREENSHOTS, 'late-question.png'));
    await dialog().locator('.monaco-button', { hasText: 'Delete Rows' }).waitFor();
    await window.page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await run(); // the very next key is the editor's again
    await dialog().locator('.monaco-button', { hasText: 'Delete Rows' }).waitFor();
    await window.page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    assert.equal(await rows('a IN (1, 2)'), 2);
  });

  for (const [file, gap] of [
    ['right.sql', '… 1,300 …'],
    ['below.sql', '… 401 …'],
  ] as const)
    test(`what stands out of sight in a statement is in sight in its review (${file})`, async () => {
      await open(file);
      await window.page.keyboard.press('Control+Home');
      await run();
      await place();
      const review = await ReviewTab.find(window);
      assert.equal(await review.headline, `Delete ${String(await rows('TRUE'))} rows from shop.trash`);
      const statement = review.frame.locator('pre');
      await statement.filter({ hasText: gap }).filter({ hasText: 'OR 1 = 1' }).waitFor();
      const width = "document.querySelector('pre').scrollWidth - document.querySelector('pre').clientWidth";
      assert.equal(await review.frame.evaluate<number>(width), 0, 'all of it is in sight');
      await window.screenshot(path.join(SCREENSHOTS, `out-of-sight-${path.basename(file, '.sql')}.png`));
      await review.reject();
      await ReviewTab.gone(window);
      assert.equal(await rows('a IN (1, 2)'), 2);
    });

  test('keys that were meant for the editor approve nothing in a review that has opened over it', async () => {
    await open('right.sql'); // whose place is chosen
    await window.page.keyboard.press('Control+Home');
    await run();
    const review = await ReviewTab.find(window);
    for (const key of ['Enter', 'Space', 'Control+Enter', 'Enter', 'Escape']) await window.page.keyboard.press(key);
    await window.page.keyboard.type('abc ');
    await review.read();
    await review.frame.locator('.hint', { hasText: /Enter the name|Read the summary/ }).waitFor();
    await review.runButton.focus();
    for (const key of ['Enter', 'Space']) await window.page.keyboard.press(key);
    await window.page.waitForTimeout(500);
    assert.equal(await rows('a IN (1, 2)'), 2);
    await window.runCommand('View: Close Editor'); // a no
    await ReviewTab.gone(window);
    await window.page.locator('.tab.active', { hasText: 'right.sql' }).waitFor();
    assert.equal(await rows('a IN (1, 2)'), 2);
  });

  test('no key approves a review that a maximized panel or chat covers, and it goes on behind it', async () => {
    await open('right.sql');
    await window.page.keyboard.press('Control+Home');
    await run();
    const review = await ReviewTab.find(window);
    await review.read();
    await review.frame.locator('input.typed').fill('trash');
    await window.runCommand('View: Focus into Panel');
    const maximize = (part: string, label: string) => window.page.locator(`.part.${part} .action-label[aria-label^="${label}"]`).click();
    for (const [part, name] of [
      ['panel', 'Panel'],
      ['auxiliarybar', 'Secondary Side Bar'],
    ] as const) {
      await until(() => review.isEnabled(), 'the button');
      await maximize(part, `Maximize ${name}`); // by the mouse, after which the review has the keyboard still
      await until(async () => !(await review.isEnabled()), `the button to be disabled behind the ${name}`);
      await window.capture(path.join(SCREENSHOTS, `review-behind-${part}.png`));
      await review.runButton.evaluate((button) => {
        (button as unknown as { focus(): void }).focus();
      });
      await window.page.keyboard.press('Space');
      await window.page.waitForTimeout(500);
      assert.equal(await rows('a IN (1, 2)'), 2);
      const restore = window.page.locator(`.part.${part} .action-label[aria-label^="Restore ${name}"]`);
      await until(async () => {
        if (await review.isEnabled()) return true; // the key may have gone to the button that maximized the part, and restored it
        await restore.click({ timeout: 2000 }).catch(() => undefined);
        return false;
      }, `the ${name} to be restored`);
    }
    await until(() => review.isEnabled(), 'the button again');
    await review.reject();
    await ReviewTab.gone(window);
    assert.equal(await rows('a IN (1, 2)'), 2);
  });

  test('a statement that was read in its review, and whose table was typed, runs', async () => {
    await open('right.sql');
    await window.page.keyboard.press('Control+Home');
    await run();
    const review = await ReviewTab.find(window);
    assert.equal(await review.runButton.innerText(), `Run ${String(await rows('TRUE'))}-Row Delete`);
    await review.run('trash');
    await until(async () => (await rows('a IN (1, 2)')) === 0, 'the rows to be deleted');
    await ReviewTab.gone(window);
  });
});
