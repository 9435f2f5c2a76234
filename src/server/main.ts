#!/usr/bin/env node
import { useCompileCache } from './start/compileCache.ts';

/** The oldest that the bundles are made for. */
const OLDEST_NODE = 22;

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  process.stderr.write(`Node ${String(OLDEST_NODE)} or newer is required. This is ${process.versions.node}.\n`);
  process.exit(1);
}

useCompileCache();
// A bundle of its own: what is loaded from here on is in the cache.
import('./program.ts').then(
  ({ runProgram }) => runProgram(process.argv.slice(2)),
  (error: unknown) => {
    process.stderr.write(`The server could not start. ${String(error)}\n`);
    process.exit(1);
  },
);
