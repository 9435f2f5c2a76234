import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { until } from '../harness/run.ts';
import { addConnection, requiredEnv } from './support.ts';

/** It reads what is not there: where it runs, its document is marked. */
const TEXT = 'SELECT * FROM shop.read_from_a_document;\n';

/** Of ours, of VS Code and of its own extensions: text of agents, of databases, of other versions of a file. */
const SCHEMES = [
  ...['mysql-pilot-text', 'mysql-pilot-closed', 'git', 'review', 'comment'],
  ...['vscode-chat-code-block', 'chat-editing-text-model', 'chat-editing-snapshot-text-model', 'merge-conflict.conflict-diff'],
  ...['vscode-local-history', 'output', 'debug', 'unheard-of'],
];

suite('documents whose statements may run, in the extension host', () => {
  const subscriptions: vscode.Disposable[] = [];
  const uriOf = (scheme: string): vscode.Uri => vscode.Uri.from({ scheme, path: '/hostile.sql', query: 'hostile' });
  const marks = (uri: vscode.Uri): number => vscode.languages.getDiagnostics(uri).length;
  const close = () => vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  const lenses = async (uri: vscode.Uri): Promise<readonly vscode.Command[]> =>
    (await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri)).flatMap(({ command }) =>
      command === undefined ? [] : [command],
    );
  /** By all that runs or checks statements, as a key, a menu, a task or another extension calls it. */
  const callAll = async (uri: vscode.Uri): Promise<void> => {
    for (const call of [
      ['runStatement'],
      ['runStatement', uri],
      ['runFile'],
      ['runFile', uri],
      ['explainStatement', uri],
      ['checkFile'],
    ] as const)
      await vscode.commands.executeCommand(`mysqlPilot.${call[0]}`, ...call.slice(1));
  };

  suiteSetup(async () => {
    const saved = path.join(requiredEnv('PILOT_USER_DATA'), 'User/globalStorage/mysql-pilot.mysql-pilot/connections');
    if (!(await readdir(saved).catch(() => [])).some((name) => name.endsWith('.json'))) await addConnection(requiredEnv('PILOT_URL'));
    for (const scheme of SCHEMES)
      subscriptions.push(vscode.workspace.registerTextDocumentContentProvider(scheme, { provideTextDocumentContent: () => TEXT }));
  });
  suiteTeardown(() => {
    for (const subscription of subscriptions) subscription.dispose();
  });

  test('what a person writes runs, so that this suite would notice', async () => {
    const { document } = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'sql', content: TEXT }));
    await vscode.commands.executeCommand('mysqlPilot.runStatement');
    await until(() => marks(document.uri) === 1, 'the statement to fail');
    assert.ok((await lenses(document.uri)).some(({ command }) => command === 'mysqlPilot.runStatement'));
    await close();
  });

  const unopened = new Set<string>();
  for (const scheme of SCHEMES)
    test(`no statement of a document of ${scheme}: runs`, async () => {
      let opened: vscode.TextDocument;
      try {
        opened = await vscode.workspace.openTextDocument(uriOf(scheme));
      } catch {
        unopened.add(scheme); // VS Code opens none, so nobody can be in one
        return;
      }
      const document = await vscode.languages.setTextDocumentLanguage(opened, 'sql');
      const editor = await vscode.window.showTextDocument(document);
      editor.selection = new vscode.Selection(0, 3, 0, 3);
      assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), document.uri.toString());
      assert.deepEqual(
        (await lenses(document.uri)).filter(({ command }) => /run|explain/i.test(command)),
        [],
      );
      await callAll(document.uri);
      editor.selection = new vscode.Selection(0, 0, 0, TEXT.length - 1);
      await callAll(document.uri);
      assert.equal(marks(document.uri), 0);
      await close();
    });

  test('ours could all be opened', () => {
    assert.deepEqual(
      [...unopened].filter((scheme) => scheme.startsWith('mysql-pilot')),
      [],
    );
  });

  test('nor of either side of a comparison of such documents', async () => {
    const [left, right] = [uriOf('mysql-pilot-text'), uriOf('mysql-pilot-closed')];
    await vscode.commands.executeCommand('vscode.diff', left, right);
    await until(() => vscode.window.activeTextEditor !== undefined, 'a side of the comparison'); // a narrow window shows one editor for both
    await callAll(right);
    await vscode.commands.executeCommand('workbench.action.compareEditor.focusSecondarySide');
    await callAll(left);
    assert.deepEqual([marks(left), marks(right)], [0, 0]);
    await close();
  });

  test('nor of a cell of a notebook', async () => {
    const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, TEXT, 'sql');
    const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', new vscode.NotebookData([cell]));
    const editor = await vscode.window.showNotebookDocument(notebook);
    editor.selection = new vscode.NotebookRange(0, 1);
    await vscode.commands.executeCommand('notebook.cell.edit');
    const { uri } = notebook.cellAt(0).document;
    await callAll(uri);
    assert.deepEqual(await lenses(uri), []);
    assert.equal(marks(uri), 0);
    await close();
  });
});
