import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { until } from '../harness/run.ts';
import { addConnection, EXTENSION_ID, invoke, requiredEnv } from './support.ts';

const EACH = 10;
const WINDOWS = 2;
/** The other window may run other suites first. */
const OTHER_MS = 240_000;

/** Runs in two windows at the same time; a shared folder holds the signals by which they wait for each other. */
suite(`window ${requiredEnv('PILOT_WINDOW')} of two that add at once`, () => {
  const signals = requiredEnv('PILOT_SIGNALS');
  /** With those that were saved before. */
  let expected = 0;
  const together = async (step: string): Promise<void> => {
    writeFileSync(path.join(signals, `${step}-${requiredEnv('PILOT_WINDOW')}`), '');
    await until(
      () => readdirSync(signals).filter((name) => name.startsWith(`${step}-`)).length === WINDOWS,
      `the other window to reach: ${step}`,
      OTHER_MS,
    );
  };

  suiteSetup(async function () {
    this.timeout(OTHER_MS);
    const folder = path.join(requiredEnv('PILOT_USER_DATA'), 'User/globalStorage/mysql-pilot.mysql-pilot/connections');
    expected = (existsSync(folder) ? readdirSync(folder).length : 0) + EACH * WINDOWS;
    await vscode.extensions.getExtension(EXTENSION_ID)?.activate();
    await together('active');
  });
  suiteTeardown(() => together('done'));

  test('none of the twenty is lost, in either window', async () => {
    const url = requiredEnv('PILOT_URL');
    const ids: string[] = [];
    for (let i = 0; i < EACH; i++) ids.push(await addConnection(url)); // one question at a time, while the other window does the same
    assert.equal(new Set(ids).size, EACH);
    await together('added');
    const text = await until(async () => {
      const answer = await invoke('mysql_connections', {});
      return answer.split('\n').length === expected && answer;
    }, 'all connections in mysql_connections');
    const names = text.split('\n').map((line) => line.split(':')[0]);
    assert.equal(new Set(names).size, expected, text);
  });

  test('each works in either window, with its password', async () => {
    const text = await until(async () => {
      const answer = await invoke('mysql_connections', { check: true });
      return !answer.includes('NOT REACHABLE') && answer;
    }, 'all connections to be reachable');
    assert.equal(text.match(/MySQL \d/g)?.length, expected);
  });
});
