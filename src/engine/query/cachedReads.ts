import { keyword } from '../policy/verdict.ts';
import { isVolatile } from '../policy/volatile.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import type { Statement } from '../sql/readings.ts';
import { admitReads, bind, lex } from './admission.ts';
import { runReads, type ReadOptions, type ReadPath } from './runReads.ts';
import type { ResultCache } from './resultCache.ts';
import type { ResultSet } from './resultSet.ts';

const CACHED_VERBS = new Set(['SELECT', 'WITH', 'TABLE', 'VALUES', '(']);

/**
 * As `runReads`, but the whole answer may come from the cache (`options.cache` is `use`), or is put there. Only what depends on the rows of
 * tables and on nothing else is kept. An answer is found by the text to the letter, its parameters in it: no two statements share one.
 */
export async function cachedReads(path: ReadPath, cache: ResultCache, sql: string, options: ReadOptions): Promise<ResultSet[]> {
  const text = options.parameters === undefined ? sql : bind(sql, options.parameters);
  const database = options.database ?? path.database;
  if (!lex(text).every(mayBeKept)) return runReads(path, sql, options);
  const key = JSON.stringify([text, database, options.limits]);
  const kept = options.cache === 'use' ? cache.get(key) : undefined;
  if (kept !== undefined) return [...kept];
  const { epoch } = cache;
  const since = performance.now();
  const results = await runReads(path, sql, options);
  const tables = readTables(path, text, database);
  if (tables !== undefined) cache.put(key, { results, tables, since }, epoch);
  return results;
}

/** What only some servers read is not kept either. */
function mayBeKept({ readings: [tokens = [], other] }: Statement): boolean {
  return other === undefined && CACHED_VERBS.has(keyword(tokens[0])) && !isVolatile(tokens);
}

/** The tables that statements have just read, views resolved by the server's catalogue; undefined if they read anything else. */
function readTables(path: ReadPath, text: string, database: string | undefined): QualifiedName[] | undefined {
  const tables: QualifiedName[] = [];
  for (const statement of admitReads(text, { ...path.rules, database })) {
    const read = path.names.tablesOf(statement, database);
    if (read === undefined) return undefined;
    tables.push(...read);
  }
  return tables;
}
