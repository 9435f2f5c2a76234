import type { QualifiedName } from '../../sql/identifiers.ts';
import { bind } from '../authorization/parseReads.ts';
import type { AuthorizedRead } from '../authorization/readAuthorizer.ts';
import type { ResultCache } from './resultCache.ts';
import type { ResultSet } from '../results/resultSet.ts';
import { runReads, type ReadOptions, type ReadPath } from './runReads.ts';

/**
 * As `runReads`, but the whole answer may come from the cache (`options.cache` is `use`), or is put there. Only what depends on the rows of
 * tables and on nothing else is kept. An answer is found by the text to the letter, its parameters in it: no two statements share one.
 */
export async function cachedReads(path: ReadPath, cache: ResultCache, sql: string, options: ReadOptions): Promise<ResultSet[]> {
  const text = options.parameters === undefined ? sql : bind(sql, options.parameters);
  const key = JSON.stringify([text, options.database ?? path.database, options.limits]);
  const kept = options.cache === 'use' ? cache.get(key) : undefined;
  if (kept !== undefined) return [...kept];
  const { epoch } = cache;
  const since = performance.now();
  const reads: AuthorizedRead[] = [];
  const results = await runReads(path, sql, { ...options, onAuthorized: (read) => reads.push(read) });
  const tables = readTables(reads);
  if (tables === undefined) return results;
  if (options.cache === 'use') cache.missed();
  cache.put(key, { results, tables, since }, epoch);
  return results;
}

/** Undefined where a statement reads anything else than rows of tables. */
function readTables(reads: readonly AuthorizedRead[]): QualifiedName[] | undefined {
  const repeatable = reads.every((read) => read.kind === 'read' && read.verb !== 'EXPLAIN' && read.repeatable);
  return repeatable ? reads.flatMap(({ tables }) => tables) : undefined;
}
