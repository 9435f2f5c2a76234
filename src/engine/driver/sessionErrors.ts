import { PilotError } from '../errors.ts';

/** A statement that the person's character set cannot write. */
export function notInCharset(name: string): PilotError {
  return new PilotError(
    'input.invalid',
    `The statement has characters that the character set of the session (${name}) doesn't support. Nothing was run.`,
    { advice: 'statement.setNames' },
  );
}

/** The server does not tell of it, and bytes of another one would be stored as other characters. */
export function unknownCharset(): PilotError {
  return new PilotError(
    'input.invalid',
    "The character set of the session isn't known, and the statement has characters that depend on it. Nothing was run.",
    { advice: 'statement.setNames' },
  );
}

/** The server answers nobody. */
export function silent(): Error {
  return Object.assign(new Error("The server doesn't respond."), { code: 'ETIMEDOUT', fatal: true });
}

/** The server answers without end. */
export function answerTooLarge(): Error {
  return Object.assign(new Error("The server's response is too large."), { code: 'ANSWER_TOO_LARGE', fatal: true });
}

/** As the driver says it. */
export function connectionLost(): Error {
  return Object.assign(new Error('The connection was closed.'), { code: 'PROTOCOL_CONNECTION_LOST', fatal: true });
}
