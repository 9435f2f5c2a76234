import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { EXTENSION_ID, invoke, requiredEnv } from './support.ts';

/** The extensions that start with the window keep the host busy; what is measured is ours. */
const QUIET_MS = 5000;

/** Runs in a window of a user who has a saved connection; the scripted model's extension watches all reads of secrets. */
suite('activation', () => {
  let secretReads: readonly string[];

  suiteSetup(async () => {
    const watcher = vscode.extensions.getExtension<{ secretReads: string[] }>('mysql-pilot-test.scripted-model');
    assert.ok(watcher);
    secretReads = (await watcher.activate()).secretReads;
  });

  test('reads no secret and connects to no database', async () => {
    const extension = vscode.extensions.getExtension(EXTENSION_ID);
    assert.equal(extension?.isActive, false);
    const connections = await connectionsSoFar();
    await sleep(QUIET_MS);
    const endProfile = await beginProfile(process.env['PILOT_PROFILE']);
    const started = performance.now();
    await extension.activate();
    console.log(`[T] activation: ${(performance.now() - started).toFixed(1)} ms`);
    const loaded = loadedModules(extension.extensionPath);
    await endProfile();
    assert.deepEqual(loaded, ['dist/extension.js'], 'the engine and the schema library wait until they are needed');
    await vscode.commands.executeCommand('mysqlPilot.connections.focus');
    await sleep(1000);
    assert.deepEqual(
      secretReads.filter((key) => key.startsWith('connection.')),
      [],
    );
    assert.equal(await connectionsSoFar(), connections + 1); // the one that asks
  });

  test('both happen when a tool is called (so the watch does see them)', async () => {
    assert.match(await invoke('mysql_query', { sql: 'SELECT 1 AS one' }), />\none\n1\n</);
    assert.equal(secretReads.filter((key) => key.startsWith('connection.')).length, 1);
  });
});

/** Writes a profile of what happens until its end to a file, where one is named (`npm run bench:activation -- --profile`). */
async function beginProfile(file: string | undefined): Promise<() => Promise<void>> {
  if (file === undefined) return () => Promise.resolve();
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 100 });
  await session.post('Profiler.start');
  return async () => {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    await writeFile(file, JSON.stringify(profile));
  };
}

/** Files of ours that the extension host has loaded. */
function loadedModules(folder: string): string[] {
  return Object.keys(createRequire(__filename).cache)
    .filter((file) => file.startsWith(folder + path.sep))
    .map((file) => path.relative(folder, file));
}

/** How many connections the server has accepted since it was started, this one included. */
async function connectionsSoFar(): Promise<number> {
  const mysql = await import('mysql2/promise');
  const connection = await mysql.createConnection(requiredEnv('PILOT_URL'));
  try {
    const [rows] = await connection.query("SHOW GLOBAL STATUS LIKE 'Connections'");
    return Number((rows as { Value: string }[])[0]?.Value);
  } finally {
    await connection.end();
  }
}
