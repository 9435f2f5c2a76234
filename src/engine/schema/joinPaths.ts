import { joined, sql, type OwnSql } from '../sql/ownSql.ts';
import { writeIdentifier } from '../sql/writtenNames.ts';
import { wordsOf } from './words.ts';

/** A reference from one table to another. A table of another database than the one that is looked at stands as `database.table`, and that database beside it. */
export interface Relation {
  readonly from: string;
  readonly fromDatabase?: string | undefined;
  readonly columns: readonly string[];
  readonly to: string;
  readonly toDatabase?: string | undefined;
  readonly toColumns: readonly string[];
  /** The constraint's name, or why it is supposed to be one. */
  readonly evidence: string;
  readonly declared: boolean;
  /** What a delete and a new key of the referenced row do here; undefined where nobody declared it. */
  readonly onDelete?: string | undefined;
  readonly onUpdate?: string | undefined;
}

/** What is needed to infer relations. */
export interface KeyedTable {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly primaryKey: readonly string[];
}

/** Longer paths are no answer to "how do these belong together". */
const MAX_HOPS = 6;
/** Paths of equal length that are shown. */
const MAX_PATHS = 3;

/**
 * Relations that nobody declared: a column is called like another table and its single key (`customer_id` → `customers.id`),
 * or like that key itself where its name is more than "id", and has the same type.
 */
export function inferRelations(tables: readonly KeyedTable[], declared: readonly Relation[]): Relation[] {
  const known = new Set(declared.flatMap(({ from, columns }) => columns.map((column) => JSON.stringify([from, column]))));
  const targets = new Map<string, { table: string; key: string; type: string }[]>();
  for (const { name, columns, primaryKey } of tables) {
    const [key, ...more] = primaryKey;
    if (key === undefined || more.length > 0) continue;
    const type = baseType(columns.find((column) => column.name === key)?.type ?? '');
    const target = { table: name, key, type };
    const keyWords = wordsOf(key).join(' ');
    for (const words of new Set([`${wordsOf(name).join(' ')} ${keyWords}`, ...(keyWords === 'id' ? [] : [keyWords])])) {
      targets.set(words, [...(targets.get(words) ?? []), target]);
    }
  }
  return tables.flatMap(({ name, columns, primaryKey }) =>
    columns.flatMap((column): Relation[] => {
      if (known.has(JSON.stringify([name, column.name])) || (primaryKey.length === 1 && primaryKey[0] === column.name)) return [];
      const fitting = (targets.get(wordsOf(column.name).join(' ')) ?? []).filter(
        ({ table, type }) => table !== name && type === baseType(column.type),
      );
      const [target, ...others] = fitting;
      if (target === undefined || others.length > 0) return []; // two candidates are no evidence for either
      const evidence = `name and type (${column.type})`;
      return [{ from: name, columns: [column.name], to: target.table, toColumns: [target.key], evidence, declared: false }];
    }),
  );
}

