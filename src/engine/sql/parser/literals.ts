import type { BinaryLiteral, Literal, StringLiteral } from '../ast/expressions.ts';
import { CHARSETS } from '../reserved/charsets.ts';
import type { Parser } from './parser.ts';

const INTRODUCED = new Set(['string', 'hexNumber', 'hexString', 'bitNumber', 'bitString']);

/** True for `_utf8mb4` before a literal. */
export function isIntroducer(p: Parser): boolean {
  const { keyword } = p.token;
  return keyword.startsWith('_') && CHARSETS.has(keyword.slice(1)) && INTRODUCED.has(p.peek().kind);
}

export function parseLiteral(p: Parser): Literal {
  const { start } = p.token;
  const introducer = isIntroducer(p) ? p.next().keyword.slice(1).toLowerCase() : undefined;
  const { kind, text } = p.token;
  switch (kind) {
    case 'string':
    case 'nationalString':
      return { ...parseStringLiteral(p), introducer, start };
    case 'number':
      p.next();
      return { kind: 'number', text, ...p.span(start) };
    case 'hexNumber':
    case 'hexString':
      p.next();
      return { kind: 'hex', digits: text, quoted: kind === 'hexString', introducer, ...p.span(start) };
    case 'bitNumber':
    case 'bitString':
      p.next();
      return { kind: 'bit', digits: text, quoted: kind === 'bitString', introducer, ...p.span(start) };
    default:
      throw p.unexpected('a value');
  }
}

/** Adjacent strings are one. */
export function parseStringLiteral(p: Parser): StringLiteral {
  const { start, kind, text } = p.token;
  if (kind !== 'string' && kind !== 'nationalString') throw p.unexpected('a string');
  p.next();
  const more: string[] = [];
  while (p.isKind('string')) more.push(p.next().text);
  const first = more.length === 0 ? undefined : text;
  return {
    kind: 'string',
    value: more.length === 0 ? text : text + more.join(''),
    national: kind === 'nationalString' || undefined,
    first,
    ...p.span(start),
  };
}

/** A string, or the bytes of one as a hexadecimal or bit literal. */
export function parseTextLiteral(p: Parser): StringLiteral | BinaryLiteral {
  const literal = p.isKind('string') ? parseSingleString(p) : parseLiteral(p);
  if (literal.kind !== 'string' && literal.kind !== 'hex' && literal.kind !== 'bit') throw p.unexpected('a string');
  return literal;
}

/** One string where the grammar takes no adjacent ones. */
export function parseSingleString(p: Parser): StringLiteral {
  if (!p.isKind('string')) throw p.unexpected('a string');
  const { start, text } = p.next();
  return { kind: 'string', value: text, ...p.span(start) };
}
