import type { AlterAction, AlterTable } from '../sql/ast/definitions.ts';
import type { ObjectName } from '../sql/ast/expressions.ts';
import type { CommonTableExpression } from '../sql/ast/queries.ts';
import type { Administration, Delete, Insert, Statement, Unsupported, Update } from '../sql/ast/statements.ts';
import type { Dialect } from '../sql/dialect.ts';
import { ParseError } from '../sql/parser/parseError.ts';
import { parseRoutineBody, parseStatements } from '../sql/parser/parse.ts';
import { tokenize } from '../sql/parser/tokens.ts';
import { walk } from '../sql/walk.ts';
import { truthOf, type Truth } from './conditionTruth.ts';

/** An object as the statement names it. */
export interface NamedObject {
  readonly database?: string | undefined;
  readonly name: string;
}

/** Something in a statement that a person is asked about first, because it loses data or definitions, or changes every row. */
export interface Hazard {
  readonly kind:
    | 'drop'
    | 'truncate'
    | 'delete'
    | 'update'
    /** REPLACE of rows that a query gives: each deletes the row with its key. */
    | 'replace'
    /** ALTER TABLE IGNORE with a new unique key: rows with equal keys are deleted. */
    | 'deduplicate'
    /** Another type for a column: values may be cut or rounded. */
    | 'retype'
    /** PURGE and RESET. */
    | 'reset'
    /** A statement of a verb that destroys, which the parser does not read. */
    | 'unreadable';
  /** Upper case: `TABLE`, `PRIMARY KEY`, `USER`; the verb where there is no object. */
  readonly type: string;
  /** The objects, or the table that the part belongs to. */
  readonly names: readonly NamedObject[];
  /** A column, index, constraint or partitions. */
  readonly part?: string | undefined;
  /** Of an UPDATE or DELETE. */
  readonly rows?: RowHazard | undefined;
  /** Of `retype`. */
  readonly action?: AlterAction | undefined;
}

/** Which rows an UPDATE or DELETE picks. `none`: it has no WHERE. What is `byRow` is a hazard only if all rows match, which the server knows. */
export interface RowHazard {
  readonly where: Exclude<Truth, 'never'> | 'none';
  readonly statement: Update | Delete;
}

/** Verbs that nobody is to be surprised by where a statement cannot be read. */
const DESTRUCTIVE = new Set(['UPDATE', 'DELETE', 'REPLACE', 'TRUNCATE', 'DROP', 'ALTER', 'WITH', 'PURGE', 'RESET', 'EXECUTE']);
/** Heads of MariaDB's compound statements. */
const PROGRAMS = new Set(['BEGIN', 'IF', 'CASE', 'LOOP', 'WHILE', 'REPEAT', 'FOR']);
const HARMLESS = /^\s*INSERT\s/i;
/** What may stand before the first word. */
const BLANK = /\s+|--[^\n]*(?:\n|$)|#[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\//y;
const WORD = /[a-z]+/iy;
/** What they hold runs later, and by other statements. */
const DEFINITIONS = new Set(['routine', 'trigger', 'event', 'view']);

/** What a statement of a person destroys in one of these dialects. A text that none of them reads is judged by its verb. */
export function findHazards(sql: string, dialects: readonly Dialect[]): readonly Hazard[] {
  if (HARMLESS.test(sql)) return []; // scripts hold thousands of them
  const found = new Map<string, Hazard>();
  let read = false;
  for (const dialect of dialects) {
    try {
      for (const hazard of hazardsOf(sql, dialect)) found.set(keyOf(hazard), hazard);
      read = true;
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
    }
  }
  const verb = verbOf(sql);
  if (!read && (verb === '' || DESTRUCTIVE.has(verb) || PROGRAMS.has(verb))) return [{ kind: 'unreadable', type: verb, names: [] }];
  return [...found.values()];
}

/** The first word, upper case; empty where there is none. */
export function verbOf(sql: string): string {
  let at = 0;
  for (BLANK.lastIndex = 0; BLANK.test(sql); at = BLANK.lastIndex);
  WORD.lastIndex = at;
  return WORD.exec(sql)?.[0].toUpperCase() ?? '';
}

