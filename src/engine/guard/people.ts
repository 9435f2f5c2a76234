import { ALTERATION_NEEDS, engineNeeds } from './writeClasses.ts';
import { checkRead, headOf } from './readPolicy.ts';
import type { AlterAction, AlterTable } from '../sql/ast/definitions.ts';
import type { SetVariables, Statement } from '../sql/ast/statements.ts';
import { PLAIN_MODES, type Dialect } from '../sql/dialect.ts';
import { parseStatements } from '../sql/parser/parse.ts';
import { print } from '../sql/printer/print.ts';

/** What a person should be asked about first: every row would be meant, or rows go for good. */
export type Caution = 'everyRow' | 'drops';

/** What a statement of a person does. Nothing is refused here: people may do what their account may. */
export interface PersonVerdict {
  /** `session` changes nothing but this session: its database, variables, transaction. What is not known `changes`. */
  readonly effect: 'reads' | 'session' | 'changes';
  readonly cautions: readonly Caution[];
  /** The first keyword, for example `SELECT`; empty where the text cannot be read. */
  readonly verb: string;
}

const EFFECTS = ['reads', 'session', 'changes'] as const;

/** The servers that the text may be for. Executable comments and functions differ among them. */
const DIALECTS: readonly Dialect[] = [
  { flavor: 'mysql', version: 90704, ...PLAIN_MODES },
  { flavor: 'mariadb', version: 110803, ...PLAIN_MODES },
  { flavor: 'mysql', version: 50624, ...PLAIN_MODES },
];

interface Reading extends Pick<PersonVerdict, 'effect' | 'cautions'> {
  readonly statement: Statement;
  /** Undefined for what is not printed. */
  readonly printed: string | undefined;
}

/** Judges one statement of a person. Where servers read different statements in it, the worst counts; where one of them lacks a function, it does not. */
export function judgeForPeople(sql: string): PersonVerdict {
  const readings = DIALECTS.flatMap((dialect) => read(sql, dialect));
  const [first] = readings;
  if (first === undefined) return judgeUnread(sql);
  const isOne = first.printed !== undefined && readings.every(({ printed }) => printed === first.printed);
  const ranks = readings.map(({ effect }) => EFFECTS.indexOf(effect));
  return {
    effect: EFFECTS[isOne ? Math.min(...ranks) : Math.max(...ranks)] ?? 'changes',
    cautions: [...new Set(readings.flatMap(({ cautions }) => cautions))],
    verb: headOf(first.statement).split(' ')[0] ?? '',
  };
}

function read(sql: string, dialect: Dialect): Reading[] {
  try {
    const [statement] = parseStatements(sql, dialect);
    if (statement === undefined) return [];
    return [{ statement, printed: printOf(statement, dialect), effect: effectOf(statement, dialect), cautions: cautionsOf(statement) }];
  } catch {
    return []; // not SQL of this server
  }
}

function printOf(statement: Statement, dialect: Dialect): string | undefined {
  try {
    return print(statement, dialect);
  } catch {
    return undefined;
  }
}

/** A text that is not SQL here, and that the server may still take: what its words look like. */
function judgeUnread(sql: string): PersonVerdict {
  const text = sql.replaceAll(/\/\*[^]*?\*\/|--[^\n]*|#[^\n]*/g, ' ').toUpperCase();
  const verb = /[A-Z]+/.exec(text)?.[0] ?? '';
  const has = (word: string): boolean => new RegExp(`\\b${word}\\b`).test(text);
  const cautions: Caution[] = [];
  if (verb === 'TRUNCATE' || (['UPDATE', 'DELETE'].includes(verb) && !has('WHERE'))) cautions.push('everyRow');
  if (verb === 'TRUNCATE' || (verb === 'DROP' && !has('VIEW')) || (verb === 'ALTER' && (has('DROP') || has('TRUNCATE'))))
    cautions.push('drops');
  return { effect: 'changes', cautions, verb: '' };
}

function effectOf(statement: Statement, dialect: Dialect): PersonVerdict['effect'] {
  if (typeof checkRead(statement, { dialect }) === 'string') return 'reads';
  switch (statement.kind) {
    case 'use':
    case 'transaction':
      return 'session';
    case 'setTransaction':
      return statement.scope === 'GLOBAL' ? 'changes' : 'session';
    case 'set':
      return setsSession(statement) ? 'session' : 'changes';
    default:
      return 'changes';
  }
}

function setsSession({ assignments }: SetVariables): boolean {
  return assignments.every(({ scope, target }) => {
    const found = scope ?? (target.kind === 'systemVariable' ? target.scope : undefined);
    return found === undefined || found === 'SESSION' || found === 'LOCAL';
  });
}

function cautionsOf(statement: Statement): Caution[] {
  switch (statement.kind) {
    case 'update':
    case 'delete':
      return statement.where === undefined ? ['everyRow'] : [];
    case 'truncate':
      return ['everyRow', 'drops'];
    case 'drop':
      return statement.object === 'TABLE' || statement.object === 'DATABASE' ? ['drops'] : [];
    case 'createTable':
    case 'database':
      return statement.orReplace ? ['drops'] : [];
    case 'alterTable':
      return losesRows(statement) ? ['drops'] : [];
    default:
      return [];
  }
}

function losesRows({ actions }: AlterTable): boolean {
  return actions.some((action) => ALTERATION_NEEDS[action.action].includes('delete') || changesToLossyEngine(action));
}

function changesToLossyEngine({ option }: AlterAction): boolean {
  if (option?.name !== 'ENGINE') return false;
  const engine = option.value?.kind === 'name' ? option.value.name : option.value?.kind === 'string' ? option.value.value : '';
  return engineNeeds(engine, false).includes('delete');
}
