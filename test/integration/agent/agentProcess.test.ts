import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CONTROL_PROTOCOL, FEED } from '../../../src/broker/agentContracts.ts';
import { agentStatus, lockAgent, stopAgent, unlockAgent } from '../../../src/broker/agent/agentControl.ts';
import { CredentialAgent } from '../../../src/broker/agent/credentialAgent.ts';
import { agentPlaces } from '../../../src/broker/agentPlace.ts';
import { isAlive } from '../../../src/broker/rendezvous.ts';
import { GET_SECRET, LIST_PROFILES, PROTOCOL_VERSION } from '../../../src/broker/contracts.ts';
import { openPeerLink } from '../../../src/broker/peerLink.ts';
import { currentDepth } from '../../harness/depth.ts';
import { AgentHome, fedConnection } from '../../harness/mcp/agentHome.ts';
import { SERVER_BUNDLE } from '../../harness/mcp/stdioClient.ts';
import { listProcesses } from '../../harness/processes.ts';
import { until } from '../../harness/run.ts';

const NOWHERE = { host: '127.0.0.1', port: 1 };
const CANARY = 'canary-5f1c2d9e-secret';
const ROUNDS = currentDepth() === 'full' ? 20 : 5;

suite('credential agent: the process', function () {
  this.timeout(180_000);
  let home: AgentHome;

  setup(async () => {
    home = await AgentHome.open();
  });
  teardown(() => home.dispose());

  /** `mysql-pilot agent run` in the foreground. Resolves to its exit code when it ends. */
  const runAgent = (script = SERVER_BUNDLE) => {
    const child = spawn(process.execPath, [script, 'agent', 'run'], { env: home.env, stdio: 'ignore' });
    const ended = once(child, 'exit').then(([code]) => code as number | null);
    return { pid: child.pid ?? 0, ended, kill: (signal: NodeJS.Signals) => child.kill(signal) };
  };
  const running = async () => until(() => home.running(), 'the agent to run', 20_000);
  const give = async (password = CANARY): Promise<void> => {
    await home.window(() => home.feed([fedConnection(NOWHERE, { password })])).changed();
  };

  test('of three that start at the same moment one stays, also in the place of one that was killed', async () => {
    let killed: ReturnType<typeof runAgent> | undefined;
    for (let round = 0; round < ROUNDS; round++) {
      const started = [runAgent(), runAgent(), runAgent()];
      const left = await until(
        async () => {
          const alive = started.filter(({ pid }) => isAlive(pid));
          const agent = await home.running();
          return alive.length === 1 && agent?.pid === alive[0]?.pid ? alive[0] : undefined;
        },
        `one of three to stay in round ${String(round)}`,
        20_000,
      );
      assert.notEqual(left.pid, killed?.pid);
      const codes = await Promise.all(started.filter((one) => one !== left).map(({ ended }) => ended));
      assert.deepEqual(codes, [0, 0]);
      killed = left;
      left.kill('SIGKILL');
      await left.ended;
    }
    const left = (await readdir(path.dirname(home.file))).filter((name) => /claim|tmp/.test(name));
    assert.deepEqual(left, []);
  });

  test('the folder, the file and the socket are for their owner alone, and no secret is anywhere but in memory', async () => {
    await give();
    const { socket, pid } = await running();
    const folder = path.dirname(home.file);
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    assert.equal((await stat(home.file)).mode & 0o777, 0o600);
    assert.equal(path.dirname(socket), folder);
    if (process.platform !== 'linux') return;
    for (const name of await readdir(home.folder, { recursive: true })) {
      const file = path.join(home.folder, name);
      if ((await stat(file)).isFile()) assert.ok(!(await readFile(file, 'latin1')).includes(CANARY), name);
    }
    for (const { commandLine, environment } of listProcesses()) assert.ok(!commandLine.includes(CANARY) && !environment.includes(CANARY));
    const limits = await readFile(`/proc/${String(pid)}/limits`, 'utf8');
    assert.match(limits, /Max core file size +0 +0 /);
    process.kill(pid, 'SIGUSR1');
    await sleep(500);
    const listening = await readdir(`/proc/${String(pid)}/task`);
    assert.ok(listening.length > 0 && isAlive(pid), 'a debugger is not opened, and the agent goes on');
    await assert.rejects(fetch('http://127.0.0.1:9229/json'), 'no debugger listens');
  });

  test('its environment has nothing but what it needs', async function () {
    if (process.platform !== 'linux') this.skip();
    process.env['MPT_ELSEWHERE_PASSWORD'] = CANARY;
    process.env['NODE_OPTIONS_OF_TEST'] = '--inspect';
    try {
      await give('other');
      const { pid } = await running();
      const names = (await readFile(`/proc/${String(pid)}/environ`, 'utf8')).split('\0').map((one) => one.split('=')[0] ?? '');
      assert.deepEqual(
        names.filter((name) => !/^(?:HOME|USER|LOGNAME|LANG|XDG_\w+|TMPDIR|ELECTRON_RUN_AS_NODE|PATH|PWD|OLDPWD|SHLVL|_|)$/.test(name)),
        [],
      );
    } finally {
      delete process.env['MPT_ELSEWHERE_PASSWORD'];
      delete process.env['NODE_OPTIONS_OF_TEST'];
    }
  });

  test('after an update the new program takes everything over, and the old one ends', async () => {
    const older = await mkdtemp(path.join(tmpdir(), 'mpt-older-'));
    try {
      await cp(path.dirname(SERVER_BUNDLE), older, { recursive: true });
      const script = path.join(older, 'server.js');
      await utimes(script, 1, 1); // never the bundle itself: agents of tests that run beside this one would be replaced
      await home.window(() => home.feed([fedConnection(NOWHERE)]), script, '0.0.9').changed();
      const before = await running();
      await home.feeds[0]?.close();
      // What a window of the newer version does that has nothing to give yet.
      await home.command('start');
      const after = await running();
      assert.notEqual(after.pid, before.pid);
      assert.equal((await agentStatus())?.connections, 1);
      await until(() => !isAlive(before.pid), 'the old one to end');
      assert.equal((await running()).pid, after.pid);
    } finally {
      await rm(older, { recursive: true, force: true });
    }
  });

  test('ends after so long without use, and when its folder is gone, as at log-out', async () => {
    const idle = home.window(() => home.feed([fedConnection(NOWHERE)], { idleHours: 0.5 / 3600 }));
    await idle.changed();
    const { pid } = await running();
    await sleep(3000);
    assert.ok(isAlive(pid), 'a window is open');
    await idle.close();
    await until(() => !isAlive(pid), 'the idle agent to end', 10_000);
    assert.equal(await home.running(), undefined);
    const again = runAgent();
    await running();
    await rm(path.dirname(home.file), { recursive: true });
    assert.equal(await again.ended, 0);
  });

  test('SIGTERM ends it, and leaves no file', async () => {
    const agent = runAgent();
    await running();
    agent.kill('SIGTERM');
    assert.equal(await agent.ended, 0);
    assert.deepEqual((await readdir(path.dirname(home.file))).sort(), ['windows']);
  });

  test('a window gives nothing to a locked agent until a person allows it again', async () => {
    const window = home.window(() => home.feed([fedConnection(NOWHERE)]));
    await window.changed();
    await lockAgent();
    await sleep(1500);
    await window.changed();
    assert.equal(await home.running(), undefined);
    await home.command('start');
    await window.changed();
    assert.equal((await agentStatus())?.connections, 1);
  });

  test('a lock ends every agent of the user, and a window that prefers another folder gives nothing, either', async () => {
    const state = process.env['XDG_STATE_HOME'];
    process.env['XDG_STATE_HOME'] = path.join(home.folder, 'state');
    try {
      const other = (await agentPlaces()).at(-1) ?? assert.fail();
      await mkdir(other.windows, { recursive: true, mode: 0o700 });
      const ended = Promise.withResolvers<string>();
      await CredentialAgent.start({ place: other, version: '0.1.0', build: '0.1.0 1', log: () => undefined, onEnd: ended.resolve });
      await give();
      await running();
      await lockAgent();
      assert.equal(await Promise.race([ended.promise, sleep(3000, 'it goes on')]), 'locked');
      assert.equal(await home.running(), undefined);
      await stat(other.locked);
    } finally {
      await stopAgent();
      await unlockAgent();
      if (state === undefined) delete process.env['XDG_STATE_HOME'];
      else process.env['XDG_STATE_HOME'] = state;
    }
  });

  test('an agent that takes over while a person locks holds nothing', async () => {
    const [place] = await agentPlaces();
    assert.ok(place !== undefined);
    const window = home.window(() => home.feed([fedConnection(NOWHERE)]));
    await window.changed();
    await window.close();
    await writeFile(place.locked, '', { mode: 0o600 }); // the older one has not been told yet
    const ended = Promise.withResolvers<string>();
    const newer = await CredentialAgent.start({ place, version: '9.0.0', build: '9.0.0 1', log: () => undefined, onEnd: ended.resolve });
    assert.ok(newer !== undefined);
    assert.equal((await agentStatus())?.connections, 0);
    await newer.end('stopped');
    await ended.promise;
  });

  test('an agent that is killed is started again by an open window', async () => {
    await give();
    const { pid } = await running();
    process.kill(pid, 'SIGKILL');
    await until(async () => (await agentStatus().catch(() => undefined))?.connections === 1, 'the agent to be back', 20_000);
  });

  test('no agent that a window has started appears after the window was closed', async () => {
    for (const ms of [0, 1, 5, 20, 100]) {
      const window = home.window(() => home.feed([fedConnection(NOWHERE)]));
      const given = window.changed();
      await sleep(ms);
      await window.close();
      await stopAgent();
      await given;
      await sleep(1000);
      assert.equal(await home.running(), undefined, `closed after ${String(ms)} ms`);
    }
  });

  test('nothing is given to who has no token, or the token for managing it alone', async () => {
    await give();
    const agent = await running();
    assert.equal(await openPeerLink({ ...agent, token: 'f'.repeat(64) }, PROTOCOL_VERSION), undefined);
    const link = await openPeerLink(agent, CONTROL_PROTOCOL);
    assert.ok(link !== undefined);
    for (const method of [LIST_PROFILES, GET_SECRET, FEED])
      await assert.rejects(link.connection.sendRequest(method, { id: 'x' }), /is unknown/);
    link.socket.destroy();
  });

  test('a file that others may read is not used', async () => {
    await give();
    const { pid } = await running();
    await chmod(home.file, 0o644);
    assert.equal(await home.running(), undefined);
    await until(() => !isAlive(pid), 'the agent to end, which nobody would find');
    assert.notEqual((await running()).pid, pid);
    assert.equal((await stat(home.file)).mode & 0o777, 0o600);
  });

  test('a folder that others may use is not used', async () => {
    await chmod(home.folder, 0o755); // not a runtime folder any more
    assert.ok((await agentPlaces()).every(({ file }) => file !== home.file));
    await chmod(home.folder, 0o700);
  });

  test('huge, slow, malformed and many peers neither stop it nor fill its memory', async () => {
    await give();
    const agent = await running();
    const end = (socket: Socket): Promise<void> =>
      new Promise((resolve) => {
        socket.on('error', () => undefined).once('close', resolve);
      });
    const closed = (bytes: string | Buffer): Promise<void> => {
      const socket = createConnection(agent.socket);
      socket.write(bytes);
      return end(socket);
    };
    const proven = async (): Promise<void> => {
      const link = await openPeerLink(agent, PROTOCOL_VERSION);
      assert.ok(link !== undefined);
      const gone = end(link.socket);
      link.socket.write(`Content-Length: ${String(1024 ** 4)}\r\n\r\n`);
      const megabyte = Buffer.alloc(1024 ** 2, 32);
      for (let i = 0; i < 64 && !link.socket.destroyed; i++) {
        link.socket.write(megabyte);
        await sleep(5);
      }
      await gone;
    };
    const slow = Array.from({ length: 80 }, () => end(createConnection(agent.socket)));
    await Promise.all([
      ...['{}', 'GET / HTTP/1.1\r\n\r\n', 'Content-Length: -5\r\n\r\n', 'x'.repeat(100_000)].map(closed),
      closed(Buffer.alloc(100_000, 0xff)),
      ...slow,
    ]);
    await proven();
    assert.equal((await agentStatus())?.connections, 1);
    if (process.platform !== 'linux') return;
    const memory = Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${String(agent.pid)}/status`, 'utf8'))?.[1]);
    assert.ok(memory < 200_000, `${String(memory)} KiB`);
  });

  test('a file of nobody is not taken for a lock for ever', async () => {
    await home.command('start');
    const { pid } = await running();
    process.kill(pid, 'SIGKILL');
    await until(() => !isAlive(pid), 'it to end');
    const stale = await readFile(home.file, 'utf8');
    // One that died while it took over.
    const { socket } = JSON.parse(stale) as { socket: string };
    const claim = `${home.file}.${createHash('sha256').update(socket).digest('hex').slice(0, 16)}.claim`;
    await writeFile(claim, JSON.stringify({ ...(JSON.parse(stale) as object), socket: `${socket}x` }), { mode: 0o600 });
    assert.match(await home.command('start'), /started/);
    assert.notEqual((await running()).pid, pid);
    assert.deepEqual(
      (await readdir(path.dirname(home.file))).filter((name) => name.endsWith('.claim')),
      [],
    );
  });
});