/** True where a statement names an object without its database, so that the session's database decides which one it means. */
export function needsDatabase(sql: string, dialects: readonly Dialect[]): boolean {
  for (const dialect of dialects) {
    try {
      return parseStatements(sql, dialect).some((statement) => namesWithoutDatabase(statement));
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
    }
  }
  return true;
}

function namesWithoutDatabase(statement: Statement): boolean {
  if (statement.kind === 'unsupported' || statement.kind === 'administration')
    return !/^(?:CREATE|ALTER|DROP|RENAME|SET) (?:USER|ROLE|PASSWORD|SERVER|TABLESPACE)|^(?:FLUSH|KILL|RESET|PURGE)/.test(statement.head);
  if (statement.kind === 'database') return statement.name === undefined;
  if (statement.kind === 'drop' && statement.object === 'DATABASE') return false;
  // Targets of DELETE and names of common table expressions are names of the statement itself.
  const own = new Set(statement.kind === 'delete' ? statement.targets.map(({ name }) => name.name.toLowerCase()) : []);
  walk(statement, (node) => {
    if (node.kind === 'cte') own.add((node as CommonTableExpression).name.name.toLowerCase());
    return undefined;
  });
  const open = new Set<string>();
  walk(statement, (node) => {
    const { database, name } = node as ObjectName;
    if (node.kind === 'objectName' && database === undefined && !own.has(name.name.toLowerCase())) open.add(name.name);
    return undefined;
  });
  return open.size > 0;
}

function keyOf({ kind, type, names, part, rows }: Hazard): string {
  return JSON.stringify([kind, type, names, part, rows?.where, rows?.statement.start]);
}

function hazardsOf(sql: string, dialect: Dialect): Hazard[] {
  const found: Hazard[] = [];
  for (const root of parse(sql, dialect))
    walk(root, (node) => {
      if (DEFINITIONS.has(node.kind) || (node.kind === 'explain' && !(node as { analyze?: boolean }).analyze)) return false;
      const here = hazardsAt(node as Statement, sql, dialect);
      if (here === undefined) return undefined;
      found.push(...here);
      return false;
    });
  return found;
}

/** A program that MariaDB runs without a routine around it is read as a body. */
function parse(sql: string, dialect: Dialect): readonly Statement[] {
  try {
    return parseStatements(sql, dialect);
  } catch (error) {
    if (error instanceof ParseError && dialect.flavor === 'mariadb' && PROGRAMS.has(verbOf(sql))) return [parseRoutineBody(sql, dialect)];
    throw error;
  }
}

/** Undefined for a node whose parts are to be looked at. */
function hazardsAt(node: Statement, sql: string, dialect: Dialect): readonly Hazard[] | undefined {
  switch (node.kind) {
    case 'query':
      return [];
    case 'update':
    case 'delete':
      return rowHazard(node);
    case 'insert':
      return replaceHazard(node);
    case 'truncate':
      return [{ kind: 'truncate', type: 'TABLE', names: [named(node.table)] }];
    case 'drop':
      return [{ kind: 'drop', type: node.object, ...dropped(node.object, node.names, node.table) }];
    case 'alterTable':
      return alterHazards(node);
    case 'createTable':
      return node.orReplace ? [{ kind: 'drop', type: 'TABLE', names: [named(node.table)] }] : [];
    case 'sequenceDefinition':
      return node.orReplace ? [{ kind: 'drop', type: 'SEQUENCE', names: [named(node.sequence)] }] : [];
    case 'database':
      return node.orReplace && node.name !== undefined ? [{ kind: 'drop', type: 'DATABASE', names: [{ name: node.name.name }] }] : [];
    case 'unsupported':
    case 'administration':
      return unreadHazards(node, sql, dialect);
    default:
      return undefined;
  }
}

function named({ database, name }: ObjectName): NamedObject {
  return { database: database?.name, name: name.name };
}

function dropped(object: string, names: readonly ObjectName[], table: ObjectName | undefined): Pick<Hazard, 'names' | 'part'> {
  if (object === 'INDEX' && table !== undefined) return { names: [named(table)], part: names[0]?.name.name };
  return { names: names.map(named) };
}

function rowHazard(statement: Update | Delete): readonly Hazard[] {
  const where = statement.where === undefined ? 'none' : truthOf(statement.where);
  if (where === 'never') return [];
  return [{ kind: statement.kind, type: 'TABLE', names: [], rows: { where, statement } }];
}

