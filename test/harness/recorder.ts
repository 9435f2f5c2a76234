import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from './root.ts';

/** What suites do before they can look at anything, and where they wait for a clock: the columns of `npm test -- --timings`. */
export const SETUP_KINDS = ['server', 'data', 'package', 'install', 'code-server', 'browser', 'window', 'pause'] as const;
export type SetupKind = (typeof SETUP_KINDS)[number];

export interface SetupRecord {
  /** Name of the suite, as `npm test` lists it; empty for a file that was run by itself. */
  readonly suite: string;
  readonly kind: SetupKind;
  readonly ms: number;
}

export const RECORDS = path.join(ROOT, 'out/setup.jsonl');

/** Set by the runner for each suite. */
export const SUITE_VARIABLE = 'PILOT_TEST_SUITE';

/** Times one step of a set-up for the table of the run. */
export async function recorded<T>(kind: SetupKind, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  try {
    return await work();
  } finally {
    const record: SetupRecord = { suite: process.env[SUITE_VARIABLE] ?? '', kind, ms: Math.round(performance.now() - started) };
    mkdirSync(path.dirname(RECORDS), { recursive: true });
    appendFileSync(RECORDS, `${JSON.stringify(record)}\n`); // one write: lines of other processes stay whole
  }
}

/** A wait for which there is nothing to look at. Give the reason in a comment; prefer a condition. */
export function pause(ms: number): Promise<void> {
  return recorded('pause', () => sleep(ms));
}
