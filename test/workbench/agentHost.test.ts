import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RENDEZVOUS_FLAG } from '../../src/identity.ts';
import { full } from '../harness/depth.ts';
import { until } from '../harness/run.ts';
import { CopilotApi, type CopilotRequest } from '../harness/vscode/copilotApi.ts';
import { addConnection, ask, openChat, openView } from '../harness/vscode/steps.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { SCREENSHOTS, Session } from './session.ts';

const QUESTION = 'Please count the orders.';
const ROWS = />\nn\n1000\n</;
/** Each chat of a window is handed the definition by itself, one right after the other. */
const SETTLE_MS = 2000;
const PLANS = {
  'count the orders': [{ tool: 'mysql_query', args: { sql: 'SELECT COUNT(*) AS n FROM orders' } }, { say: 'The tool said: {{result}}' }],
};

/** Sessions of VS Code's agent host, a process beside the window: it starts the server that the window's definition names, as it is stored. */
suite('agent host', function () {
  this.timeout(240_000);
  let api: CopilotApi;
  let session: Session;
  let window: Workbench;
  let home: string;

  suiteSetup(async function () {
    this.timeout(600_000); // on a new machine a native module is compiled first
    home = await mkdtemp(path.join(tmpdir(), 'mpt-home-'));
    api = await CopilotApi.start(PLANS);
    session = await Session.start({
      agentHost: true,
      testDriver: true,
      env: { ...api.environment, HOME: home },
      settings: {
        'chat.agentHost.unsafeTestToken': 'made-up',
        'chat.agentHost.allowSignedOutWhenUsable': true,
        'chat.agentHost.githubMcpServer.enabled': false,
        'chat.editor.preferCopilotHarness': true,
      },
    });
    window = await session.openWindow('known');
    await openView(window);
    await addConnection(window, session.url, 'shop');
    await window.runCommand('View: Show Explorer');
    await closeWindow();
  });
  suiteTeardown(async () => {
    await session.dispose();
    api.dispose();
    await rm(home, { recursive: true, force: true });
  });
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  /** Closes the window and waits until its extension host has ended, and nobody serves the connections. */
  async function closeWindow(): Promise<void> {
    await window.close();
    const folder = path.join(session.codeServer.folder, 'user/User/globalStorage/mysql-pilot.mysql-pilot/windows');
    await until(async () => (await readdir(folder)).every((name) => !name.endsWith('.json')), 'the rendezvous file to be removed');
  }

  /** The definitions that VS Code has handed to the agent host since `time`, as they are stored. */
  async function forwardedSince(time: number): Promise<readonly string[]> {
    const folder = path.join(session.codeServer.folder, 'user/agentPlugins');
    const files = (await readdir(folder, { recursive: true }).catch(() => []))
      .filter((name) => path.basename(name) === '.mcp.json')
      .map((name) => path.join(folder, name));
    const fresh: string[] = [];
    for (const file of files) if ((await stat(file)).mtimeMs >= time) fresh.push(await readFile(file, 'utf8'));
    return fresh;
  }

  /** Asks the question; resolves to the requests that it made of the model. */
  async function askHost(): Promise<{ readonly first: CopilotRequest; readonly last: CopilotRequest }> {
    const before = api.requests.length;
    await ask(window, QUESTION, /The tool/);
    const [first, last] = [api.requests[before], api.requests.at(-1)];
    assert.ok(first !== undefined && last !== undefined, 'nothing reached the model');
    return { first, last };
  }

  test('a folder never opened before has the tools in the first message, although nobody opened our view [F122]', async () => {
    const opened = Date.now();
    window = await session.openWindow('new');
    await openChat(window);
    await until(async () => (await forwardedSince(opened)).some((text) => text.includes(RENDEZVOUS_FLAG)), 'VS Code to forward the server');
    await window.page.waitForTimeout(SETTLE_MS);
    const { first, last } = await askHost();
    assert.ok(first.tools.includes('mysql-pilot-mysql_query'), first.tools.join(' '));
    assert.match(last.results.at(-1) ?? '', ROWS);
    await closeWindow();
  });

  const again = test('a window that is opened again with the Explorer shown answers with rows [F123]', async () => {
    window = await session.openWindow('known');
    await window.page.locator('.explorer-folders-view').waitFor();
    await openChat(window);
    await window.page.waitForTimeout(SETTLE_MS);
    const { last } = await until(async () => {
      const requests = await askHost();
      return requests.last.results.length > 0 && requests;
    }, 'an answer of the tool');
    assert.match(last.results.at(-1) ?? '', ROWS);
  });
  full(again); // the same way to the tools, by a window that has been open before
});
