import assert from 'node:assert/strict';
import type { BaseColumn, ColumnAction } from '../../../../src/engine/lineage/baseColumn.ts';
import { judgeColumns } from '../../../../src/engine/lineage/judgeColumns.ts';
import type { KnownColumn, KnownTable, LineageCatalog } from '../../../../src/engine/lineage/lineageCatalog.ts';
import { NEWEST_DIALECTS, NEWEST_MYSQL, type Dialect } from '../../../../src/engine/sql/lexer/dialect.ts';
import { parseQuery, parseStatements } from '../../../../src/engine/sql/parser/parse.ts';
import { print } from '../../../../src/engine/sql/printer/print.ts';

export const MARIADB = NEWEST_DIALECTS[1] ?? assert.fail();

/** `h…` hidden, `m…` masked, `p…` pseudonymized, all others plain. */
const ACTIONS: Readonly<Record<string, ColumnAction>> = { h: 'hide', m: 'mask', p: 'pseudonym' };

const TABLES: Readonly<Record<string, readonly (string | KnownColumn)[]>> = {
  a: ['id', 'x', 'm1', 'p1', 'h1'],
  b: ['id', 'y', 'm2', 'p2'],
  plain: ['id', 'x', 'z', 'note'],
  big: ['id', 'm1', 'x'],
  Upper: ['id', 'm1'],
  pseudo: ['id', 'p1'],
  derived: [
    'id',
    'm1',
    { name: 'from_m', generatedFrom: 'lower(`m1`)' },
    { name: 'from_from', generatedFrom: 'concat(`from_m`,1)' },
    { name: 'from_id', generatedFrom: '(`id` + 1)' },
    { name: 'p_own', generatedFrom: 'lower(`m1`)' },
  ],
  unseen: ['id', { name: 'm1', invisible: true }, { name: 'i', invisible: true }],
  accents: ['id', 'été', 'm1'],
  hidden: ['h1', 'h2'],
};

const VIEWS: Readonly<Record<string, string>> = {
  v_passes: 'select shop.a.id AS id, shop.a.m1 AS email, shop.a.h1 AS secret, shop.a.p1 AS token from shop.a',
  v_deep: 'select shop.v_passes.email AS e, shop.v_passes.secret AS s, 1 AS one from shop.v_passes',
  v_computes: 'select upper(shop.a.m1) AS u, shop.a.id AS id from shop.a',
  v_filters: "select shop.a.id AS id from shop.a where (shop.a.h1 = 'x')",
  v_plain: 'select shop.plain.id AS id, shop.plain.z AS z from shop.plain',
  v_counts: 'select count(shop.a.m1) AS n from shop.a',
};

const COLUMNS_OF_VIEWS: Readonly<Record<string, readonly string[]>> = {
  v_passes: ['id', 'email', 'secret', 'token'],
  v_deep: ['e', 's', 'one'],
  v_computes: ['u', 'id'],
  v_filters: ['id'],
  v_plain: ['id', 'z'],
  v_counts: ['n'],
};

function tableOf(name: string): KnownTable | undefined {
  const columns = TABLES[name];
  if (columns !== undefined) {
    const known = columns.map((column) => (typeof column === 'string' ? { name: column } : column));
    return { database: 'shop', name, columns: known };
  }
  const view = VIEWS[name];
  if (view === undefined) return undefined;
  return {
    database: 'shop',
    name,
    columns: (COLUMNS_OF_VIEWS[name] ?? []).map((column) => ({ name: column })),
    view: parseQuery(view, NEWEST_MYSQL),
  };
}

export interface SampleOptions {
  readonly judge?: typeof judgeColumns;
  readonly dialect?: Dialect;
  readonly lowerCaseTableNames?: 0 | 1 | 2;
}

export function sampleCatalog({ dialect = NEWEST_MYSQL, lowerCaseTableNames = 0 }: SampleOptions = {}): LineageCatalog {
  const known = new Map<string, KnownTable | undefined>();
  return {
    dialect,
    currentDatabase: 'shop',
    lowerCaseTableNames,
    table: (database, name) => {
      if (database !== 'shop') return undefined;
      const key = lowerCaseTableNames === 0 ? name : name.toLowerCase();
      if (!known.has(key)) known.set(key, tableOf(key));
      return known.get(key);
    },
    function: ({ name }) => {
      if (name.name === 'reads_a') return { tables: [{ database: 'shop', name: 'a' }] };
      if (name.name === 'reads_plain') return { tables: [{ database: 'shop', name: 'plain' }] };
      return name.name === 'unknown' ? undefined : 'native';
    },
  };
}

export function sampleAction({ column, table }: BaseColumn): ColumnAction | undefined {
  return table.startsWith('v_') ? undefined : /^[hmp](?:\d|_own)/.test(column) ? ACTIONS[column.charAt(0)] : undefined;
}

/** `plain`, the reason of the refusal, or the actions of the outputs: `id: plain, m1: mask`. */
export function judged(sql: string, options: SampleOptions = {}): string {
  const dialect = options.dialect ?? NEWEST_MYSQL;
  const [statement = assert.fail(sql)] = parseStatements(sql, dialect);
  const judgement = (options.judge ?? judgeColumns)(statement, sampleCatalog(options), sampleAction);
  if (judgement.kind === 'plain') return 'plain';
  if (judgement.kind === 'refused') return `refused: ${judgement.refusal.what}`;
  return judgement.outputs.map(({ action }) => action ?? '-').join(' ');
}

/** The text that is sent. */
export function sent(sql: string, options: SampleOptions = {}): string {
  const dialect = options.dialect ?? NEWEST_MYSQL;
  const [statement = assert.fail(sql)] = parseStatements(sql, dialect);
  const judgement = (options.judge ?? judgeColumns)(statement, sampleCatalog(options), sampleAction);
  if (judgement.kind !== 'outputs') return judged(sql, options);
  return print(judgement.statement, dialect).replaceAll('`', '');
}

/** The base columns behind each output: `a.m1 | a.id+b.id`. */
export function sources(sql: string, options: SampleOptions = {}): string {
  const [statement = assert.fail(sql)] = parseStatements(sql, options.dialect ?? NEWEST_MYSQL);
  const judgement = (options.judge ?? judgeColumns)(statement, sampleCatalog(options), sampleAction);
  if (judgement.kind !== 'outputs') return judged(sql, options);
  return judgement.outputs
    .map((output) =>
      [...output.sources()]
        .map(({ table, column }) => `${table}.${column}`)
        .sort()
        .join('+'),
    )
    .join(' | ');
}
