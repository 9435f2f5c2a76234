import { phrase, type Words } from '../phrase.ts';
import { PilotError } from '../errors.ts';
import { namesIn } from '../guard/namesInTree.ts';
import type { ObjectName } from '../sql/ast/expressions.ts';
import type { Statement } from '../sql/ast/statements.ts';
import type { References } from '../sql/ast/tableElements.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import { keyOfName } from '../sql/identifiers.ts';
import { ParseError } from '../sql/lexer/parseError.ts';
import type { Dialect } from '../sql/lexer/dialect.ts';
import { readLetterCommand, readNamedCommand } from '../sql/clientCommand.ts';
import { parseStatements } from '../sql/parser/parse.ts';
import { splitScript } from '../sql/script.ts';
import { walk } from '../sql/walk.ts';
import type { ProgramName } from './readTables.ts';

const MAX_STATEMENTS = 200;

export interface ScriptPart {
  readonly text: string;
  /** Undefined where the text can't be read, for the reason. */
  readonly statement: Statement | undefined;
  readonly reason: Words;
  /** Of the client: no server gets to see it. */
  readonly isCommand?: boolean;
}

export function readScript(text: string, dialect: Dialect, maxStatements = MAX_STATEMENTS): ScriptPart[] {
  const parts = splitScript(text, dialect);
  if (parts.length > maxStatements)
    throw new PilotError(
      'input.invalid',
      `The script has ${String(parts.length)} statements; at most ${String(maxStatements)} can be explained.`,
      { advice: 'statement.severalCalls' },
    );
  return parts.map((part) => {
    if (isClientCommand(part.text))
      return { text: part.text, statement: undefined, reason: phrase('it is a command of the mysql client'), isCommand: true };
    try {
      const [statement] = parseStatements(part.text, dialect);
      return statement === undefined
        ? { text: part.text, statement, reason: phrase('it is empty') }
        : { text: part.text, statement, reason: '' };
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      return { text: part.text, statement: undefined, reason: error.message };
    }
  });
}

/** SOURCE, SYSTEM, and others of which only that client knows what they do; USE is a statement, too. */
function isClientCommand(text: string): boolean {
  if (text.length > 1000 || /^use\b/i.test(text)) return false;
  const command = text.startsWith('\\') ? readLetterCommand(text.slice(1)) : readNamedCommand(text);
  return command?.kind === 'line';
}

export interface ScriptNames {
  readonly tables: readonly QualifiedName[];
  readonly programs: readonly ProgramName[];
}

/** All that the statements name, in the databases that USE selects. */
export function namesOf(parts: readonly ScriptPart[], current: string | undefined): ScriptNames {
  const tables = new Map<string, QualifiedName>();
  const programs: ProgramName[] = [];
  let database = current;
  for (const { statement } of parts) {
    if (statement === undefined) continue;
    if (statement.kind === 'use') database = statement.database.name;
    for (const name of objectNames(statement)) {
      const found = { database: name.database ?? database, name: name.name };
      if (found.database !== undefined) tables.set(keyOfName(found as QualifiedName), found as QualifiedName);
    }
    programs.push(...programOf(statement, database));
  }
  return { tables: [...tables.values()], programs };
}

function objectNames(statement: Statement): { readonly database?: string | undefined; readonly name: string }[] {
  if (statement.kind === 'unsupported') return [];
  const { tables, targets, made } = namesIn(statement);
  const nodes = [...tables.map(({ node }) => node), ...targets.map(({ node }) => node), ...made, ...referenced(statement)];
  if (statement.kind === 'renameTable') nodes.push(...statement.pairs.flatMap(({ from, to }) => [from, to]));
  return nodes.map(({ database, name }) => ({ database: database?.name, name: name.name }));
}

/** The tables behind REFERENCES. */
function referenced(statement: Statement): ObjectName[] {
  const found: ObjectName[] = [];
  const own = statement.kind === 'createTable' || statement.kind === 'alterTable' ? statement.table : undefined;
  walk(statement, (node) => {
    if (node.kind !== 'references') return undefined;
    const { table } = node as References;
    // Without a database it is in that of the table that the statement defines.
    found.push(table.database === undefined && own?.database !== undefined ? { ...table, database: own.database } : table);
    return undefined;
  });
  return found;
}

function programOf(statement: Statement, database: string | undefined): ProgramName[] {
  const make = (
    kind: ProgramName['kind'],
    node: { readonly database?: { readonly name: string } | undefined; readonly name: { readonly name: string } },
  ): ProgramName[] => {
    const where = node.database?.name ?? database;
    return where === undefined ? [] : [{ kind, database: where, name: node.name.name }];
  };
  switch (statement.kind) {
    case 'trigger':
      return make('TRIGGER', statement.trigger);
    case 'event':
      return make('EVENT', statement.event);
    case 'routine':
      return make(statement.type, statement.routine);
    case 'drop':
      return statement.object === 'TRIGGER' ||
        statement.object === 'EVENT' ||
        statement.object === 'PROCEDURE' ||
        statement.object === 'FUNCTION'
        ? statement.names.flatMap((name) => make(statement.object as ProgramName['kind'], name))
        : [];
    default:
      return [];
  }
}
