import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './root.ts';

/** Notes for `npm run parity` that a test has passed; `file` is a path below the root. */
export function notePassed(file: string, title: string): void {
  mkdirSync(path.join(ROOT, 'out'), { recursive: true });
  appendFileSync(path.join(ROOT, 'out/passed.jsonl'), `${JSON.stringify({ file, title })}\n`);
}
