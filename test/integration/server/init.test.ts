import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'smol-toml';
import { fileOf, MCP_CLIENTS, vscodeEntry, type Place } from '../../../src/clients/mcpClients.ts';
import { FileChanged, writeConfiguration } from '../../../src/clients/configurationFile.ts';
import { SERVER_BUNDLE } from '../../harness/mcp/stdioClient.ts';

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

suite('mysql-pilot init', function () {
  this.timeout(60_000);
  let home: string;
  let folder: string;
  let version = '';

  const env = (): Record<string, string> => ({ HOME: home, PATH: process.env['PATH'] ?? '' });
  const place = (): Place => ({ platform: process.platform, home, env: env(), folder });
  /** Runs the built program; `typed` is what a person types, in a terminal. */
  const init = (args: readonly string[], typed?: string): Promise<Ended> =>
    new Promise((resolve, reject) => {
      const own = [process.execPath, SERVER_BUNDLE, 'init', ...args];
      const quoted = own.map((word) => `'${word}'`).join(' ');
      const [command = '', ...rest] = typed === undefined ? own : ['script', '-qec', quoted, '/dev/null'];
      const child = spawn(command, rest, { env: env(), cwd: folder });
      let [out, error] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()));
      child.on('error', reject);
      child.on('close', (code) => {
        resolve({ code, out: out.replaceAll('\r\n', '\n'), error });
      });
      if (typed === undefined) child.stdin.end();
      else child.stdin.write(typed);
    });

  suiteSetup(async () => {
    const { version: own } = JSON.parse(await readFile(path.join(path.dirname(SERVER_BUNDLE), '../package.json'), 'utf8')) as {
      version: string;
    };
    version = own;
  });
  setup(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'mpt-init-'));
    folder = path.join(home, 'project');
    await mkdir(folder);
  });
  teardown(() => rm(home, { recursive: true }));

  for (const client of MCP_CLIENTS) {
    test(`${client.id}: writes the documented form, once, and takes it out again`, async () => {
      const file = fileOf(client.id, place());
      const first = await init(['--client', client.id, '--yes']);
      assert.deepEqual([first.code, first.error], [0, ''], first.out);
      assert.match(first.out, /\+ [^]*mysql-pilot[^]*Written\. /);
      const text = await readFile(file, 'utf8');
      const read = (client.format === 'toml' ? JSON.parse(JSON.stringify(parse(text))) : JSON.parse(text)) as Record<string, unknown>;
      assert.deepEqual(read, { [client.property]: { 'mysql-pilot': vscodeEntry(client, version, process.platform) } });
      assert.doesNotMatch(text, /password|MYSQL_/i);
      if (!client.isShared) assert.equal((await stat(file)).mode & 0o777, 0o600);
      assert.match((await init(['--client', client.id, '--yes'])).out, /The entry already exists/);
      assert.equal((await init(['--client', client.id, '--remove', '--yes'])).code, 0);
      assert.doesNotMatch(await readFile(file, 'utf8'), /mysql-pilot/);
      assert.deepEqual(
        (await readdir(path.dirname(file))).filter((name) => name.endsWith('.part')),
        [],
      );
    });
  }

  test('asks in a terminal which clients are meant, shows the change, and writes only after a yes', async () => {
    const file = path.join(home, '.cursor/mcp.json');
    await mkdir(path.dirname(file));
    await writeFile(file, '{"mcpServers": {"other": {"env": {"TOKEN": "canary-of-another"}}}}');
    const number = MCP_CLIENTS.findIndex(({ id }) => id === 'cursor') + 1;
    const refused = await init([], `${String(number)}\nn\n`);
    assert.equal(refused.code, 0, refused.out);
    assert.match(refused.out, /Cursor \(found\)/);
    assert.match(refused.out, /\+ .*mysql-pilot[^]*Not written/);
    assert.doesNotMatch(await readFile(file, 'utf8'), /mysql-pilot/);
    const written = await init([], `99\n${String(number)}\ny\n`);
    assert.match(written.out, /Enter numbers from 1[^]*Written\./);
    assert.match(await readFile(file, 'utf8'), /mysql-pilot/);
    assert.doesNotMatch(refused.out + written.out, /canary/);
    assert.equal((await init([], '\n')).code, 0, 'Enter chooses none');
  });

  test('without a terminal nothing is written unless it is said', async () => {
    for (const args of [[], ['--client', 'cursor']]) {
      const { code, error } = await init(args);
      assert.equal(code, 2);
      assert.match(error, /No terminal is available/);
    }
    for (const args of [['--client', 'emacs', '--yes'], ['--nothing'], ['--print', '--yes', '--client', 'zed']])
      assert.equal((await init(args)).code, 2);
    const { code, out } = await init(['--client', 'codex', '--client', 'zed', '--print']);
    assert.equal(code, 0);
    assert.match(out, /\[mcp_servers\.mysql-pilot\][^]*"context_servers"/);
    assert.deepEqual(
      (await readdir(home)).filter((name) => name !== '.cache'),
      ['project'],
    );
  });

  test('leaves a broken file, and one with another server of this name, as they are', async () => {
    const file = path.join(folder, '.mcp.json');
    for (const [text, said] of [
      ['{"mcpServers": {', /invalid, so it wasn't changed/],
      ['{"mcpServers": {"mysql-pilot": {"command": "evil"}}}', /another server with this name/],
      ['{"mcpServers": [], "a": 1}', /doesn't have the format/],
    ] as const) {
      await writeFile(file, text);
      const { code, out } = await init(['--client', 'project', '--yes']);
      assert.equal(code, 1);
      assert.match(out, said);
      assert.equal(await readFile(file, 'utf8'), text);
    }
    await writeFile(file, Buffer.from([0x7b, 0xff, 0x7d]));
    assert.match((await init(['--client', 'project', '--yes'])).out, /isn't UTF-8/);
  });

  test('keeps the rights of a file, its byte order mark, and a link in its place', async () => {
    const real = path.join(home, 'dotfiles.json');
    await writeFile(real, '\uFEFF{\r\n\t"a": 1\r\n}\r\n');
    await chmod(real, 0o640);
    await mkdir(path.join(home, '.cursor'));
    await symlink(real, path.join(home, '.cursor/mcp.json'));
    assert.equal((await init(['--client', 'cursor', '--yes'])).code, 0);
    assert.ok((await lstat(path.join(home, '.cursor/mcp.json'))).isSymbolicLink());
    assert.equal((await stat(real)).mode & 0o777, 0o640);
    assert.match(await readFile(real, 'utf8'), /^\uFEFF\{\r\n\t"a": 1,\r\n\t"mcpServers": \{\r\n/);
  });

  for (const { title, link } of [
    { title: 'a file', link: '.mcp.json' },
    { title: 'a folder', link: '.vscode' },
  ])
    test(`${title} of a project that is a link: shows where it leads before it asks, and writes nothing with --yes`, async () => {
      const target = path.join(home, 'elsewhere');
      const real = link === '.vscode' ? path.join(target, 'mcp.json') : target;
      if (link === '.vscode') await mkdir(target);
      await writeFile(real, '{}');
      await symlink(target, path.join(folder, link));
      const args = ['--client', link === '.vscode' ? 'vscode' : 'project'];
      const unasked = await init([...args, '--yes']);
      assert.deepEqual([unasked.code, await readFile(real, 'utf8')], [1, '{}'], unasked.out);
      assert.match(unasked.out, /lead to another file: "[^"]*elsewhere[^]*Not written/);
      const asked = await init(args, 'y\n');
      assert.match(asked.out, /lead to another file: "[^"]*elsewhere[^]*Write this change\?[^]*Written/);
      assert.match(await readFile(real, 'utf8'), /mysql-pilot/);
    });

  test('settings in our entry that can run other code: names them without their values, and updates nothing with --yes', async () => {
    const file = path.join(folder, '.mcp.json');
    const env = { NODE_OPTIONS: '--require ./canary-value.js', '\u001b[2J\u009b': 'x' };
    const old = { type: 'stdio', command: 'npx', args: ['-y', 'mysql-pilot@0.0.1', '--vscode'], cwd: 'canary-value', env };
    await writeFile(file, JSON.stringify({ mcpServers: { 'mysql-pilot': old } }));
    const before = await readFile(file, 'utf8');
    const { code, out } = await init(['--client', 'project', '--yes']);
    assert.deepEqual([code, await readFile(file, 'utf8')], [1, before], out);
    assert.match(out, /can run other code: "cwd", "env\.NODE_OPTIONS"/);
    for (const hidden of ['canary-value', '\u001b', '\u009b']) assert.ok(!out.includes(hidden), out);
    await writeFile(
      file,
      JSON.stringify({
        mcpServers: { 'mysql-pilot': { ...vscodeEntry(MCP_CLIENTS[0] ?? assert.fail(), version, process.platform), env } },
      }),
    );
    assert.match((await init(['--client', 'project', '--yes'])).out, /can run other code: "env\.NODE_OPTIONS[^]*The entry already exists/);
  });

  test('a file that somebody writes in the meantime is not overwritten', async () => {
    const file = path.join(folder, 'a.json');
    await writeFile(file, 'theirs');
    await assert.rejects(writeConfiguration(file, 'what was read', 'ours', true), FileChanged);
    assert.equal(await readFile(file, 'utf8'), 'theirs');
    await assert.rejects(writeConfiguration(file, undefined, 'ours', true), FileChanged);
    assert.deepEqual(await readdir(folder), ['a.json']);
  });
});
