import { phrase } from '../phrase.ts';
import type { Statement } from '../sql/ast/statements.ts';
import type { Expression } from '../sql/ast/expressions.ts';
import { namesIn } from '../guard/namesInTree.ts';
import { checkColumns, checkTriggerColumns } from './columnUses.ts';
import { asAlter, dropAsAlter, judgeAlter } from './judgeAlter.ts';
import { judgeDatabase, judgeProgram } from './judgePrograms.ts';
import { IDLE, qualify, requireTables, RUNS, tableAt, type Judgement, type Scene } from './judgeScene.ts';
import { judgeCreate, judgeDrop, judgeRename, judgeTruncate, judgeView } from './judgeTables.ts';
import { StatementFails, StatementUnknown } from './statementFails.ts';
import { same } from './tableModel.ts';

/** What the rules make of a statement; the state is that behind it then, unless it fails. */
export function judgeStatement(statement: Statement, scene: Scene): Judgement {
  switch (statement.kind) {
    case 'alterTable':
      return judgeAlter(statement, scene);
    case 'createIndex':
      if (statement.constraint.ifNotExists || statement.orReplace) requireMariadb(scene, 'CREATE INDEX');
      return judgeAlter(asAlter(statement), scene);
    case 'createTable':
      return judgeCreate(statement, scene);
    case 'drop':
      if (statement.object !== 'INDEX') return judgeDrop(statement, scene);
      if (statement.ifExists) requireMariadb(scene, 'DROP INDEX');
      return judgeAlter(dropAsAlter(statement), scene);
    case 'renameTable':
      return judgeRename(statement, scene);
    case 'truncate':
      return judgeTruncate(qualify(statement.table, scene), scene);
    case 'view':
      return judgeView(statement, scene);
    case 'trigger':
    case 'routine':
    case 'event':
      return judgeProgram(statement, scene.state, (node) => {
        const name = qualify(node, scene);
        const table = tableAt(name, scene.state.get(name));
        if (statement.kind === 'trigger') checkTriggerColumns(statement, table);
      })
        ? RUNS
        : IDLE;
    case 'database':
      return judgeDatabase(statement, scene.state) ? RUNS : IDLE;
    case 'use':
      scene.state.database = statement.database.name;
      return RUNS;
    case 'set':
      noteSettings(statement, scene);
      return RUNS;
    case 'unsupported':
      throw new StatementUnknown(phrase("the rules don't cover {0}", statement.head));
    default:
      return judgeOther(statement, scene);
  }
}

/** What stands for "off" in SET foreign_key_checks; a variable that keeps the old value stands for "on". */
function noteSettings({ assignments }: Extract<Statement, { kind: 'set' }>, { state }: Scene): void {
  for (const { target, value } of assignments) {
    const name = target.kind === 'name' || target.kind === 'userVariable' ? target.name : target.name.name;
    if (target.kind !== 'userVariable' && same(name, 'sql_mode')) noteModes(value, state);
    if (target.kind === 'userVariable' || !same(name, 'foreign_key_checks')) continue;
    const word =
      value.kind === 'number'
        ? value.text
        : value.kind === 'column'
          ? value.name.name.toUpperCase()
          : value.kind === 'boolean'
            ? String(value.value)
            : '';
    state.foreignKeyChecks = !['0', 'OFF', 'false'].includes(word);
  }
}

/** Any expression but a text, such as a variable, is taken for the modes that the server had before. */
function noteModes(value: Expression, state: Scene['state']): void {
  if (value.kind !== 'string') {
    state.modes = undefined;
    return;
  }
  const names = new Set(
    value.value
      .toUpperCase()
      .split(',')
      .map((name) => name.trim()),
  );
  if (names.has('TRADITIONAL'))
    for (const name of ['STRICT_TRANS_TABLES', 'STRICT_ALL_TABLES', 'NO_ZERO_DATE', 'NO_ZERO_IN_DATE']) names.add(name);
  const strict = names.has('STRICT_TRANS_TABLES') || names.has('STRICT_ALL_TABLES');
  state.modes = { names, strict, noZeroDate: strict && names.has('NO_ZERO_DATE') };
}

/** Modes in which the server reads the text of statements otherwise. */
const OF_TEXTS = [
  'ANSI_QUOTES',
  'ANSI',
  'PIPES_AS_CONCAT',
  'NO_BACKSLASH_ESCAPES',
  'IGNORE_SPACE',
  'ORACLE',
  'MSSQL',
  'DB2',
  'POSTGRESQL',
  'MAXDB',
];

/** The mode of the script in which its later statements mean something else than what was read. */
export function readingMode({ modes }: Scene['state']): string | undefined {
  return OF_TEXTS.find((name) => modes?.names.has(name) === true);
}

function requireMariadb({ context }: Scene, what: string): void {
  if (context.flavor === 'mysql')
    throw new StatementFails(1064, phrase('{0} takes no IF EXISTS, IF NOT EXISTS or OR REPLACE on MySQL', what));
}

const CHECKED = new Set<Statement['kind']>(['query', 'insert', 'update', 'delete']);

/** A view may read what earlier statements took away. */
function requireFreshViews(statement: Statement, scene: Scene): void {
  if (!scene.state.viewsAge) return;
  for (const { node, expression } of namesIn(statement).tables)
    if (!expression && scene.state.get(qualify(node, scene)) === 'view')
      throw new StatementUnknown(phrase('earlier statements change what view {0} may read', node.name.name));
}

/** Rows that it reads or changes: later statements can't be judged by the rows of now. */
function judgeOther(statement: Statement, scene: Scene): Judgement {
  requireTables(statement, scene, new Set());
  requireFreshViews(statement, scene);
  if (CHECKED.has(statement.kind)) checkColumns(statement, scene);
  if (!['insert', 'update', 'delete', 'callStatement'].includes(statement.kind)) return RUNS;
  for (const { node } of namesIn(statement).tables) {
    const name = qualify(node, scene);
    const table = scene.state.get(name);
    if (typeof table === 'object') scene.state.set(name, { ...table, rowsChange: true });
  }
  return RUNS;
}
