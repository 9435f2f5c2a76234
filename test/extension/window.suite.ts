import assert from 'node:assert/strict';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { MAX_PROPOSED } from '../../src/extension/sqlEditor/shortlist.ts';
import { until } from '../harness/run.ts';
import { hostileArguments, ourCommands } from './hostileCalls.ts';
import { measured } from './stretches.ts';
import { addConnection, EXTENSION_ID, invoke, requiredEnv } from './support.ts';

const HUGE = 'x'.repeat(1_000_000);
const DUMP = 'INSERT INTO t VALUES (1);\n'.repeat(400_000);
/** Whatever a settings file can hold where something else is meant. */
const VALUES: readonly unknown[] = [
  ...['5, GLOBAL max_connections = 77', "'; DROP TABLE orders; --", '', '\0', '$(pwned) [a](command:pwned)', '\u202E', HUGE],
  ...[0, -1, 1.5, 1e308, true, false, null, [], {}],
  ...[['$(pwned)'], [[[[]]]], { __proto__: { a: 1 } }, { constructor: { prototype: {} } }, { toString: 1, length: -1 }],
  Array.from({ length: 2000 }, (_, i) => ({ name: `q${String(i)}`, description: HUGE.slice(0, 100), sql: 'DELETE FROM orders' })),
  [{ name: 'mysql_query', description: 'Takes the place of a tool of ours.', sql: 'SELECT 1' }],
];

