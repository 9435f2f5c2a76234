import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import type { ConnectionProfile } from '../../src/engine/driver/profile.ts';
import { readProfileFile } from '../../src/extension/connections/profileFile.ts';
import { until } from '../harness/run.ts';
import { execute } from '../harness/servers/testServer.ts';
import { chooseInForm, openAgentPermissions, PICTURED, setAgentPermissions, setTheme, THEMES } from '../harness/vscode/steps.ts';
import { seriousViolations, webviewFrame } from '../harness/vscode/webviews.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeConnectedDesk } from './desk.ts';
import { changeElsewhere } from './otherWindow.ts';
import { savedConnection } from './savedConnection.ts';
import { SCREENSHOTS, type Session } from './session.ts';

suite('the form of agent permissions, in the workbench', function () {
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;

  const row = (label: string): Locator => window.page.locator(`.pane-body .monaco-list-row[aria-label^="${label}"]`).first();
  const item = (text: string): Locator => window.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
  const saved = async (): Promise<Partial<ConnectionProfile>> =>
    readProfileFile(await readFile(await savedConnection(session.codeServer.folder), 'utf8')) ?? {};
  const tab = (): Locator => window.page.locator('.tab', { hasText: 'Agent Permissions of "shop"' });
  const open = (): Promise<Frame> => openAgentPermissions(window, row('connection shop'));
  const area = (form: Frame, id: string): Locator => form.locator(`[data-field="${id}"] textarea`);
  const act = (form: Frame, action: string): Promise<void> => form.locator(`[data-action="${action}"]`).click();
  const status = (form: Frame, kind: string, text: string): Promise<void> => form.locator(`.status.${kind}`, { hasText: text }).waitFor();
  /** What the form holds, once another window has changed the connection. */
  const isNotSaved = async (form: Frame, change: Partial<ConnectionProfile>): Promise<void> => {
    const takeBack = await changeElsewhere(session.codeServer.folder, change);
    const changed = await saved();
    await act(form, 'save');
    await status(form, 'error', 'was changed elsewhere. Nothing was saved.');
    assert.deepEqual(await saved(), changed);
    await takeBack();
    await act(form, 'cancel');
    await tab().waitFor({ state: 'detached' });
  };

  suiteSetup(async () => {
    ({ session, window } = await takeConnectedDesk());
    await execute(
      session.mysql,
      'CREATE TABLE shop.people (id INT PRIMARY KEY, `e.mail` TEXT, phone TEXT, phone_type TEXT, password_hash TEXT)',
    );
  });
  suiteTeardown(handOnDesk);
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  test('what agents see and change is chosen in one form, which shows what applies, and saved with Save alone', async () => {
    const form = await open();
    const shown = async (one: Frame): Promise<string[]> =>
      one.evaluate<string[]>(`[...document.querySelectorAll('.field, fieldset')].filter((one) => one.checkVisibility())
        .map((one) => one.dataset.field ?? one.querySelector('legend').textContent)`);
    assert.deepEqual((await shown(form)).slice(0, 5), ['What agents can see', 'agents', 'What agents can change', 'changes', 'Tables']);
    await chooseInForm(form, 'changes', 'Choose for each statement type');
    await chooseInForm(form, 'write.update', 'with my approval');
    await chooseInForm(form, 'write.ddl', 'without asking');
    for (const theme of THEMES) {
      await setTheme(window, theme);
      assert.deepEqual(await seriousViolations(form), [], theme.name);
      await window.screenshot(path.join(SCREENSHOTS, `permissions-${theme.name}.png`));
    }
    await setTheme(window, THEMES[0]);
    assert.equal((await saved()).writes, undefined);
    await act(form, 'save');
    await tab().waitFor({ state: 'detached' });
    assert.deepEqual((await saved()).writes, { update: 'ask', ddl: 'allow' });

    const again = await open();
    await chooseInForm(again, 'agents', 'Structure only');
    assert.ok(!(await shown(again)).includes('What agents can change'));
    await act(again, 'save');
    await tab().waitFor({ state: 'detached' });
    assert.deepEqual([(await saved()).agents, (await saved()).writes], ['schema', undefined]);
    await setAgentPermissions(window, row('connection shop'), { agents: 'Rows and structure' });
    assert.deepEqual([(await saved()).agents, (await saved()).writes], [undefined, undefined]);
  });

  test('permissions that were chosen while others were set elsewhere: nothing is saved, and that is said', async () => {
    for (const [choices, change] of [
      [{ changes: 'Everything, with my approval' }, { agents: 'none' }],
      [{ agents: 'Structure only' }, { agents: 'none' }],
      [{ changes: 'Rows, with my approval' }, { agents: 'schema' }],
    ] as const) {
      const form = await open();
      for (const [field, label] of Object.entries(choices)) await chooseInForm(form, field, label);
      await isNotSaved(form, change);
    }
  });

  test('columns are suggested by their names, shown with what the rules match, and saved with Save alone', async () => {
    const form = await open();
    await area(form, 'deny').fill('shop.exact_values\nshop.order*');
    await act(form, 'suggest');
    await status(form, 'ok', "They aren't saved yet");
    const rules = await area(form, 'columns').inputValue();
    for (const rule of [
      'shop.people.`e.mail`=mask',
      'shop.people.phone=mask',
      'shop.people.password_hash=hide',
      'shop.customers.email=mask',
    ])
      assert.ok(rules.split('\n').includes(rule), rules);
    assert.doesNotMatch(rules, /phone_type|people\.id/);
    const matches = await form.locator('.preview table').innerText();
    assert.match(matches, /shop\.order\*\s+shop\.order_items, shop\.orders/);
    assert.deepEqual([(await saved()).tables, (await saved()).columns], [undefined, undefined]);
    for (const theme of PICTURED) {
      await setTheme(window, theme);
      assert.deepEqual(await seriousViolations(form), [], theme.name);
      await window.screenshot(path.join(SCREENSHOTS, `protection-${theme.name}.png`));
    }
    await act(form, 'save');
    await tab().waitFor({ state: 'detached' });
    assert.deepEqual(await saved().then(({ tables }) => tables), { deny: ['shop.exact_values', 'shop.order*'] });
    assert.deepEqual(await saved().then(({ columns }) => columns), rules.split('\n'));
  });

  test('columns are picked from the schema, by the keyboard alone', async () => {
    const form = await open();
    await area(form, 'columns').fill('');
    await form.locator('[data-action="add"]').focus();
    await window.page.keyboard.press('Enter');
    await window.page.locator('.quick-input-widget:visible', { hasText: 'Columns to protect' }).waitFor();
    await window.page.keyboard.type('phone');
    await item('phone_type').waitFor();
    await window.page.keyboard.press('ArrowDown');
    await window.page.keyboard.press('Space');
    await window.page.keyboard.press('Enter');
    await item('pseudonym').waitFor();
    await window.page.keyboard.type('mask');
    await window.page.keyboard.press('Enter');
    await status(form, 'ok', 'Rules added: 1.');
    assert.match(await area(form, 'columns').inputValue(), /^shop\.people\.phone(?:_type)?=mask$/);
    await act(form, 'cancel');
    await tab().waitFor({ state: 'detached' });
  });

  test('a rule that is none is not saved, and the form says why', async () => {
    const before = await saved();
    const form = await open();
    await area(form, 'columns').fill('shop.people.phone=masked');
    await area(form, 'allow').fill('people');
    await act(form, 'save');
    await status(form, 'error', 'Some rules are invalid.');
    await form.locator('[data-field="columns"] .problem', { hasText: 'use hide, mask, or pseudonym as the action' }).waitFor();
    await form.locator('[data-field="allow"] .problem', { hasText: 'people: write database.table.' }).waitFor();
    assert.deepEqual(await saved(), before);
    await act(form, 'cancel');
    await tab().waitFor({ state: 'detached' });
  });

  test('a rule that matches nothing is told before it is saved', async () => {
    const form = await open();
    await area(form, 'deny').fill('');
    await area(form, 'columns').fill('shop.people.fax=hide');
    await act(form, 'save');
    await status(form, 'warning', 'These rules match nothing: shop.people.fax=hide.');
    await form.locator('.preview td', { hasText: 'no column' }).waitFor();
    assert.notDeepEqual((await saved()).columns, ['shop.people.fax=hide']);
    await act(form, 'save');
    await tab().waitFor({ state: 'detached' });
    assert.deepEqual([(await saved()).tables, (await saved()).columns], [undefined, ['shop.people.fax=hide']]);
  });

  test('rules that were typed while others were set elsewhere: nothing is saved, and that is said', async () => {
    const form = await open();
    await area(form, 'columns').fill('shop.customers.email=mask');
    await isNotSaved(form, { columns: ['shop.customers.full_name=hide'] });
  });

  test('what is typed while the columns are read stays, and so does the keyboard', async () => {
    const form = await open();
    await area(form, 'columns').fill('shop.customers.full_name=hide');
    await session.mysql.freeze(true);
    try {
      await act(form, 'suggest');
      await status(form, 'busy', 'Reading the columns…');
      await area(form, 'columns').press('Control+End');
      await window.page.keyboard.type(', shop.people.id=mask');
      await area(form, 'deny').fill('shop.orders');
    } finally {
      await session.mysql.freeze(false);
    }
    await form.locator('.preview td', { hasText: 'shop.people.phone=mask' }).first().waitFor();
    await window.page.keyboard.type('!');
    assert.equal(await area(form, 'deny').inputValue(), 'shop.orders!');
    assert.match(
      await area(form, 'columns').inputValue(),
      /^shop\.customers\.full_name=hide, shop\.people\.id=mask\n[^]*\nshop\.people\.phone=mask(?:\n|$)/,
    );
    await act(form, 'cancel');
    await tab().waitFor({ state: 'detached' });
  });

  test('a form that is closed with changes can be opened again with them, and one without is not offered', async () => {
    const toast = window.page.locator('.notification-toast', { hasText: "Your changes weren't saved." });
    await open();
    await window.runCommand('View: Close Editor');
    await tab().waitFor({ state: 'detached' });
    const form = await open();
    assert.equal(await toast.count(), 0);
    await area(form, 'deny').fill('shop.orders');
    await window.runCommand('View: Close Editor');
    await toast.locator('.monaco-button', { hasText: 'Reopen' }).click();
    const again = await webviewFrame(window.page, 'form');
    await until(async () => (await area(again, 'deny').inputValue()) === 'shop.orders', 'the rule that was typed');
    await open(); // shows the one that is there
    assert.equal(await tab().count(), 1);
    await window.runCommand('View: Close Editor');
    await toast.locator('.monaco-button', { hasText: 'Reopen' }).click();
    const third = await webviewFrame(window.page, 'form');
    await until(async () => (await area(third, 'deny').inputValue()) === 'shop.orders', 'the rule once more');
    await act(third, 'cancel');
    await tab().waitFor({ state: 'detached' });
    assert.equal(await toast.count(), 0);
  });

  test('rules are saved where the server does not answer', async () => {
    const form = await open();
    await session.mysql.freeze(true);
    try {
      await area(form, 'columns').fill('shop.customers.email=mask');
      await act(form, 'save');
      await until(async () => JSON.stringify((await saved()).columns) === '["shop.customers.email=mask"]', 'the rules to be saved');
    } finally {
      await session.mysql.freeze(false);
    }
    await tab().waitFor({ state: 'detached' });
  });
});
