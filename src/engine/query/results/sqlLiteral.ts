import type { Cell, Column } from '../../driver/values.ts';
import { checkedText, sql, type OwnSql } from '../../sql/ownSql.ts';
import { isNumeric } from './formats.ts';

const CONTROL_Z = String.fromCharCode(26);
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["'", "''"],
  ['\\', '\\\\'],
  ['\0', '\\0'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  [CONTROL_Z, '\\Z'],
]);
const ESCAPED = new RegExp(`['\\\\\\0\\n\\r${CONTROL_Z}]`, 'g');
/** In the protocol's numbers; its cells are unsigned numbers. */
const BIT = 16;
/** FLOAT and DOUBLE: without an exponent the literal is a DECIMAL, which has no negative zero. */
const FLOATS = new Set([4, 5]);
const NEGATIVE_ZERO = /^-0(?:\.0+)?$/;
/** A text that is no shape is a string like any other: the server then says what is wrong with it. */
const GEOMETRY = /^(?:SRID=(\d+);)?([A-Z]+ ?\([A-Z0-9eE+\-.,() ]*\)|[A-Z]+ EMPTY)$/;

/**
 * A cell as a literal that any MySQL or MariaDB reads as the same value, in a session that is set up as ours are. Whatever the column's type, a cell is a literal and
 * nothing else: it may have been typed by a person or come from a file.
 */
export function sqlLiteral(cell: Cell, column: Column | undefined): OwnSql {
  if (cell === null) return sql`NULL`;
  if (column !== undefined && FLOATS.has(column.type) && NEGATIVE_ZERO.test(cell)) return checkedText(`${cell}e0`);
  if (column !== undefined && (column.type === BIT ? /^\d+$/.test(cell) : isNumeric(column, cell))) return checkedText(cell);
  if (column?.geometry !== undefined) {
    const [, srid = '0', shape] = GEOMETRY.exec(cell) ?? [];
    if (shape !== undefined) return sql`ST_GeomFromText(${quoted(shape)}, ${checkedText(srid)})`;
  }
  if (column?.binary === true && /^0x(?:[0-9A-Fa-f]{2})*$/.test(cell)) return cell === '0x' ? sql`''` : checkedText(cell);
  return quoted(cell);
}

function quoted(text: string): OwnSql {
  return checkedText(`'${text.replaceAll(ESCAPED, (character) => ESCAPES.get(character) ?? character)}'`);
}
