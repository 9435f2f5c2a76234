import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import type { ReviewedStatement } from '../../engine/writes/writeReview.ts';
import type { Pieces, ShownReview } from '../../webview/review/messages.ts';
import type { Translate } from '../../review/translate.ts';
import { headlineOf, number, runLabel } from '../../review/reviewHeadline.ts';
import { placeOf, shownStatement, typedOf, weighed, type WordedWarning } from '../../review/reviewModel.ts';
import { plain } from '../../review/reviewPieces.ts';

/** What a person is about to change themselves: statements of theirs, a cell, the rows of a file. */
export interface OwnChange {
  readonly profile: ConnectionProfile;
  readonly database: string | undefined;
  readonly statements: readonly ReviewedStatement[];
  /** What is verified before it runs, and what happens to the rest if a part fails. */
  readonly verified: string;
  /** In place of what the statement says. */
  readonly headline?: Pieces | undefined;
  /** The button that runs it. */
  readonly run?: string | undefined;
  /** As the server calls itself, and the account. */
  readonly server?: string | undefined;
  readonly account?: string | undefined;
  /** What is to be known of all of it. */
  readonly warnings: readonly WordedWarning[];
}

/** The review of a person's own change: the same as that of an agent's, without anybody who waits for it. */
export function shownOwnReview(
  change: OwnChange,
  { ticket, environment }: { readonly ticket: string; readonly environment: string | undefined },
  t: Translate,
): ShownReview {
  const { profile, database, statements, verified, headline, run, server, account = profile.user, warnings } = change;
  const [only, second] = statements;
  const one = second === undefined ? only : undefined;
  const count = number(statements.length);
  return {
    kind: 'write',
    ticket,
    agent: false,
    headline: headline ?? (one === undefined ? [plain(t('Run {0} statements', count))] : headlineOf(one, t)),
    environment: profile.environment,
    about: placeOf({ profile, environment, server, account, database }, t),
    warnings: weighed(statements, warnings, t),
    statements: statements.map((statement, i) =>
      shownStatement(statement, { place: one === undefined ? i + 1 : undefined, verified: [plain(verified)] }, t),
    ),
    run: run ?? (one === undefined ? t('Run {0} Statements', count) : runLabel(one, t)),
    typed: typedOf(statements, profile, t),
  };
}
