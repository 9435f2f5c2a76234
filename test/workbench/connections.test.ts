import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { serverUrl } from '../harness/servers/testServer.ts';
import { addConnection, chooseFromMenu, clearNotifications, expand, openView, photograph } from '../harness/vscode/steps.ts';
import { webviewFrame } from '../harness/vscode/webviews.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeDesk } from './desk.ts';
import { SCREENSHOTS, type Session } from './session.ts';

suite('connections in the workbench', function () {
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;

  const notification = (text: string | RegExp): ReturnType<Workbench['page']['locator']> =>
    window.page.locator('.notification-toast', { hasText: text }).first();
  const saved = async (): Promise<number> => {
    const folder = path.join(session.codeServer.folder, 'user/User/globalStorage/mysql-pilot.mysql-pilot/connections');
    return (await readdir(folder).catch(() => [])).length;
  };

  suiteSetup(async () => {
    ({ session, window } = await takeDesk());
  });
  suiteTeardown(handOnDesk);
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  test('without a connection the view says what to do [F99]', async () => {
    await openView(window);
    await window.page.locator('.welcome-view-content', { hasText: 'Agents have read-only access unless you allow more.' }).waitFor();
    await photograph(window, SCREENSHOTS, 'welcome');
  });

  test('a wrong URL is told while typing, and its password is not repeated [F02]', async () => {
    await window.runCommand('MySQL Pilot: Add Connection…');
    const input = window.page.locator('.quick-input-widget input:visible').first();
    await input.fill('http://app:hunter2@host');
    const message = window.page.locator('.quick-input-message', { hasText: 'mysql://' });
    await message.waitFor();
    const text = await message.innerText();
    assert.ok(text.includes('must start with mysql://') && !text.includes('hunter2'), text);
    await window.page.keyboard.press('Escape');
  });

  for (const [what, makeUrl, expected] of [
    [
      'a wrong password',
      (): string => serverUrl(session.mysql, { user: 'app', password: 'wrong' }, 'shop'),
      /wasn't saved.*Access denied.*Check the user name and password/,
    ],
    [
      'an unknown database',
      (): string => serverUrl(session.mysql, session.mysql.root, 'nowhere'),
      /wasn't saved.*Unknown database 'nowhere'.*select another database/,
    ],
    [
      'a host that does not answer',
      (): string => session.url.replace(/:\d+\//, ':1/'),
      /wasn't saved.*ECONNREFUSED.*Check the host and port/,
    ],
    ['a certificate that cannot be checked', (): string => `${session.url}?ssl-mode=verify-ca`, /wasn't saved.*TLS.*Check the certificate/],
  ] as const) {
    test(`${what} is told with its cause, and nothing is saved [F24]`, async () => {
      await window.runCommand('MySQL Pilot: Add Connection…');
      await window.answer(makeUrl());
      await notification(expected).waitFor();
      assert.equal(await saved(), 0);
      await clearNotifications(window);
    });
  }

  test('what was wrong can be corrected [F17]', async () => {
    await window.runCommand('MySQL Pilot: Add Connection…');
    await window.answer(session.url.replace('app-sample-pw', 'wrong'));
    await notification('Access denied').locator('.monaco-button', { hasText: 'Edit URL…' }).click();
    const input = window.page.locator('.quick-input-widget input:visible').first();
    await input.waitFor();
    assert.match(await input.inputValue(), /^mysql:\/\/app:wrong@/);
    await window.answer(session.url);
    await window.treeRow('app@127.0.0.1').waitFor();
    assert.equal(await saved(), 1);
  });

  test('the tree goes down to the columns, and says in words what it draws [F43]', async () => {
    await expand(window, 'app@127.0.0.1', 'information_schema');
    await window.page.locator('.pane-body .monaco-list-row[aria-label^="database shop"]').click();
    await window.treeRow('order_items').waitFor();
    await expand(window, 'customers', 'email');
    for (const label of [
      'connection shop, app@127.0.0.1',
      'database shop',
      'table, customers, ~200 rows, people who buy things',
      'view, open_orders',
      'column id, int unsigned, primary key, not null',
      'column email, varchar(190), unique key, not null, login name, lower case',
    ]) {
      await window.page.locator(`.pane-body .monaco-list-row[aria-label^="${label}"]`).first().waitFor();
    }
    await photograph(window, SCREENSHOTS, 'tree');
  });

  test('without a URL there is a form, which names the connection by itself', async () => {
    await window.runCommand('MySQL Pilot: Add Connection…');
    await window.answer('');
    const form = await webviewFrame(window.page, 'form');
    for (const [field, text] of [
      ['host', '127.0.0.1'],
      ['port', String(session.mysql.port)],
      ['user', 'app'],
      ['password', 'app-sample-pw'],
    ] as const)
      await form.locator(`[data-field="${field}"] input`).fill(text);
    await form.locator('[data-action="save"]').click();
    await window.page.locator('.pane-body .monaco-list-row[aria-label^="connection 127.0.0.1"]').waitFor();
    assert.equal(await saved(), 2);
  });

  test('rename [F28]', async () => {
    await window.runCommand('MySQL Pilot: Rename Connection…');
    await window.page.locator('.quick-input-list .monaco-list-row[aria-label^="127.0.0.1"]').click();
    await window.page.waitForTimeout(150);
    await window.answer('second');
    await window.page.locator('.pane-body .monaco-list-row[aria-label^="connection second"]').waitFor();
  });

  test('remove asks, and then both files and tree forget it [F29]', async () => {
    await chooseFromMenu(window, window.page.locator('.pane-body .monaco-list-row[aria-label^="connection second"]'), 'Remove Connection');
    const dialog = window.page.locator('.monaco-dialog-box', { hasText: 'Remove "second"?' });
    await dialog.waitFor();
    await window.screenshot(path.join(SCREENSHOTS, 'remove-dialog.png'));
    await dialog.locator('.monaco-button', { hasText: 'Remove' }).first().click();
    await window.page.locator('.pane-body .monaco-list-row[aria-label^="connection second"]').waitFor({ state: 'detached' });
    assert.equal(await saved(), 1);
  });

  test('a server that does not answer is a node that says "Loading…", until it does [F46]', async function () {
    if (!session.mysql.owned) this.skip();
    await session.mysql.freeze(true);
    try {
      await window.runCommand('MySQL Pilot: Refresh');
      await window.treeRow('Loading…').waitFor();
      await window.screenshot(path.join(SCREENSHOTS, 'loading.png'));
    } finally {
      await session.mysql.freeze(false);
    }
    await window.treeRow('information_schema').waitFor();
    assert.equal(await window.treeRow('Loading…').count(), 0);
  });

  test('a server that is down is a node that says so, and works again when it is back [F47]', async function () {
    if (!session.mysql.owned) this.skip();
    await session.mysql.kill();
    await window.runCommand('MySQL Pilot: Refresh');
    const error = window.page.locator('.pane-body .monaco-list-row[aria-label^="error: Can\'t reach app@127.0.0.1"]').first();
    await error.waitFor();
    await photograph(window, SCREENSHOTS, 'error');
    await session.mysql.start();
    await error.click();
    await window.treeRow('information_schema').waitFor();
  });

  test('nothing that was tried left a connection behind', async () => {
    assert.equal(await saved(), 1);
    await addConnection(window, `mysql://app:app-sample-pw@127.0.0.1:${String(session.mysql.port)}/shop`, 'shop 2');
    assert.equal(await saved(), 2);
  });
});
