import { lstatSync, mkdirSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';

/** Whoever may write there could put code into this process. */
const OTHERS_MAY_WRITE = 0o022;
const OTHERS_MAY = 0o077;
/** Node 22.0 has none of it, 22.1 to 22.9 can't flush. */
type CompileCache = Partial<Pick<typeof module, 'enableCompileCache' | 'getCompileCacheDir' | 'flushCompileCache'>>;
/** Long after a start; the process may be killed before it ends by itself. */
const FLUSH_MS = 3000;

/**
 * Keeps what V8 has compiled for the next start: a third of one. Only in a folder that is this user's alone (0700), in one that nobody else may write; else, and where
 * nothing can be written, every start compiles anew. NODE_COMPILE_CACHE and NODE_DISABLE_COMPILE_CACHE, which are Node's own, win.
 * @see https://nodejs.org/api/module.html#module-compile-cache
 */
export function useCompileCache(node: CompileCache = module): void {
  // Node: coverage of what comes from a cache is less precise.
  if (node.getCompileCacheDir?.() !== undefined || process.env['NODE_V8_COVERAGE'] !== undefined) return;
  try {
    node.enableCompileCache?.(ownFolder(cacheHome()));
    setTimeout(() => {
      node.flushCompileCache?.();
    }, FLUSH_MS).unref();
  } catch {
    // no such folder: nothing is lost but the time
  }
}

function cacheHome(): string {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  const home = process.platform === 'win32' ? LOCALAPPDATA : XDG_CACHE_HOME;
  return home !== undefined && path.isAbsolute(home) ? home : path.join(homedir(), '.cache');
}

/** Makes the folder where it is not there. Throws where it is not safe. */
export function ownFolder(home: string): string {
  const folder = path.join(home, 'mysql-pilot-code');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (process.getuid === undefined) return folder; // Windows: what lies in a profile is its user's alone
  const user = process.getuid();
  const [above, own] = [lstatSync(home), lstatSync(folder)];
  const safe =
    own.isDirectory() &&
    own.uid === user &&
    (own.mode & OTHERS_MAY) === 0 &&
    above.isDirectory() &&
    (above.uid === user || above.uid === 0) &&
    (above.mode & OTHERS_MAY_WRITE) === 0;
  if (!safe) throw new Error(`Other users can access ${folder}.`);
  return folder;
}
