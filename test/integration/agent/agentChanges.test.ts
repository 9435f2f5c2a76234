import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { agentStatus, isAgentProcess, lockAgent, withdrawFromAgent } from '../../../src/broker/agent/agentControl.ts';
import { PROTOCOL_VERSION } from '../../../src/broker/contracts.ts';
import { openPeerLink, type PeerLink } from '../../../src/broker/peerLink.ts';
import { isAlive } from '../../../src/broker/rendezvous.ts';
import { AgentHome, fedConnection } from '../../harness/mcp/agentHome.ts';
import { until } from '../../harness/run.ts';

const NOWHERE = { host: '127.0.0.1', port: 1 };
/** Authenticated, and as many as a process may usually have files open, less some. */
const SILENT = 500;
/** A call that finds no one: the answer, the next peer, and its authentication are waited for. */
const HANGS_MS = 30_000;

suite('credential agent: what it may no longer have, and peers that hang', function () {
  this.timeout(90_000);
  let home: AgentHome;

  setup(async () => {
    home = await AgentHome.open();
  });
  teardown(() => home.dispose());

  const running = () => until(() => home.running(), 'the agent to run', 20_000);
  const other = { origin: '/other', rendezvous: '/other/windows/w.json' };

  test('a window whose setting is "never" takes out what windows of its storage have given, and no other', async () => {
    const [own, foreign] = [
      home.window(() => home.feed([fedConnection(NOWHERE)])),
      home.window(() => home.feed([fedConnection(NOWHERE)], other)),
    ];
    await own.changed();
    await foreign.changed();
    await own.close();
    await foreign.close();
    const { pid } = await running();
    assert.equal((await agentStatus())?.connections, 2);
    await withdrawFromAgent(home.storage);
    assert.equal((await agentStatus())?.connections, 1);
    await withdrawFromAgent(home.storage);
    await withdrawFromAgent('/other');
    await until(() => !isAlive(pid), 'the agent that has nothing to end', 5000);
    await withdrawFromAgent('/other');
  });

  test('a change in a window of another version ends the agent, and its start does not', async () => {
    await home.window(() => home.feed([fedConnection(NOWHERE)])).changed();
    await home.feeds[0]?.close();
    const { pid } = await running();
    const file = JSON.parse(await readFile(home.file, 'utf8')) as { protocol: number };
    await writeFile(home.file, JSON.stringify({ ...file, protocol: PROTOCOL_VERSION + 1 }));
    const window = home.window(() => home.feed([]));
    await window.changed();
    await sleep(500);
    assert.ok(isAlive(pid));
    await window.changed(true);
    await until(() => !isAlive(pid), 'the agent that still has the connection to end', 5000);
  });

  test('a call whose agent hangs gets an error in time, and a lock ends that agent', async function () {
    if (process.platform !== 'linux') this.skip();
    await home.window(() => home.feed([fedConnection(NOWHERE)])).changed();
    await home.feeds[0]?.close();
    const { pid } = await running();
    const client = await home.client(['--vscode']);
    assert.match((await client.call('mysql_connections')).text, /shop/);
    process.kill(pid, 'SIGSTOP');
    try {
      const asked = Date.now();
      const { text } = await client.call('mysql_query', { sql: 'SELECT 1' });
      assert.match(text, /^broker\.unavailable/);
      assert.ok(Date.now() - asked < HANGS_MS, `${String(Date.now() - asked)} ms`);
      await lockAgent();
      await until(() => !isAlive(pid), 'the agent to end', 5000);
    } finally {
      if (isAlive(pid)) process.kill(pid, 'SIGCONT');
    }
  });

  test('a process of another kind with the number of the agent is not taken for it', async () => {
    assert.equal(await isAgentProcess(process.pid), false);
    assert.equal(await isAgentProcess(1), false);
    await home.command('start');
    const { pid } = await running();
    if (process.platform === 'linux') assert.ok(await isAgentProcess(pid));
  });

  test('hundreds of peers that have proven the token and say nothing keep no server out', async () => {
    await home.window(() => home.feed([fedConnection(NOWHERE)])).changed();
    const agent = await running();
    const links: (PeerLink | undefined)[] = [];
    for (let i = 0; i < SILENT; i++) links.push(await openPeerLink(agent, PROTOCOL_VERSION));
    assert.ok(links.every((link) => link !== undefined));
    const client = await home.client(['--vscode']);
    assert.match((await client.call('mysql_connections')).text, /shop/);
    assert.equal((await agentStatus())?.servers, 1);
    for (const link of links) link.socket.destroy();
  });
});
