import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Depth } from './depth.ts';
import { ROOT } from './root.ts';

/** `file` is a path below the root, `title` has the titles of the suites around it. */
export interface KnownTest {
  readonly file: string;
  readonly title: string;
  readonly depth: Depth;
}

/** Notes for `npm run parity` that a test has passed; `file` is a path below the root. */
export function notePassed(file: string, title: string): void {
  append('passed.jsonl', [{ file, title }]);
}

/** Notes for it that a test is left to the full depth. */
export function noteDeferred(file: string, title: string): void {
  append('passed.jsonl', [{ file, title, deferred: true }]);
}

/** Notes which tests there are, whether this run's depth asks for them or not. */
export function noteTests(tests: readonly KnownTest[]): void {
  append('tests.jsonl', tests);
}

/** In one write, so that lines of several processes stay whole. */
function append(name: string, lines: readonly object[]): void {
  mkdirSync(path.join(ROOT, 'out'), { recursive: true });
  appendFileSync(path.join(ROOT, 'out', name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}
