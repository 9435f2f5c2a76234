import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, link, mkdir, readdir, readFile, rm, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { agentStatus } from '../../../src/broker/agent/agentControl.ts';
import { agentPlaces, isAgentLocked, makePlace } from '../../../src/broker/agentPlace.ts';
import { anyWindowOrAgent } from '../../../src/broker/brokerFinder.ts';
import { isAlive, readRendezvous } from '../../../src/broker/rendezvous.ts';
import { AgentHome, fedConnection } from '../../harness/mcp/agentHome.ts';
import { SERVER_BUNDLE } from '../../harness/mcp/stdioClient.ts';
import { until } from '../../harness/run.ts';

const HUGE = 3 * 1024 ** 3;
const OLD_S = 3600;

suite('credential agent: files in its folder that it has not written so', function () {
  this.timeout(90_000);
  let home: AgentHome;
  let folder: string;

  suiteSetup(function () {
    if (process.platform === 'win32') this.skip(); // no such files there
  });
  setup(async () => {
    home = await AgentHome.open();
    folder = path.join(home.folder, 'mysql-pilot');
    await mkdir(path.join(folder, 'windows'), { recursive: true, mode: 0o700 });
  });
  teardown(() => home.dispose());

  const give = () => home.window(() => home.feed([fedConnection({ host: '127.0.0.1', port: 1 })])).changed();
  const valid = (more = {}): string =>
    JSON.stringify({
      protocol: 9,
      socket: path.join(folder, 'gone.sock'),
      token: 'f'.repeat(64),
      pid: process.pid,
      build: '0.1.0 1',
      ...more,
    });

  /** What a crash of the system, a backup, or a person may leave in the place of `agent.json`. */
  const BAD_FILES: Readonly<Record<string, (file: string) => Promise<unknown>>> = {
    'an empty file': (file) => writeFile(file, '', { mode: 0o600 }),
    'bytes that are no text': (file) => writeFile(file, Buffer.from([0, 0xff, 0xfe, 0x80, 0]), { mode: 0o600 }),
    'JSON of something else': (file) => writeFile(file, '{"socket": 1}', { mode: 0o600 }),
    'deep JSON': (file) => writeFile(file, '['.repeat(60_000), { mode: 0o600 }),
    'a file of 3 GB': async (file) => {
      await writeFile(file, '', { mode: 0o600 });
      await truncate(file, HUGE);
    },
    'a file that others may read': (file) => writeFile(file, valid(), { mode: 0o644 }),
    'a link to a device that never ends': (file) => symlink('/dev/zero', file),
    'a link to another file': async (file) => {
      await writeFile(`${file}-elsewhere`, valid(), { mode: 0o600 });
      await symlink(`${file}-elsewhere`, file);
    },
    'a link to itself': (file) => symlink(path.basename(file), file),
    'a pipe that nobody writes to': (file) => Promise.resolve(spawnSync('mkfifo', ['-m', '600', file])),
    'a socket address that is too long': (file) => writeFile(file, valid({ socket: `/${'x'.repeat(5000)}` }), { mode: 0o600 }),
    'a socket address below a file': (file) => writeFile(file, valid({ socket: `${file}/x` }), { mode: 0o600 }),
    'a socket address with a NUL': (file) => writeFile(file, valid({ socket: '/a\0b' }), { mode: 0o600 }),
    'the number of a port as the socket': (file) => writeFile(file, valid({ socket: '1' }), { mode: 0o600 }),
  };
  for (const [title, make] of Object.entries(BAD_FILES))
    test(`${title}: is replaced by the next agent, and hides none in another folder`, async () => {
      await make(home.file);
      const looked = await Promise.race([anyWindowOrAgent([]).agent().catch(String), sleep(3000, 'hangs')]);
      assert.equal(looked, undefined);
      await give();
      assert.deepEqual(home.warnings, []);
      assert.equal((await agentStatus())?.connections, 1);
      assert.equal((await stat(home.file)).mode & 0o777, 0o600);
      assert.ok((await readdir(folder)).every((name) => !/claim|tmp/.test(name)));
      if (title === 'a link to another file') assert.equal(await readFile(`${home.file}-elsewhere`, 'utf8'), valid());
    });

  test('an empty file is replaced by one of four agents that start at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      await writeFile(home.file, '', { mode: 0o600 });
      const started = [1, 2, 3, 4].map(() => spawn(process.execPath, [SERVER_BUNDLE, 'agent', 'run'], { env: home.env, stdio: 'ignore' }));
      const left = await until(
        async () => {
          const alive = started.filter(({ exitCode }) => exitCode === null);
          return alive.length === 1 && (await home.running())?.pid === alive[0]?.pid && alive[0];
        },
        `one of four to stay in round ${String(round)}`,
      );
      const ended = once(left, 'exit');
      left.kill();
      await ended;
      assert.deepEqual(await readdir(folder), ['windows']);
    }
  });

  test('a bad file in the preferred folder does not hide the agent of the other one', async () => {
    const [first, last] = [(await agentPlaces())[0], (await agentPlaces()).at(-1)];
    assert.ok(first !== undefined && last !== undefined && first.file !== last.file);
    await give();
    const agent = (await home.running()) ?? assert.fail();
    await makePlace(last);
    await link(home.file, last.file);
    for (const text of ['', valid()]) {
      await rm(first.file);
      await writeFile(first.file, text, { mode: 0o600 });
      assert.equal((await anyWindowOrAgent([]).agent())?.socket, agent.socket, text);
    }
  });

  test('a folder in the place of the file is left alone, and said', async () => {
    await mkdir(home.file);
    await writeFile(path.join(home.file, 'mine'), 'x');
    await assert.rejects(home.command('start'), /did not start/);
    assert.equal(await readFile(path.join(home.file, 'mine'), 'utf8'), 'x');
    await assert.rejects(home.command('status'), /is not running/);
  });

  test('an agent whose file becomes a pipe ends, as for a file that is gone', async () => {
    await give();
    const { pid } = (await home.running()) ?? assert.fail();
    await home.feeds[0]?.close();
    await rm(home.file);
    spawnSync('mkfifo', ['-m', '600', home.file]);
    await until(() => !isAlive(pid), 'the agent to end', 15_000);
  });

  test('a link in the place of its folder is not followed: the rights and files of what it leads to stay', async () => {
    const mine = path.join(home.folder, 'mine');
    await rm(folder, { recursive: true });
    await mkdir(mine);
    await chmod(mine, 0o755);
    await writeFile(path.join(mine, 'locked'), 'precious');
    await symlink(mine, folder);
    await assert.rejects(home.command('start'));
    await home.command('lock').catch(() => undefined);
    assert.equal((await stat(mine)).mode & 0o777, 0o755);
    assert.deepEqual(await readdir(mine), ['locked']);
    assert.equal(await readFile(path.join(mine, 'locked'), 'utf8'), 'precious');
  });

  test('a lock that is a link locks, and what it leads to stays', async () => {
    const mine = path.join(home.folder, 'mine');
    await writeFile(mine, 'precious');
    for (const target of [mine, '/nowhere/at/all', 'locked']) {
      const [place] = await agentPlaces();
      await symlink(target, place?.locked ?? '');
      assert.ok(await isAgentLocked(), target);
      assert.ok(await anyWindowOrAgent([]).isLocked(), target);
      await home.command('lock');
      await home.command('start');
      assert.ok(!(await isAgentLocked()));
    }
    assert.equal(await readFile(mine, 'utf8'), 'precious');
  });

  test('what killed agents and windows have left is removed, and nothing of the living', async () => {
    const left = ['agent.json.0123456789ab.tmp', 'agent.json.0123456789abcdef.claim', 'dead.sock', 'windows/x.json.1.tmp'];
    const young = ['agent.json.ba9876543210.tmp', 'windows/y.json.2.tmp'];
    const foreign = ['notes.txt'];
    for (const name of [...left, ...young, ...foreign]) await writeFile(path.join(folder, name), valid(), { mode: 0o600 });
    const then = Date.now() / 1000 - OLD_S;
    for (const name of [...left, ...foreign]) await utimes(path.join(folder, name), then, then);
    await give();
    const [place] = await agentPlaces();
    const { announceWindow } = await import('../../../src/broker/openWindows.ts');
    await announceWindow(place ?? assert.fail(), { rendezvous: '/one.json', folders: [], pid: process.pid });
    const names = await readdir(folder, { recursive: true });
    assert.deepEqual(
      left.filter((name) => names.includes(name)),
      [],
    );
    assert.deepEqual(
      [...young, ...foreign].filter((name) => !names.includes(name)),
      [],
    );
  });

  test('a rendezvous file that is a pipe, a link or huge is refused at once', async () => {
    const file = path.join(folder, 'rendezvous.json');
    const makes = [BAD_FILES['a pipe that nobody writes to'], BAD_FILES['a file of 3 GB'], BAD_FILES['a link to a device that never ends']];
    for (const make of makes) {
      await make?.(file);
      assert.match(await Promise.race([readRendezvous(file).catch(String), sleep(3000, 'hangs')]).then(String), /isn't trusted/);
      await rm(file);
    }
  });
});
