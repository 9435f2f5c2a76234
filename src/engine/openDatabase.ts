import type { Database, DatabaseOptions } from './database.ts';
import type { ConnectionTarget } from './driver/profile.ts';

/**
 * Loads the engine and the driver with the first connection, so that a program which connects to nothing stays light.
 * This is the one dynamic import of the engine: esbuild makes it dist/engine.js, which both programs share.
 */
export async function openDatabase(target: ConnectionTarget, options: DatabaseOptions): Promise<Database> {
  const engine = await import('./database.ts');
  return new engine.Database(target, options);
}
