import { createHash } from 'node:crypto';
import type { CatalogRow } from '../driver/catalogRow.ts';
import type { Session } from '../driver/session.ts';
import { namesIn } from '../guard/namesInTree.ts';
import type { ObjectName } from '../sql/ast/expressions.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import type { ParsedWrite } from './parseWrites.ts';
import { definitionOf } from './snapshotSql.ts';

const TABLE = `SELECT table_type AS type, engine AS engine, CAST(create_time AS CHAR) AS created FROM information_schema.tables
  WHERE table_schema = ? AND table_name = ? LIMIT 1`;
const COLUMNS =
  'SELECT c.*, c.column_name AS name FROM information_schema.columns c WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position LIMIT 1000000';
const VIEW = 'SELECT view_definition AS definition FROM information_schema.views WHERE table_schema = ? AND table_name = ? LIMIT 1';
const PROCEDURE = `SELECT routine_definition AS body, security_type AS security, definer AS definer, sql_mode AS mode FROM information_schema.routines
  WHERE routine_type = 'PROCEDURE' AND routine_schema = ? AND routine_name = ? LIMIT 1`;
const DATABASE = `SELECT table_name AS name, table_type AS type, CAST(create_time AS CHAR) AS created FROM information_schema.tables
  WHERE table_schema = ? ORDER BY table_name LIMIT 1000000`;

/** A digest of how that is defined which a statement names that cannot be rolled back: equal as long as it means the same tables, views or procedure. */
export async function readDefinition(session: Session, { statement, context }: ParsedWrite): Promise<string> {
  const hash = createHash('sha256');
  const add = (rows: readonly CatalogRow[]): void => {
    hash.update(JSON.stringify(rows.map((row) => Object.values(row).map(String))));
  };
  if (statement.kind === 'callStatement') {
    const name = qualify(statement.routine, context.database);
    if (name !== undefined) add(await session.read(PROCEDURE, [name.database, name.name]));
  } else if (statement.kind === 'drop' && statement.object === 'DATABASE') {
    const name = statement.names[0]?.name.name;
    if (name !== undefined) add(await session.read(DATABASE, [name]));
  } else if (statement.kind !== 'administration' && statement.kind !== 'set' && statement.kind !== 'setTransaction') {
    const { targets, tables, made } = namesIn(statement);
    for (const node of [...targets, ...tables].map((one) => one.node).concat(made)) {
      const name = qualify(node, context.database);
      if (name === undefined) continue;
      const place = [name.database, name.name];
      add(await session.read(TABLE, place));
      add(await session.read(VIEW, place));
      for (const row of await session.read(COLUMNS, place)) hash.update(`${String(row['name'])} ${definitionOf(row)}`);
    }
  }
  return hash.digest('hex');
}

function qualify({ database, name }: ObjectName, current: string | undefined): QualifiedName | undefined {
  const where = database?.name ?? current;
  return where === undefined ? undefined : { database: where, name: name.name };
}
