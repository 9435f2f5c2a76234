import type { Session } from '../driver/session.ts';
import { isPilotError } from '../errors.ts';
import { describeSurplus, findSurplus } from '../policy/privileges.ts';
import { readGrants } from '../schema/catalog.ts';

/** Not every server that speaks the protocol knows SHOW GRANTS; what is not known is said. */
export async function readSurplus(session: Session): Promise<string | undefined> {
  try {
    return describeSurplus(findSurplus(await readGrants(session)));
  } catch (error) {
    if (!isPilotError(error, 'statement.failed')) throw error;
    return `what this account may do could not be read${error.errno === undefined ? '' : ` (MySQL error ${String(error.errno)})`}`;
  }
}
