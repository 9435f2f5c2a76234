import { number, tableOf, text, type HealthRow } from './healthCheck.ts';

/** A row for each index: those with an expression are left out, since two of them can't be compared. */
export const INDEXES = `SELECT table_schema AS table_database, table_name AS table_name, index_name AS index_name, non_unique AS non_unique,
  MIN({indexVisible}) AS visible,
  GROUP_CONCAT(CONCAT(column_name, IFNULL(CONCAT('(', sub_part, ')'), ''), IF(collation = 'D', ' DESC', '')) ORDER BY seq_in_index SEPARATOR ',') AS parts
  FROM information_schema.statistics WHERE {databases} AND index_type = 'BTREE'
  GROUP BY table_schema, table_name, index_name, non_unique HAVING COUNT(column_name) = COUNT(*)`;

/** Indexes that another one of their table makes superfluous, each with what makes it differ. An invisible index replaces none: the optimizer does not use it. */
export function findRedundantIndexes(rows: readonly HealthRow[]): string[] {
  const found: string[] = [];
  for (const [table, indexes] of Map.groupBy(rows, tableOf)) {
    for (const [i, one] of indexes.entries()) {
      const other = indexes.find((index, j) => i !== j && replaces(index, one, j < i));
      if (other === undefined) continue;
      const reversed = startsWith(other, text(one, 'parts')) ? '' : ', in reverse order';
      found.push(`${table}.${indexText(one)} by ${indexText(other)}${reversed}`);
    }
  }
  return found;
}

function replaces(index: HealthRow, one: HealthRow, isEarlier: boolean): boolean {
  const parts = text(one, 'parts');
  const isSame = text(index, 'parts') === parts || text(index, 'parts') === reversed(parts);
  if (!isVisible(index) && isVisible(one)) return false;
  if (isUnique(one))
    return isUnique(index) && isSame && (isEarlier ? text(one, 'index_name') !== 'PRIMARY' : text(index, 'index_name') === 'PRIMARY');
  if (!startsWith(index, parts) && !startsWith(index, reversed(parts))) return false;
  return !isSame || isUnique(index) || isEarlier || (isVisible(index) && !isVisible(one));
}

function startsWith(index: HealthRow, parts: string): boolean {
  return `${text(index, 'parts')},`.startsWith(`${parts},`);
}

/** The parts as they are when the index is read backwards. */
function reversed(parts: string): string {
  return parts
    .split(',')
    .map((part) => (part.endsWith(' DESC') ? part.slice(0, -' DESC'.length) : `${part} DESC`))
    .join(',');
}

function indexText(index: HealthRow): string {
  const kind = isUnique(index) && text(index, 'index_name') !== 'PRIMARY' ? ' UNIQUE' : '';
  return `${text(index, 'index_name')}(${text(index, 'parts')})${kind}${isVisible(index) ? '' : ' INVISIBLE'}`;
}

function isUnique(index: HealthRow): boolean {
  return number(index, 'non_unique') === 0;
}

function isVisible(index: HealthRow): boolean {
  return text(index, 'visible') !== 'NO';
}