/** `int(11) unsigned` and `int unsigned` are one type; the length of a text does not matter. */
function baseType(type: string): string {
  return type
    .toLowerCase()
    .replaceAll(/\(\d+(?:,\d+)?\)/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** One way from a table to another: the relations in their order, each followed forwards or backwards. */
export type JoinPath = readonly { readonly relation: Relation; readonly forwards: boolean }[];

interface Step {
  readonly relation: Relation;
  readonly forwards: boolean;
  readonly next: string;
}

/** The shortest ways between two tables, those over declared relations first. */
export function findPaths(relations: readonly Relation[], from: string, to: string): JoinPath[] {
  return searchPaths(relations, { from, to, slack: 0 }).shortest;
}

export interface NearPaths {
  readonly shortest: readonly JoinPath[];
  /** One join longer, and no more of a guess; undefined where there is none, or a single join leads there. */
  readonly next: JoinPath | undefined;
}

/** The shortest ways, and the best of those that are nearly as short: which of them is meant is a matter of the question. */
export function findNearPaths(relations: readonly Relation[], from: string, to: string): NearPaths {
  const { shortest, longer } = searchPaths(relations, { from, to, slack: 1 });
  const [best] = shortest;
  const [next] = longer;
  if (best === undefined || next === undefined || best.length < 2) return { shortest, next: undefined };
  return { shortest, next: inferredSteps(next) <= inferredSteps(best) ? next : undefined };
}

/**
 * Of the ways to each table on the way only so many are kept as are shown: all of them are more than any memory holds where several relations lead from each table to the next. A table
 * may be reached by so many joins more than at the least as `slack` says.
 */
function searchPaths(
  relations: readonly Relation[],
  { from, to, slack }: { readonly from: string; readonly to: string; readonly slack: 0 | 1 },
): { readonly shortest: JoinPath[]; readonly longer: JoinPath[] } {
  const steps = stepsOf(relations);
  let level = new Map<string, readonly JoinPath[]>([[from, [[]]]]);
  const reachedAt = new Map([[from, 0]]);
  const found: JoinPath[][] = [];
  for (let hops = 1; hops <= MAX_HOPS + slack && level.size > 0; hops++) {
    const next = new Map<string, JoinPath[]>();
    for (const [table, paths] of level)
      for (const { relation, forwards, next: target } of steps.get(table) ?? []) {
        const least = reachedAt.get(target) ?? hops;
        if (target === from || hops > least + slack) continue;
        const longer = paths.filter((path) => !isOn(path, target)).map((path) => [...path, { relation, forwards }]);
        if (longer.length > 0) next.set(target, shortest([...(next.get(target) ?? []), ...longer]));
      }
    for (const table of next.keys()) if (!reachedAt.has(table)) reachedAt.set(table, hops);
    const least = reachedAt.get(to);
    if (least !== undefined) found.push(next.get(to) ?? []);
    if (least !== undefined && hops === least + slack) break;
    next.delete(to);
    level = next;
  }
  return { shortest: found[0] ?? [], longer: found[1] ?? [] };
}

function isOn(path: JoinPath, table: string): boolean {
  return path.some(({ relation, forwards }) => (forwards ? relation.to : relation.from) === table);
}

/** The tables that joins lead to from one, nearest first, each with the one before it. */
export function reachableFrom(relations: readonly Relation[], from: string): ReadonlyMap<string, string> {
  const steps = stepsOf(relations);
  const before = new Map<string, string>();
  for (const table of reachableInOrder()) {
    for (const { next } of steps.get(table) ?? []) if (next !== from && !before.has(next)) before.set(next, table);
  }
  return before;

  function* reachableInOrder(): Generator<string> {
    yield from;
    yield* before.keys(); // grows while it is walked
  }
}

function stepsOf(relations: readonly Relation[]): ReadonlyMap<string, readonly Step[]> {
  const steps = new Map<string, Step[]>();
  const add = (table: string, step: Step): void => {
    const known = steps.get(table);
    if (known === undefined) steps.set(table, [step]);
    else known.push(step);
  };
  for (const relation of relations) {
    add(relation.from, { relation, forwards: true, next: relation.to });
    if (relation.from !== relation.to) add(relation.to, { relation, forwards: false, next: relation.from });
  }
  return steps;
}

/** Of equal length; the order of equal ones stays. */
function shortest(paths: readonly JoinPath[]): JoinPath[] {
  return paths.toSorted((a, b) => inferredSteps(a) - inferredSteps(b)).slice(0, MAX_PATHS);
}

function inferredSteps(path: JoinPath): number {
  return path.filter(({ relation }) => !relation.declared).length;
}

/** `FROM a JOIN b ON …`, ready to be used. */
export function joinText(path: JoinPath, from: string): OwnSql {
  const [start] = path;
  const joins = path.map(({ relation, forwards }) => {
    const [left, right] = [writtenTable(relation, true), writtenTable(relation, false)];
    const pairs = relation.columns.map(
      (column, i) => sql`${left}.${writeIdentifier(column)} = ${right}.${writeIdentifier(relation.toColumns[i] ?? '')}`,
    );
    return sql`JOIN ${forwards ? right : left} ON ${joined(pairs, ' AND ')}`;
  });
  const first = start === undefined ? writeIdentifier(from) : writtenTable(start.relation, start.forwards);
  return joined([sql`FROM ${first}`, ...joins], ' ');
}

/** The table that refers, or the one that is referred to; with its database where that is another one. */
function writtenTable({ from, fromDatabase, to, toDatabase }: Relation, referring: boolean): OwnSql {
  const [name, database] = referring ? [from, fromDatabase] : [to, toDatabase];
  if (database === undefined) return writeIdentifier(name);
  return sql`${writeIdentifier(database)}.${writeIdentifier(name.slice(database.length + 1))}`;
}
