import type { Literal, Name, StringLiteral } from '../ast/expressions.ts';
import type { Dialect } from '../lexer/dialect.ts';
import { quoteName } from '../identifiers.ts';

export function printNames(names: readonly Name[]): string {
  return names.map(({ name }) => quoteName(name)).join(', ');
}

const ESCAPED: Readonly<Record<string, string>> = { '\0': '\\0', '\n': '\\n', '\r': '\\r', '\u001a': '\\Z', '\\': '\\\\', "'": "''" };

/** A text between single quotes that means the same value under the dialect's mode. */
export function quoteString(value: string, { noBackslashEscapes }: Dialect): string {
  if (noBackslashEscapes) return `'${value.replaceAll("'", "''")}'`;
  // eslint-disable-next-line no-control-regex -- the characters that have escapes
  return `'${value.replaceAll(/[\u0000\n\r\u001a\\']/g, (ch) => ESCAPED[ch] ?? ch)}'`;
}

export function printString({ value, introducer, national, first }: StringLiteral, dialect: Dialect): string {
  const prefix = national === true ? 'N' : introducer === undefined ? '' : `_${introducer}`;
  // The first of adjacent strings names the column on MySQL.
  if (first === undefined) return `${prefix}${quoteString(value, dialect)}`;
  return `${prefix}${quoteString(first, dialect)} ${quoteString(value.slice(first.length), dialect)}`;
}

export function printLiteral(node: Literal, dialect: Dialect): string {
  switch (node.kind) {
    case 'string':
      return printString(node, dialect);
    case 'number':
      return node.text;
    case 'hex':
    case 'bit': {
      const letter = node.kind === 'hex' ? 'x' : 'b';
      const prefix = node.introducer === undefined ? '' : `_${node.introducer} `;
      return `${prefix}${node.quoted ? `${letter}'${node.digits}'` : `0${letter}${node.digits}`}`;
    }
    case 'null':
      return 'NULL';
    case 'boolean':
      return node.value ? 'TRUE' : 'FALSE';
    case 'temporal':
      return `${node.type} ${quoteString(node.value, dialect)}`;
  }
}
