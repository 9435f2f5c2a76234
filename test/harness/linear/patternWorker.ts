import { parentPort, workerData } from 'node:worker_threads';
import { textsAgainst, type Pattern } from './patterns.ts';

/** What a worker is given: the patterns from `first` on. */
export interface PatternWork {
  readonly patterns: readonly Pattern[];
  readonly first: number;
  readonly length: number;
  readonly mostMs: number;
}

/** What it says: before it tries a pattern, and of one that was slow. */
export type PatternNews = { readonly trying: number } | { readonly slow: number; readonly text: string; readonly milliseconds: number };

const TRIES = 3;
const { patterns, first, length, mostMs } = workerData as PatternWork;
const say = (news: PatternNews): void => parentPort?.postMessage(news);

for (const [i, pattern] of patterns.entries()) {
  if (i < first) continue;
  say({ trying: i });
  const expression = new RegExp(pattern.source, pattern.flags);
  for (const text of textsAgainst(pattern, length)) {
    let best = Infinity;
    for (let attempt = 0; attempt < TRIES && best > mostMs; attempt++) best = Math.min(best, timeOf(expression, text));
    if (best <= mostMs) continue;
    say({ slow: i, text: JSON.stringify(text.slice(0, 12)), milliseconds: best });
    break;
  }
}

function timeOf(expression: RegExp, text: string): number {
  const started = performance.now();
  if (expression.global) text.replaceAll(expression, '');
  else text.replace(expression, '');
  return performance.now() - started;
}
