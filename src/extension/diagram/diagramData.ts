import type { KeyedTable, Relation } from '../../engine/schema/joinPaths.ts';
import type { Relationships } from '../../engine/schema/relationships.ts';
import type { Diagram } from '../../webview/diagram/messages.ts';

/** More are no picture. */
export const MAX_TABLES = 300;

export interface DiagramSource {
  readonly database: string;
  readonly relationships: Relationships;
  readonly chosen: ReadonlySet<string>;
}

/** A table with those that it refers to, and those that refer to it. */
export function around(table: string, { relations }: Relationships): Set<string> {
  return new Set([table, ...relations.flatMap(({ from, to }) => (from === table ? [to] : to === table ? [from] : []))]);
}

/** The tables to draw, and the relations between them; those of other databases that they refer to are boxes, too. */
export function partOf({ relationships, chosen }: DiagramSource): { tables: readonly KeyedTable[]; relations: readonly Relation[] } {
  const known = new Map(relationships.tables.map((table) => [table.name, table]));
  const tables = relationships.tables.filter(({ name }) => chosen.has(name));
  const relations = relationships.relations.filter(({ from, to }) => chosen.has(from) && (chosen.has(to) || !known.has(to)));
  const elsewhere = [...new Set(relations.map(({ to }) => to).filter((to) => !known.has(to)))];
  return { tables: [...tables, ...elsewhere.map((name) => ({ name, columns: [], primaryKey: [] }))], relations };
}

/** Ready to be drawn; `all` is how many tables there are. */
export function diagramOf(source: DiagramSource, all: number): Diagram {
  const { tables, relations } = partOf(source);
  const foreign = new Set(relations.flatMap(({ from, columns }) => columns.map((column) => JSON.stringify([from, column]))));
  return {
    title: source.database,
    tables: tables.map(({ name, columns, primaryKey }) => ({
      name,
      columns: columns.map((column) => ({
        ...{ name: column.name, type: column.type },
        primary: primaryKey.includes(column.name),
        foreign: foreign.has(JSON.stringify([name, column.name])),
      })),
    })),
    relations: relations.map(({ from, columns, to, toColumns, declared }) => ({ from, columns, to, toColumns, declared })),
    partial: source.chosen.size < all,
  };
}
