import type { SequenceDefinition } from '../ast/definitions.ts';
import type { TableOption } from '../ast/tableElements.ts';
import { parseTableOption } from './options.ts';
import type { Parser } from './parser.ts';

const VALUES = [
  ['START', 'WITH'],
  ['START'],
  ['RESTART', 'WITH'],
  ['RESTART'],
  ['INCREMENT', 'BY'],
  ['INCREMENT'],
  ['MINVALUE'],
  ['MAXVALUE'],
  ['CACHE'],
] as const;
const WORDS = [
  ['NO', 'MINVALUE'],
  ['NO', 'MAXVALUE'],
  ['NO', 'CACHE'],
  ['NO', 'CYCLE'],
  ['NOMINVALUE'],
  ['NOMAXVALUE'],
  ['NOCACHE'],
  ['NOCYCLE'],
  ['CYCLE'],
] as const;

export function parseSequence(p: Parser, start: number): SequenceDefinition {
  const verb = p.takeAny('CREATE', 'ALTER') ?? 'CREATE';
  const orReplace = p.take('OR', 'REPLACE');
  const temporary = p.take('TEMPORARY');
  p.expect('SEQUENCE');
  const ifNotExists = p.take('IF', 'NOT', 'EXISTS') || p.take('IF', 'EXISTS');
  const sequence = p.objectName('the name of a sequence');
  const options: TableOption[] = [];
  for (let found = parseOption(p); found !== undefined; found = parseOption(p)) options.push(found);
  return { kind: 'sequenceDefinition', verb, orReplace, temporary, ifNotExists, sequence, options, ...p.span(start) };
}

function parseOption(p: Parser): TableOption | undefined {
  const { start } = p.token;
  const word = WORDS.find((words) => p.takePhrase(words));
  if (word !== undefined) return { kind: 'option', name: word.join(' '), ...p.span(start) };
  const name = VALUES.find((words) => p.takePhrase(words));
  if (name === undefined) return parseTableOption(p);
  p.takeOperator('=');
  const isBare = name[0] === 'RESTART' && (p.isKind('end') || p.isOperator(';'));
  const value = isBare ? undefined : p.grammar.bitExpression(p);
  return { kind: 'option', name: name[0], value, ...p.span(start) };
}
