import type { Session } from '../../driver/session.ts';
import { PilotError } from '../../errors.ts';
import type { QualifiedName } from '../../sql/identifiers.ts';
import { placeholders, sql } from '../../sql/ownSql.ts';
import { isSystem } from './objectCatalog.ts';

/** CHECKSUM TABLE reads the whole table and no time limit of the server stops it. */
const MAX_CHECKSUM_BYTES = 1024 ** 3;

export async function refuseLargeTables(session: Session, names: readonly QualifiedName[]): Promise<void> {
  const asked = names.filter((name) => !isSystem(name));
  if (asked.length === 0) return;
  const rows = await session.read(
    sql`SELECT table_name AS name, data_length AS bytes FROM information_schema.tables
     WHERE (table_schema, table_name) IN (${placeholders(asked.length, 2)}) LIMIT 1000000`,
    asked.flatMap(({ database, name }) => [database, name]),
  );
  const large = rows.find((row) => Number(row['bytes']) > MAX_CHECKSUM_BYTES);
  if (large === undefined) return;
  throw new PilotError('statement.refused', 'CHECKSUM TABLE would read a table larger than 1 GiB.', {
    evidence: String(large['name']),
    advice: 'statement.compareCounts',
  });
}
