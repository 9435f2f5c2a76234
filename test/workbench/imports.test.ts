import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { run } from '../harness/run.ts';
import { clientProgram } from '../harness/servers/clientProgram.ts';
import { until } from '../harness/run.ts';
import { SAMPLE } from '../harness/servers/sample.ts';
import { answerFileDialog } from '../harness/vscode/steps.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeDesk } from './desk.ts';
import { SCREENSHOTS, type Session } from './session.ts';

const WORKBENCH = `<?xml version="1.0"?><data><value type="list"><value type="object" struct-name="db.mgmt.Connection" id="1">
  <value type="dict" key="parameterValues"><value key="hostName">wb.example</value><value key="userName">wb</value></value><value key="name">Bench</value>
</value></value></data>`;

suite('imports and exports, in the workbench', function () {
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;
  let folder: string;
  let home: string;

  const row = (label: string): Locator => window.page.locator(`.pane-body .monaco-list-row[aria-label^="${label}"]`).first();
  const found = (text: string): Locator => window.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
  const choose = async (): Promise<void> => {
    await window.runCommand('MySQL Pilot: Import Connections');
    await window.page.locator('.quick-input-widget input[placeholder*="Only the connections"]').waitFor();
  };
  const saved = async (): Promise<string[]> =>
    readdir(path.join(session.codeServer.folder, 'user/User/globalStorage/mysql-pilot.mysql-pilot/connections')).catch(() => []);

  suiteSetup(async () => {
    ({ session, window, folder, home } = await takeDesk());
    const login = path.join(home, 'login.cnf'); // as MYSQL_TEST_LOGIN_FILE says in the window, too
    const editor = await clientProgram('mysql', 'mysql_config_editor');
    await run(editor.command, [...editor.args, 'set', '--login-path=staging', '--host=staging.example', '--user=somebody'], {
      env: { ...process.env, MYSQL_TEST_LOGIN_FILE: login },
    });
    await writeFile(path.join(folder, '.env'), `DATABASE_URL=${session.url}\nOTHER_URL=mysql://somebody@elsewhere.example/other\n`);
    await writeFile(
      path.join(folder, 'compose.yaml'),
      'services: { db: { image: "mysql:9", environment: { MYSQL_ROOT_PASSWORD: x }, ports: ["3999:3306"] } }',
    );
    await mkdir(path.join(folder, '.devcontainer'));
    await writeFile(path.join(folder, '.devcontainer/devcontainer.json'), '{ "containerEnv": { "DB_HOST": "inside", "DB_USER": "app" } }');
    await writeFile(path.join(home, '.my.cnf'), '[client]\nuser=mine\nhost=option.example\n');
    await mkdir(path.join(home, '.mysql/workbench'), { recursive: true });
    await writeFile(path.join(home, '.mysql/workbench/connections.xml'), WORKBENCH);
  });
  suiteTeardown(handOnDesk);
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  test('what was found is shown with where it comes from, and Escape saves nothing [F32]', async () => {
    await choose();
    await found('.env · with its password').waitFor();
    await found('From SQLTools').waitFor();
    for (const text of [
      'compose.yaml · with its password',
      'devcontainer.json · without',
      '~/.my.cnf',
      '~/.mylogin.cnf',
      'MySQL Workbench · without',
    ])
      await found(text).waitFor();
    await found('.env · without a password').waitFor();
    assert.doesNotMatch(await window.page.locator('.quick-input-list').innerText(), new RegExp(SAMPLE.owner.password));
    await window.screenshot(path.join(SCREENSHOTS, 'import.png'));
    await window.page.keyboard.press('Escape');
    assert.deepEqual(await saved(), []);
  });

  test('what is chosen is saved, works with its password, and nothing else is saved [F33]', async () => {
    await choose();
    await found('with its password').click();
    await window.page.locator('.quick-input-widget .monaco-button', { hasText: 'OK' }).click();
    await row('connection shop').waitFor();
    await row('connection shop').click();
    await row('database shop').waitFor();
    assert.equal((await saved()).length, 1);
  });

  test('an export holds no password, and comes back [F36]', async () => {
    const file = path.join(folder, 'connections.json');
    await window.runCommand('MySQL Pilot: Export Connections');
    await found('shop').waitFor();
    await window.page.locator('.quick-input-widget .monaco-button', { hasText: 'OK' }).click();
    await answerFileDialog(window, file);
    const text = await until(() => readFile(file, 'utf8').catch(() => undefined), 'the exported file');
    assert.ok(text.includes('"name": "shop"') && !text.includes(SAMPLE.owner.password), text);

    await choose();
    await found('MySQL Pilot File').click();
    await window.page.locator('.quick-input-widget .monaco-button', { hasText: 'OK' }).click();
    await answerFileDialog(window, file);
    await row('connection shop 2').waitFor();
  });
});
