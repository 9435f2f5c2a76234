import { inEnglish, phrase, type Words } from '../phrase.ts';
import { isPilotError } from '../errors.ts';
import type { OwnSql } from '../sql/ownSql.ts';
import type { Alteration } from './alterTable.ts';
import { dataQuestions } from './dataQuestions.ts';
import { MAX_COUNTED } from './dataSql.ts';
import type { DdlContext } from './ddlContext.ts';
import type { Outcome } from './forecast.ts';
import type { Way } from './wayKinds.ts';

export interface DataAnswer {
  readonly notes: readonly Words[];
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
  const notes: Words[] = [];
  let failure: DataAnswer['failure'];
  let changes = false;
  for (const question of dataQuestions(alteration, way, context)) {
    if ('unasked' in question) {
      notes.push(phrase('rows not checked: {0}', question.unasked));
      continue;
    }
    const { what, errno } = question;
    if (count === undefined) {
      notes.push(
        phrase('not checked, as agents see no rows: {0}', errno === undefined ? what : phrase('{0} (error {1})', what, String(errno))),
      );
      continue;
    }
    try {
      const found = await count(question.query);
      if (found === 0) continue;
      const rows = countOf(found, what);
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
      notes.push(
        error.code === 'statement.timeout' ? phrase('not checked in time: {0}', what) : phrase('not checked ({0}): {1}', error.code, what),
      );
    }
  }
  return { notes, changes, failure };
}

function countOf(found: number, what: Words): Words {
  const count = found > MAX_COUNTED ? phrase('more than {0}', String(MAX_COUNTED)) : String(found);
  if (inEnglish(what).startsWith('duplicate')) return phrase('{0} {1}', count, what);
  return found === 1 ? phrase('1 row {0}', what) : phrase('{0} rows {1}', count, what);
}
