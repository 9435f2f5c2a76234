import { isPilotError, PilotError } from '../errors.ts';
import { errorWithoutValues, warningWithoutValues } from '../query/reads/withoutValues.ts';
import type { WriteOutcome } from './approvedRun.ts';
import { withoutServerMessage } from './serverWarning.ts';
import type { WritePreview } from './writePreview.ts';

/** What an agent is told of a preview on a connection with column rules: a person sees the rows, and what the server said. */
export function previewWithoutRows(preview: WritePreview): WritePreview {
  return {
    ...preview,
    statements: preview.statements.map((statement) => ({
      ...statement,
      before: undefined,
      after: undefined,
      guards: statement.guards.map((guard) => ({ ...guard, sample: undefined })),
      warnings: statement.warnings.map(withoutServerMessage),
    })),
  };
}

export function outcomeWithoutValues(outcome: WriteOutcome): WriteOutcome {
  return { ...outcome, effects: outcome.effects.map((effect) => ({ ...effect, warnings: effect.warnings.map(warningWithoutValues) })) };
}

/** An error of a write quotes values as one of a read does, and names a row of those that were to change. */
export function writeErrorWithoutValues(error: unknown): unknown {
  if (!isPilotError(error, 'write.unknown')) return errorWithoutValues(error, 'rights.columnMessages');
  const { code, message, advice } = error;
  return new PilotError(code, message, { advice, untrusted: false });
}
