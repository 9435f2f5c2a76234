import type { Hint, HintToken } from '../ast/queries.ts';
import type { Parser } from './parser.ts';
import { readString } from '../lexer/rules.ts';
import { upperCase } from '../lexer/rules.ts';

const BLANKS = /\s*/y;
const WORD = /[A-Za-z0-9_$\u0080-\uffff]+/y;
const NUMBER = /\d+(?:\.\d*)?[KMGkmg]?(?![A-Za-z0-9_$\u0080-\uffff])/y;

/** The hints of the comment behind a verb, if there is one, up to the first that cannot be read: from there on the server drops them, too. */
export function parseHints(p: Parser): Hint[] {
  if (!p.isKind('hints')) return [];
  const { start, text } = p.next();
  const tokens = tokenizeHints(text, start + 3, p);
  const hints: Hint[] = [];
  let current: { head: HintToken; args: HintToken[]; depth: number } | undefined;
  for (const [i, token] of tokens.entries()) {
    if (current === undefined) {
      if (token.type === ',') continue;
      if (token.type !== 'name') return hints;
      if (tokens[i + 1]?.type === '(') current = { head: token, args: [], depth: 0 };
      else hints.push({ kind: 'hint', name: upperCase(token.text), args: [], parenthesized: false, start: token.start, end: token.end });
      continue;
    }
    const { head, args } = current;
    if (token.type === ')' && --current.depth === 0) {
      hints.push({ kind: 'hint', name: upperCase(head.text), args, parenthesized: true, start: head.start, end: token.end });
      current = undefined;
    } else {
      if (token.type !== '(' || current.depth++ > 0) args.push(token);
    }
  }
  return hints;
}

function tokenizeHints(text: string, offset: number, p: Parser): HintToken[] {
  const tokens: HintToken[] = [];
  const take = (pattern: RegExp, at: number): string => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0] ?? '';
  };
  let at = take(BLANKS, 0).length;
  while (at < text.length) {
    const ch = text.charAt(at);
    let type: HintToken['type'];
    let value: string;
    let end: number;
    const isBlock = ch === '@';
    const from = isBlock ? at + 1 : at;
    const first = text.charAt(from);
    if (first === '`' || first === '"' || first === "'") {
      ({ value, end } = readString(text, from, p.dialect));
      type = isBlock ? 'block' : first === '`' || (first === '"' && p.dialect.ansiQuotes) ? 'name' : 'string';
    } else if (!isBlock && take(NUMBER, at) !== '') {
      value = take(NUMBER, at);
      end = at + value.length;
      type = 'number';
    } else if (take(WORD, from) !== '') {
      value = take(WORD, from);
      end = from + value.length;
      type = isBlock ? 'block' : 'name';
    } else if (!isBlock && (ch === ',' || ch === '.' || ch === '=' || ch === '(' || ch === ')')) {
      value = ch;
      end = at + 1;
      type = ch;
    } else {
      return tokens;
    }
    tokens.push({ kind: 'hintToken', type, text: value, start: offset + at, end: offset + end });
    at = end + take(BLANKS, end).length;
  }
  return tokens;
}
