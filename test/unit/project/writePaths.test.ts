import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { ROOT } from '../../harness/root.ts';

/** All that opens a session which can change something, or sends a statement of somebody through one. */
const ENTRIES = new Set([
  ...['Session.openWritable', 'Session.openUserSession', 'pool.openUserSession', 'withWritableSession', 'UserSession', 'openForChecks'],
  ...['sessions.open', 'userSession.run', 'userSession.inMoment', 'writes.run', 'runApproved', 'runUndo', 'runCellEdit', 'importRows'],
]);
const NAMES = new Set([
  'withWritableSession',
  'openForChecks',
  'runApproved',
  'runUndo',
  'runCellEdit',
  'importRows',
  'openWritable',
  'openUserSession',
]);

/** What a use hands on to, or why it changes nothing of anybody's. */
const HANDS_ON = 'to who opened it';
const ROLLED_BACK = 'only tried, and rolled back';
const READS = 'reads alone';
const REVIEWED = {
  agents: 'the review of the window, the client or the loopback page, unless the connection lets agents write without asking',
  statements: 'confirmRun: a short question or the review of what destroys something, of production and of files nobody has been in',
  cells: 'confirmStatements: a short question or the review of the row',
  undo: 'the review of the rows that are brought back',
  imports: 'confirmStatements: a short question or the review of the rows',
  transactions: 'askToEnd, or the choice in the status bar: COMMIT or ROLLBACK, and nothing else',
} as const;

/** Every place from which a change can reach a server, and what it passes before. */
const PATHS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'engine/driver/sessionPool.ts': { 'Session.openWritable': HANDS_ON, 'Session.openUserSession': HANDS_ON },
  'engine/query/userSession/userSession.ts': { 'pool.openUserSession': HANDS_ON },
  'engine/query/userSession/momentReads.ts': { 'userSession.inMoment': READS },
  'engine/connection/userSessions.ts': { UserSession: HANDS_ON },
  'engine/query/reads/runReads.ts': { withWritableSession: ROLLED_BACK },
  'engine/writes/dryRun.ts': { withWritableSession: ROLLED_BACK },
  'engine/ddl/trial/withTrial.ts': { withWritableSession: 'empty copies in the scratch database, which a person has set' },
  'engine/ddl/trial/trialLease.ts': { withWritableSession: 'drops such copies' },
  'engine/diagnostics/scratchCheck.ts': { withWritableSession: 'empty copies in the scratch database, which a person has set' },
  'engine/diagnostics/checkStatements.ts': { 'userSession.run': 'PREPARE of statements that are not executed' },
  'extension/sqlEditor/checkFile.ts': { openForChecks: 'PREPARE of statements that are not executed' },
  'engine/writes/writer.ts': { runApproved: HANDS_ON, runUndo: HANDS_ON },
  'engine/writes/undoRun.ts': { withWritableSession: HANDS_ON },
  'extension/writes/undoWrites.ts': { runUndo: REVIEWED.undo },
  'engine/writes/approvedRun.ts': { withWritableSession: HANDS_ON },
  'server/writes/writeFlow.ts': { 'writes.run': REVIEWED.agents },
  'server/tools/mysqlExecute.ts': { 'writes.run': REVIEWED.agents },
  'engine/writes/rowEdit.ts': { 'userSession.run': HANDS_ON },
  'engine/writes/rowImport.ts': { 'userSession.run': HANDS_ON },
  'extension/results/editCell.ts': { 'sessions.open': REVIEWED.cells, runCellEdit: REVIEWED.cells },
  'extension/csvImport/importCsv.ts': { 'sessions.open': REVIEWED.imports, importRows: REVIEWED.imports },
  'extension/sqlEditor/statementRunner.ts': { 'userSession.run': REVIEWED.statements },
  'extension/sqlEditor/fileSessions.ts': { 'sessions.open': REVIEWED.statements, 'userSession.run': REVIEWED.transactions },
};
/** The call that has to come before the change, in the files where people change something. */
const ASKS: Readonly<Record<string, string>> = {
  'extension/results/editCell.ts': 'confirmStatements',
  'extension/csvImport/importCsv.ts': 'confirmStatements',
  'extension/sqlEditor/statementRunner.ts': 'confirmRun',
};

