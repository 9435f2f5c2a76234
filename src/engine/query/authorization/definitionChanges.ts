import { findMention } from '../../guard/columnMentions.ts';
import type { AlterAction, AlterTable } from '../../sql/ast/definitions.ts';
import type { Statement } from '../../sql/ast/statements.ts';
import type { ColumnAttribute, ColumnDefinition, Constraint } from '../../sql/ast/tableElements.ts';

/** What is only written down, and neither converts, moves nor checks values that are there. */
const NOTED = new Set<AlterAction['action']>([
  ...(['ALTER COLUMN', 'RENAME COLUMN', 'ALTER INDEX', 'RENAME INDEX', 'ALGORITHM', 'LOCK'] as const),
  ...(['DROP INDEX', 'DROP FOREIGN KEY', 'DROP CHECK', 'DROP CONSTRAINT'] as const),
]);

/** A counter numbers the rows in the order of a key. */
const ATTRIBUTES = new Set<ColumnAttribute['attribute']>([
  ...(['NULL', 'NOT NULL', 'DEFAULT', 'ON UPDATE', 'UNIQUE', 'COMMENT', 'COLLATE', 'GENERATED', 'VISIBLE', 'INVISIBLE', 'CHECK'] as const),
]);

const KEYS = new Set<Constraint['type']>(['UNIQUE', 'INDEX', 'FULLTEXT', 'SPATIAL', 'FOREIGN KEY', 'CHECK']);

/**
 * True for a statement that may tell of protected columns of the table that it changes, or bring them out of their rules, without naming one. DROP and TRUNCATE leave nothing to read, and an
 * index shows nothing.
 */
export function changesProtected(statement: Statement): boolean {
  switch (statement.kind) {
    case 'drop':
    case 'truncate':
    case 'createIndex':
      return false;
    case 'createTable': // what it is like is no row of it
    case 'view': // and the query of both is looked through
      return false;
    case 'alterTable':
      return !addsOnly(statement);
    default:
      return statement.kind !== 'insert' && statement.kind !== 'update' && statement.kind !== 'delete';
  }
}

/** What puts rows that are there under another name. */
const MOVES = new Set<AlterAction['action']>(['RENAME TO', 'EXCHANGE PARTITION']);

/** True for a definition whose columns are not all named in it. */
export function takesColumns(statement: Statement): boolean {
  switch (statement.kind) {
    case 'renameTable':
      return true;
    case 'alterTable':
      return statement.actions.some(({ action }) => MOVES.has(action));
    default:
      return (statement.kind === 'createTable' && statement.like !== undefined) || findMention(statement, () => false) !== undefined;
  }
}

function addsOnly({ options, partitioning, actions }: AlterTable): boolean {
  return partitioning === undefined && !options.includes('IGNORE') && actions.every(isHarmless);
}

function isHarmless({ action, column, constraint, elements = [], option }: AlterAction): boolean {
  if (NOTED.has(action)) return true;
  if (action === 'OPTION') return option?.name === 'COMMENT';
  if (action !== 'ADD COLUMN' && action !== 'ADD CONSTRAINT') return false;
  return [...elements, column, constraint].every((one) => one === undefined || isHarmlessPart(one));
}

function isHarmlessPart(part: ColumnDefinition | Constraint): boolean {
  if (part.kind === 'constraint') return KEYS.has(part.type);
  return (
    part.type !== undefined && !/^SERIAL$/i.test(part.type.name) && part.attributes.every(({ attribute }) => ATTRIBUTES.has(attribute))
  );
}
