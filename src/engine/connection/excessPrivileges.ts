import type { Session } from '../driver/session.ts';
import { isPilotError } from '../errors.ts';
import { describeExcessPrivileges, findExcessPrivileges } from '../policy/privileges.ts';
import { readGrants } from '../schema/catalog.ts';

/** Not every server that speaks the protocol knows SHOW GRANTS; what is not known is said. */
export async function readExcessPrivileges(session: Session): Promise<string | undefined> {
  try {
    return describeExcessPrivileges(findExcessPrivileges(await readGrants(session)));
  } catch (error) {
    if (!isPilotError(error, 'statement.failed')) throw error;
    return `the privileges of this account could not be read${error.errno === undefined ? '' : ` (MySQL error ${String(error.errno)})`}`;
  }
}
