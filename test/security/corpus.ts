import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Flavor } from '../harness/servers/testServer.ts';
import { ROOT } from '../harness/root.ts';

export interface Case {
  /** What the case is about, or why it must be refused. */
  readonly reason: string;
  readonly sql: string;
  /** The database that it runs in. */
  readonly database: string;
  /** The servers of the corpus that run it. */
  readonly flavors: readonly Flavor[];
  /** Two runs give different rows. */
  readonly varies: boolean;
}

const FOLDER = path.join(ROOT, 'test/security/corpus');
const FLAVORS: readonly Flavor[] = ['mysql', 'mariadb'];
const CHARACTERS: ReadonlyMap<string, string> = new Map([
  ['⏎', '\n'],
  ['⇥', '\t'],
  ['␍', '\r'],
  ['␀', '\0'],
  ['␟', '\u001f'],
  ['⍽', '\u00a0'],
]);

/** The files of a corpus: `corpus/<name>.txt` and everything in the folder `corpus/<name>`. */
export function corpusFiles(name: 'hostile' | 'honest'): string[] {
  return [path.join(FOLDER, `${name}.txt`), ...globSync(path.join(FOLDER, name, '*.txt')).sort()];
}

/**
 * Reads a corpus; `{dir}` becomes `folder`. A line is `marks reason | sql`. Marks are `mysql:` or `mariadb:` (only that server runs it)
 * and `varies:`; a line `#database name` sets the database of the lines below it.
 */
export function readCorpus(name: 'hostile' | 'honest', folder = '/tmp'): Case[] {
  return corpusFiles(name).flatMap((file) => parseCorpus(readFileSync(file, 'utf8'), folder));
}

function parseCorpus(text: string, folder: string): Case[] {
  let database = 'fence';
  const cases: Case[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('#database ')) database = line.slice('#database '.length);
    if (line === '' || line.startsWith('#')) continue;
    cases.push(parseLine(line, database, folder));
  }
  return cases;
}

/** Reads one line of a corpus. */
export function parseLine(line: string, database: string, folder = '/tmp'): Case {
  const bar = line.indexOf(' | ');
  const sql = line.slice(bar + 3).replaceAll(/[⏎⇥␍␀␟⍽]/g, (ch) => CHARACTERS.get(ch) ?? ch);
  const [, only, varies = '', reason = ''] = /^(?:(mysql|mariadb): )?(varies: )?(.*)$/.exec(line.slice(0, bar)) ?? [];
  const flavors = FLAVORS.filter((flavor) => only === undefined || flavor === only);
  return { reason, sql: expand(sql).replaceAll('{dir}', folder), database, flavors, varies: varies !== '' };
}

/** `{junk}` is 6,000 columns with names of their own; `{deep:x:9}` is nine times x. */
function expand(sql: string): string {
  return sql
    .replace('{junk}', () => Array.from({ length: 6000 }, (_, i) => `1 AS junk_${String(i)}`).join(', '))
    .replaceAll(/\{deep:(.*?):(\d+)\}/g, (_all, text: string, times: string) => text.repeat(Number(times)));
}
