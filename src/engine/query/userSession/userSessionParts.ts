import type { UserSessionLease, SessionPool } from '../../driver/sessionPool.ts';
import type { Observe } from '../../observability/statementEvents.ts';
import type { ProgramEffect } from '../../guard/sessionEffects.ts';
import type { Dialect } from '../../sql/lexer/dialect.ts';
import type { LastAnswer } from './lastAnswer.ts';

export interface MomentSession {
  readonly lease: UserSessionLease;
  readonly answer: LastAnswer;
  /** What is sent for a statement of the person. */
  readonly authorize: (sql: string) => Promise<string>;
}

export interface UserSessionParts {
  readonly pool: SessionPool;
  readonly observe: Observe;
  readonly database: string | undefined;
  /** On a connection that is read-only for people: what is sent for a statement. Throws where it may change something. */
  readonly authorize?: ((sql: string, database: string | undefined) => Promise<string>) | undefined;
  /** Whether a procedure that a statement calls commits, or may. */
  readonly commitsInside?: ((sql: string, dialect: Dialect, database: string | undefined) => Promise<ProgramEffect>) | undefined;
}
