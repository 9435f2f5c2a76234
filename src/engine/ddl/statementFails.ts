import { inEnglish, type Words } from '../phrase.ts';

/** The server would refuse the statement, with this error. */
export class StatementFails extends Error {
  readonly errno: number;
  readonly reason: Words;

  constructor(errno: number, reason: Words) {
    super(inEnglish(reason));
    this.errno = errno;
    this.reason = reason;
  }
}

/** What is done is beyond what the rules know. */
export class StatementUnknown extends Error {
  readonly reason: Words;

  constructor(reason: Words) {
    super(inEnglish(reason));
    this.reason = reason;
  }
}

/** The two flavors have numbers of their own. */
export function failsOn(
  flavor: 'mysql' | 'mariadb',
  errnos: { readonly mysql: number; readonly mariadb: number },
  reason: Words,
): StatementFails {
  return new StatementFails(errnos[flavor], reason);
}
