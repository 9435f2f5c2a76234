import { readFileSync } from 'node:fs';
import { RECORDS, SETUP_KINDS, type SetupKind, type SetupRecord } from '../recorder.ts';
import type { Outcome } from './child.ts';

interface Step {
  readonly times: number;
  readonly seconds: number;
}

export interface SuiteTiming {
  readonly name: string;
  readonly seconds: number;
  /** Seconds of a processor that it and all that it has started have used. */
  readonly processor: number;
  readonly setup: Readonly<Partial<Record<SetupKind, Step>>>;
}

/** What the suites of this run have recorded, the longest first. */
export function suiteTimings(outcomes: readonly Outcome[], processor: (suite: string) => number, records = readRecords()): SuiteTiming[] {
  return outcomes
    .map(({ name, seconds }) => ({
      name,
      seconds,
      processor: processor(name),
      setup: sumUp(records.filter(({ suite }) => suite === name)),
    }))
    .sort((a, b) => b.seconds - a.seconds);
}

/** For people: a row for each suite, how often and how long for each kind of set-up, and a row of sums. */
export function timingTable(timings: readonly SuiteTiming[]): string {
  const all = timings.flatMap(({ setup }) => Object.entries(setup).map(([kind, step]) => ({ kind, ...step })));
  const sums = Object.fromEntries(
    SETUP_KINDS.map((kind) => {
      const steps = all.filter((step) => step.kind === kind);
      return [kind, { times: total(steps, 'times'), seconds: total(steps, 'seconds') }];
    }),
  );
  const whole: SuiteTiming = { name: 'all', seconds: total(timings, 'seconds'), processor: total(timings, 'processor'), setup: sums };
  const rows = [...timings, whole].map(({ name, seconds, processor, setup }) => [
    name,
    seconds.toFixed(1),
    processor.toFixed(1),
    ...SETUP_KINDS.map((kind) => cell(setup[kind])),
  ]);
  const table = [['suite', 'seconds', 'processor', ...SETUP_KINDS], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table
    .map((row) => row.map((text, column) => (column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0))).join('  '))
    .join('\n');
}

const cell = (step: Step | undefined): string =>
  step === undefined || step.times === 0 ? '' : `${String(step.times)}× ${step.seconds.toFixed(1)}`;

function sumUp(records: readonly SetupRecord[]): SuiteTiming['setup'] {
  const kinds = Map.groupBy(records, ({ kind }) => kind);
  return Object.fromEntries([...kinds].map(([kind, of]) => [kind, { times: of.length, seconds: total(of, 'ms') / 1000 }]));
}

function total<K extends string>(items: readonly Readonly<Record<K, number>>[], key: K): number {
  return items.reduce((sum, item) => sum + item[key], 0);
}

function readRecords(): SetupRecord[] {
  let text = '';
  try {
    text = readFileSync(RECORDS, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as SetupRecord]));
}
