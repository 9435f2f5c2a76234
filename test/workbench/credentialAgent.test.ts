import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { StdioClient, SERVER_BUNDLE } from '../harness/mcp/stdioClient.ts';
import { run, until } from '../harness/run.ts';
import { addConnection, openView } from '../harness/vscode/steps.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { SCREENSHOTS, Session } from './session.ts';

const ROWS = />\nn\n1000\n</;

/** A program outside of VS Code, which uses what a window has given to the credential agent. */
suite('credential agent', function () {
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;
  const clients: StdioClient[] = [];

  suiteSetup(async function () {
    this.timeout(300_000);
    session = await Session.start({
      restricted: true,
      settings: {
        'mysqlPilot.agent.keepUnlocked': 'untilIdle',
        'security.workspace.trust.startupPrompt': 'never',
        'security.workspace.trust.banner': 'never',
      },
    });
    window = await session.openWindow('work');
    await window.runCommand('Workspaces: Manage Workspace Trust');
    await window.page
      .locator('.workspace-trust-editor .monaco-button', { hasText: /^Trust/ })
      .first()
      .click();
    await window.page.keyboard.press('Escape');
  });
  suiteTeardown(async () => {
    for (const client of clients) await client.close();
    await session.dispose();
  });
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  const env = (): Record<string, string> => ({
    XDG_RUNTIME_DIR: session.codeServer.runtime,
    XDG_STATE_HOME: path.join(session.codeServer.runtime, 'state'),
  });
  const agent = (action: string): Promise<string> =>
    run(process.execPath, [SERVER_BUNDLE, 'agent', action], { env: { PATH: process.env['PATH'], ...env() } });
  const query = async (): Promise<string> => {
    const client = await StdioClient.launch({
      args: ['--vscode'],
      env: env(),
      cwd: path.join(session.codeServer.folder, 'folders/work'),
    });
    clients.push(client);
    return (await client.call('mysql_query', { sql: 'SELECT COUNT(*) AS n FROM orders' })).text;
  };
  const closeWindow = async (): Promise<void> => {
    await window.close();
    const folder = path.join(session.codeServer.folder, 'user/User/globalStorage/mysql-pilot.mysql-pilot/windows');
    await until(async () => (await readdir(folder)).every((name) => !name.endsWith('.json')), 'the rendezvous file to be removed');
  };

  test('a window gives a new connection within two seconds, a program reads with it before and after the window has closed, and not after Lock', async () => {
    await openView(window);
    await addConnection(window, session.url, 'shop');
    const added = Date.now();
    await until(async () => (await agent('status').catch(() => '')).includes('Connections: 1'), 'the agent to have the connection', 10_000);
    assert.ok(Date.now() - added < 4000, `${String(Date.now() - added)} ms, with the start of the program that asks`);
    assert.match(await query(), ROWS);
    await closeWindow();
    await until(async () => (await agent('status')).includes('Windows:     0'), 'the agent to lose the window');
    assert.match(await query(), ROWS);
    window = await session.openWindow('work');
    await window.runCommand('MySQL Pilot: Show Credential Agent Status');
    await window.page
      .getByText(/The credential agent is running\. Connections: 1\./)
      .first()
      .waitFor();
    await window.screenshot(path.join(SCREENSHOTS, 'credential-agent-status.png'));
    await window.runCommand('MySQL Pilot: Lock Credential Agent');
    await window.page.getByText('The credential agent is locked. Agents can connect only while a window is open.').first().waitFor();
    await assert.rejects(agent('status'), /The credential agent is locked\./);
    assert.match(await query(), ROWS); // of the window
    await closeWindow();
    assert.match(await query(), /^broker\.unavailable: No VS Code window runs .*, and the credential agent is locked/);
  });

  test('a connection that is changed in a workspace that is not trusted is served as it was no longer', async () => {
    await agent('start');
    window = await session.openWindow('work');
    await openView(window);
    await until(async () => (await agent('status').catch(() => '')).includes('Connections: 1'), 'the agent to have the connection');
    await closeWindow();
    window = await session.openWindow('elsewhere');
    await openView(window);
    assert.match(await agent('status'), /Connections: 1/, 'a window that is opened ends no agent');
    await window.runCommand('MySQL Pilot: Rename Connection…');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'shop' }).first().click();
    await window.answer('store');
    await until(async () => (await agent('status').catch(String)).includes('not running'), 'the agent to end');
  });
});
