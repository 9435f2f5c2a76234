import { expression, generic, special, type Special } from './specialCall.ts';
import type { Parser } from './parser.ts';
import { parseNumber, parseType } from './types.ts';

export const weightString: Special = {
  when: 'parenthesis',
  parse: (p, name, start) => {
    p.expectOperator('(');
    const args = [expression(p)];
    const type = p.take('AS') ? parseType(p) : undefined;
    const word = p.take('LEVEL') ? parseLevels(p) : undefined;
    while (type === undefined && word === undefined && p.takeOperator(',')) args.push(expression(p));
    p.expectOperator(')');
    if (type === undefined && word === undefined) return generic(p, name, start, args);
    return special(p, name, start, 'weight', args, { type, word });
  },
};

/** `1, 2 DESC REVERSE` or `1-3`. */
function parseLevels(p: Parser): string {
  const first = parseNumber(p);
  if (p.takeOperator('-')) return `${first}-${parseNumber(p)}`;
  const levels = [`${first}${parseFlags(p)}`];
  while (p.takeOperator(',')) levels.push(`${parseNumber(p)}${parseFlags(p)}`);
  return levels.join(', ');
}

function parseFlags(p: Parser): string {
  const direction = p.takeAny('ASC', 'DESC');
  return `${direction === undefined ? '' : ` ${direction}`}${p.take('REVERSE') ? ' REVERSE' : ''}`;
}

export const match: Special = {
  when: 'always',
  parse: (p, name, start) => {
    const args = p.isOperator('(') ? p.parenthesized(() => expression(p)) : p.list(() => p.grammar.bitExpression(p));
    p.expect('AGAINST');
    p.expectOperator('(');
    args.push(p.nested(() => p.grammar.bitExpression(p)));
    const words: string[] = [];
    if (p.take('IN', 'NATURAL', 'LANGUAGE', 'MODE')) words.push('IN NATURAL LANGUAGE MODE');
    else if (p.take('IN', 'BOOLEAN', 'MODE')) words.push('IN BOOLEAN MODE');
    if (p.take('WITH', 'QUERY', 'EXPANSION')) words.push('WITH QUERY EXPANSION');
    p.expectOperator(')');
    return special(p, name, start, 'match', args, { word: words.length === 0 ? undefined : words.join(' ') });
  },
};
