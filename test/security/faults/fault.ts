import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import type { ReadAuthorizer } from '../../../src/engine/query/authorization/readAuthorizer.ts';
import type { parseStatements } from '../../../src/engine/sql/parser/parse.ts';
import { ROOT } from '../../harness/root.ts';
import type { GuardParts } from '../fuzz/printingGuard.ts';

/** Which of the tests of the guard finds a fault: `detectors.ts` has them. */
export type DetectorName = 'trivia' | 'honest' | 'hostile' | 'printing' | 'fuzzing' | 'letters';

/** One change of a source file under `src/engine`. */
export interface Edit {
  readonly file: string;
  /** Stands in the file once. */
  readonly from: string;
  readonly to: string;
}

/** A mistake that the tests of the guard must find. */
export interface Fault {
  readonly name: string;
  readonly by: DetectorName;
  readonly edits: readonly Edit[];
}

/** The guard with a fault in it, or as it is. */
export interface SeededGuard extends GuardParts {
  readonly parseStatements: typeof parseStatements;
  readonly ReadAuthorizer: typeof ReadAuthorizer;
  readonly openDatabase: typeof openDatabase;
}

/** The faults of one file, each of one edit: what is wrong, who finds it, what becomes of what. */
export function faultsIn(file: string, ...rows: readonly (readonly [name: string, by: DetectorName, from: string, to: string])[]): Fault[] {
  return rows.map(([name, by, from, to]) => ({ name, by, edits: [{ file, from, to }] }));
}

const isThereOnce = (source: string, from: string): boolean => source.split(from).length === 2;

/** The edits of a fault whose text the sources of today do not have, or have more than once: behind a change of the guard, the fault would be in no guard. */
export async function misplacedEdits({ edits }: Pick<Fault, 'edits'>): Promise<Edit[]> {
  const misplaced = await Promise.all(
    edits.map(async (edit) => (isThereOnce(await readFile(path.join(ROOT, 'src/engine', edit.file), 'utf8'), edit.from) ? [] : [edit])),
  );
  return misplaced.flat();
}

let copies = 0;

/** Copies the sources, changes the copy and loads it. */
export async function loadGuard({ name, edits }: Pick<Fault, 'name' | 'edits'>): Promise<SeededGuard> {
  const folder = path.join(ROOT, 'out/faults', String(process.pid), String(++copies));
  await cp(path.join(ROOT, 'src'), folder, { recursive: true, filter: (source) => !/src\/(?:extension|webview|server)\b/.test(source) });
  for (const { file, from, to } of edits) {
    const target = path.join(folder, 'engine', file);
    const source = await readFile(target, 'utf8');
    if (!isThereOnce(source, from)) throw new Error(`The place of the fault “${name}” is not in ${file} once: ${from}`);
    await writeFile(
      target,
      source.replace(from, () => to),
    );
  }
  const load = async <T>(file: string): Promise<T> => (await import(pathToFileURL(path.join(folder, 'engine', file)).href)) as T;
  const { parseReads } = await load<Pick<SeededGuard, 'parseReads'>>('query/authorization/parseReads.ts');
  const { parseStatements } = await load<Pick<SeededGuard, 'parseStatements'>>('sql/parser/parse.ts');
  const { tokenize } = await load<Pick<SeededGuard, 'tokenize'>>('sql/lexer/tokens.ts');
  const { print } = await load<Pick<SeededGuard, 'print'>>('sql/printer/print.ts');
  const { ReadAuthorizer } = await load<Pick<SeededGuard, 'ReadAuthorizer'>>('query/authorization/readAuthorizer.ts');
  const { openDatabase } = await load<Pick<SeededGuard, 'openDatabase'>>('connection/openDatabase.ts');
  return { parseReads, parseStatements, print, tokenize, ReadAuthorizer, openDatabase };
}

/** Removes the copies of this process. */
export async function removeCopies(): Promise<void> {
  await rm(path.join(ROOT, 'out/faults', String(process.pid)), { recursive: true, force: true });
}
