import { findNearPaths, findPaths, joinText, reachableFrom, type JoinPath, type Relation } from '../../engine/schema/joinPaths.ts';

/** Tables of one part that are named. */
const NAMED = 12;

/** `orders(customer_id) -> customers(id) ON DELETE CASCADE ON UPDATE RESTRICT`. */
export function relationLine({ from, columns, to, toColumns, evidence, declared, onDelete, onUpdate }: Relation): string {
  const why = declared ? ` ON DELETE ${onDelete ?? 'NO ACTION'} ON UPDATE ${onUpdate ?? 'NO ACTION'}` : ` (inferred: ${evidence})`;
  return `${from}(${columns.join(', ')}) ${declared ? '->' : '~>'} ${to}(${toColumns.join(', ')})${why}`;
}

/** The shortest joins, the next one where it is nearly as short, or why there is none. */
export function joinLines(relations: readonly Relation[], from: string, to: string): string {
  const { shortest, next } = findNearPaths(relations, from, to);
  if (shortest.length === 0) return noPath(relations, from, to);
  return [
    ...shortest.map((path) => pathText(path, from)),
    ...(next === undefined ? [] : [`Alternative with one more join: ${pathText(next, from)}`]),
  ].join('\n');
}

/** The relations of the shortest joins. */
export function pathRelations(relations: readonly Relation[], from: string, others: readonly string[]): Relation[] {
  const used = others.flatMap((to) => findPaths(relations, from, to)[0]?.map(({ relation }) => relation) ?? []);
  return [...new Set(used)];
}

function pathText(path: JoinPath, from: string): string {
  const inferred = path.filter(({ relation }) => !relation.declared).map(({ relation }) => relationLine(relation));
  return joinText(path, from) + (inferred.length === 0 ? '' : `\n  ${inferred.join('\n  ')}`);
}

function noPath(relations: readonly Relation[], from: string, to: string): string {
  const reached = reachableFrom(relations, from);
  if (!reached.has(to)) {
    const parts = [partText(from, [...reached.keys()]), partText(to, [...reachableFrom(relations, to).keys()])];
    return `${from}, ${to}: no join path by foreign keys or matching names. ${parts.join(' ')}`;
  }
  const chain = [to];
  for (let table = reached.get(to); table !== undefined; table = reached.get(table)) chain.unshift(table);
  return `${from}, ${to}: ${String(chain.length - 1)} joins apart, by ${chain.join(' – ')}. Ask for the joins of a part of them.`;
}

function partText(table: string, reached: readonly string[]): string {
  if (reached.length === 0) return `${table} has no references in either direction.`;
  const more = reached.length > NAMED ? `, … ${String(reached.length - NAMED)} more` : '';
  return `${table} is connected only with ${reached.slice(0, NAMED).join(', ')}${more}.`;
}
