import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createCipheriv, randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { hostileText, SHAPES } from '../harness/linear/shapes.ts';
import { measured } from './stretches.ts';
import { requiredEnv } from './support.ts';

const MEGABYTE = 1_000_000;
/** As large as each of them may be. */
const LIMITS = { compose: 48 * 1024, env: 64 * 1024, other: 256 * 1024 };

const urls = (length: number): string => Array.from({ length: length / 24 }, (_, i) => `A${String(i)}=mysql://a@b/c`).join('\n');
const services = (length: number): string => `services:\n${'  a: {image: mysql, ports: ["1:3306"]}\n'.repeat(length / 40)}`;
const anchors = (length: number): string => `services:\n${'- &a [*a]\n'.repeat(length / 10 - 2)}`;
const merges = (length: number): string =>
  `x: &a {${Array.from({ length: length / 20 }, (_, i) => `k${String(i)}: 1`).join(', ')}}\nservices:\n${'  a: {<<: *a, image: mysql}\n'.repeat(90)}`;

/** As `mysql_config_editor` writes them. */
function loginFile(text: string): Buffer {
  const key = randomBytes(20);
  const folded = Buffer.alloc(16);
  for (const [i, byte] of key.entries()) folded[i % 16] = (folded[i % 16] ?? 0) ^ byte;
  const lines = text.split('\n').map((line) => {
    const cipher = createCipheriv('aes-128-ecb', folded, null);
    const hidden = Buffer.concat([cipher.update(`${line}\n`), cipher.final()]);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(hidden.length);
    return Buffer.concat([length, hidden]);
  });
  return Buffer.concat([Buffer.alloc(4), key, ...lines]);
}

suite('files of other programs, in the extension host', () => {
  const home = requiredEnv('PILOT_HOME');
  let folder: string;
  let connections: string;
  let before: readonly string[];

  /** The real command on all that lies there: what it offers is closed. Resolves when it is over; what hangs fails by its time. */
  const offer = async (what: string): Promise<void> => {
    await measured(what, async () => {
      const done = Promise.resolve(vscode.commands.executeCommand('mysqlPilot.importConnections')).then(() => true);
      while (!(await Promise.race([done, sleep(100, false)]))) await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    });
    assert.deepEqual(
      (await readdir(connections)).filter((name) => name.endsWith('.json')),
      before,
      what,
    );
  };
  const write = async (place: string, name: string, content: string | Buffer): Promise<void> => {
    await mkdir(path.dirname(path.join(place, name)), { recursive: true });
    await writeFile(path.join(place, name), content);
  };
  const clear = async (): Promise<void> => {
    for (const place of [folder, home])
      for (const name of await readdir(place)) if (name !== '.vscode') await rm(path.join(place, name), { recursive: true });
  };

  suiteSetup(async () => {
    assert.equal(homedir(), home, 'nothing is written into the home folder of whoever runs this');
    folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? assert.fail('no folder');
    connections = path.join(requiredEnv('PILOT_USER_DATA'), 'User/globalStorage/mysql-pilot.mysql-pilot/connections');
    before = (await readdir(connections)).filter((name) => name.endsWith('.json'));
  });
  teardown(clear);

  for (const length of [MEGABYTE, 0] as const) {
    const large = length > 0 ? 'a megabyte' : 'as much as is read';
    test(`${large} of hostile text in every file that is looked for`, async () => {
      const [compose, env, other] = [length || LIMITS.compose, length || LIMITS.env, length || LIMITS.other];
      for (const [kind, file, text] of [
        ['services', 'compose.yaml', services(compose)],
        ['merges', 'docker-compose.yml', merges(compose)],
        ['anchors that hold themselves', 'compose.yaml', anchors(compose)],
        ['addresses', '.env', urls(env)],
      ] as const) {
        await write(folder, file, text.slice(0, compose));
        await offer(`${kind}, ${large}`);
      }
      for (const shape of SHAPES.filter((_, i) => i % 8 === 0)) {
        await write(folder, 'compose.yaml', hostileText(shape, compose));
        await write(folder, '.env', hostileText(shape, env));
        await write(folder, '.devcontainer/devcontainer.json', hostileText(shape, other));
        await write(home, '.my.cnf', hostileText(shape, other));
        await write(home, '.mylogin.cnf', loginFile(hostileText(shape, other).slice(0, other * 0.8)));
        await write(home, '.mysql/workbench/connections.xml', hostileText(shape, other));
        await offer(`${shape.name}, ${large}, in each`);
      }
    }).timeout(240_000);
  }

  test('settings of SQLTools of a megabyte, in the workspace', async () => {
    const one = { driver: 'MySQL', name: '$(pwned) [a](command:pwned)', server: 'h', username: 'u' };
    await write(folder, '.vscode/settings.json', JSON.stringify({ 'sqltools.connections': Array.from({ length: 12_000 }, () => one) }));
    await sleep(1500); // nothing tells when VS Code has read it
    await offer('12,000 connections of SQLTools');
    await rm(path.join(folder, '.vscode/settings.json'));
  }).timeout(60_000);

  test('pipes, devices and links to them in the place of every file', async () => {
    const pipe = path.join(home, 'pipe');
    for (const make of [
      () => {
        execFileSync('mkfifo', [pipe]);
        return Promise.resolve(pipe);
      },
      () => Promise.resolve('/dev/zero'),
      () => Promise.resolve('/dev/random'),
      () => Promise.resolve('/proc/self/environ'),
      () => Promise.resolve(folder),
    ]) {
      const target = await make();
      await mkdir(path.join(home, '.mysql/workbench'), { recursive: true });
      await mkdir(path.join(folder, '.devcontainer'), { recursive: true });
      const places = ['.my.cnf', '.mylogin.cnf', '.mysql/workbench/connections.xml'].map((name) => path.join(home, name));
      for (const name of ['compose.yaml', '.env', '.devcontainer/devcontainer.json']) places.push(path.join(folder, name));
      for (const place of places) await symlink(target, place);
      await offer(`links to ${path.basename(target)}`);
      for (const place of places) await rm(place);
    }
  }).timeout(120_000);

  test('fifty files with as many connections as they hold are a list that can be read', async () => {
    for (let i = 0; i < 50; i++) await write(folder, `service${String(i)}/.env`, urls(LIMITS.env));
    await offer('fifty files of 64 KiB of addresses');
  }).timeout(120_000);
});
