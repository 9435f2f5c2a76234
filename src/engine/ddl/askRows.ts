import { isPilotError } from '../errors.ts';
import type { OwnSql } from '../sql/ownSql.ts';
import type { Alteration } from './alterTable.ts';
import { dataQuestions } from './dataQuestions.ts';
import { MAX_COUNTED } from './dataSql.ts';
import type { DdlContext } from './ddlContext.ts';
import type { Outcome } from './forecast.ts';
import type { Way } from './wayKinds.ts';

export interface DataAnswer {
  readonly notes: readonly string[];
  /** Rows of now lose something. */
  readonly changes: boolean;
  readonly failure: Extract<Outcome, { kind: 'fails' }> | undefined;
}

/** Counts the rows that don't fit. */
export async function dataNotes(
  alteration: Alteration,
  way: Way,
  context: DdlContext,
  count: ((sql: OwnSql) => Promise<number>) | undefined,
): Promise<DataAnswer> {
  const notes: string[] = [];
  let failure: DataAnswer['failure'];
  let changes = false;
  for (const question of dataQuestions(alteration, way, context)) {
    if ('unasked' in question) {
      notes.push(`rows not checked: ${question.unasked}`);
      continue;
    }
    const { what, errno } = question;
    if (count === undefined) {
      notes.push(`not checked, as agents see no rows: ${what}${errno === undefined ? '' : ` (error ${String(errno)})`}`);
      continue;
    }
    try {
      const found = await count(question.query);
      if (found === 0) continue;
      const rows = `${found > MAX_COUNTED ? `more than ${String(MAX_COUNTED)}` : String(found)} ${what.startsWith('duplicate') ? '' : `row${found === 1 ? '' : 's'} `}${what}`;
      if (errno === undefined) {
        notes.push(rows);
        changes = true;
      } else if (failure === undefined) {
        const { instead } = question;
        const isOther = instead !== undefined && (await count(instead.query)) > 0;
        failure = { kind: 'fails', errno: isOther ? instead.errno : errno, reason: rows };
      }
    } catch (error) {
      if (!isPilotError(error)) throw error;
      notes.push(`not checked (${error.code}): ${what}`);
    }
  }
  return { notes, changes, failure };
}
