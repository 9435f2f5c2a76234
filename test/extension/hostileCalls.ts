import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { EXTENSION_ID } from './support.ts';

const WAIT_MS = 1500;

/** A connection that nobody has saved, with every right. */
const FORGED = {
  ...{
    id: '11111111-1111-4111-8111-111111111111',
    name: 'forged',
    host: '127.0.0.1',
    port: 1,
    user: 'root',
    tls: 'disabled',
    createdAt: 1,
  },
  ...{
    allowUnenforcedReadOnly: true,
    unattendedProduction: true,
    writes: { insert: 'allow', update: 'allow', delete: 'allow', ddl: 'allow' },
  },
};

/** What another extension, a task or a link may call a command with. `saved` is the id of a connection that is there. */
export function hostileArguments(saved: string): readonly (readonly unknown[])[] {
  const uri = vscode.Uri.from({ scheme: 'untitled', path: 'hostile.sql' });
  return [
    [{ kind: 'connection', profile: FORGED }],
    [{ kind: 'connection', profile: { ...FORGED, id: saved } }],
    [{ kind: 'table', profile: FORGED, database: 'shop', table: { name: 'orders', kind: 'table', comment: '' } }],
    [{ kind: 'database', profile: { ...FORGED, id: saved }, database: '`; DROP TABLE shop.orders; --' }],
    [
      {
        key: '1',
        peer: 1,
        call: 1,
        tool: 'mysql_query',
        sql: 'SELECT SLEEP(100)',
        connection: 'shop',
        milliseconds: 1,
        startedAt: new Date(),
      },
    ],
    [uri, 0, 20],
    [{ uri, version: 1, start: 0, end: 20, text: 'DELETE FROM orders' }],
    ['mysql://root:secret@127.0.0.1:1/x'],
    ['javascript:alert(1)'],
    ['x'.repeat(1_000_000)],
    [
      {
        get kind(): string {
          throw new Error('a getter that throws');
        },
      },
    ],
    [42],
    [null],
    [['a', 'b']],
  ];
}

/** All commands of the manifest and all that are registered. */
export async function ourCommands(): Promise<readonly string[]> {
  const manifest = vscode.extensions.getExtension(EXTENSION_ID)?.packageJSON as { contributes: { commands: { command: string }[] } };
  const registered = (await vscode.commands.getCommands(true)).filter((id) => /^mysqlPilot\.[a-z]/.test(id));
  // Views and walkthroughs get commands of VS Code's own under our names.
  const own = registered.filter((id) => !/\.(?:focus|open|removeView|resetViewLocation|toggleVisibility)$/.test(id));
  const all = new Set([...manifest.contributes.commands.map(({ command }) => command), ...own]);
  assert.ok(all.size > 40);
  return [...all];
}

/** Calls a command once with each of these, all at the same time, waits a little, and closes whatever they ask. */
export async function callAndClose(command: string, calls: readonly (readonly unknown[])[]): Promise<void> {
  const done = Promise.allSettled(calls.map((given) => vscode.commands.executeCommand(command, ...given))).then(() => true);
  for (let i = 0; i < 20; i++) {
    if (await Promise.race([done, sleep(WAIT_MS / 20, false)])) return;
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
  }
}
