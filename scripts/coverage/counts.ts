import * as z from 'zod';

const rangeSchema = z.object({ startOffset: z.number(), endOffset: z.number(), count: z.number() });
const scriptSchema = z.object({
  url: z.string(),
  functions: z.array(z.object({ ranges: z.array(rangeSchema) })),
});
/** A file that Node writes under `NODE_V8_COVERAGE`: https://nodejs.org/api/cli.html#node_v8_coveragedir */
export const reportSchema = z.object({ result: z.array(scriptSchema) });

export type ScriptCoverage = z.infer<typeof scriptSchema>;

/** The length of the script as it was run; ranges of another build must not be taken for this one's. */
export function lengthOf({ functions }: ScriptCoverage): number {
  return Math.max(0, ...functions.map(({ ranges }) => ranges[0]?.endOffset ?? 0));
}

/**
 * How often the code at each offset was run in this one script of one process: V8's ranges lie in each other, the innermost one counts.
 * @see https://v8.dev/blog/javascript-code-coverage
 */
export function countsAt({ functions }: ScriptCoverage): (offset: number) => number {
  const ranges = functions.flatMap((one) => one.ranges).sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  const starts: number[] = [];
  const counts: number[] = [];
  const open: { endOffset: number; count: number }[] = [];
  const put = (offset: number, count: number): void => {
    if (starts.at(-1) === offset) counts[counts.length - 1] = count;
    else {
      starts.push(offset);
      counts.push(count);
    }
  };
  const closeUntil = (offset: number): void => {
    for (let last = open.at(-1); last !== undefined && last.endOffset <= offset; last = open.at(-1)) {
      open.pop();
      put(last.endOffset, open.at(-1)?.count ?? 0);
    }
  };
  for (const { startOffset, endOffset, count } of ranges) {
    closeUntil(startOffset);
    open.push({ endOffset, count });
    put(startOffset, count);
  }
  closeUntil(Infinity);
  return (offset) => counts[lastAtMost(starts, offset)] ?? 0;
}

/** Index of the last element that is not above `value`, or -1; `sorted` rises. */
export function lastAtMost(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? Infinity) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
