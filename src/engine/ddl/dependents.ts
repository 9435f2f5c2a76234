import { phrase, type Words } from '../phrase.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import type { Judgement } from './judgeScene.ts';
import type { Dependent } from './readTables.ts';

const SHOWN = 5;

/** What names a table or a column that a statement takes away, gives another name or another type. */
export function dependentNotes(
  { alteration, dropped = [] }: Judgement,
  renamed: readonly QualifiedName[],
  dependents: readonly Dependent[],
): Words[] {
  const notes: Words[] = [];
  for (const table of [...dropped, ...renamed])
    notes.push(
      ...note(
        (names) => phrase('{0} use {1}', names, table.name),
        dependents.filter((one) => isNamed(one, table)),
        table,
      ),
    );
  if (alteration === undefined) return notes;
  const { before, after } = alteration;
  const touching = dependents.filter((one) => isNamed(one, before));
  if (before.name !== after.name) notes.push(...note((names) => phrase('{0} use {1}', names, before.name), touching, before));
  const gone = [
    ...alteration.dropped.map(({ name }) => name),
    ...alteration.changed
      .filter(({ renamed: isRenamed, type, charset }) => isRenamed || type === 'other' || charset)
      .map((change) => change.before.name),
  ];
  for (const name of gone)
    notes.push(
      ...note(
        (names) => phrase('{0} name the column {1}', names, name),
        touching.filter(({ text }) => hasWord(text, name)),
        undefined,
      ),
    );
  return notes;
}

function isNamed({ table, text }: Dependent, { name }: QualifiedName): boolean {
  return table?.toLowerCase() === name.toLowerCase() || hasWord(text, name);
}

function hasWord(text: string, word: string): boolean {
  const folded = text.toLowerCase();
  const wanted = word.toLowerCase();
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + 1)) {
    const around = `${folded.charAt(at - 1)}${folded.charAt(at + wanted.length)}`;
    if (!/[\w$\u0080-\uFFFF]/.test(around)) return true;
  }
  return false;
}

function note(words: (names: Words) => Words, found: readonly Dependent[], table: QualifiedName | undefined): Words[] {
  if (found.length === 0) return [];
  const all = found.map((one): Words =>
    one.table !== undefined && one.table === table?.name ? phrase('trigger {0} (goes with it)', one.name) : `${one.kind} ${one.name}`,
  );
  const [first = '', ...others] = all.slice(0, SHOWN);
  const names = others.reduce((list, name) => phrase('{0}, {1}', list, name), first);
  return [words(all.length > SHOWN ? phrase('{0} and {1} more', names, all.length - SHOWN) : names)];
}
