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

/** Where the next statement looks for names, behind one that has ended: as the server tells, else as can be found out; the database may have been dropped, too. */
export async function followState(
  { sql, verb, reads, hasRows, failed, database }: Followed,
  lease: UserSessionLease,
): Promise<string | undefined> {
  const { state } = lease.session;
  if (!reads) {
    state.ran(settingEffects(sql, verb), { hasRows, failed });
    if (!state.tellsDatabase) {
      const asked = await lease.database();
      state.isIn(asked === undefined ? (databaseOf(sql) ?? database ?? null) : asked);
    }
  }
  return state.database === undefined ? database : (state.database ?? undefined);
}
