import { NEWEST_DIALECTS } from '../../sql/lexer/dialect.ts';
import type { Parameter } from '../../sql/parameters.ts';
import { bind, parseReads } from './parseReads.ts';

/** Why a text with `?` for its parameters is no read of any server; undefined where it is. What runs it is not known before it runs. */
export function problemOfRead(sql: string, parameters: number, database: string | undefined): string | undefined {
  let problem: string | undefined;
  for (const dialect of NEWEST_DIALECTS) {
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
