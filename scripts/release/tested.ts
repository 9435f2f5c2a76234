import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { ROOT } from '../../test/harness/root.ts';
import { run } from '../../test/harness/run.ts';

/**
 * `npm run release:tested`: refuses unless `npm run test:full` has passed on exactly the commit that is checked out. The runner records that
 * (out/test-full.json), and each later run of `npm test` deletes the record. `--repo` and `--record` are for tests.
 */

const RecordSchema = z.object({
  /** What HEAD was. */
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  /** Whether the files were those of the commit, before the run and after it. */
  clean: z.boolean(),
  passed: z.int(),
  failed: z.int(),
});

export const FULL_RUN_RECORD = path.join(ROOT, 'out/test-full.json');

/** What a run of everything is a run of: to be taken before the first suite, and compared after the last. */
export async function checkedOut(repo: string): Promise<{ commit: string; clean: boolean }> {
  const commit = (await run('git', ['rev-parse', 'HEAD'], { cwd: repo })).trim();
  return { commit, clean: (await run('git', ['status', '--porcelain'], { cwd: repo })).trim() === '' };
}

/** Called by the runner after a run of every suite in full depth, coverage or not. */
export async function recordFullRun(
  before: { readonly commit: string; readonly clean: boolean },
  counts: { readonly passed: number; readonly failed: number },
  { repo = ROOT, record = FULL_RUN_RECORD } = {},
): Promise<void> {
  const after = await checkedOut(repo);
  const clean = before.clean && after.clean && before.commit === after.commit;
  mkdirSync(path.dirname(record), { recursive: true });
  writeFileSync(record, JSON.stringify({ commit: before.commit, clean, passed: counts.passed, failed: counts.failed }));
}

/** Throws unless every suite has passed on this commit in full depth. */
export function requireFullRun(commit: string, record = FULL_RUN_RECORD): string {
  const refuse = (why: string): never => {
    throw new Error(`A release needs a passed npm run test:full of its commit, ${commit}: ${why}.`);
  };
  const found = readRecord(record);
  if (found === undefined) return refuse(`there is no record of one (${path.relative(ROOT, record)})`);
  if (found.commit !== commit) return refuse(`the last one was of ${found.commit}`);
  if (!found.clean) return refuse('files had been changed that are not committed');
  if (found.failed > 0 || found.passed === 0) return refuse(`${String(found.passed)} tests passed and ${String(found.failed)} failed`);
  return `npm run test:full has passed on ${commit}: ${String(found.passed)} tests.`;
}

function readRecord(file: string): z.infer<typeof RecordSchema> | undefined {
  try {
    return RecordSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined; // what can't be read proves nothing
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { repo: { type: 'string', default: ROOT }, record: { type: 'string', default: FULL_RUN_RECORD } },
  });
  console.log(requireFullRun((await checkedOut(values.repo)).commit, values.record));
}
