import { deleteEffects } from '../../engine/schema/deleteEffects.ts';
import type { ForeignKey } from '../../engine/schema/foreignKeys.ts';
import type { TableDescription } from '../../engine/schema/catalog.ts';
import type { TableDetails } from '../../engine/schema/tableDetails.ts';
import type { QualifiedName } from '../../engine/sql/identifiers.ts';

/** More are counted. */
const SHOWN = 30;

/** What refers to a table, and what deleting one of its rows does. */
export function referenceLines(table: TableDescription, { triggers, seesTriggers }: TableDetails, keys: readonly ForeignKey[]): string[] {
  const { database } = table;
  const own = keys.filter(({ referenced }) => referenced.database === database && referenced.name === table.name);
  const { deletes, sets, forbids } = deleteEffects(table, keys);
  const fired = triggers.filter(({ when }) => when.endsWith('DELETE')).map(({ name }) => name);
  const effects = [
    ...(forbids.length === 0 ? [] : [`refused while referenced by ${list(forbids, database)}`]),
    ...(deletes.length === 0 ? [] : [`also deletes from ${list(deletes, database)}`]),
    ...(sets.length === 0 ? [] : [`changes ${sets.map((key) => `${place(key, database)} (${key.onDelete})`).join(', ')}`]),
    ...(fired.length === 0 ? [] : [`fires ${fired.join(', ')}`]),
    ...(fired.length === 0 && seesTriggers ? ['fires no trigger'] : []),
    ...(deletes.length + sets.length === 0 ? [] : ['triggers of the other tables do not fire']),
  ];
  return [
    `referenced by: ${own.length === 0 ? 'no table that this account sees' : cut(own.map((key) => `${place(key, database)} ON DELETE ${key.onDelete} ON UPDATE ${key.onUpdate}`))}`,
    `deleting a row: ${[...(deletes.length + sets.length + forbids.length === 0 ? ['affects no other table'] : []), ...effects].join('; ')}`,
  ];
}

function list(keys: readonly ForeignKey[], database: string): string {
  return cut(keys.map((key) => place(key, database)));
}

function cut(texts: readonly string[]): string {
  const more = texts.length > SHOWN ? `, … and ${String(texts.length - SHOWN)} more` : '';
  return `${texts.slice(0, SHOWN).join(', ')}${more}`;
}

function place({ table, columns }: ForeignKey, database: string): string {
  return `${nameIn(table, database)}(${columns.join(',')})`;
}

function nameIn({ database, name }: QualifiedName, current: string): string {
  return database === current ? name : `${database}.${name}`;
}
