import { quoteName } from '../../sql/identifiers.ts';
import { same } from '../tableModel.ts';
import { compareTables, type Difference } from './compareTables.ts';
import { NormalText } from './normalText.ts';
import type { OtherObject, Snapshot } from './snapshot.ts';

export interface SchemaComparison {
  readonly differences: readonly Difference[];
  /** What differs by version or flavor alone. */
  readonly byVersion: readonly string[];
  readonly unread: readonly string[];
  /** In order; makes the other database equal to this one. Programs hold semicolons. */
  readonly script: readonly string[];
}

/** The parts that are made first, and dropped last. */
const ORDER: readonly OtherObject['kind'][] = ['function', 'procedure', 'view', 'trigger', 'event'];

export function compareSchemas(here: Snapshot, there: Snapshot): SchemaComparison {
  const texts = { here: new NormalText(here, there), there: new NormalText(there, here) };
  const differences: Difference[] = [];
  const before: string[] = [];
  const tables: string[] = [];
  const after: string[] = [];
  const [mine, theirs] = [texts.here.collation(here.collation), texts.there.collation(there.collation)];
  if (mine !== theirs && here.isWhole) {
    differences.push({ kind: 'database', name: there.database, here: mine, there: theirs });
    before.push(`ALTER DATABASE ${quoteName(there.database)} COLLATE ${here.collation}`);
  }
  const others = compareOthers(here, there, texts);
  differences.push(...others.differences);
  before.push(...others.drops);
  after.push(...others.creates);
  for (const [name, table] of here.tables) {
    const other = there.tables.get(name);
    if (other === undefined) {
      differences.push({ kind: 'table', name, here: `${String(table.columns.length)} columns`, there: undefined });
      tables.push(here.definitions.get(name) ?? '');
      continue;
    }
    const found = compareTables(table, other, texts, there);
    differences.push(...found.differences);
    tables.push(...found.statements);
  }
  for (const [name, table] of there.tables) {
    if (here.tables.has(name)) continue;
    differences.push({ kind: 'table', name, here: undefined, there: `${String(table.columns.length)} columns` });
    tables.push(`DROP TABLE ${quoteName(name)}`);
  }
  const statements = [...before, ...inOrder(tables), ...sorted(after, here.others)];
  const script = statements.length === 0 ? [] : ['SET foreign_key_checks = 0', ...statements, 'SET foreign_key_checks = 1'];
  return { differences, byVersion: byVersion(here, there), unread: [...here.unread, ...there.unread], script };
}

interface OtherDifferences {
  readonly differences: readonly Difference[];
  readonly drops: readonly string[];
  readonly creates: readonly string[];
}

/** Of all that is no table. */
function compareOthers(
  here: Snapshot,
  there: Snapshot,
  texts: { readonly here: NormalText; readonly there: NormalText },
): OtherDifferences {
  const isIn = (others: readonly OtherObject[], { kind, name }: OtherObject): OtherObject | undefined =>
    others.find((one) => one.kind === kind && same(one.name, name));
  const pairs = [
    ...there.others.map((theirs) => ({ ours: isIn(here.others, theirs), theirs })),
    ...here.others.filter((ours) => isIn(there.others, ours) === undefined).map((ours) => ({ ours, theirs: undefined })),
  ].filter(
    ({ ours, theirs }) => ours === undefined || theirs === undefined || texts.here.other(ours.text) !== texts.there.other(theirs.text),
  );
  return {
    differences: pairs.flatMap(({ ours, theirs }) => {
      const one = ours ?? theirs;
      return one === undefined ? [] : [{ kind: one.kind, name: one.name, here: ours?.text, there: theirs?.text }];
    }),
    drops: pairs.flatMap(({ theirs }) => (theirs === undefined ? [] : [`DROP ${theirs.kind.toUpperCase()} ${quoteName(theirs.name)}`])),
    creates: pairs.flatMap(({ ours }) => (ours === undefined ? [] : [ours.create])),
  };
}

/** Foreign keys go before all else: a table that they join may be changed first. */
function inOrder(statements: readonly string[]): string[] {
  const isFirst = (one: string): boolean => /^ALTER TABLE `(?:[^`]|``)+` DROP FOREIGN KEY/.test(one);
  return [...statements.filter(isFirst), ...statements.filter((one) => !isFirst(one))];
}

/** A view behind those that it reads. */
function sorted(creates: readonly string[], objects: readonly OtherObject[]): string[] {
  const left = ORDER.flatMap((kind) => objects.filter((one) => one.kind === kind && creates.includes(one.create)));
  const done: OtherObject[] = [];
  while (left.length > 0) {
    const waits = (one: OtherObject): boolean =>
      left.some((other) => other !== one && other.kind === 'view' && one.kind === 'view' && one.text.includes(quoteName(other.name)));
    const next = left.findIndex((one) => !waits(one));
    done.push(...left.splice(Math.max(0, next), 1));
  }
  return done.map(({ create }) => create);
}

function byVersion(here: Snapshot, there: Snapshot): string[] {
  if (here.dialect.flavor === there.dialect.flavor) return [];
  const pairs = new Set<string>();
  for (const [charset, collation] of here.collations) {
    const other = there.collations.get(charset);
    const isUsed = [...here.tables.values()].some((table) => table.charset === charset);
    if (other !== undefined && other !== collation && isUsed) pairs.add(`default collation of ${charset}: ${collation} and ${other}`);
  }
  return [...pairs, 'widths of integers, JSON as LONGTEXT, parentheses of expressions'];
}
