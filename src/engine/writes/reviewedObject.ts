import { alterHazards } from '../policy/alterHazards.ts';
import type { AlterTable, Drop } from '../sql/ast/definitions.ts';
import type { Name, ObjectName } from '../sql/ast/expressions.ts';
import type { BaseTable } from '../sql/ast/queries.ts';
import type { Administration, Statement } from '../sql/ast/statements.ts';
import { namedAccounts } from './namedAccounts.ts';
import { baseTables, deletedTables, updatedTables } from './matchingRows.ts';

/** A name in its parts, as the server has it: a database and a table, or one part alone. */
export type NameParts = readonly string[];

/** What a statement changes. */
export interface ReviewedObject {
  /** Upper case: `TABLE`, `DATABASE`, `PROCEDURE`, `ACCOUNT`. */
  readonly type: string;
  readonly names: readonly NameParts[];
  /** Of RENAME: what each is called afterwards. */
  readonly newNames?: readonly NameParts[] | undefined;
}

/** Undefined for a statement that is about the server or the session. */
export function reviewedObject(statement: Statement, database: string | undefined): ReviewedObject | undefined {
  const inDatabase = (name: ObjectName): NameParts => {
    const where = name.database?.name ?? database;
    return where === undefined ? [name.name.name] : [where, name.name.name];
  };
  const one = (type: string, name: ObjectName): ReviewedObject => ({ type, names: [inDatabase(name)] });
  const tables = (found: readonly BaseTable[]): ReviewedObject => ({ type: 'TABLE', names: found.map(({ table }) => inDatabase(table)) });
  switch (statement.kind) {
    case 'insert':
    case 'truncate':
    case 'createTable':
    case 'alterTable':
      return one('TABLE', statement.table);
    case 'update':
      return tables(updatedTables(statement));
    case 'delete': {
      const found = deletedTables(statement);
      return tables(found.length === 0 ? baseTables(statement.tables) : found);
    }
    case 'createIndex':
      return { type: 'INDEX', names: [[...inDatabase(statement.table), ...namePart(statement.constraint.name)]] };
    case 'database':
      return { type: 'DATABASE', names: [namePart(statement.name, database)] };
    case 'view':
      return one('VIEW', statement.view);
    case 'trigger':
      return one('TRIGGER', statement.trigger);
    case 'routine':
    case 'alterRoutine':
      return one(statement.type, statement.routine);
    case 'event':
      return one('EVENT', statement.event);
    case 'sequenceDefinition':
      return one('SEQUENCE', statement.sequence);
    case 'callStatement':
      return one('PROCEDURE', statement.routine);
    case 'renameTable': {
      const { pairs } = statement;
      return { type: 'TABLE', names: pairs.map(({ from }) => inDatabase(from)), newNames: pairs.map(({ to }) => inDatabase(to)) };
    }
    case 'drop':
      return droppedObject(statement, inDatabase);
    case 'maintenance':
      return { type: statement.object, names: statement.tables.map(inDatabase) };
    case 'administration':
      return accounts(statement);
    default:
      return undefined;
  }
}

function droppedObject(statement: Drop, inDatabase: (name: ObjectName) => NameParts): ReviewedObject {
  const { object: type, names, table } = statement;
  if (type === 'DATABASE') return { type, names: names.map(({ name }) => [name.name]) };
  if (type === 'INDEX' && table !== undefined) return { type, names: names.map(({ name }) => [...inDatabase(table), name.name]) };
  return { type, names: names.map(inDatabase) };
}

function namePart(name: Name | undefined, otherwise?: string): string[] {
  const part = name?.name ?? otherwise;
  return part === undefined ? [] : [part];
}

function accounts(statement: Administration): ReviewedObject | undefined {
  const names = namedAccounts(statement);
  return names.length === 0 ? undefined : { type: 'ACCOUNT', names: names.map((name) => [name]) };
}

/** Parts of an ALTER TABLE after which values or rows are gone, or others. */
const LOSSY: ReadonlySet<AlterTable['actions'][number]['action']> = new Set([
  'DROP COLUMN',
  'MODIFY COLUMN',
  'CHANGE COLUMN',
  'CONVERT TO CHARACTER SET',
  'DISCARD TABLESPACE',
  'IMPORT TABLESPACE',
  'DROP PARTITION',
  'TRUNCATE PARTITION',
  'EXCHANGE PARTITION',
  'REORGANIZE PARTITION',
  'COALESCE PARTITION',
  'DISCARD PARTITION TABLESPACE',
  'IMPORT PARTITION TABLESPACE',
  'DROP SYSTEM VERSIONING',
  'DROP PERIOD',
] as const);

/** To an engine that may keep no rows, to a character set that lacks some, or by leaving out rows with equal keys. */
function converts(statement: AlterTable): boolean {
  return alterHazards(statement, { name: statement.table.name.name }).some(({ kind }) => kind === 'convert' || kind === 'deduplicate');
}

/** True where a statement that commits by itself destroys or replaces what is there; also where nobody knows what it does. */
export function destroys(statement: Statement): boolean {
  switch (statement.kind) {
    case 'drop':
      return statement.object !== 'INDEX';
    case 'truncate':
    case 'callStatement':
      return true;
    case 'createTable':
    case 'view':
    case 'trigger':
    case 'routine':
    case 'event':
    case 'sequenceDefinition':
      return statement.orReplace || ('verb' in statement && statement.verb === 'ALTER');
    case 'alterTable':
      return statement.partitioning !== undefined || statement.actions.some(({ action }) => LOSSY.has(action)) || converts(statement);
    case 'administration':
      return /^(?:DROP|REVOKE|RESET|PURGE)\b/.test(statement.head);
    default:
      return false;
  }
}
