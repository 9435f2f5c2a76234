import type { AlterRoutine, Characteristic, CreateRoutine, CreateTrigger, EventDefinition, RoutineParameter } from '../ast/definitions.ts';
import type { Statement } from '../ast/statements.ts';
import { parseUnit } from './intervals.ts';
import { parseSingleString } from './literals.ts';
import type { Parser } from './parser.ts';
import { parseParameterType } from './types.ts';
import { parseUnsupported } from './utilities.ts';
import type { Head } from './views.ts';

export function parseTrigger(p: Parser, { orReplace, definer }: Head, start: number): CreateTrigger {
  p.expect('TRIGGER');
  const ifNotExists = p.take('IF', 'NOT', 'EXISTS');
  const trigger = p.objectName('the name of a trigger');
  const time = p.takeAny('BEFORE', 'AFTER');
  if (time === undefined) throw p.unexpected('BEFORE or AFTER');
  const events: CreateTrigger['events'][number][] = [];
  do {
    const event = p.takeAny('INSERT', 'UPDATE', 'DELETE');
    if (event === undefined) throw p.unexpected('INSERT, UPDATE or DELETE');
    events.push(event);
  } while (p.isMariadb && p.take('OR'));
  p.expect('ON');
  const table = p.objectName('the name of a table');
  p.expect('FOR', 'EACH', 'ROW');
  const place = p.takeAny('FOLLOWS', 'PRECEDES');
  const order = place === undefined ? undefined : { place, trigger: p.name('the name of a trigger') };
  const body = p.body();
  return { kind: 'trigger', orReplace, ifNotExists, definer, trigger, time, events, table, order, body, ...p.span(start) };
}

export function parseRoutine(p: Parser, { orReplace, definer }: Head, start: number): CreateRoutine {
  const aggregate = p.take('AGGREGATE');
  const type = p.takeAny('FUNCTION', 'PROCEDURE');
  if (type === undefined) throw p.unexpected('FUNCTION or PROCEDURE');
  const ifNotExists = p.take('IF', 'NOT', 'EXISTS');
  const routine = p.objectName('the name of a routine');
  p.expectOperator('(');
  const parameters = p.isOperator(')') ? [] : p.list(() => parseParameter(p));
  p.expectOperator(')');
  let returns;
  if (type === 'FUNCTION') {
    p.expect('RETURNS');
    returns = parseParameterType(p);
  }
  const characteristics = parseCharacteristics(p);
  const body = p.body();
  return {
    kind: 'routine',
    type,
    aggregate,
    orReplace,
    ifNotExists,
    definer,
    routine,
    parameters,
    returns,
    characteristics,
    body,
    ...p.span(start),
  };
}

function parseParameter(p: Parser): RoutineParameter {
  const { start } = p.token;
  const mode = p.takeAny('IN', 'OUT', 'INOUT');
  return { kind: 'routineParameter', mode, name: p.name('the name of a parameter'), type: parseParameterType(p), ...p.span(start) };
}

const CHARACTERISTICS = [
  ['DETERMINISTIC'],
  ['NOT', 'DETERMINISTIC'],
  ['CONTAINS', 'SQL'],
  ['NO', 'SQL'],
  ['READS', 'SQL', 'DATA'],
  ['MODIFIES', 'SQL', 'DATA'],
  ['LANGUAGE', 'SQL'],
  ['SQL', 'SECURITY', 'DEFINER'],
  ['SQL', 'SECURITY', 'INVOKER'],
] as const;

function parseCharacteristics(p: Parser): Characteristic[] {
  const found: Characteristic[] = [];
  for (;;) {
    const { start } = p.token;
    const words = CHARACTERISTICS.find((candidate) => p.takePhrase(candidate));
    if (words !== undefined) found.push({ kind: 'characteristic', name: words.join(' ') as Characteristic['name'], ...p.span(start) });
    else if (p.take('COMMENT')) found.push({ kind: 'characteristic', name: 'COMMENT', text: parseSingleString(p), ...p.span(start) });
    else return found;
  }
}

export function parseAlterRoutine(p: Parser, start: number): Statement {
  p.expect('ALTER');
  const type = p.takeAny('FUNCTION', 'PROCEDURE') ?? 'FUNCTION';
  const routine = p.objectName('the name of a routine');
  const characteristics = parseCharacteristics(p);
  const statement: AlterRoutine = { kind: 'alterRoutine', type, routine, characteristics, ...p.span(start) };
  return p.isKind('end') || p.isOperator(';') ? statement : parseUnsupported(p);
}

export function parseEvent(p: Parser, { verb, orReplace, definer }: Head, start: number): EventDefinition {
  p.expect('EVENT');
  const ifNotExists = p.take('IF', 'NOT', 'EXISTS');
  const event = p.objectName('the name of an event');
  const schedule = p.take('ON', 'SCHEDULE') ? parseSchedule(p) : {};
  let preserve: boolean | undefined;
  if (p.take('ON', 'COMPLETION', 'PRESERVE')) preserve = true;
  else if (p.take('ON', 'COMPLETION', 'NOT', 'PRESERVE')) preserve = false;
  const renameTo = p.take('RENAME', 'TO') ? p.objectName('the name of an event') : undefined;
  const state = parseState(p);
  const comment = p.take('COMMENT') ? parseSingleString(p) : undefined;
  const body = p.take('DO') ? p.body() : undefined;
  const base = { kind: 'event', verb, orReplace, ifNotExists, definer, event } as const;
  return { ...base, ...schedule, preserve, renameTo, state, comment, body, ...p.span(start) };
}

function parseSchedule(p: Parser): Pick<EventDefinition, 'at' | 'every' | 'starts' | 'ends'> {
  if (p.take('AT')) return { at: p.grammar.expression(p) };
  p.expect('EVERY');
  const value = p.grammar.expression(p);
  const every = { value, unit: parseUnit(p) };
  const starts = p.take('STARTS') ? p.grammar.expression(p) : undefined;
  const ends = p.take('ENDS') ? p.grammar.expression(p) : undefined;
  return { every, starts, ends };
}

function parseState(p: Parser): EventDefinition['state'] {
  if (p.take('ENABLE')) return 'ENABLE';
  if (!p.take('DISABLE')) return undefined;
  return p.take('ON', 'SLAVE') || p.take('ON', 'REPLICA') ? 'DISABLE ON SLAVE' : 'DISABLE';
}
