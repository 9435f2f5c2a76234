import assert from 'node:assert/strict';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PatternNews, PatternWork } from '../harness/linear/patternWorker.ts';
import { patternsOfSources, type Pattern } from '../harness/linear/patterns.ts';
import { ROOT } from '../harness/root.ts';

/** What grows by the square of the length needs seconds for it; what grows with it, a few milliseconds. */
const LENGTH = 64 * 1024;
const MOST_MS = 400;
/** A pattern that takes longer tries every way to divide the text. */
const STUCK_MS = 60_000;

suite('patterns', function () {
  this.timeout(900_000);

  test('every regular expression of the sources reads hostile texts in time that grows with their length', async () => {
    const patterns = patternsOfSources();
    assert.ok(patterns.length > 300, `${String(patterns.length)} were found`);
    assert.deepEqual(await slowOnes(patterns, LENGTH), []);
  });

  test('one that begins again at each blank, and one that divides a name in every way, are found', async () => {
    const pattern = (source: string): Pattern => ({ at: source, source, flags: '' });
    const [blanks, name, ...more] = await slowOnes([pattern('\\s*\\(cost'), pattern('^[a-z]+$')], LENGTH);
    assert.match(blanks ?? '', /^\\s\*\\\(cost: /);
    assert.deepEqual([name, ...more], [undefined]);
    const [divided] = await slowOnes([pattern('^[A-Za-z]+(?:[-+][a-z+-]+)*$')], 200, 2000);
    assert.match(divided ?? '', /never ends$/);
  });
});

/** Those that are slow, each with the text. They run beside us: one that never ends is ended. */
async function slowOnes(patterns: readonly Pattern[], length: number, stuckMs = STUCK_MS): Promise<string[]> {
  const found: string[] = [];
  for (let first = 0; first < patterns.length;) first = await tried(patterns, { first, length, stuckMs, found });
  return found;
}

/** Resolves to the place behind the last pattern that was tried. */
function tried(
  patterns: readonly Pattern[],
  { first, length, stuckMs, found }: { first: number; length: number; stuckMs: number; found: string[] },
): Promise<number> {
  const work: PatternWork = { patterns, first, length, mostMs: MOST_MS };
  const worker = new Worker(path.join(ROOT, 'test/harness/linear/patternWorker.ts'), { workerData: work });
  return new Promise((resolve, reject) => {
    let at = first;
    const stuck = setTimeout(() => {
      found.push(`${patterns[at]?.at ?? ''}: never ends`);
      resolve(at + 1);
      void worker.terminate();
    }, stuckMs);
    worker.on('message', (news: PatternNews) => {
      stuck.refresh();
      if ('trying' in news) at = news.trying;
      else found.push(`${patterns[news.slow]?.at ?? ''}: ${news.text}… took ${news.milliseconds.toFixed(0)} ms`);
    });
    worker.on('error', reject);
    worker.on('exit', () => {
      clearTimeout(stuck);
      resolve(patterns.length);
    });
  });
}
