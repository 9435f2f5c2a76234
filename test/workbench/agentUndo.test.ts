import assert from 'node:assert/strict';
import { appendFile, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { full } from '../harness/depth.ts';
import { until } from '../harness/run.ts';
import { execute } from '../harness/servers/testServer.ts';
import {
  chooseFromMenu,
  clearNotifications,
  hoverOver,
  setAgentPermissions,
  photograph,
  setTheme,
  THEMES,
} from '../harness/vscode/steps.ts';
import { seriousViolations } from '../harness/vscode/webviews.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeConnectedDesk } from './desk.ts';
import { changeElsewhere } from './otherWindow.ts';
import { askForWrite, ReviewTab } from './review.ts';
import { SCREENSHOTS, type Session } from './session.ts';

/** A scripted model asks for an UPDATE of five rows. */
const REQUEST = 'Please mark the late orders.';

suite('undoing writes of agents, in the workbench', function () {
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;

  const row = (label: string): ReturnType<Workbench['treeRow']> =>
    window.page.locator(`.pane-body .monaco-list-row[aria-label^="${label}"]`).first();
  const toast = (text: string | RegExp): ReturnType<Workbench['treeRow']> =>
    window.page.locator('.notification-toast', { hasText: text }).first();
  const late = async (): Promise<number> => {
    const [found] = (await execute(session.mysql, "SELECT COUNT(*) AS n FROM shop.orders WHERE note = 'late'")) as { n: number }[];
    return found?.n ?? -1;
  };
  const commit = async (): Promise<void> => {
    await execute(session.mysql, "UPDATE shop.orders SET note = NULL WHERE note = 'late'");
    await (await askForWrite(window, REQUEST)).run();
    await toast('Committed on "shop"').waitFor();
    assert.equal(await late(), 5);
  };
  const press = async (text: string | RegExp, button: string): Promise<void> => {
    await toast(text).locator('.monaco-button', { hasText: button }).click();
  };
  const auditLog = async (): Promise<string> => {
    const folder = path.join(session.codeServer.folder, 'user/User/globalStorage/mysql-pilot.mysql-pilot/audit');
    const files = await Promise.all((await readdir(folder)).map((name) => readFile(path.join(folder, name), 'utf8')));
    return files.join('');
  };
  const closeAll = async (): Promise<void> => {
    await clearNotifications(window);
    await window.runCommand('View: Close All Editors');
  };

  suiteSetup(async () => {
    ({ session, window } = await takeConnectedDesk());
    await setAgentPermissions(window, row('connection shop'), { changes: 'Rows, with my approval' });
    await row('connection shop').and(window.page.locator('[aria-label*="agents can write"]')).waitFor();
  });
  suiteTeardown(handOnDesk);
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  test('Show opens the review of what was committed, in which nothing can be decided', async () => {
    await commit();
    await window.runCommand('View: Close All Editors');
    await press('Committed on "shop"', 'Show');
    const review = await ReviewTab.find(window, 'committed');
    assert.equal(await review.headline, 'Update 5 rows in shop.orders');
    assert.match(await review.frame.locator('.outcome').innerText(), /Committed in [\d,]+ ms\. Rows changed: 5\./);
    assert.ok(!(await review.runButton.isVisible()));
    await closeAll();
  });

  for (const [i, theme] of THEMES.entries()) {
    const one = test(`Undo… is reviewed like any change and brings the rows back once, ${theme.name}`, async () => {
      await setTheme(window, theme);
      await commit();
      await press('Committed on "shop"', 'Undo…');
      const undo = await ReviewTab.find(window);
      assert.equal(await undo.headline, 'Undo changes to 5 rows');
      assert.match(await undo.text, /changed columns: 1 of \d+/);
      assert.match(await undo.text, /committed only if these rows haven't changed since the write/);
      assert.deepEqual(await seriousViolations(undo.frame), []);
      await until(() => undo.isEnabled(), 'the button');
      await window.screenshot(path.join(SCREENSHOTS, `undo-review-${theme.name}.png`));
      assert.equal(await late(), 5, 'looking at it undoes nothing');
      await undo.run();
      await toast('Undone on "shop"').waitFor();
      assert.equal(await late(), 0);
      assert.match(await auditLog(), /"tool":"undo".*"event":"outcome","milliseconds":\d+,"outcome":"committed","rows":5/);
      const done = await ReviewTab.find(window, 'committed');
      assert.match(await done.frame.locator('.outcome').innerText(), /Undone\. The rows are as they were before the write/);
      assert.ok(!(await done.frame.locator('button.undo').isVisible()));
      await closeAll();
    });
    if (i > 0) full(one);
  }

  test('a key or a button of the mouse that is held on the button since before it was enabled approves nothing', async () => {
    const { keyboard, mouse } = window.page;
    await execute(session.mysql, "UPDATE shop.orders SET note = NULL WHERE note = 'late'");
    const review = await askForWrite(window, REQUEST);
    await review.runButton.focus();
    for (let held = 0; held < 10 || !(await review.isEnabled()); held++) {
      await keyboard.down(' '); // as it repeats
      await window.page.waitForTimeout(100);
      assert.ok(held < 200);
    }
    await keyboard.up(' ');
    await window.page.waitForTimeout(1000);
    assert.equal(await late(), 0);
    await review.frame.locator('h1').click();
    await keyboard.type('select'); // the reading begins anew
    assert.ok(!(await review.isEnabled()));
    await review.runButton.hover();
    await mouse.down();
    await until(() => review.isEnabled(), 'the button');
    await mouse.up();
    await window.page.waitForTimeout(1000);
    assert.equal(await late(), 0);
    await review.reject();
    await closeAll();
  });

  test('rows that somebody has changed since are told and not overwritten', async () => {
    await commit();
    await execute(session.mysql, "UPDATE shop.orders SET note = 'mine' WHERE note = 'late' ORDER BY id LIMIT 1");
    await press('Committed on "shop"', 'Undo…');
    await toast('Rows changed since the write: 1 of 5, the first in orders').waitFor();
    assert.ok(!(await ReviewTab.isOpen(window)) || (await late()) === 4);
    assert.equal(await late(), 4);
    await execute(session.mysql, "UPDATE shop.orders SET note = NULL WHERE note = 'mine'");
    await closeAll();
  });

  test('a record that another program has changed is not run, not even while its review is open', async () => {
    await commit();
    await press('Committed on "shop"', 'Undo…');
    const undo = await ReviewTab.find(window);
    const folder = path.join(session.codeServer.folder, 'user/User/globalStorage/mysql-pilot.mysql-pilot/undo');
    for (const name of await readdir(folder)) await appendFile(path.join(folder, name), ' ');
    await undo.run();
    await toast('The undo record was changed or deleted').waitFor();
    assert.equal(await late(), 5);
    await closeAll();
  });

  test('a connection that is made read-only while the review of an undo is open is not written to', async () => {
    await commit();
    await press('Committed on "shop"', 'Undo…');
    const undo = await ReviewTab.find(window);
    const takeBack = await changeElsewhere(session.codeServer.folder, { readOnly: true });
    await undo.run();
    await toast('was changed').waitFor();
    assert.equal(await late(), 5);
    await clearNotifications(window);
    await window.runCommand('MySQL Pilot: Focus on Agent Activity View');
    await chooseFromMenu(window, row('mysql_execute, shop, 5 rows committed'), 'Undo…');
    await toast('The connection is read-only for everyone').waitFor();
    assert.equal(await late(), 5);
    await takeBack();
    await closeAll();
  });

  test('Agent Activity tells what was committed and how long each part took, and undoes it or opens its review', async () => {
    await commit();
    await closeAll();
    await window.runCommand('MySQL Pilot: Focus on Agent Activity View');
    const call = row('mysql_execute, shop, 5 rows committed');
    await call.waitFor();
    await hoverOver(window, call, 'Decision time:');
    await photograph(window, SCREENSHOTS, 'activity-write');
    await chooseFromMenu(window, call, 'Open Review');
    const review = await ReviewTab.find(window, 'committed');
    assert.equal(await review.headline, 'Update 5 rows in shop.orders');
    await window.runCommand('View: Close All Editors');
    await chooseFromMenu(window, call, 'Undo…');
    await (await ReviewTab.find(window)).run();
    await until(async () => (await late()) === 0, 'the rows to be brought back');
    await row('mysql_execute, shop, undone').waitFor();
    await closeAll();
    const rejected = await askForWrite(window, REQUEST);
    await rejected.reject();
    const refused = row('mysql_execute, shop, rejected').and(window.page.locator('[data-index="1"]')); // below what agents have seen, and not that of a test before
    await refused.waitFor();
    await chooseFromMenu(window, refused, 'Open Review');
    const looked = await ReviewTab.find(window, 'rejected');
    assert.match(await looked.frame.locator('.outcome').innerText(), /You rejected the write/);
    await closeAll();
  });
});
