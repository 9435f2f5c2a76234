import type { Expression } from '../ast/expressions.ts';
import { isIntervalOperand, parseInterval, parseTimestampUnit, parseUnit } from './intervals.ts';
import { expression, generic, special, type Special } from './specialCall.ts';
import { match, weightString } from './textFunctions.ts';
import { parseCharset, parseType } from './types.ts';
import type { Parser } from './parser.ts';
import { parseResponses } from './responses.ts';

/** True if the word here begins a function with a grammar of its own. */
export function isSpecialName(p: Parser, keyword: string, blankBefore: boolean): boolean {
  const special = SPECIALS.get(keyword);
  if (special === undefined) return false;
  if (special.when === 'always') return true;
  if (typeof special.when === 'function') return special.when(p);
  if (!p.isOperator('(', 1)) return false;
  return special.when === 'parenthesis' || !blankBefore || p.dialect.ignoreSpace;
}

export function parseSpecial(p: Parser): Expression {
  const { start, keyword } = p.next();
  const parsed = SPECIALS.get(keyword)?.parse(p, keyword, start);
  if (parsed === undefined) throw p.unexpected();
  return parsed;
}

/** `(a, b)` or `()`. */
function argumentList(p: Parser): Expression[] {
  p.expectOperator('(');
  const args = p.isOperator(')') ? [] : p.list(() => expression(p));
  p.expectOperator(')');
  return args;
}

const list: Special = {
  when: 'parenthesis',
  parse: (p, name, start) => special(p, name, start, 'list', argumentList(p)),
};

/** `CURRENT_DATE`, `CURRENT_TIME(3)`. */
const bare: Special = {
  when: 'always',
  parse: (p, name, start) => (p.isOperator('(') ? special(p, name, start, 'list', argumentList(p)) : special(p, name, start, 'bare', [])),
};

const cast: Special = {
  when: 'adjacent',
  parse: (p, name, start) => {
    p.expectOperator('(');
    const value = expression(p);
    if (p.take('AT', 'TIME', 'ZONE')) {
      const interval = p.take('INTERVAL');
      const zone = expression(p);
      p.expect('AS');
      const type = parseType(p);
      p.expectOperator(')');
      return special(p, name, start, 'timeZone', [value, zone], { type, word: interval ? 'INTERVAL' : undefined });
    }
    p.expect('AS');
    const type = parseType(p);
    p.expectOperator(')');
    return special(p, name, start, 'cast', [value], { type });
  },
};

const convert: Special = {
  when: 'parenthesis',
  parse: (p, name, start) => {
    p.expectOperator('(');
    const value = expression(p);
    if (p.take('USING')) {
      const charset = parseCharset(p);
      p.expectOperator(')');
      return special(p, name, start, 'using', [value], { charset });
    }
    p.expectOperator(',');
    const type = parseType(p);
    p.expectOperator(')');
    return special(p, name, start, 'convert', [value], { type });
  },
};

const char: Special = {
  when: 'parenthesis',
  parse: (p, name, start) => {
    p.expectOperator('(');
    const args = p.list(() => expression(p));
    const charset = p.take('USING') ? parseCharset(p) : undefined;
    p.expectOperator(')');
    return special(p, name, start, charset === undefined ? 'list' : 'using', args, { charset });
  },
};

const extract: Special = {
  when: 'adjacent',
  parse: (p, name, start) => {
    p.expectOperator('(');
    const word = parseUnit(p);
    p.expect('FROM');
    const value = expression(p);
    p.expectOperator(')');
    return special(p, name, start, 'extract', [value], { word });
  },
};

const trim: Special = {
  when: 'adjacent',
  parse: (p, name, start) => {
    p.expectOperator('(');
    const word = p.takeAny('LEADING', 'TRAILING', 'BOTH');
    const args: Expression[] = [];
    if (word === undefined || !p.is('FROM')) args.push(expression(p));
    const hasFrom = p.take('FROM');
    if (hasFrom) args.push(expression(p));
    p.expectOperator(')');
    if (word === undefined && !hasFrom) return generic(p, name, start, args);
    if (!hasFrom) throw p.unexpected('FROM');
    return special(p, name, start, 'trim', args, { word });
  },
};

const substring: Special = {
  when: 'adjacent',
  parse: (p, name, start) => {
    p.expectOperator('(');
    const args = [expression(p)];
    if (p.take('FROM')) {
      args.push(expression(p));
      if (p.take('FOR')) args.push(expression(p));
      p.expectOperator(')');
      return special(p, name, start, 'from', args);
    }
    while (p.takeOperator(',')) args.push(expression(p));
    p.expectOperator(')');
    return generic(p, name, start, args);
  },
};

const position: Special = {
  when: 'adjacent',
  parse: (p, name, start) => {
    p.expectOperator('(');
    const part = p.grammar.bitExpression(p);
    p.expect('IN');
    const whole = expression(p);
    p.expectOperator(')');
    return special(p, name, start, 'in', [part, whole]);
  },
};