function replaceHazard({ verb, source, table }: Insert): readonly Hazard[] {
  return verb === 'REPLACE' && source.kind === 'query' ? [{ kind: 'replace', type: 'TABLE', names: [named(table)] }] : [];
}

/** Changes of a table that lose rows, values or definitions, and what each loses. */
const LOSSES: Readonly<Partial<Record<AlterAction['action'], string>>> = {
  'DROP COLUMN': 'COLUMN',
  'DROP INDEX': 'INDEX',
  'DROP PRIMARY KEY': 'PRIMARY KEY',
  'DROP FOREIGN KEY': 'FOREIGN KEY',
  'DROP CHECK': 'CONSTRAINT',
  'DROP CONSTRAINT': 'CONSTRAINT',
  'DROP PARTITION': 'PARTITION',
  'DROP SYSTEM VERSIONING': 'HISTORY',
  'DROP PERIOD': 'PERIOD',
  'DISCARD TABLESPACE': 'DATA',
  'DISCARD PARTITION TABLESPACE': 'PARTITION',
};

function alterHazards({ table, actions, options }: AlterTable): readonly Hazard[] {
  const names = [named(table)];
  return actions.flatMap((action): Hazard[] => {
    const part = action.name?.name ?? action.partitions?.map(({ name }) => name).join(', ') ?? action.word;
    const type = LOSSES[action.action];
    if (type !== undefined) return [{ kind: 'drop', type, names, part }];
    if (action.action === 'TRUNCATE PARTITION') return [{ kind: 'truncate', type: 'PARTITION', names, part }];
    if (action.action === 'MODIFY COLUMN' || action.action === 'CHANGE COLUMN')
      return [{ kind: 'retype', type: 'COLUMN', names, part: part ?? action.column?.name.name, action }];
    return options.includes('IGNORE') && action.action === 'ADD CONSTRAINT' ? [{ kind: 'deduplicate', type: 'TABLE', names }] : [];
  });
}

function unreadHazards(node: Unsupported | Administration, sql: string, dialect: Dialect): readonly Hazard[] {
  const text = sql.slice(node.start, node.end);
  const [verb = '', second = ''] = wordsOf(text, dialect);
  switch (verb) {
    case 'DROP':
      return second === 'PREPARE' ? [] : [{ kind: 'drop', type: second, names: [{ name: behindHead(text, dialect) }] }];
    case 'CREATE':
      return replacedAccount(text, dialect);
    case 'LOAD':
      return wordsOf(text, dialect).includes('REPLACE') ? [{ kind: 'replace', type: 'TABLE', names: [] }] : [];
    case 'PURGE':
    case 'RESET':
      return second === 'QUERY' ? [] : [{ kind: 'reset', type: `${verb} ${second}`, names: [] }];
    case 'PREPARE':
      return textHazards(text, dialect);
    case 'EXECUTE':
      return second === 'IMMEDIATE' ? textHazards(text, dialect) : [];
    default:
      return [];
  }
}

function wordsOf(text: string, dialect: Dialect): string[] {
  return tokenize(text, dialect).tokens.map(({ keyword }) => keyword);
}

/** What stands behind `DROP kind [IF EXISTS]`, as written. */
function behindHead(text: string, dialect: Dialect): string {
  const { tokens } = tokenize(text, dialect);
  return text.slice(tokens[tokens[2]?.keyword === 'IF' ? 4 : 2]?.start ?? 0).trim();
}

function replacedAccount(text: string, dialect: Dialect): readonly Hazard[] {
  const { tokens } = tokenize(text, dialect);
  const [, or, replace, type = ''] = tokens.map(({ keyword }) => keyword);
  const isReplaced = or === 'OR' && replace === 'REPLACE' && ['USER', 'ROLE', 'SERVER', 'PACKAGE'].includes(type);
  return isReplaced ? [{ kind: 'drop', type, names: [{ name: tokens[4]?.text ?? '' }] }] : [];
}

/** Of a statement in a text literal. */
function textHazards(text: string, dialect: Dialect): readonly Hazard[] {
  const statement = tokenize(text, dialect).tokens.find(({ kind }) => kind === 'string')?.text;
  return statement === undefined ? [] : findHazards(statement, [dialect]);
}
