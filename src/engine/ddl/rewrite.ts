import type { AlterAction, AlterTable } from '../sql/ast/definitions.ts';
import type { Name, Span } from '../sql/ast/expressions.ts';
import type { Statement } from '../sql/ast/statements.ts';
import type { Constraint } from '../sql/ast/tableElements.ts';
import { quoteName } from '../sql/identifiers.ts';
import { print } from '../sql/printer/print.ts';
import type { Alteration } from './alterTable.ts';
import type { DdlContext } from './ddlContext.ts';
import { columnOf, primaryKeyOf, same } from './tableModel.ts';
import type { Way } from './wayKinds.ts';

/** The clauses with which the server refuses a dearer way. */
function clausesOf({ algorithm, lock, rebuilds }: Way, { flavor }: DdlContext, separator: string): string {
  if (algorithm === 'INSTANT') return 'ALGORITHM=INSTANT';
  return `ALGORITHM=${flavor === 'mariadb' && algorithm === 'INPLACE' && !rebuilds ? 'NOCOPY' : algorithm}${separator}LOCK=${lock}`;
}

/** The text as the agent wrote it, with the clauses. `offset` is where it begins in what was parsed. */
export function withClauses(text: string, statement: Statement, way: Way, context: DdlContext): string | undefined {
  const at = ({ end }: Span): number => end - statement.start;
  if (statement.kind === 'createIndex') return statement.options.length > 0 ? undefined : `${text} ${clausesOf(way, context, ' ')}`;
  if (statement.kind === 'drop') {
    if (statement.options.length > 0) return undefined;
    if (context.flavor === 'mysql') return `${text} ${clausesOf(way, context, ' ')}`;
    const table = statement.table;
    const name = `${table?.database === undefined ? '' : `${quoteName(table.database.name)}.`}${quoteName(table?.name.name ?? '')}`;
    return `ALTER TABLE ${name} DROP INDEX ${quoteName(statement.names[0]?.name.name ?? '')}, ${clausesOf(way, context, ', ')}`;
  }
  if (statement.kind !== 'alterTable' || statement.actions.some(({ action }) => action === 'ALGORITHM' || action === 'LOCK'))
    return undefined;
  const isFirst = statement.partitioning !== undefined || statement.actions.some(({ action }) => action.endsWith(' PARTITION'));
  if (context.flavor === 'mariadb' && statement.partitioning === undefined && isFirst) return undefined;
  if (!isFirst) return `${text}, ${clausesOf(way, context, ', ')}`;
  const head = text.slice(0, at(statement.table));
  return `${head} ${clausesOf(way, context, ', ')}${statement.actions.length > 0 ? ',' : ''}${text.slice(at(statement.table))}`;
}

type Reversed = AlterAction | 'values' | undefined;

/** A statement that restores a definition. */
export interface WayBack {
  readonly text: string;
  /** Values that are gone stay so. */
  readonly losesValues: boolean;
}

/** Undefined where no statement restores the definition. */
export function wayBack(node: AlterTable, alteration: Alteration, context: DdlContext): WayBack | undefined {
  const reversed = node.actions.filter((action) => !alteration.skipped.has(action)).flatMap((action) => reverse(action, alteration));
  const actions = reversed.filter((one) => typeof one === 'object').reverse();
  if (actions.length === 0 || reversed.includes(undefined) || node.partitioning !== undefined) return undefined;
  const { after } = alteration;
  const table = { ...node.table, name: { ...node.table.name, name: after.name } };
  const text = print({ ...node, table, actions, options: [], ifExists: false }, context.dialect);
  return { text, losesValues: reversed.includes('values') };
}

function reverse(action: AlterAction, alteration: Alteration): Reversed[] {
  if (action.action === 'ALGORITHM' || action.action === 'LOCK') return [];
  if (action.action === 'RENAME COLUMN' || action.action === 'RENAME INDEX')
    return [made(action, { action: action.action, name: action.newName, newName: action.name })];
  if (action.action.endsWith(' COLUMN')) return reverseColumn(action, alteration);
  return [reverseKey(action, alteration)];
}

function made({ start, end }: AlterAction, details: Partial<AlterAction> & Pick<AlterAction, 'action'>): AlterAction {
  return { kind: 'alterAction', start, end, ...details };
}

function named({ start, end }: AlterAction, name: string): Name {
  return { kind: 'name', name, quoted: true, start, end };
}

function reverseColumn(action: AlterAction, { before, changed, added }: Alteration): Reversed[] {
  switch (action.action) {
    case 'ADD COLUMN': {
      const names = [action.column, ...(action.elements ?? [])].map((element) =>
        element?.kind === 'columnDefinition' ? element.name.name : undefined,
      );
      return added
        .filter(({ name }) => names.some((one) => same(one, name)))
        .map(({ name }) => made(action, { action: 'DROP COLUMN', name: named(action, name) }));
    }
    case 'DROP COLUMN': {
      const at = before.columns.findIndex((column) => same(column.name, action.name?.name));
      const position = at <= 0 ? 'FIRST' : named(action, before.columns[at - 1]?.name ?? '');
      return [made(action, { action: 'ADD COLUMN', column: before.columns[at]?.node, position }), 'values'];
    }
    case 'ALTER COLUMN':
      return [made(action, { action: 'MODIFY COLUMN', column: columnOf(before, action.name?.name)?.node })];
    default: {
      const change = changed.find((one) => one.action === action);
      if (change === undefined) return [undefined];
      const column = change.before.node;
      return [
        change.renamed
          ? made(action, { action: 'CHANGE COLUMN', name: named(action, change.after.name), column })
          : made(action, { action: 'MODIFY COLUMN', column }),
      ];
    }
  }
}

function reverseKey(action: AlterAction, { before, after }: Alteration): AlterAction | undefined {
  const restored = (node: Constraint | undefined): AlterAction | undefined =>
    node === undefined ? undefined : made(action, { action: 'ADD CONSTRAINT', constraint: node });
  switch (action.action) {
    case 'ADD CONSTRAINT': {
      const { constraint } = action;
      if (constraint?.type === 'PRIMARY KEY') return made(action, { action: 'DROP PRIMARY KEY' });
      const found = [...after.keys, ...after.foreignKeys, ...after.checks].find(({ node }) => node === constraint);
      const drop =
        constraint?.type === 'FOREIGN KEY' ? 'DROP FOREIGN KEY' : constraint?.type === 'CHECK' ? 'DROP CONSTRAINT' : 'DROP INDEX';
      return found === undefined ? undefined : made(action, { action: drop, name: named(action, found.name) });
    }
    case 'DROP PRIMARY KEY':
      return restored(primaryKeyOf(before)?.node);
    case 'DROP INDEX':
      return restored(before.keys.find((one) => same(one.name, action.name?.name))?.node);
    case 'DROP FOREIGN KEY':
    case 'DROP CHECK':
    case 'DROP CONSTRAINT':
      return restored([...before.foreignKeys, ...before.checks].find((one) => same(one.name, action.name?.name))?.node);
    default:
      return undefined;
  }
}
