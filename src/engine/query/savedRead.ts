import { PLAIN_MODES, type Dialect } from '../sql/dialect.ts';
import type { Parameter } from '../sql/parameters.ts';
import { bind, parseReads } from './parseReads.ts';

/** What runs it is not known before it runs: one of these must take it. */
const DIALECTS: readonly Dialect[] = [
  { flavor: 'mysql', version: 90704, ...PLAIN_MODES },
  { flavor: 'mariadb', version: 110803, ...PLAIN_MODES },
];

/** Why a text with `?` for its parameters is no read of any server; undefined where it is. */
export function problemOfRead(sql: string, parameters: number, database: string | undefined): string | undefined {
  let problem: string | undefined;
  for (const dialect of DIALECTS) {
    try {
      parseReads(
        bind(
          sql,
          Array.from({ length: parameters }, (): Parameter => 1),
        ),
        { dialect, database },
      );
      return undefined;
    } catch (error) {
      problem ??= (error as Error).message;
    }
  }
  return problem;
}
