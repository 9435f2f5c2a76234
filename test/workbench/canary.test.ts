import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { searchLeaks } from '../harness/leakSearch.ts';
import { listProcesses } from '../harness/processes.ts';
import { makeKey, SshServer } from '../harness/servers/sshServer.ts';
import { until } from '../harness/run.ts';
import { execute, serverUrl } from '../harness/servers/testServer.ts';
import { packageVsix } from '../harness/vscode/packages.ts';
import { addConnection, answerFileDialog, ask, clearNotifications, expand, openView } from '../harness/vscode/steps.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { ANSWER, BROWSER_PROFILE, QUESTION, Session } from './session.ts';

/** With characters that each encoding writes otherwise. */
const CANARY = 'Kanari-7/Vogel#ä+9w&x';
/** A wrong password must not stand anywhere, either. */
const WRONG_CANARY = 'Falsch-3/Vogel#ö+5z&y';
/** Of the key of an SSH server, and what is typed for it first. */
const PASSPHRASE = 'Schlüssel-4/Vogel#ä+2p&m';
const WRONG_PASSPHRASE = 'Irrtum-6/Vogel#ö+7n&q';
const PLANTED = 'Planted-5/Vogel#ü+1k&q';
const ACCOUNT = { user: 'canary', password: CANARY };

