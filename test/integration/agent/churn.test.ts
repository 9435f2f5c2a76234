import assert from 'node:assert/strict';
import { cp, readFile, utimes } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Feed } from '../../../src/broker/agentContracts.ts';
import type { AgentFeed } from '../../../src/broker/agent/agentFeed.ts';
import { BrokerClient } from '../../../src/broker/brokerClient.ts';
import { anyWindowOrAgent } from '../../../src/broker/brokerFinder.ts';
import { currentDepth } from '../../harness/depth.ts';
import { AgentHome, fedConnection } from '../../harness/mcp/agentHome.ts';
import { SERVER_BUNDLE } from '../../harness/mcp/stdioClient.ts';
import { until } from '../../harness/run.ts';

const MINUTES = currentDepth() === 'full' ? 5 : 0.5;
const MAX_WINDOWS = 20;
const NOWHERE = { host: '127.0.0.1', port: 1 };
/** A change has to be there by then. */
const STALE_MS = 2000;

interface OpenWindow {
  readonly feed: AgentFeed;
  /** What it knows. */
  seen: Feed['connections'][number];
}

suite('credential agent: windows and servers that come and go', function () {
  this.timeout((MINUTES + 1) * 60_000);
  let home: AgentHome;

  setup(async () => {
    home = await AgentHome.open();
  });
  teardown(() => home.dispose());

  test('one agent, no lost connection, no old password, and flat memory', async () => {
    let connection = fedConnection(NOWHERE, { password: 'p0' });
    const { id } = connection.profile;
    let changedAt = Date.now();
    let before = 'p0';
    const program = path.join(home.folder, 'program');
    await cp(path.dirname(SERVER_BUNDLE), program, { recursive: true });
    const script = path.join(program, 'server.js');
    const windows: OpenWindow[] = [];
    const open = (): void => {
      const one: OpenWindow = {
        seen: connection,
        feed: home.window(() => home.feed([one.seen], { rendezvous: `/windows/${String(Math.floor(Math.random() * 50))}` }), script),
      };
      windows.push(one);
      void one.feed.changed();
    };
    open();
    await windows[0]?.feed.changed();
    const servers: BrokerClient[] = [];
    const memory: number[] = [];
    const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(Math.random() * list.length)];
    const read = async (): Promise<void> => {
      const server = pick(servers);
      if (server === undefined) return;
      const asked = Date.now();
      const [password, wanted, old] = [await server.getSecret(id), String(connection.secret?.password), before];
      if (password !== wanted) assert.ok(password === old && asked - changedAt < STALE_MS, `${password} instead of ${wanted}`);
    };
    const steps: readonly (() => Promise<void> | void)[] = [
      () => {
        if (windows.length < MAX_WINDOWS) open();
      },
      () => {
        if (windows.length < 2) return; // one stays, which starts a killed agent again
        void windows.splice(Math.floor(Math.random() * windows.length), 1)[0]?.feed.close();
      },
      () => {
        if (servers.length < MAX_WINDOWS) servers.push(new BrokerClient(anyWindowOrAgent([]), {}));
      },
      () => {
        if (servers.length > 1) servers.splice(Math.floor(Math.random() * servers.length), 1)[0]?.close();
      },
      // One window hears of a new password at once; another one tells what it knew before.
      async () => {
        if (Date.now() - changedAt < STALE_MS) return;
        before = String(connection.secret?.password);
        changedAt = Date.now();
        connection = { ...connection, secret: { password: `p${String(changedAt)}` }, changedAt };
        const first = pick(windows);
        if (first !== undefined) first.seen = connection;
        await Promise.all([first?.feed.changed(), pick(windows)?.feed.changed()]);
        for (const one of windows) one.seen = connection;
      },
      async () => {
        if (Math.random() > 0.1) return;
        const agent = await home.running();
        if (agent !== undefined) process.kill(agent.pid, 'SIGKILL');
        await until(async () => (await home.running()) !== undefined, 'the agent to be back', 20_000);
        for (const one of windows) await one.feed.changed();
      },
      // An update: each agent is replaced by the next window that looks for one.
      async () => {
        if (Math.random() > 0.1) return;
        await utimes(script, new Date(), new Date());
        if (windows.length > 1) void windows.shift()?.feed.close();
        open();
      },
      read,
      read,
      read,
    ];
    let turns = 0;
    for (const end = Date.now() + MINUTES * 60_000; Date.now() < end; turns++) {
      await pick(steps)?.();
      await sleep(Math.random() * 30);
      if (turns % 50 !== 0 || process.platform !== 'linux') continue;
      const agent = await home.running();
      if (agent === undefined) continue;
      const status = await readFile(`/proc/${String(agent.pid)}/status`, 'utf8').catch(() => '');
      const used = Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0);
      if (used > 0) memory.push(used);
    }
    for (const server of servers) server.close();
    assert.ok(turns > 100, `${String(turns)} turns`);
    assert.ok(Math.max(...memory) < 120_000, `${String(Math.max(...memory))} KiB`);
  });
});
