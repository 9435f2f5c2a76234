import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../harness/root.ts';

/**
 * Every function and class of VS Code that shows text of ours to a person, the files that may use it, and the checks of test/workbench/hostileText.test.ts that have hostile text
 * shown there. Where no text of others comes, `checks` is empty.
 */
const SURFACES: Readonly<Record<string, { readonly files: readonly string[]; readonly checks: readonly string[] }>> = {
  'window.showInformationMessage': { files: ['ui/messages.ts'], checks: [] },
  'window.showWarningMessage': { files: ['ui/messages.ts'], checks: ['question'] },
  'window.showErrorMessage': { files: ['ui/messages.ts'], checks: ['notification'] },
  'window.withProgress': { files: ['ui/messages.ts'], checks: [] },
  'window.setStatusBarMessage': { files: ['ui/messages.ts'], checks: [] },
  'window.createStatusBarItem': { files: ['ui/surfaces.ts'], checks: ['name of a connection'] },
  'window.showQuickPick': { files: ['ui/picks.ts'], checks: ['list'] },
  'window.createQuickPick': { files: ['ui/picks.ts'], checks: ['Go to Object'] },
  'window.showInputBox': { files: ['ui/picks.ts'], checks: [] },
  'window.createInputBox': { files: ['ui/picks.ts'], checks: [] },
  'window.createOutputChannel': { files: ['ui/log.ts'], checks: [] },
  'window.createTreeView': { files: ['extension.ts', 'activity/activityView.ts'], checks: ['tree', 'columns'] },
  'window.showOpenDialog': { files: ['csvImport/importCsv.ts', 'forms/formPanel.ts', 'import/importCommand.ts'], checks: ['file dialog'] },
  'window.showSaveDialog': { files: ['diagram/diagramPanel.ts', 'import/importCommand.ts', 'results/exportRows.ts'], checks: [] },
  'window.createWebviewPanel': {
    files: ['diagram/diagramPanel.ts', 'forms/formPanel.ts', 'plan/planPanel.ts'],
    checks: ['diagram', 'import form', 'plan'],
  },
  'window.registerWebviewViewProvider': { files: ['results/resultsView.ts'], checks: ['grid', 'messages'] },
  'window.createTextEditorDecorationType': { files: ['sqlEditor/statementHighlight.ts', 'results/editCell.ts'], checks: [] },
  'workspace.registerTextDocumentContentProvider': {
    files: ['files/readOnlyDocuments.ts', 'writes/previewDocuments.ts'],
    checks: ['cell in an editor', 'review'],
  },
  'languages.createDiagnosticCollection': { files: ['sqlEditor/statementProblems.ts'], checks: ['problems'] },
  'languages.registerCodeLensProvider': { files: ['sqlEditor/statementLenses.ts', 'writes/previewDocuments.ts'], checks: [] },
  'languages.registerCompletionItemProvider': { files: ['sqlEditor/schemaHelp.ts'], checks: ['completion'] },
  'languages.registerHoverProvider': { files: ['sqlEditor/schemaHelp.ts'], checks: ['hover'] },
  CompletionItem: { files: ['ui/surfaces.ts'], checks: ['completion'] },
  Diagnostic: { files: ['ui/surfaces.ts'], checks: ['problems'] },
  Hover: { files: ['sqlEditor/schemaHelp.ts'], checks: ['hover'] },
  CodeLens: { files: ['sqlEditor/statementLenses.ts', 'writes/previewDocuments.ts'], checks: [] },
  MarkdownString: { files: ['ui/surfaces.ts'], checks: ['tooltip of a table', 'tooltip of a connection'] },
  TreeItem: { files: ['ui/surfaces.ts'], checks: ['tree'] },
  SnippetString: { files: ['sqlEditor/completionItems.ts'], checks: [] },
};

/** What shows nothing. */
const SILENT = new Set([
  ...['window.activeTextEditor', 'window.activeColorTheme', 'window.tabGroups', 'window.showTextDocument', 'window.visibleTextEditors'],
  ...['window.onDidChangeActiveTextEditor', 'window.onDidChangeTextEditorSelection', 'window.onDidChangeActiveColorTheme', 'window.state'],
  ...['EventEmitter', 'Range', 'Position', 'Selection', 'ThemeColor', 'ThemeIcon', 'CancellationTokenSource', 'DataTransferItem'],
  'McpStdioServerDefinition',
]);

const USED =
  /\bvscode\.((?:window|languages|comments|scm|chat|notebooks|tests|tasks|debug|authentication)\.\w+|workspace\.register\w+)|\bnew vscode\.(\w+)/g;

suite('the surfaces of the window', () => {
  const folder = path.join(ROOT, 'src/extension');
  const used = globSync('**/*.ts', { cwd: folder }).flatMap((file) =>
    [...readFileSync(path.join(folder, file), 'utf8').matchAll(USED)].map(([, member, made]) => ({
      name: member ?? made ?? '',
      file: file.replaceAll('\\', '/'),
    })),
  );

  test('each is known, and used where its text is neutralized', () => {
    assert.ok(used.length > 50);
    for (const { name, file } of used) {
      if (SILENT.has(name)) continue;
      const surface = SURFACES[name];
      assert.ok(surface, `${file} uses ${name}: say here what keeps hostile text harmless there, and check it in hostileText.test.ts`);
      assert.ok(surface.files.includes(file), `${name} in ${file}: show it by extension/ui, or add the file here and a check for it`);
    }
    for (const name of Object.keys(SURFACES))
      assert.ok(
        used.some((one) => one.name === name),
        `${name} is used no more`,
      );
  });

  test('each that shows text of others has a check in the workbench', () => {
    const checked = readFileSync(path.join(ROOT, 'test/workbench/hostileText.test.ts'), 'utf8');
    for (const [name, { checks }] of Object.entries(SURFACES))
      for (const check of checks) assert.ok(checked.includes(`shown('${check}'`), `${name}: ${check}`);
  });

  test('every panel, and nothing else, is a page of ours with a policy', () => {
    const pages = globSync('**/*.ts', { cwd: folder }).filter((file) => readFileSync(path.join(folder, file), 'utf8').includes('.html = '));
    assert.deepEqual(pages, ['panels/webviewPage.ts']);
  });

  test('no page makes markup of a text', () => {
    for (const file of globSync('src/webview/**/*.ts', { cwd: ROOT }))
      assert.doesNotMatch(
        readFileSync(path.join(ROOT, file), 'utf8'),
        /\b(?:innerHTML|outerHTML|insertAdjacentHTML|DOMParser|createContextualFragment|document\.write|eval|new Function|srcdoc)\b/,
        file,
      );
  });
});
