import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { SUITE_VARIABLE } from '../recorder.ts';
import { ROOT } from '../root.ts';
import type { Suite } from './suites.ts';

/** A process that a failed suite left behind may hold the output open. */
const LEFT_OPEN_MS = 2000;

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

export interface Outcome extends Counts {
  readonly name: string;
  readonly seconds: number;
  /** All that it printed, in order. */
  readonly lines: readonly string[];
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Gets each line at once; without it the output is only collected. */
  readonly onLine?: ((line: string) => void) | undefined;
  /** Gets the number of the process once it runs. */
  readonly onStart?: ((pid: number) => void) | undefined;
}

/** Runs a suite in a process with a temporary folder of its own; never rejects. */
export async function runSuite(suite: Suite, { env = {}, onLine, onStart }: RunOptions = {}): Promise<Outcome> {
  const started = performance.now();
  const temporary = await mkdtemp(path.join(tmpdir(), 'mpr-'));
  await chmod(temporary, 0o711); // an sshd in it runs as another user, who has to come through
  const lines: string[] = [];
  let counts: Counts | undefined;
  const take = (line: string): void => {
    if (line.startsWith('[R] ')) {
      counts = JSON.parse(line.slice(4)) as Counts;
      return;
    }
    lines.push(line);
    onLine?.(line);
  };
  const child = spawn(suite.command, suite.args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: temporary, [SUITE_VARIABLE]: suite.name, ...env },
  });
  if (child.pid !== undefined) onStart?.(child.pid);
  const read = Promise.all([readLines(child.stdout, take), readLines(child.stderr, take)]);
  const code = await exitOf(child, take);
  await Promise.race([read, sleep(LEFT_OPEN_MS, undefined, { ref: false })]);
  if (process.env['KEEP_VSCODE'] === undefined)
    await rm(temporary, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }).catch(() => undefined);
  return { name: suite.name, ...judge(suite, code, counts), seconds: (performance.now() - started) / 1000, lines };
}

function judge({ counts: counted }: Suite, code: number, counts: Counts | undefined): Counts {
  if (!counted) return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  if (counts !== undefined && (code === 0) === (counts.failed === 0)) return counts;
  return { passed: counts?.passed ?? 0, failed: Math.max(1, counts?.failed ?? 1) }; // it died before or after its report
}

function exitOf(child: ChildProcess, take: (line: string) => void): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', ({ message }) => {
      take(message);
      resolve(1);
    });
    child.once('exit', (code) => {
      resolve(code ?? 1);
    });
  });
}

async function readLines(stream: Readable, take: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream })) take(line);
}

/** Of the output of a suite that failed, what tells why: the report at its end, or its last lines. */
export function failureReport(lines: readonly string[], most = 120): readonly string[] {
  const at = lines.findLastIndex((line) => /^\s+\d+ failing$/.test(line));
  return lines.slice(at < 0 ? -most : at).slice(0, most);
}