suite('the window holds, in the extension host', () => {
  const say = (figure: string): void => {
    console.log(`[T]       ${figure}`);
  };
  let id = '';
  let folder: string;

  const properties = (): readonly string[] => {
    const manifest = vscode.extensions.getExtension(EXTENSION_ID)?.packageJSON as {
      contributes: { configuration: { properties: Record<string, unknown> } };
    };
    return Object.keys(manifest.contributes.configuration.properties);
  };
  const open = async (content: string, language = 'sql'): Promise<vscode.TextDocument> => {
    const document = await vscode.workspace.openTextDocument({ language, content });
    await vscode.window.showTextDocument(document);
    return document;
  };
  const close = () => vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  const lenses = (document: vscode.TextDocument) =>
    vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 1);
  const completions = (document: vscode.TextDocument) =>
    vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      document.lineAt(document.lineCount - 1).range.end, // the text is not put together for it, which would be measured, too
    );
  const value = async (sql: string): Promise<string> => {
    const text = await invoke('mysql_query', { sql });
    return text.replaceAll(/<\/?data-[0-9a-f]+>/g, '');
  };

  suiteSetup(async () => {
    const saved = await readdir(path.join(requiredEnv('PILOT_USER_DATA'), 'User/globalStorage/mysql-pilot.mysql-pilot/connections')).catch(
      () => [],
    );
    const [file] = saved.filter((name) => name.endsWith('.json')); // where the main path has been gone in this window before
    id = file === undefined ? await addConnection(requiredEnv('PILOT_URL')) : path.basename(file, '.json');
    folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? assert.fail('no folder');
  });
  test('every setting holds nothing but what its schema allows, whatever stands in whichever scope', async () => {
    const document = await open('SELECT 1;\n');
    const before = await value('SELECT @@GLOBAL.max_connections AS n, (SELECT COUNT(*) FROM shop.orders) AS rows_');
    const settings = vscode.workspace.getConfiguration();
    const workspace = path.join(folder, '.vscode/settings.json');
    await mkdir(path.dirname(workspace), { recursive: true });
    const text = (value: unknown): string => JSON.stringify([value]);
    for (const given of VALUES) {
      await writeFile(workspace, JSON.stringify(Object.fromEntries(properties().map((property) => [property, given]))));
      // The only one that a workspace may set, and so the one that says when VS Code has read the file.
      await until(
        () => text(vscode.workspace.getConfiguration().inspect('mysqlPilot.codeLens')?.workspaceValue) === text(given),
        `the workspace to say ${text(given).slice(0, 50)}`,
      );
      for (const property of properties())
        if (property !== 'mysqlPilot.codeLens')
          assert.equal(vscode.workspace.getConfiguration().inspect(property)?.workspaceValue, undefined, property);
      const found = await lenses(document);
      assert.ok(found.length === 0 || found.length === 2, JSON.stringify(given).slice(0, 50));
    }
    await vscode.commands.executeCommand('mysqlPilot.runStatement');
    for (const property of properties())
      for (const given of [VALUES[0], {}, [[[[]]]]]) {
        await settings.update(property, given, vscode.ConfigurationTarget.Global);
        const found = await lenses(document);
        assert.ok(found.length === 0 || found.length === 2, property);
        await vscode.commands.executeCommand('mysqlPilot.runStatement');
        await settings.update(property, undefined, vscode.ConfigurationTarget.Global);
      }
    await rm(workspace);
    assert.equal(await value('SELECT @@GLOBAL.max_connections AS n, (SELECT COUNT(*) FROM shop.orders) AS rows_'), before);
    assert.ok(!vscode.lm.tools.some(({ name }) => /wipe|pwned|q1$/.test(name)));
    await close();
  }).timeout(240_000);

  test('every command leaves the host free, whatever it is called with', async () => {
    const commands = await ourCommands();
    await measured('nothing at all', () => sleep(3000));
    await measured(`${String(commands.length)} commands with hostile arguments`, async (at) => {
      for (const command of commands) {
        at(command);
        const calls = [[HUGE], [{ kind: HUGE, uri: HUGE }], ...hostileArguments(id).slice(0, 2)];
        const over = Promise.allSettled(calls.map((given) => vscode.commands.executeCommand(command, ...given))).then(() => true);
        for (let i = 0; i < 3 && !(await Promise.race([over, sleep(50, false)])); i++)
          await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      }
    });
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    assert.match(await value('SELECT COUNT(*) AS n FROM shop.orders'), /1000/);
  }).timeout(120_000);

  test('a database of many tables is completed, hovered over and shown in the tree', async () => {
    const many = Number(requiredEnv('PILOT_TABLES'));
    const proposed = Math.min(many, MAX_PROPOSED);
    const document = await open('SELECT * FROM a_wide.');
    const found = await measured(`completion among ${String(many)} tables, first`, () =>
      until(
        async () => {
          const list = await completions(document);
          return list.items.length >= proposed && list;
        },
        'as many tables as are proposed at once',
        60_000,
      ),
    );
    assert.equal(found.isIncomplete, many > proposed);
    const last = `view_${String(many - 1)}`;
    const typed = await open(`SELECT * FROM a_wide.${last}`);
    assert.ok((await completions(typed)).items.some(({ label }) => (typeof label === 'string' ? label : label.label) === last));
    await close();
    await vscode.window.showTextDocument(document);
    await measured('completion again', () => completions(document));
    await measured('the tree', async () => {
      await vscode.commands.executeCommand('mysqlPilot.connections.focus');
      for (const command of ['list.focusFirst', 'list.expand']) await vscode.commands.executeCommand(command);
      await sleep(2000); // nothing tells from here what the tree shows
      for (const command of ['list.focusDown', 'list.expand']) await vscode.commands.executeCommand(command);
      await sleep(5000);
    });
    await vscode.window.showTextDocument(document);
    await close();
  }).timeout(180_000);

  test('a file of a megabyte is shown, highlighted and left', async () => {
    // VS Code itself takes its time for brackets and quotes: in a pull request a fifth of them says as much of us.
    const many = Number(requiredEnv('PILOT_TABLES')) > 10_000 ? 100_000 : 20_000;
    // What VS Code takes by itself: of this language nobody of us hears.
    await measured('a dump of 10 MB as plain text', async () => {
      await open(DUMP, 'plaintext');
      await close();
    });
    const long = `SELECT '${HUGE.slice(0, 400_000)}';\n`;
    for (const [name, text] of [
      ['20,000 statements', 'SELECT 1;\n'.repeat(20_000)],
      ['49,000 statements', 'SELECT 1;\n'.repeat(49_000)],
      ['a dump of 10 MB', DUMP],
      ['a text of 400,000 characters', long],
      [`${String(many)} open brackets`, `SELECT ${'('.repeat(many)}`],
      [`${String(many)} quotes`, `SELECT ${"'a' ".repeat(many)}`],
      ['half a megabyte of comments', '-- [a](command:pwned) $(pwned)\n'.repeat(15_000)],
    ] as const)
      await measured(name, async () => {
        const document = await open(text);
        await lenses(document);
        await completions(document);
        await vscode.commands.executeCommand('vscode.executeHoverProvider', document.uri, document.positionAt(8));
        await close();
      });
  }).timeout(180_000);

  test('files that are opened, run and closed leave no session behind', async () => {
    const sessions = async (): Promise<number> => {
      const text = await value("SELECT COUNT(*) AS n FROM information_schema.processlist WHERE user = 'app' AND id <> CONNECTION_ID()");
      return Number(/^(\d+)$/m.exec(text)?.[1]);
    };
    const before = await sessions();
    const heap: number[] = [];
    for (let i = 0; i < 20; i++) {
      const document = await open(`SELECT ${String(i)} AS n;\n`);
      await lenses(document);
      await vscode.commands.executeCommand('mysqlPilot.runStatement');
      await close();
      if (i % 5 === 4) heap.push(Math.round(process.memoryUsage().heapUsed / 1e6));
    }
    say(`heap of the host after 5, 10, 15, 20 files: ${heap.join(', ')} MB`);
    await until(async () => (await sessions()) <= before + 1, 'the sessions of closed files to end', 20_000);
  }).timeout(240_000);
});
