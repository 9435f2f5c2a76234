import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../harness/root.ts';

export interface Case {
  /** What the case is about, or why it must be refused. */
  readonly reason: string;
  readonly sql: string;
}

/** Their safety shows only on a server: what the view calls stands in no statement. */
export const IN_A_VIEW = 'hides in a view';

const CHARACTERS: ReadonlyMap<string, string> = new Map([
  ['⏎', '\n'],
  ['⇥', '\t'],
  ['␀', '\0'],
  ['␟', '\u001f'],
]);

/** Reads `corpus/<name>.txt`; `{dir}` becomes `folder`. */
export function readCorpus(name: 'hostile' | 'honest', folder = '/tmp'): Case[] {
  const text = readFileSync(path.join(ROOT, 'test/security/corpus', `${name}.txt`), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('# '))
    .map((line) => {
      const bar = line.indexOf(' | ');
      const sql = line.slice(bar + 3).replaceAll(/[⏎⇥␀␟]/g, (ch) => CHARACTERS.get(ch) ?? ch);
      return { reason: line.slice(0, bar), sql: sql.replaceAll('{dir}', folder) };
    });
}
