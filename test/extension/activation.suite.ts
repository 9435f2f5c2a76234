import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { until } from '../harness/run.ts';
import { connectionsSoFar } from '../harness/servers/connectionsSoFar.ts';
import { EXTENSION_ID, requiredEnv } from './support.ts';

interface Watcher {
  /** Keys of the secrets that were read. */
  readonly secretReads: readonly string[];
  readonly pilot: { readonly milliseconds?: number; readonly cpuMilliseconds?: number; readonly loaded?: readonly string[] };
}

/** Runs in a window of a user who has a saved connection; the scripted model's extension is active first and watches. */
suite('activation', () => {
  let watcher: Watcher;

  const secretsOfConnections = (): string[] => watcher.secretReads.filter((key) => key.startsWith('connection.'));

  suiteSetup(async () => {
    const extension = vscode.extensions.getExtension<Watcher>('mysql-pilot-test.scripted-model');
    assert.ok(extension);
    watcher = await extension.activate();
  });

  test('starts with the window, before anybody uses the extension', async () => {
    await until(() => vscode.extensions.getExtension(EXTENSION_ID)?.isActive === true, 'the extension to be active');
    const { milliseconds, cpuMilliseconds } = watcher.pilot;
    assert.ok(milliseconds !== undefined && cpuMilliseconds !== undefined, 'the watcher was active first');
    console.log(`[T] activation: ${milliseconds.toFixed(1)} ms, of CPU ${cpuMilliseconds.toFixed(1)} ms`);
  });

  test('loads its own bundle alone: the engine and the schema library wait', async () => {
    assert.deepEqual(await until(() => watcher.pilot.loaded, 'the list of loaded files'), ['dist/extension.js']);
  });

  test('lets servers reach the window, although no view was opened', async () => {
    const folder = path.join(requiredEnv('PILOT_USER_DATA'), 'User/globalStorage/mysql-pilot.mysql-pilot/windows');
    const isOurs = (name: string): boolean =>
      name.endsWith('.json') && (JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as { pid: number }).pid === process.pid;
    await until(() => existsSync(folder) && readdirSync(folder).some(isOurs), 'the rendezvous file of this window');
  });

  test('reads no secret and connects to no database [F107]', async () => {
    await sleep(1000);
    assert.deepEqual(secretsOfConnections(), []);
    const url = requiredEnv('PILOT_URL');
    assert.equal(await connectionsSoFar(url), Number(requiredEnv('PILOT_CONNECTIONS')) + 1); // the one that asks
  });
});
