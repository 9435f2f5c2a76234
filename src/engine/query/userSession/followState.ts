import type { UserSessionLease } from '../../driver/sessionPool.ts';
import { settingEffects } from './settingEffects.ts';
import { databaseOf } from './statementEffects.ts';

interface Followed {
  readonly sql: string;
  readonly verb: string;
  readonly reads: boolean;
  /** Its answer has ended with rows, which tell nothing. */
  readonly hasRows: boolean;
  readonly failed: boolean;
  readonly database: string | undefined;
}

/**
 * What a statement has changed, as the server tells, else as can be found out: where the next one looks for names, whose database may have been dropped, too. `untold` where the server
 * has stopped to tell of settings.
 */
export async function followState(
  { sql, verb, reads, hasRows, failed, database }: Followed,
  lease: UserSessionLease,
): Promise<{ readonly database: string | undefined; readonly untold: boolean }> {
  const { state } = lease.session;
  const told = state.tellsSettings;
  if (!reads) {
    state.ran(settingEffects(sql, verb), { hasRows, failed });
    if (!state.tellsDatabase) {
      const asked = await lease.database();
      state.isIn(asked === undefined ? (databaseOf(sql) ?? database ?? null) : asked);
    }
  }
  return { database: state.database === undefined ? database : (state.database ?? undefined), untold: told && !state.tellsSettings };
}
