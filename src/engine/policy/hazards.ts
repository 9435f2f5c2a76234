import { type NamedObject, type Hazard } from './hazard.ts';

import type { ObjectName } from '../sql/ast/expressions.ts';
import { namesOpenTable } from './openNames.ts';
import type { Administration, Delete, Insert, Statement, Unsupported, Update } from '../sql/ast/statements.ts';
import type { Dialect } from '../sql/lexer/dialect.ts';
import { ParseError } from '../sql/lexer/parseError.ts';
import { parseRunnable } from '../sql/parser/parse.ts';
import { tokenize } from '../sql/lexer/tokens.ts';
import { walk } from '../sql/walk.ts';
import { alterHazards } from './alterHazards.ts';
import { truthOf } from './conditionTruth.ts';

/** Verbs that nobody is to be surprised by where a statement cannot be read. */
const DESTRUCTIVE = new Set(
  'UPDATE DELETE REPLACE TRUNCATE DROP ALTER WITH PURGE RESET EXECUTE ANALYZE BEGIN IF CASE LOOP WHILE REPEAT FOR'.split(' '),
);
/** MariaDB's `SET STATEMENT … FOR`, with any statement behind it. */
const SET_STATEMENT = /^\s*SET\s+STATEMENT\b/i;
const HARMLESS = /^\s*INSERT\s/i;
/** What may stand before the first word. */
const BLANK = /\s+|--[^\n]*(?:\n|$)|#[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\//y;
const WORD = /[a-z]+/iy;
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
  if (!read && (verb === '' || DESTRUCTIVE.has(verb) || SET_STATEMENT.test(sql))) return [{ kind: 'unreadable', type: verb, names: [] }];
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
      return parseRunnable(sql, dialect).some((statement) => namesWithoutDatabase(statement));
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
  return namesOpenTable(statement);
}

function keyOf({ kind, type, names, part, rows }: Hazard): string {
  return JSON.stringify([kind, type, names, part, rows?.where, rows?.statement.start]);
}

function hazardsOf(sql: string, dialect: Dialect): Hazard[] {
  return parseRunnable(sql, dialect).flatMap((root) => hazardsIn(root, sql, dialect));
}

/** What a statement, or the body of a routine, destroys; `sql` is the text that it was parsed from. Throws ParseError. */
export function hazardsIn(root: Statement, sql: string, dialect: Dialect): Hazard[] {
  const found: Hazard[] = [];
  walk(root, (node) => {
    if (node.kind === 'explain' && !(node as { analyze?: boolean }).analyze) return false;
    const here = hazardsAt(node as Statement, sql, dialect);
    if (here === undefined) return undefined;
    found.push(...here);
    return false;
  });
  return found;
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
      return alterHazards(node, named(node.table));
    case 'createTable':
      return node.orReplace ? [{ kind: 'drop', type: 'TABLE', names: [named(node.table)] }] : [];
    case 'sequenceDefinition':
      return node.orReplace ? [{ kind: 'drop', type: 'SEQUENCE', names: [named(node.sequence)] }] : [];
    case 'database':
      return node.orReplace && node.name !== undefined ? [{ kind: 'drop', type: 'DATABASE', names: [{ name: node.name.name }] }] : [];
    // What definitions hold runs later, and by other statements.
    case 'view':
      return redefined(node, 'VIEW', node.view);
    case 'routine':
      return redefined(node, node.type, node.routine);
    case 'trigger':
      return redefined(node, 'TRIGGER', node.trigger);
    case 'event':
      return node.verb === 'ALTER' && node.body === undefined ? [] : redefined(node, 'EVENT', node.event);
    case 'unsupported':
    case 'administration':
      return unreadHazards(node, sql, dialect);
    default:
      return undefined;
  }
}

