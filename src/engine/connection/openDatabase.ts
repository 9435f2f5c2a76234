import type { Database, DatabaseOptions } from './database.ts';
import type { ConnectionTarget } from '../driver/profile.ts';

/**
 * Loads the engine and the driver with the first connection, so that a program which connects to nothing stays light.
 * esbuild makes the first dist/engine.js, which both programs share, and the other dist/cache.js, which few need.
 */
export async function openDatabase(target: ConnectionTarget, options: DatabaseOptions): Promise<Database> {
  const engine = await import('./database.ts');
  const cache = options.cache === undefined ? undefined : await import('../query/reads/resultCache.ts');
  return new engine.Database(target, options, cache?.ResultCache);
}
