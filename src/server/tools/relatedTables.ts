import { PilotError } from '../../engine/errors.ts';
import type { AgentDatabase } from '../../engine/connection/database.ts';
import type { Relationships } from '../../engine/schema/relationships.ts';
import { nearest } from '../../engine/schema/words.ts';

export interface RelatedTables {
  readonly relationships: Relationships;
  /** The named tables as the server has them; those of other databases with their database. */
  readonly names: readonly string[];
}

/** The relationships of a database and of those around it, and the named tables. Throws `object.unknown` with the nearest names. */
export async function relatedTables(
  database: AgentDatabase,
  current: string | undefined,
  tables: readonly string[],
): Promise<RelatedTables> {
  const known = await database.schema.relationships(current, { everywhere: true });
  const resolved = await resolveAll(database, current, tables, known);
  if (resolved.every((name) => name !== undefined)) return { relationships: known, names: resolved };
  // A name that is not known may be new.
  const relationships = await database.schema.relationships(current, { everywhere: true, refresh: true });
  const names = await resolveAll(database, current, tables, relationships);
  return { relationships, names: names.map((name, i) => name ?? unknownTable(tables[i] ?? '', current, relationships)) };
}

/** The database that a call means. */
export function chosenDatabase(given: string | undefined, usual: string | undefined): string {
  const chosen = given ?? usual;
  if (chosen !== undefined) return chosen;
  throw new PilotError('input.invalid', 'No database is selected.', {
    nextStep: 'Pass `database`; mysql_describe without arguments lists them.',
  });
}

async function resolveAll(
  database: AgentDatabase,
  current: string | undefined,
  tables: readonly string[],
  relationships: Relationships,
): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = [];
  for (const table of tables) found.push(find(table, current, relationships) ?? (await findElsewhere(database, table)));
  return found;
}

function unknownTable(wanted: string, current: string | undefined, relationships: Relationships): never {
  const name = plainName(wanted, current);
  const near = nearest(name, namesOf(relationships));
  throw new PilotError('object.unknown', `There is no table ${name}${current === undefined ? '' : ` in ${current}`}.`, {
    nextStep: 'Find it with mysql_search_schema.',
    ...(near.length > 0 ? { evidence: `Did you mean ${near.join(', ')}?` } : {}),
  });
}

function find(wanted: string, current: string | undefined, relationships: Relationships): string | undefined {
  const plain = plainName(wanted, current);
  const names = namesOf(relationships);
  return names.find((name) => name === plain) ?? names.find((name) => name.toLowerCase() === plain.toLowerCase());
}

/** A table of another database that no foreign key names. */
async function findElsewhere(database: AgentDatabase, wanted: string): Promise<string | undefined> {
  const [place, name] = splitAtDot(wanted.replaceAll('`', ''));
  if (name === undefined) return undefined;
  const names = await database.schema.tableNames(place);
  const found = names.find((one) => one === name) ?? names.find((one) => one.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : `${place}.${found}`;
}

function namesOf({ tables, relations }: Relationships): string[] {
  const elsewhere = relations.flatMap(({ from, fromDatabase, to, toDatabase }) => [
    ...(fromDatabase === undefined ? [] : [from]),
    ...(toDatabase === undefined ? [] : [to]),
  ]);
  return [...tables.map(({ name }) => name), ...new Set(elsewhere)];
}

/** Without the database that is looked at. */
function plainName(wanted: string, current: string | undefined): string {
  const name = wanted.replaceAll('`', '');
  if (current === undefined) return name;
  return name.toLowerCase().startsWith(`${current.toLowerCase()}.`) ? name.slice(current.length + 1) : name;
}

function splitAtDot(name: string): [string, string | undefined] {
  const dot = name.indexOf('.');
  return dot <= 0 ? [name, undefined] : [name.slice(0, dot), name.slice(dot + 1)];
}
