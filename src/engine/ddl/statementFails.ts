/** The server would refuse the statement, with this error. */
export class StatementFails extends Error {
  readonly errno: number;

  constructor(errno: number, reason: string) {
    super(reason);
    this.errno = errno;
  }
}

/** What is done is beyond what the rules know. */
export class StatementUnknown extends Error {}

/** The two flavors have numbers of their own. */
export function failsOn(
  flavor: 'mysql' | 'mariadb',
  errnos: { readonly mysql: number; readonly mariadb: number },
  reason: string,
): StatementFails {
  return new StatementFails(errnos[flavor], reason);
}
