import { randomBytes } from 'node:crypto';
import type { RowSink } from '../../driver/session.ts';
import type { Column } from '../../driver/values.ts';
import { PilotError } from '../../errors.ts';
import type { ColumnRules } from '../../policy/columnRules.ts';
import { isSystem } from '../authorization/objectCatalog.ts';
import type { AuthorizedRead } from '../authorization/readAuthorizer.ts';
import { CheckedSink } from '../results/checkedSink.ts';
import type { OutputActions } from '../results/outputActions.ts';
import { ProtectedSink } from '../results/protectedSink.ts';
import { pseudonymOf } from '../results/pseudonym.ts';
import { WithheldNames } from '../results/withheldNames.ts';
import type { ReadPath } from './runReads.ts';

/** The sink that gets the rows of a statement: behind masks and pseudonyms where it has protected columns, and without the names of hidden ones where it is a plan. */
export async function protectedSink(
  { protect }: Pick<ReadPath, 'protect'>,
  whole: RowSink,
  { outputs, withheld }: Pick<AuthorizedRead, 'outputs' | 'withheld'>,
): Promise<RowSink> {
  const sink = withheld.length === 0 ? whole : new WithheldNames(whole, withheld);
  if (protect !== undefined) return protect(sink, outputs);
  if (outputs?.some((action) => action !== undefined) === true) throw new Error('Protected columns would be shown.');
  return sink;
}

/** Puts masks and pseudonyms in the place of values. Without a key of its own a connection has one until this process ends. */
export function createProtection(
  rules: ColumnRules,
  readKey: () => Promise<string | undefined> = () => Promise.resolve(undefined),
): NonNullable<ReadPath['protect']> {
  let own: string | undefined;
  return async (sink, outputs = []) => {
    const key = outputs.includes('pseudonym') ? ((await readKey()) ?? (own ??= randomBytes(32).toString('hex'))) : '';
    const isShown = outputs.every((action) => action === undefined);
    const shown = isShown ? sink : new ProtectedSink(sink, outputs, (value) => pseudonymOf(key, value));
    return new CheckedSink(shown, (columns) => {
      requireUnruled(rules, columns, outputs);
    });
  };
}

/** What is known of tables and views is some seconds old. The server says for itself from where each column of a result is. */
function requireUnruled(rules: ColumnRules, columns: readonly Column[], outputs: OutputActions): void {
  for (const [i, { source }] of columns.entries()) {
    if (outputs[i] !== undefined || source === undefined || isSystem({ database: source.database, name: source.table })) continue;
    if (rules.actionOf(source) === undefined) continue;
    throw new PilotError(
      'statement.refused',
      'A column of the result is protected, since its table or view was changed. No rows are shown.',
      {
        advice: 'rights.columns',
        untrusted: false,
      },
    );
  }
}
