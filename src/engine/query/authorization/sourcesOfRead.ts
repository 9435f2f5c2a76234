import type { Column } from '../../driver/values.ts';
import type { ServerWarning } from '../../driver/session.ts';
import { TableUses, type TableUse } from '../../lineage/tableUses.ts';
import { UsedColumns } from '../../lineage/usedColumns.ts';
import type { BaseColumn } from '../../lineage/baseColumn.ts';
import type { ColumnRules } from '../../policy/columnRules.ts';
import type { QualifiedName } from '../../sql/identifiers.ts';
import type { ObjectName } from '../../sql/ast/expressions.ts';
import type { Statement } from '../../sql/ast/statements.ts';
import type { ReadSources, SourceTable } from '../results/readSources.ts';
import { exactKey } from './objectCatalog.ts';
import type { ObjectCheck } from './objectCheck.ts';

export interface CheckedRead {
  readonly statement: Statement;
  /** The current one. */
  readonly database: string | undefined;
  readonly check: Pick<ObjectCheck, 'met' | 'views' | 'tables' | 'described'>;
  readonly rules: ColumnRules | undefined;
  /** Base columns under a rule that columns of the result are from. */
  readonly outputs: readonly BaseColumn[];
}

/** What the server tells of a result. */
export interface ResultFacts {
  readonly columns: readonly Column[];
  readonly warnings: readonly Pick<ServerWarning, 'errno'>[];
  /** False where warnings may be missing. */
  readonly complete: boolean;
}

/** Also: "Column 'x' in group statement is ambiguous". */
const AMBIGUOUS = 1052;

/** From which tables and columns a result is, by its text and by what the server tells of it: no server is asked. Never too little. */
export function sourcesOfRead({ statement, database, check, rules, outputs }: CheckedRead, result: ResultFacts): ReadSources {
  const uses = new TableUses(nameOfKey);
  const textIn = (inDatabase: string | undefined): UsedColumns =>
    new UsedColumns(uses, (name) => {
      const found = check.met.get(exactKey(written(name, inDatabase)));
      return found === undefined || found.kind === 'numbers' ? undefined : exactKey(found);
    });
  textIn(database).statement(statement);
  for (const [key, tree] of check.views) textIn(nameOfKey(key).database).statement(tree);
  // What stored functions read, and what is no query.
  for (const key of check.tables.keys()) if (!uses.has(key) && check.met.get(key)?.kind !== 'numbers') uses.all(key);
  if (result.warnings.some(({ errno }) => errno === AMBIGUOUS) || (uses.groupsByAlias && !result.complete)) uses.allOfAll();
  for (const { source } of result.columns)
    if (source !== undefined) uses.settle(exactKey({ database: source.database, name: source.table }), source.column);
  return {
    tables: uses.uses.map((use) => toSource(use, rules, outputs)),
    structure: check.described,
    shows: showsOf(statement),
    plan: statement.kind === 'explain',
  };
}

function written({ database, name }: ObjectName, current: string | undefined): { database: string; name: string } {
  return { database: database?.name ?? current ?? '', name: name.name };
}

function showsOf(statement: Statement): string | undefined {
  if (statement.kind === 'show') return ['SHOW', statement.subject].join(' ');
  return statement.kind === 'explain' && statement.statement === undefined ? 'EXPLAIN FOR CONNECTION' : undefined;
}

/** See `exactKey`. */
function nameOfKey(key: string): QualifiedName {
  const end = key.indexOf('\0');
  return { database: key.slice(0, end), name: key.slice(end + 1) };
}

/** Hidden columns are named nowhere: a view may read one that nobody sees. */
function toSource({ name, all, columns, maybe }: TableUse, rules: ColumnRules | undefined, outputs: readonly BaseColumn[]): SourceTable {
  const plain = { ...name, all, columns: [...columns.values()], maybe: [...maybe.values()], protected: [] };
  if (rules?.mayMeet(name) !== true) return plain;
  const actionOf = (column: string): ReturnType<ColumnRules['actionOf']> =>
    rules.actionOf({ database: name.database, table: name.name, column });
  const shown = outputs.filter(({ database, table }) => database === name.database && table === name.name).map(({ column }) => column);
  const ruled = new Map([...plain.columns, ...plain.maybe, ...shown].map((column) => [column.toLowerCase(), column]));
  return {
    ...plain,
    columns: plain.columns.filter((column) => actionOf(column) === undefined),
    maybe: plain.maybe.filter((column) => actionOf(column) === undefined),
    protected: [...ruled.values()].flatMap((column) => {
      const action = actionOf(column);
      return action === undefined || action === 'hide' ? [] : [{ column, action }];
    }),
  };
}
