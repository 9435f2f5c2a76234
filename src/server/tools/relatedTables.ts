import { PilotError } from '../../engine/errors.ts';
import type { Database } from '../../engine/connection/database.ts';
import type { Relationships } from '../../engine/schema/relationships.ts';
import { nearest } from '../../engine/schema/words.ts';

/** The relationships of a database, and the named tables as the server has them. Throws `object.unknown` with the nearest names. */
export async function relatedTables(
  database: Database,
  current: string,
  tables: readonly string[],
): Promise<{ readonly relationships: Relationships; readonly names: readonly string[] }> {
  const known = await database.schema.relationships(current);
  // A name that is not known may be new.
  const relationships = tables.every((table) => find(table, current, known) !== undefined)
    ? known
    : await database.schema.relationships(current, true);
  return { relationships, names: tables.map((table) => resolve(table, current, relationships)) };
}

/** The database that a call means. */
export function chosenDatabase(given: string | undefined, usual: string | undefined): string {
  const chosen = given ?? usual;
  if (chosen !== undefined) return chosen;
  throw new PilotError('input.invalid', 'No database is selected.', {
    nextStep: 'Pass `database`; mysql_describe without arguments lists them.',
  });
}

function resolve(wanted: string, database: string, relationships: Relationships): string {
  const found = find(wanted, database, relationships);
  if (found !== undefined) return found;
  const near = nearest(
    plainName(wanted, database),
    relationships.tables.map(({ name }) => name),
  );
  throw new PilotError('object.unknown', `There is no table ${plainName(wanted, database)} in ${database}.`, {
    nextStep: 'Find it with mysql_search_schema.',
    ...(near.length > 0 ? { evidence: `Did you mean ${near.join(', ')}?` } : {}),
  });
}

function find(wanted: string, database: string, { tables }: Relationships): string | undefined {
  const plain = plainName(wanted, database);
  return (tables.find(({ name }) => name === plain) ?? tables.find(({ name }) => name.toLowerCase() === plain.toLowerCase()))?.name;
}

/** Without its database. */
function plainName(wanted: string, database: string): string {
  return wanted.toLowerCase().startsWith(`${database.toLowerCase()}.`) ? wanted.slice(database.length + 1) : wanted;
}
