import { PilotError } from '../../errors.ts';
import type { ConnectionRules } from '../../guard/readContext.ts';

/** Throws `statement.refused` where agents see only the structure of a connection: for what plans or reads rows, or shows statements of others. */
export function requireRows({ structureOnly }: ConnectionRules): void {
  if (structureOnly === true) throw rowsRefused();
}

/** Throws `statement.refused` where columns are protected: for what shows statements of others. */
export function requireAllColumns({ columns }: ConnectionRules): void {
  if (columns === undefined) return;
  throw new PilotError(
    'statement.refused',
    "Statements of other sessions aren't shown on a connection with column rules. Nothing was run.",
    {
      advice: 'rights.others',
      untrusted: false,
    },
  );
}

/** Throws `statement.refused` where columns are protected: for what tells whole definitions, or counts rows by their values. */
export function requireWholeDefinitions({ columns }: ConnectionRules): void {
  if (columns === undefined) return;
  throw new PilotError('statement.refused', 'This shows whole definitions, and the connection has column rules. Nothing was run.', {
    advice: 'rights.describeColumns',
    untrusted: false,
  });
}

export function rowsRefused(): PilotError {
  return new PilotError('statement.refused', 'Agents see only the structure of this connection, and no rows. Nothing was run.', {
    advice: 'rights.onlyStructure',
    untrusted: false,
  });
}