function redefined({ orReplace, verb }: { orReplace: boolean; verb?: string }, type: string, name: ObjectName): readonly Hazard[] {
  return orReplace || verb === 'ALTER' ? [{ kind: 'redefine', type, names: [named(name)] }] : [];
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

function unreadHazards(node: Unsupported | Administration, sql: string, dialect: Dialect): readonly Hazard[] {
  const text = sql.slice(node.start, node.end);
  const [verb = '', second = ''] = wordsOf(text, dialect);
  switch (verb) {
    case 'DROP':
      return second === 'PREPARE' ? [] : [{ kind: 'drop', type: second, names: [{ name: behindHead(text, dialect) }] }];
    case 'CREATE':
    case 'ALTER':
      return replacedObject(text, dialect);
    case 'LOAD':
      return wordsOf(text, dialect).includes('REPLACE') ? [{ kind: 'replace', type: 'TABLE', names: [] }] : [];
    case 'PURGE':
    case 'RESET':
      return second === 'QUERY' ? [] : [{ kind: 'reset', type: `${verb} ${second}`, names: [] }];
    case 'CLONE':
      return wordsOf(text, dialect).includes('FROM') ? [{ kind: 'reset', type: `${verb} ${second}`, names: [] }] : [];
    case 'SHUTDOWN':
    case 'RESTART':
      return [{ kind: 'stop', type: verb, names: [] }];
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

/** Objects of a text: their definition is replaced where they are there; of accounts, all that they have. */
const DEFINED = new Set(['VIEW', 'PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT', 'PACKAGE']);
const ACCOUNTS = new Set(['USER', 'ROLE', 'SERVER']);

function replacedObject(text: string, dialect: Dialect): readonly Hazard[] {
  const { tokens } = tokenize(text, dialect);
  const words = tokens.map(({ keyword }) => keyword);
  if (words[0] === 'CREATE' && !(words[1] === 'OR' && words[2] === 'REPLACE')) return [];
  const at = words.findIndex((word) => DEFINED.has(word) || ACCOUNTS.has(word));
  const type = words[at] ?? '';
  // A definer stands before the kind; ALTER of an account or a routine changes what can be changed back.
  if (ACCOUNTS.has(type)) return words[0] === 'CREATE' ? [{ kind: 'drop', type, names: [{ name: tokens[at + 1]?.text ?? '' }] }] : [];
  if (at < 0 || (words[0] === 'ALTER' && type !== 'VIEW')) return [];
  const [name, dot, second] = tokens.slice(at + (words[at + 1] === 'BODY' ? 2 : 1));
  const isQualified = dot?.text === '.' && second !== undefined;
  return [{ kind: 'redefine', type, names: [isQualified ? { database: name?.text, name: second.text } : { name: name?.text ?? '' }] }];
}

/** Of a statement in a text; what a variable or an expression holds is not known. */
function textHazards(text: string, dialect: Dialect): readonly Hazard[] {
  const prepared = preparedText(text, dialect);
  const [verb = ''] = wordsOf(text, dialect);
  return prepared === undefined ? [{ kind: 'unreadable', type: verb, names: [] }] : findHazards(prepared, [dialect]);
}

/** The text that a PREPARE or EXECUTE IMMEDIATE has in literals; undefined for another statement, and where something else stands there. Throws ParseError. */
export function preparedText(text: string, dialect: Dialect): string | undefined {
  const { tokens } = tokenize(text, dialect);
  if (tokens[0]?.keyword !== 'PREPARE' && tokens[1]?.keyword !== 'IMMEDIATE') return undefined;
  const from = tokens.findIndex(({ keyword }) => keyword === 'FROM' || keyword === 'IMMEDIATE');
  const rest = tokens.slice(from + 1);
  const end = rest.findIndex(({ kind, keyword }) => kind === 'end' || keyword === 'USING');
  const parts = end < 0 ? rest : rest.slice(0, end);
  if (parts.length === 0 || parts.some(({ kind }) => kind !== 'string')) return undefined;
  return parts.map(({ text: part }) => part).join('');
}
