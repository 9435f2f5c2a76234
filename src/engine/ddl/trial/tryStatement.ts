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

/** Begins the note where the server did otherwise than the rules say. */
export const DISAGREES = 'the manual says otherwise';

/** What the server does on a copy, else what the rules say. */
export async function tryStatement(statement: Statement, rule: Outcome, given: TryGiven): Promise<TryResult> {
  const { trial, before, isIdle } = given;
  if (trial === undefined || 'reason' in trial || isIdle) return { outcome: rule, notes: [] };
  const found = await trial.try(statement, { rule, state: before });
  if (found === undefined) return { outcome: rule, notes: [] };
  if ('reason' in found) return { outcome: rule, notes: [], tried: found.reason };
  const { outcome } = found;
  if (rule.kind === 'unknown') {
    const unchecked = outcome.kind === 'fails' ? [] : [`rows not checked: ${rule.reason}`];
    return { outcome, notes: unchecked, tried: true };
  }
  if (isSame(rule, outcome) || isFull(given)) return { outcome: rule, notes: [], tried: true };
  return { outcome, notes: [`${DISAGREES}: ${brief(rule)}`], tried: true };
}

/** A copy begins to count its row versions anew; the table itself is at the limit. */
function isFull({ alteration, context }: TryGiven): boolean {
  const versions = alteration?.before.rowVersions;
  return context.flavor === 'mysql' && versions !== undefined && versions >= maxRowVersions(context.versionNumber);
}

function isSame(a: Outcome, b: Outcome): boolean {
  return brief(a) === brief(b);
}

function brief(outcome: Outcome): string {
  if (outcome.kind === 'fails') return `error ${String(outcome.errno)}`;
  if (outcome.kind !== 'way') return outcome.kind;
  const { algorithm, lock, rebuilds } = outcome.way;
  return algorithm === 'INSTANT' ? algorithm : `${algorithm}, LOCK=${lock}${rebuilds && algorithm === 'INPLACE' ? ', table rebuilt' : ''}`;
}