suite('canary password', function () {
  this.timeout(300_000);
  let session: Session;
  let window: Workbench;
  let sshd: SshServer;
  const processes: string[] = [];

  suiteSetup(async () => {
    session = await Session.start({ traceLogs: true, settings: { 'files.simpleDialog.enable': true } });
    const { mysql } = session;
    await execute(
      mysql,
      `DROP USER IF EXISTS canary@'%'; CREATE USER canary@'%' IDENTIFIED BY '${CANARY}'; GRANT SELECT ON shop.* TO canary@'%'`,
    );
    window = await session.openWindow('canary');

    // Everything that touches the password: both ways to add, a wrong one, the tree, an agent, an error, a reload.
    await openView(window);
    await window.runCommand('MySQL Pilot: Add Connection…');
    await window.answer(serverUrl(mysql, { user: 'canary', password: WRONG_CANARY }, 'shop'));
    await window.page.locator('.notification-toast', { hasText: 'Access denied' }).first().waitFor();
    await clearNotifications(window);
    await addConnection(window, serverUrl(mysql, ACCOUNT, 'shop'), 'canary@127.0.0.1');
    await expand(window, 'canary@127.0.0.1', 'information_schema');
    await ask(window, QUESTION, ANSWER);
    await throughSsh();
    processes.push(...listProcesses().map(({ commandLine, environment }) => commandLine + environment));

    await execute(mysql, "ALTER USER canary@'%' ACCOUNT LOCK");
    await window.runCommand('MySQL Pilot: Refresh');
    await execute(mysql, "ALTER USER canary@'%' ACCOUNT UNLOCK");
    await window.page.reload();
    await window.ready();
    await window.runCommand('MySQL Pilot: Show Log');
    await window.page.waitForTimeout(6000); // the browser writes its storage to disk every few seconds
  });
  suiteTeardown(async () => {
    await sshd.dispose();
    await session.dispose();
  });

  /** Two connections of a file, through a server whose key has a passphrase: for the first one a wrong one is typed. Both are exported again. */
  async function throughSsh(): Promise<void> {
    const folder = path.join(session.codeServer.folder, 'ssh');
    await mkdir(folder);
    const keyFile = path.join(folder, 'key');
    sshd = await SshServer.start({ keys: [await makeKey(keyFile, PASSPHRASE)] });
    const knownHostsFile = path.join(folder, 'known_hosts');
    await writeFile(knownHostsFile, await sshd.knownHosts());
    const { host, port } = session.mysql;
    const ssh = { host: '127.0.0.1', port: sshd.port, user: sshd.user, keyFile, knownHostsFile, agent: false, secret: 'passphrase' };
    const connection = { host, port, user: 'canary', tls: 'preferred', database: 'shop', ssh };
    const file = path.join(folder, 'connections.json');
    await writeFile(file, JSON.stringify({ connections: ['wrong', 'right'].map((name) => ({ name, ...connection })) }));
    const listed = (text: string) => window.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
    const accept = () => window.page.locator('.quick-input-widget .monaco-button', { hasText: 'OK' }).click();
    await window.runCommand('MySQL Pilot: Import Connections');
    await listed('MySQL Pilot File').click();
    await accept();
    await answerFileDialog(window, file);
    for (const [name, passphrase] of [
      ['wrong', WRONG_PASSPHRASE],
      ['right', PASSPHRASE],
    ] as const) {
      await window.page.locator(`.pane-body .monaco-list-row[aria-label^="connection ${name}"]`).click();
      for (let asked = 0; asked < 2; asked++) {
        const box = window.page.locator('.quick-input-widget:visible input[type="password"]');
        await box.waitFor();
        const question = await window.page.locator('.quick-input-widget:visible').innerText();
        await window.answer(question.includes('passphrase') ? passphrase : CANARY);
        // The second question comes behind the first, in the same box.
        const now = async (): Promise<string | undefined> => (await window.page.locator('.quick-input-widget:visible').allInnerTexts())[0];
        await until(async () => (await now()) !== question, 'the answer to be taken');
      }
    }
    await window.page.locator(`.pane-body .monaco-list-row[aria-label*="can't be used"]`).first().waitFor();
    await until(
      async () => (await window.page.locator('.pane-body .monaco-list-row[aria-label^="database shop"]').count()) >= 2,
      'the database behind the tunnel',
    );
    await window.runCommand('MySQL Pilot: Export Connections');
    await listed('right').waitFor();
    await accept();
    await answerFileDialog(window, path.join(folder, 'exported.json'));
    await until(() => readFile(path.join(folder, 'exported.json'), 'utf8').catch(() => undefined), 'the exported file');
  }

  const folders = (): string[] => [session.codeServer.folder];
  const temporary = async (): Promise<string[]> =>
    (await readdir(tmpdir())).filter((name) => name.startsWith('mysql-pilot-')).map((name) => path.join(tmpdir(), name));

  test('the logs are there, at level trace, with lines of ours', async () => {
    const { leaks } = await searchLeaks(
      [path.join(session.codeServer.folder, 'user')],
      'Agents can use the saved connections of this window.',
    );
    assert.ok(
      leaks.some(({ file }) => file.includes('/logs/') && file.endsWith('MySQL Pilot.log')),
      JSON.stringify(leaks),
    );
    const logs = (await readdir(path.join(session.codeServer.folder, 'user/logs'), { recursive: true })).filter((name) =>
      name.endsWith('.log'),
    );
    assert.ok(logs.some((name) => name.endsWith('remoteexthost.log')) && logs.length > 5, logs.join(' '));
    const remote = logs.find((name) => name.endsWith('remoteexthost.log')) ?? '';
    assert.match(await readFile(path.join(session.codeServer.folder, 'user/logs', remote), 'utf8'), /\[trace\]/);
  });

  test('a planted canary is found, in each form', async () => {
    const forms = {
      'UTF-8': Buffer.from(`a log line with ${PLANTED} in it`),
      'UTF-16': Buffer.from(`x${PLANTED}`, 'utf16le'),
      base64: Buffer.from(Buffer.from(`user:${PLANTED}`).toString('base64')),
      hex: Buffer.from(Buffer.from(PLANTED).toString('hex')),
      URL: Buffer.from(`mysql://u:${encodeURIComponent(PLANTED)}@h`),
    };
    const folder = path.join(session.codeServer.folder, 'user/logs/planted');
    await mkdir(folder);
    for (const [form, content] of Object.entries(forms)) await writeFile(path.join(folder, `${form}.bin`), content);
    const { leaks } = await searchLeaks(folders(), PLANTED);
    assert.deepEqual([...new Set(leaks.map(({ file }) => path.basename(file, '.bin')))].sort(), Object.keys(forms).sort());
  });

  for (const [what, canary] of [
    ['the password', CANARY],
    ['a refused password', WRONG_CANARY],
    ['a passphrase of SSH', PASSPHRASE],
    ['a wrong passphrase of SSH', WRONG_PASSPHRASE],
  ] as const) {
    test(`${what} stands in no file of VS Code, its logs, its workspaces and the browser`, async () => {
      const { leaks, files } = await searchLeaks([...folders(), ...(await temporary())], canary);
      assert.ok(files > 200, `${String(files)} files were read`);
      // SecretStorage's own store in the browser: localStorage, where it may stand if the browser cannot encrypt it.
      const store = path.join(session.codeServer.folder, BROWSER_PROFILE, 'Default/Local Storage');
      assert.deepEqual(
        leaks.filter(({ file }) => !(canary !== WRONG_CANARY && file.startsWith(store))),
        [],
      );
    });
  }

  test('it stands in neither argv nor environment of any process [F119]', () => {
    assert.ok(processes.some((text) => text.includes(`--rendezvous\0${session.codeServer.folder}`)));
    for (const text of processes)
      for (const secret of [CANARY, PASSPHRASE, WRONG_PASSPHRASE])
        assert.ok(!text.includes(secret) && !text.includes(encodeURIComponent(secret)));
  });

  test('it is not in the VSIX [F120]', async () => {
    assert.ok(!(await readFile(await packageVsix())).includes(CANARY));
  });
});
