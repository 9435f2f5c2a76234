import { PilotError } from '../../engine/errors.ts';

/** What a person decides about. */
export type DecisionKind = 'write' | 'export';

const UNTOUCHED = { write: 'Nothing was changed.', export: 'No file was written.' } as const;

/** The end of a sentence that says why it doesn't run. */
export function untouched(kind: DecisionKind): string {
  return UNTOUCHED[kind];
}

/** The reason is the user's own: as a string of JSON nothing in it looks like words of ours. */
export function rejected(kind: DecisionKind, reason: string | undefined): PilotError {
  const why = reason === undefined || reason.trim() === '' ? '' : ` The user's reason: ${JSON.stringify(reason.trim())}.`;
  return denied(kind, `The user rejected the ${kind}.${why}`);
}

/** The error for a call that nobody waits for any longer. */
export function canceled(kind: DecisionKind): PilotError {
  return denied(kind, 'The call was canceled before anyone decided.');
}

const SETTINGS = {
  write:
    'Ask the user to set MYSQL_APPROVALS=browser (`approvals` in the configuration file) for the server, which then asks on a page in their browser.',
  export:
    'Ask the user to set MYSQL_APPROVALS=browser (`approvals` in the configuration file) for the server, which then asks on a page in their browser. MYSQL_EXPORTS=allow (`exports`) allows exports without approval.',
} as const;

/** The error where nobody can be asked. */
export function cannotAsk(kind: DecisionKind): PilotError {
  return new PilotError('approval.denied', `This client can't ask its user, so no one can approve the ${kind}. ${UNTOUCHED[kind]}`, {
    nextStep: SETTINGS[kind],
  });
}

/** The error for a write or export that a person, or the lack of one, has refused. */
export function denied(kind: DecisionKind, message: string): PilotError {
  return new PilotError('approval.denied', `${message} ${UNTOUCHED[kind]}`, {
    nextStep:
      kind === 'write'
        ? "Don't send the statement again. Ask the user what to change."
        : "Don't export again. Ask the user what they want.",
  });
}

/** The error for what nobody has decided about in time. */
export function expired(kind: DecisionKind): PilotError {
  return new PilotError('approval.expired', `The ${kind} request expired without a decision. ${UNTOUCHED[kind]}`, {
    nextStep: `Ask the user whether the ${kind} is wanted, then call again.`,
  });
}
