import type { BinaryLiteral, Literal, StringLiteral } from '../ast/expressions.ts';
import type { Parser } from './parser.ts';

/** Character sets that an introducer may name; any other word with an underscore in front is a name. */
const CHARSETS = new Set(
  `armscii8 ascii big5 binary cp1250 cp1251 cp1256 cp1257 cp850 cp852 cp866 cp932 dec8 eucjpms euckr filename gb18030 gb2312 gbk geostd8 greek
  hebrew hp8 keybcs2 koi8r koi8u latin1 latin2 latin5 latin7 macce macroman sjis swe7 tis620 ucs2 ujis utf16 utf16le utf32 utf8 utf8mb3
  utf8mb4`
    .toUpperCase()
    .split(/\s+/),
);
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
