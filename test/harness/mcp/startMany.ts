import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { currentDepth } from '../depth.ts';
import { ROOT } from '../root.ts';

/** One start of the built server. */
export interface Start {
  readonly args: readonly string[];
  /** All that the server sees of the environment; `HOME` is added. */
  readonly env: Readonly<Record<string, string>>;
  /** The text of a file, for which `FILE` stands in `args`. */
  readonly file?: string;
}

/** How it ended. */
export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const SERVER = path.join(ROOT, 'dist/server.js');
const ONE_PROCESS = path.join(import.meta.dirname, 'startsOfOneProcess.cjs');

/**
 * Starts the built server again and again; each start must end by itself. The bundle runs them in one process, which costs a hundredth of a process for each. In the
 * full depth each tenth is started again as users do it, and must end the same.
 */
export function startMany(starts: readonly Start[]): Ended[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'mpt-starts-'));
  try {
    const ready = starts.map(({ args, env, file }, i) => {
      const name = path.join(folder, `${String(i)}.json`);
      if (file !== undefined) writeFileSync(name, file);
      return { args: args.map((arg) => (arg === 'FILE' ? name : arg)), env: { HOME: folder, ...env } };
    });
    const ended = startAll(ready);
    for (const [i, one] of ready.entries()) if (currentDepth() === 'full' && i % 10 === 0) assert.deepEqual(startOne(one), ended[i]);
    return ended;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function startOne({ args, env }: Start): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SERVER, ...args], { encoding: 'utf8', input: '', env, timeout: 60_000 });
  return { status: status ?? -1, stdout, stderr };
}

function startAll(starts: readonly Start[]): Ended[] {
  const input = JSON.stringify(starts);
  const { stdout, stderr } = spawnSync(process.execPath, [ONE_PROCESS], {
    encoding: 'utf8',
    input,
    maxBuffer: 100_000_000,
    timeout: 300_000,
  });
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(stdout) as Ended[];
}
