import { inEnglish, phrase, type Words } from '../../phrase.ts';
import type { Statement } from '../../sql/ast/statements.ts';
import type { Alteration } from '../alterTable.ts';
import type { DdlContext } from '../ddlContext.ts';
import type { Forecast, Outcome } from '../forecast.ts';
import type { SchemaState } from '../schemaState.ts';
import { maxRowVersions } from '../ways.ts';
import type { Trying } from './withTrial.ts';

export interface TryGiven {
  readonly trial: Trying | undefined;
  /** The schema before the statement. */
  readonly before: SchemaState;
  /** Nothing is done. */
  readonly isIdle: boolean;
  readonly alteration?: Alteration | undefined;
  readonly context: DdlContext;
}

type TryResult = Pick<Forecast, 'outcome' | 'tried' | 'notes'>;

/** What the server does on a copy, else what the rules say. */
export async function tryStatement(statement: Statement, rule: Outcome, given: TryGiven): Promise<TryResult> {
  const { trial, before, isIdle } = given;
  if (trial === undefined || 'reason' in trial || isIdle) return { outcome: rule, notes: [] };
  const found = await trial.try(statement, { rule, state: before });
  if (found === undefined) return { outcome: rule, notes: [] };
  if ('reason' in found) return { outcome: rule, notes: [], tried: found.reason };
  const { outcome } = found;
  if (rule.kind === 'unknown') {
    const unchecked = outcome.kind === 'fails' ? [] : [phrase('rows not checked: {0}', rule.reason)];
    return { outcome, notes: unchecked, tried: true };
  }
  if (isSame(rule, outcome) || isFull(given)) return { outcome: rule, notes: [], tried: true };
  return { outcome, notes: [phrase('the manual says otherwise: {0}', brief(rule))], tried: true };
}

/** A copy begins to count its row versions anew; the table itself is at the limit. */
function isFull({ alteration, context }: TryGiven): boolean {
  const versions = alteration?.before.rowVersions;
  return context.flavor === 'mysql' && versions !== undefined && versions >= maxRowVersions(context.versionNumber);
}

function isSame(a: Outcome, b: Outcome): boolean {
  return inEnglish(brief(a)) === inEnglish(brief(b));
}

function brief(outcome: Outcome): Words {
  if (outcome.kind === 'fails') return phrase('error {0}', String(outcome.errno));
  if (outcome.kind === 'unknown') return phrase('unknown');
  if (outcome.kind === 'runs') return phrase('runs');
  const { algorithm, lock, rebuilds } = outcome.way;
  if (algorithm === 'INSTANT') return algorithm;
  const way = `${algorithm}, LOCK=${lock}`;
  return rebuilds && algorithm === 'INPLACE' ? phrase('{0}, table rebuilt', way) : way;
}
