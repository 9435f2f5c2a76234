import { UserSession } from '../query/userSession/userSession.ts';
import type { Exported } from '../query/exports/exportRead.ts';
import type { FileOptions } from '../query/exports/fileSink.ts';
import { authorizeForPeople } from '../query/authorization/readOnlyStatements.ts';
import type { ReadPath } from '../query/reads/runReads.ts';
import type { RerunEffect } from '../query/authorization/rerun.ts';
import { exportShown, findExportEffect, type SessionExport, type ShownResult } from '../query/exports/sessionExport.ts';
import type { Dialect } from '../sql/lexer/dialect.ts';
import { commitsInside } from '../writes/calledRoutines.ts';
import { dependsOnDatabase, inspectHazards, type Danger, type StatementInPlace } from '../writes/inspectHazards.ts';
import { reviewUserStatements, type EndangeringStatement, type UserReview, type UserReviewOptions } from '../writes/userReview.ts';

export class UserSessions {
  readonly #path: ReadPath;
  readonly #readOnly: boolean;

  constructor(path: ReadPath, readOnly: boolean) {
    this.#path = path;
    this.#readOnly = readOnly;
  }

  /** A session of a person, until it is closed. Who opens it judges what runs there; on a connection that is read-only for people this does. */
  open(database = this.#path.database): UserSession {
    const { pool, authorizer, observe } = this.#path;
    const authorize = (sql: string, inDatabase: string | undefined): Promise<string> =>
      authorizeForPeople({ pool, authorizer }, sql, inDatabase);
    return new UserSession({
      ...{ pool, observe, database, authorize: this.#readOnly ? authorize : undefined },
      commitsInside: (sql, dialect, inDatabase) => commitsInside(pool, sql, dialect, inDatabase).catch(() => 'mayEnd'),
    });
  }

  /** A session for statements of ours about a person's, which run none of theirs. */
  openForChecks(database = this.#path.database): UserSession {
    return new UserSession({ pool: this.#path.pool, observe: this.#path.observe, database });
  }

  /** What a person is asked about before statements run, one list for each; `session` is how theirs reads them, where that is known. Nothing is changed. */
  dangers(statements: readonly StatementInPlace[], signal: AbortSignal, session?: Dialect): Promise<readonly (readonly Danger[])[]> {
    return inspectHazards(this.#path, statements, signal, session);
  }

  /** What a person is shown of statements before they run. Nothing is changed, and nothing is tried out. */
  review(statements: readonly EndangeringStatement[], options: UserReviewOptions): Promise<UserReview> {
    return reviewUserStatements(this.#path, statements, options);
  }

  /** True where the session's database decides which objects a statement means. */
  async dependsOnDatabase(sql: string): Promise<boolean> {
    return dependsOnDatabase(this.#path, sql);
  }

  async exportShown(shown: ShownResult, options: FileOptions, again: Omit<SessionExport, 'pool'>): Promise<Exported> {
    return exportShown(shown, options, { pool: this.#path.pool, ...again });
  }

  /** What writing all rows of a result would change, where its statement has to run again for them. */
  async exportEffect(shown: ShownResult): Promise<RerunEffect | undefined> {
    return findExportEffect(shown, this.#path.pool);
  }
}
