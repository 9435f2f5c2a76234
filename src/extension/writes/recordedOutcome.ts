import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';

/** An entry of the audit log. */
const OutcomeSchema = z.object({ event: z.literal('outcome'), preview: z.string(), outcome: z.enum(['committed', 'undone', 'unknown']) });

export type RecordedOutcome = z.infer<typeof OutcomeSchema>['outcome'];

/** Only the newest files: a write that a window has left is of its last minutes. */
const MAX_FILES = 5;

/** What became of a write by the audit log of its server; undefined where that doesn't say, because it still runs or was ended. */
export async function recordedOutcome(folder: string, preview: string): Promise<RecordedOutcome | undefined> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.jsonl'));
  const files = await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      return { file, at: (await stat(file).catch(() => undefined))?.mtimeMs ?? 0 };
    }),
  );
  for (const { file } of files.sort((a, b) => b.at - a.at).slice(0, MAX_FILES)) {
    const text = await readFile(file, 'utf8').catch(() => '');
    for (const line of text.split('\n')) {
      const entry = line.includes(preview) ? OutcomeSchema.safeParse(parsed(line)) : undefined;
      if (entry?.success === true && entry.data.preview === preview) return entry.data.outcome;
    }
  }
  return undefined;
}

/** The last line of a process that was ended may be half of one. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