/** The entries that a text uses: also one that it only names, to hand it on or under another name. */
function usesIn(file: string, text: string): string[] {
  const found = new Set<string>();
  const add = (name: string): void => {
    if (ENTRIES.has(name)) found.add(name);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node)) return;
    if (ts.isNewExpression(node) && ts.isIdentifier(node.expression)) add(node.expression.text);
    if (ts.isPropertyAccessExpression(node)) add(`${receiverOf(node.expression)}.${node.name.text}`);
    if (ts.isBindingElement(node) && ts.isVariableDeclaration(node.parent.parent)) {
      const { initializer } = node.parent.parent;
      const name = node.propertyName ?? node.name;
      if (initializer !== undefined && ts.isIdentifier(name)) add(`${receiverOf(initializer)}.${name.text}`);
    }
    if (ts.isIdentifier(node) && NAMES.has(node.text) && !isDeclared(node)) add(node.text);
    node.forEachChild(visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return [...found].sort();
}

function isDeclared({ parent }: ts.Identifier): boolean {
  return ts.isFunctionDeclaration(parent) || ts.isMethodDeclaration(parent);
}

/** The last word of what stands before a dot, by what it is called all over the sources. */
function receiverOf(expression: ts.Expression): string {
  const word = /(\w+)\W*$/.exec(expression.getText().replace(/\([^()]*\)\W*$/, ''))?.[1] ?? '';
  return /userSession$/i.test(word) ? 'userSession' : word;
}

suite('the ways by which a change reaches a server', () => {
  test('finds a use under its name, in a chain, destructured and handed on', () => {
    for (const [text, found] of [
      ['const a = (await databases.get(p)).sessions.open(x);', 'sessions.open'],
      ['const { open } = database.sessions;', 'sessions.open'],
      ['const { run: go } = this.#userSession;', 'userSession.run'],
      ['parts.userSession?.run(sql);', 'userSession.run'],
      ['later(runCellEdit);', 'runCellEdit'],
      ['const f = path.pool.withWritableSession;', 'withWritableSession'],
      ['void Session.openWritable(target, login);', 'Session.openWritable'],
      ['const s = new UserSession({ pool });', 'UserSession'],
      ["import { importRows } from './rowImport.ts'; let s: UserSession;", ''],
    ] as const)
      assert.equal(usesIn('a.ts', text).join(), found, text);
  });

  test('each is listed with the review or the question that it passes', () => {
    const found: Record<string, string[]> = {};
    for (const file of globSync('src/**/*.ts', { cwd: ROOT })) {
      const uses = usesIn(file, readFileSync(path.join(ROOT, file), 'utf8'));
      if (uses.length > 0) found[path.posix.relative('src', file.replaceAll('\\', '/'))] = uses;
    }
    assert.deepEqual(found, Object.fromEntries(Object.entries(PATHS).map(([file, uses]) => [file, Object.keys(uses).sort()])));
  });

  test('who changes something for a person asks first, and does nothing without a yes', () => {
    for (const [file, asks] of Object.entries(ASKS)) {
      const text = readFileSync(path.join(ROOT, 'src', file), 'utf8');
      assert.match(text, new RegExp(`if \\(!\\(await ${asks}\\([^;]*\\)\\) return`), file);
    }
    const undo = readFileSync(path.join(ROOT, 'src/extension/writes/undoWrites.ts'), 'utf8');
    assert.match(undo, /const isWanted = await reviews\.decide\([^]*\);\n\s+if \(!isWanted\) return;[^]*runUndo/);
  });
});