const dateArithmetic: Special = {
  when: 'adjacent',
  parse: (p, name, start) => {
    p.expectOperator('(');
    const args = [expression(p)];
    p.expectOperator(',');
    if (isIntervalOperand(p)) {
      const { value, unit } = parseInterval(p);
      if (p.takeOperator(')')) return special(p, name, start, 'interval', [...args, value], { word: unit });
      throw p.unexpected('")"');
    }
    args.push(expression(p));
    while (p.takeOperator(',')) args.push(expression(p));
    p.expectOperator(')');
    return generic(p, name, start, args);
  },
};

const timestamps: Special = {
  when: 'parenthesis',
  parse: (p, name, start) => {
    p.expectOperator('(');
    const word = parseTimestampUnit(p);
    p.expectOperator(',');
    const args = p.list(() => expression(p));
    p.expectOperator(')');
    return special(p, name, start, 'word', args, { word });
  },
};

const getFormat: Special = {
  when: 'parenthesis',
  parse: (p, name, start) => {
    p.expectOperator('(');
    const word = p.takeAny('DATE', 'TIME', 'DATETIME', 'TIMESTAMP');
    if (word === undefined) throw p.unexpected('DATE, TIME or DATETIME');
    p.expectOperator(',');
    const value = expression(p);
    p.expectOperator(')');
    return special(p, name, start, 'word', [value], { word });
  },
};

const jsonValue: Special = {
  when: (p) => p.isOperator('(', 1) && p.since({ mysql: 80021 }),
  parse: (p, name, start) => {
    p.expectOperator('(');
    const value = expression(p);
    p.expectOperator(',');
    const path = expression(p);
    const type = p.take('RETURNING') ? parseType(p) : undefined;
    const { onEmpty, onError } = parseResponses(p);
    p.expectOperator(')');
    if (type === undefined && onEmpty === undefined && onError === undefined) return generic(p, name, start, [value, path]);
    return special(p, name, start, 'jsonValue', [value, path], { type, onEmpty, onError });
  },
};

/** MariaDB: `COLUMN_GET(a, 'b' AS type)`. */
const dynamicColumns: Special = {
  when: (p) => p.isMariadb && p.isOperator('(', 1),
  parse: (p, name, start) => {
    p.expectOperator('(');
    const args = p.list(() => {
      const value = expression(p);
      return p.take('AS') ? special(p, 'AS', value.start, 'typed', [value], { type: parseType(p) }) : value;
    });
    p.expectOperator(')');
    return special(p, name, start, 'list', args);
  },
};

/** MariaDB: `NEXT VALUE FOR s`. */
const sequenceValue: Special = {
  when: (p) => p.isMariadb && p.peek().keyword === 'VALUE' && p.peek(2).keyword === 'FOR',
  parse: (p, name, start) => {
    p.expect('VALUE', 'FOR');
    const sequence = p.objectName('the name of a sequence');
    return { kind: 'sequence', operation: name === 'NEXT' ? 'NEXTVAL' : 'LASTVAL', sequence, args: [], ...p.span(start) };
  },
};

const SPECIALS: ReadonlyMap<string, Special> = new Map<string, Special>([
  ['CAST', cast],
  ['CONVERT', convert],
  ['CHAR', char],
  ['EXTRACT', extract],
  ['TRIM', trim],
  ['SUBSTRING', substring],
  ['SUBSTR', substring],
  ['MID', substring],
  ['POSITION', position],
  ['DATE_ADD', dateArithmetic],
  ['DATE_SUB', dateArithmetic],
  ['ADDDATE', dateArithmetic],
  ['SUBDATE', dateArithmetic],
  ['TIMESTAMPADD', timestamps],
  ['TIMESTAMPDIFF', timestamps],
  ['GET_FORMAT', getFormat],
  ['WEIGHT_STRING', weightString],
  ['MATCH', match],
  ['JSON_VALUE', jsonValue],
  ['NEXT', sequenceValue],
  ['PREVIOUS', sequenceValue],
  ...['CURRENT_USER', 'CURRENT_DATE', 'CURRENT_TIME', 'CURRENT_TIMESTAMP', 'LOCALTIME', 'LOCALTIMESTAMP', 'UTC_DATE', 'UTC_TIME'].map(
    (name): [string, Special] => [name, bare],
  ),
  ['UTC_TIMESTAMP', bare],
  ['CURRENT_ROLE', { ...bare, when: (p) => p.isMariadb }],
  ...['IF', 'LEFT', 'RIGHT', 'INSERT', 'REPLACE', 'REPEAT', 'MOD', 'DATABASE', 'SCHEMA', 'GROUPING', 'INTERVAL', 'VALUES', 'DEFAULT'].map(
    (name): [string, Special] => [name, list],
  ),
  ...['COLUMN_CREATE', 'COLUMN_ADD', 'COLUMN_GET'].map((name): [string, Special] => [name, dynamicColumns]),
  ['VALUE', { ...list, when: (p) => p.isMariadb && p.isOperator('(', 1) }],
]);
