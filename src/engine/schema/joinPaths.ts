import { joined, sql, type OwnSql } from '../sql/ownSql.ts';
import { writeIdentifier } from '../sql/writtenNames.ts';
import { wordsOf } from './words.ts';

/** A reference from one table to another; both in the same database unless `to` names one. */
export interface Relation {
  readonly from: string;
  readonly columns: readonly string[];
  readonly to: string;
  readonly toColumns: readonly string[];
  /** The constraint's name, or why it is supposed to be one. */
  readonly evidence: string;
  readonly declared: boolean;
  /** What a delete of the referenced row does here, where the server does not simply refuse it. */
  readonly onDelete?: string | undefined;
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

/**
 * The shortest ways between two tables, those over declared relations first. Of the ways to each table on the way only so many are kept as are shown: all of them are more than any
 * memory holds where several relations lead from each table to the next.
 */
export function findPaths(relations: readonly Relation[], from: string, to: string): JoinPath[] {
  const steps = stepsOf(relations);
  let level = new Map<string, readonly JoinPath[]>([[from, [[]]]]);
  const seen = new Set([from]);
  for (let hops = 0; hops < MAX_HOPS && level.size > 0; hops++) {
    const next = new Map<string, JoinPath[]>();
    for (const [table, paths] of level)
      for (const { relation, forwards, next: target } of steps.get(table) ?? []) {
        if (seen.has(target)) continue;
        const longer = paths.map((path) => [...path, { relation, forwards }]);
        next.set(target, shortest([...(next.get(target) ?? []), ...longer]));
      }
    const found = next.get(to);
    if (found !== undefined) return found;
    for (const table of next.keys()) seen.add(table);
    level = next;
  }
  return [];
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
  const joins = path.map(({ relation, forwards }) => {
    const pairs = relation.columns.map(
      (column, i) =>
        sql`${writeIdentifier(relation.from)}.${writeIdentifier(column)} = ${writeIdentifier(relation.to)}.${writeIdentifier(relation.toColumns[i] ?? '')}`,
    );
    return sql`JOIN ${writeIdentifier(forwards ? relation.to : relation.from)} ON ${joined(pairs, ' AND ')}`;
  });
  return joined([sql`FROM ${writeIdentifier(from)}`, ...joins], ' ');
}
