import type { Connection } from 'mysql2/promise';
import type { Flavor } from '../../../harness/servers/testServer.ts';
import type { CorpusTables } from './corpusCase.ts';

/** What a server does with a statement, as found by trying. */
export interface Trial {
  readonly errno?: number;
  readonly message?: string;
  /** For what takes these clauses: the first that the server accepts, from the cheapest on. */
  readonly algorithm?: string;
  readonly lock?: string;
  readonly rebuilds?: boolean;
  readonly rows?: number;
}

const UNSUPPORTED = new Set([1845, 1846]);
const WAYS: readonly (readonly [algorithm: string, lock: string])[] = [
  ['INSTANT', 'DEFAULT'],
  ...(['INPLACE', 'COPY'] as const).flatMap((algorithm) => ['NONE', 'SHARED', 'EXCLUSIVE'].map((lock) => [algorithm, lock] as const)),
];
const MARIADB_WAYS = [
  WAYS[0] ?? [],
  ...['NONE', 'SHARED', 'EXCLUSIVE'].map((lock) => ['NOCOPY', lock] as const),
  ...WAYS.slice(1),
] as typeof WAYS;

export async function prepare(connection: Connection, script: string, tables: CorpusTables): Promise<void> {
  // A script may set variables and make temporary tables.
  await connection.reset();
  await connection.query('DROP DATABASE IF EXISTS tried');
  await connection.query('CREATE DATABASE tried DEFAULT CHARACTER SET utf8mb4');
  await connection.query('USE tried');
  const made = new Set<string>();
  const make = async (name: string): Promise<void> => {
    const table = tables[name];
    if (made.has(name) || table === undefined) return;
    made.add(name);
    for (const needed of table.needs ?? []) await make(needed);
    for (const statement of table.sql) await connection.query(statement);
  };
  for (const name of Object.keys(tables)) if (new RegExp(`\\b${name}\\b`).test(script)) await make(name);
  if (made.has('parent')) await make('child');
}

/** Runs it, in the cheapest way that this server accepts. */
export async function tryStatement(connection: Connection, statement: string, flavor: Flavor): Promise<Trial> {
  if (!takesWays(statement, flavor)) {
    const plain = await run(connection, statement);
    const isCopy = /^(?:ALTER TABLE|CREATE INDEX)/.test(statement) && (plain.rows ?? 0) > 0;
    return isCopy ? { algorithm: 'COPY', lock: 'SHARED', rebuilds: true } : plain;
  }
  const before = await tableIds(connection, flavor);
  let last: Trial = {};
  for (const [algorithm, lock] of flavor === 'mariadb' ? MARIADB_WAYS : WAYS) {
    last = await run(connection, withWay(asAlter(statement, flavor), algorithm, lock));
    if (last.errno !== undefined && UNSUPPORTED.has(last.errno)) continue;
    if (last.errno !== undefined) return last;
    // MariaDB ignores the clause where the engine or the partitions change; rows that were copied are counted.
    if (last.rows !== undefined && last.rows > 0) return { algorithm: 'COPY', lock: 'SHARED', rebuilds: true };
    const rebuilds =
      algorithm === 'COPY' || (algorithm === 'INPLACE' && (flavor === 'mariadb' || hasNew(before, await tableIds(connection, flavor))));
    return { algorithm: algorithm === 'NOCOPY' ? 'INPLACE' : algorithm, lock: algorithm === 'INSTANT' ? 'NONE' : lock, rebuilds };
  }
  return last;
}

/** MariaDB knows no such clauses of DROP INDEX. */
function asAlter(statement: string, flavor: Flavor): string {
  return flavor === 'mariadb' ? statement.replace(/^DROP INDEX (.+) ON (\w+)$/, 'ALTER TABLE $2 DROP INDEX $1') : statement;
}

function takesWays(statement: string, flavor: Flavor): boolean {
  if (flavor === 'mariadb' && / (?:ADD|DROP|REORGANIZE|REBUILD|COALESCE) PARTITION/.test(statement)) return false;
  if (/ALGORITHM\s*=|LOCK\s*=/.test(statement) || /(?:TRUNCATE|EXCHANGE) PARTITION/.test(statement)) return false;
  return /^(?:ALTER TABLE|CREATE (?:OR REPLACE )?(?:UNIQUE |FULLTEXT |SPATIAL )?INDEX|DROP INDEX)/.test(statement);
}

function withWay(statement: string, algorithm: string, lock: string): string {
  if (!statement.startsWith('ALTER')) return `${statement} ALGORITHM=${algorithm} LOCK=${lock}`;
  const isPartitioning = / (?:PARTITION BY|REMOVE PARTITIONING)/.test(statement);
  return statement.replace(
    /^(ALTER TABLE (?:IF EXISTS )?`?\w+`?) /,
    `$1 ALGORITHM=${algorithm}, LOCK=${lock}${isPartitioning ? '' : ','} `,
  );
}

async function run(connection: Connection, statement: string): Promise<Trial> {
  try {
    const [result] = await connection.query(statement);
    return { rows: (result as { readonly affectedRows?: number }).affectedRows ?? 0 };
  } catch (error) {
    const { errno = 0, message } = error as { readonly errno?: number; readonly message: string };
    return { errno, message };
  }
}

/** The server gives a table or partition that it has built anew another number. */
async function tableIds(connection: Connection, flavor: Flavor): Promise<ReadonlyMap<string, number>> {
  if (flavor === 'mariadb') return new Map();
  const [rows] = await connection.query(
    "SELECT table_id AS id, name AS name FROM information_schema.innodb_tables WHERE name LIKE 'tried/%'",
  );
  return new Map((rows as { readonly id: number; readonly name: string }[]).map(({ id, name }) => [name, id]));
}

/** Another number under the same name, or parts that replace others. */
function hasNew(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): boolean {
  const ids = (names: ReadonlyMap<string, number>): ReadonlySet<number> =>
    new Set([...names].filter(([name]) => !name.includes('/fts_')).map(([, id]) => id));
  const [old, now] = [ids(before), ids(after)];
  return [...old].some((id) => !now.has(id)) && [...now].some((id) => !old.has(id));
}
