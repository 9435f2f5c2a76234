import type { Cell, Column } from '../driver/values.ts';
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
const GEOMETRY = /^(?:SRID=(\d+);)?([A-Z]+\s?\(.*|[A-Z]+ EMPTY)$/s;

/** A cell as a literal that any MySQL or MariaDB reads as the same value, in a session that is set up as ours are. */
export function sqlLiteral(cell: Cell, column: Column | undefined): string {
  if (cell === null) return 'NULL';
  if (column !== undefined && (column.type === BIT || isNumeric(column, cell))) return cell;
  if (column?.geometry !== undefined) {
    const [, srid = '0', shape] = GEOMETRY.exec(cell) ?? [];
    if (shape !== undefined) return `ST_GeomFromText('${shape}', ${srid})`;
  }
  if (column?.binary === true && cell.startsWith('0x')) return cell === '0x' ? "''" : cell;
  return `'${cell.replaceAll(ESCAPED, (character) => ESCAPES.get(character) ?? character)}'`;
}
