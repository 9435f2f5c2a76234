import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { until } from '../harness/run.ts';
import { screenshot } from './runner.entry.ts';
import { callAndClose, hostileArguments, ourCommands } from './hostileCalls.ts';
import { addConnection, EXTENSION_ID, invoke, liveTool, requiredEnv } from './support.ts';

const url = requiredEnv('PILOT_URL');
const flavor = requiredEnv('PILOT_FLAVOR');

const TOOLS = [
  ...['mysql_connections', 'mysql_search_schema', 'mysql_describe', 'mysql_relationships', 'mysql_query', 'mysql_show', 'mysql_explain'],
  ...['mysql_export', 'mysql_diagnose', 'mysql_workload', 'mysql_index_advice', 'mysql_status'],
];

suite(`main path in the extension host, ${flavor}`, () => {
  let id: string | undefined;

  test('the extension is there and activates', async () => {
    const extension = vscode.extensions.getExtension(EXTENSION_ID);
    assert.ok(extension);
    await extension.activate();
    assert.equal(extension.extensionPath.includes('/extensions/mysql-pilot.'), process.env['PILOT_INSTALLED'] === '1');
  });

  test('a connection is tested and saved, the profile without its password [F01]', async () => {
    id = await addConnection(url);
    assert.match(id, /^[0-9a-f-]{36}$/);
    const folder = profileFolder();
    const files = readdirSync(folder);
    assert.deepEqual(files, [`${id}.json`]);
    const text = readFileSync(path.join(folder, `${id}.json`), 'utf8');
    assert.ok(!text.includes(new URL(url).password));
    assert.equal((JSON.parse(text) as { forms: Record<string, { name: string }> }).forms['1']?.name, 'shop');
  });

  test('the tree shows it, and the view looks right', async () => {
    await vscode.commands.executeCommand('mysqlPilot.connections.focus');
    await screenshot(`tree-${flavor}`);
  });

  test('all tools are offered to models, each with a schema', async () => {
    for (const name of TOOLS) {
      const tool = await liveTool(name);
      assert.ok(tool.description.length > 50);
      assert.equal((tool.inputSchema as { type?: string } | undefined)?.type, 'object');
    }
  });

  test('mysql_query returns real rows', async () => {
    const text = await invoke('mysql_query', { sql: 'SELECT COUNT(*) AS n, SUM(total) AS total FROM orders' });
    assert.match(text, />\nn,total\n1000,\d+\.\d\d\n<[^]*\n\(1 row\)$/);
  });

  test('values are exact', async () => {
    const text = await invoke('mysql_query', { sql: 'SELECT big, exact, moment, bits FROM exact_values WHERE id = 1' });
    assert.ok(
      text.includes(
        '>\nbig,exact,moment,bits\n18446744073709551615,12345678901234567890.12345678901234567890,2024-03-31 02:30:00.123456,18446744073709551615',
      ),
      text,
    );
  });

  test('mysql_describe shows keys and comments of several tables', async () => {
    const text = await invoke('mysql_describe', { tables: ['orders', 'customers'] });
    assert.match(text, /shop\.orders ~\d+ rows -- one row per checkout/);
    assert.match(text, /FK \(customer_id\)->customers\(id\)/);
    assert.match(text, /shop\.customers/);
  });

  test('mysql_connections names the connection and the server, and never the password', async () => {
    const text = await invoke('mysql_connections', { check: true });
    assert.match(text, flavor === 'mysql' ? /shop: default database shop, read-only, MySQL \d/ : /MariaDB \d/);
    assert.ok(!text.includes(new URL(url).password));
  });

  test('a write is refused with what to do', async () => {
    const text = await invoke('mysql_query', { sql: 'DELETE FROM orders' });
    assert.match(text, /statement\.refused: DELETE is not allowed \(line 1, column 1\)\. Nothing was run\./);
  });

  test('a connection that is added while the server runs is usable in the next call', async () => {
    const second = await addConnection(`${url}?ssl-mode=preferred`);
    const text = await until(async () => {
      const answer = await invoke('mysql_connections', {});
      return answer.includes('shop 2') && answer;
    }, 'the second connection in mysql_connections');
    assert.match(text, /^shop: /m);
    const rows = await invoke('mysql_query', { sql: 'SELECT 1 AS one', connection: 'shop 2' });
    assert.match(rows, />\none\n1\n</);
    assert.notEqual(second, id);
  });

  test('with two connections a call without a name is answered with the names', async () => {
    assert.match(await invoke('mysql_query', { sql: 'SELECT 1' }), /several connections[\s\S]*"shop", "shop 2"/);
  });

  test('a connection that is removed is gone in the next call', async () => {
    const folder = profileFolder();
    const other = readdirSync(folder).find((name) => name !== `${String(id)}.json`);
    assert.ok(other);
    await vscode.workspace.fs.delete(vscode.Uri.file(path.join(folder, other)));
    await until(async () => !(await invoke('mysql_connections', {})).includes('shop 2'), 'the second connection to be gone');
    assert.match(await invoke('mysql_query', { sql: 'SELECT 2 AS two' }), />\ntwo\n2\n</);
  });

  test('a query of the settings is a tool, a wrong one is left out, and it goes with the setting', async () => {
    const settings = vscode.workspace.getConfiguration('mysqlPilot');
    const query = {
      name: 'paid_orders',
      description: 'Counts the orders that are paid, all of them.',
      sql: "SELECT COUNT(*) AS n FROM orders WHERE status = 'paid'",
    };
    const wrong = { name: 'wipe_orders', description: 'Deletes them.', sql: 'DELETE FROM orders' };
    await settings.update('savedQueries', [query, wrong], vscode.ConfigurationTarget.Global);
    assert.match(await invoke('paid_orders', {}), />\nn\n250\n</);
    assert.ok(!vscode.lm.tools.some(({ name }) => name.endsWith('wipe_orders')));
    await settings.update('savedQueries', undefined, vscode.ConfigurationTarget.Global);
    await until(() => !vscode.lm.tools.some(({ name }) => name.endsWith('paid_orders')), 'the end of the tool');
  });

  test('a lens runs nothing once its file is another one in whatever way', async () => {
    const note = async (): Promise<string> =>
      rowsOf(await invoke('mysql_query', { sql: 'SELECT note FROM orders WHERE id IN (12, 13) ORDER BY id' }));
    const before = await note();
    const content = "UPDATE shop.orders SET note = 'stale' WHERE id = 12;\n";
    const edit = (change: (builder: vscode.TextEditorEdit) => void) => (editor: vscode.TextEditor) => editor.edit(change);
    const changes: Readonly<Record<string, (editor: vscode.TextEditor) => PromiseLike<unknown>>> = {
      'a statement is put in front of it': edit((builder) => {
        builder.insert(new vscode.Position(0, 0), "UPDATE shop.orders SET note = 'stale' WHERE id = 13;\n");
      }),
      'as many characters stand in its place': edit((builder) => {
        builder.replace(new vscode.Range(0, 50, 0, 51), '3');
      }),
      'it is changed and changed back': async (editor) => {
        await edit((builder) => {
          builder.insert(new vscode.Position(0, 0), ' ');
        })(editor);
        await vscode.commands.executeCommand('undo');
        assert.equal(editor.document.getText(), content);
      },
      'its lines end in another way': edit((builder) => {
        builder.setEndOfLine(vscode.EndOfLine.CRLF);
      }),
      'it is closed, and its name is given to another text': async ({ document }) => {
        const close = () => vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
        const text = content.replace('12', '13');
        await close();
        // A click would come behind what VS Code tells of the closed file; a call of the command need not. And it may give the text of the closed one to the next of its name.
        await until(() => document.isClosed, 'the file to be closed');
        await until(async () => {
          const other = await vscode.workspace.openTextDocument({ language: 'sql', content: text });
          await vscode.window.showTextDocument(other);
          if (other.uri.toString() === document.uri.toString() && other.getText() === text) return true;
          await close();
          return false;
        }, 'another text of this name');
      },
    };
    for (const [change, make] of Object.entries(changes)) {
      const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'sql', content }));
      const lens = await runLens(editor.document);
      await make(editor);
      await vscode.commands.executeCommand(lens.command, ...((lens.arguments ?? []) as unknown[]));
      assert.equal(await note(), before, change);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
  });
  test('what stood below a lens runs, and what was typed into it since does not', async () => {
    const note = async (): Promise<string> =>
      rowsOf(await invoke('mysql_query', { sql: 'SELECT note FROM orders WHERE id IN (11, 111) ORDER BY id' }));
    const before = await note();
    const document = await vscode.workspace.openTextDocument({
      language: 'sql',
      content: "UPDATE shop.orders SET note = 'by lens' WHERE id = 111;\n",
    });
    const editor = await vscode.window.showTextDocument(document);
    const lens = await runLens(document);
    await editor.edit((edit) => {
      edit.delete(new vscode.Range(0, 52, 0, 53)); // id = 11 for the moment
    });
    await vscode.commands.executeCommand(lens.command, ...((lens.arguments ?? []) as unknown[]));
    assert.equal(await note(), before);
    const fresh = await runLens(document);
    await vscode.commands.executeCommand(fresh.command, ...((fresh.arguments ?? []) as unknown[]));
    assert.match(await note(), /by lens/);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  test('a setting that is no number reaches no server', async () => {
    const settings = vscode.workspace.getConfiguration('mysqlPilot');
    await settings.update('results.maxRows', '5, GLOBAL max_connections = 77', vscode.ConfigurationTarget.Global);
    const document = await vscode.workspace.openTextDocument({ language: 'sql', content: 'SELECT 1;\n' });
    await vscode.window.showTextDocument(document);
    const lens = await runLens(document);
    await vscode.commands.executeCommand(lens.command, ...((lens.arguments ?? []) as unknown[]));
    assert.ok(!rowsOf(await invoke('mysql_query', { sql: 'SELECT @@GLOBAL.max_connections AS n' })).includes('77')); // the boundary has random digits
    await settings.update('results.maxRows', undefined, vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  test('no command does anything with arguments that are not ours', async () => {
    const folder = profileFolder();
    const snapshot = (): string =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .map((name) => name + readFileSync(path.join(folder, name), 'utf8'))
        .join();
    const rows = async (): Promise<string> => rowsOf(await invoke('mysql_query', { sql: 'SELECT COUNT(*) AS n FROM orders' }));
    const [before, count] = [snapshot(), await rows()];
    for (const command of await ourCommands()) {
      await callAndClose(command, hostileArguments(String(id)));
      assert.equal(snapshot(), before, command);
    }
    assert.equal(await rows(), count);
  }).timeout(240_000);

  /** Without the boundary, whose name is another each time. */
  function rowsOf(text: string): string {
    return text.replaceAll(/<\/?data-[0-9a-f]+>/g, '');
  }

  /** *Run* above the first statement of a document. */
  async function runLens(document: vscode.TextDocument): Promise<vscode.Command> {
    return until(async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri);
      return lenses.find(({ command }) => command?.command === 'mysqlPilot.runStatement')?.command;
    }, 'the lens above the statement');
  }

  /** Where this extension's global storage is: below the user-data folder that the harness made. */
  function profileFolder(): string {
    const folder = path.join(requiredEnv('PILOT_USER_DATA'), 'User/globalStorage/mysql-pilot.mysql-pilot/connections');
    assert.ok(existsSync(folder), folder);
    return folder;
  }
});
