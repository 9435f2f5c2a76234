import type { CatalogRow } from '../driver/catalogRow.ts';
import type { Session } from '../driver/session.ts';
import { collectCalls } from '../policy/calls.ts';
import { judgeRead } from '../policy/readOnly.ts';
import { collectReferences, type Reference } from '../policy/references.ts';
import { judgeFunctionBody, judgeFunctionReading } from '../policy/storedFunctions.ts';
import type { ConnectionRules } from '../policy/verdict.ts';
import { isVolatile } from '../policy/volatile.ts';
import { keyOfName, type QualifiedName } from '../sql/identifiers.ts';
import { tokenize } from '../sql/lexer.ts';
import { joined, placeholders, sql } from '../sql/ownSql.ts';

/** Engines whose tables are elsewhere: reading one makes the server connect to another one, or run or read what it names. */
const REMOTE_ENGINES = new Set(['FEDERATED', 'FEDERATEDX', 'CONNECT', 'SPIDER']);

const READ_BELOW = 'Read the tables below it.';

/** What was found under a name: of views and functions also the names in their texts, to be looked up in turn. */
export type Finding =
  | { readonly is: 'table' }
  | { readonly is: 'nothing' }
  | {
      readonly is: 'view' | 'function';
      readonly references: readonly Reference[];
      readonly calls: readonly QualifiedName[];
      /** Its rows may change although none of its tables does. */
      readonly volatile: boolean;
    }
  | { readonly is: 'refused'; readonly why: string; readonly instead: string };

/** Findings by `keyOfName`. */
export type Findings = ReadonlyMap<string, Finding>;

/** Looks tables and views up in one statement, and judges the texts of the views. */
export async function findTables(session: Session, names: readonly QualifiedName[], rules: ConnectionRules): Promise<Findings> {
  const byDatabase = Map.groupBy(names, ({ database }) => database);
  const condition = [...byDatabase.values()].map((group) => sql`(t.table_schema = ? AND t.table_name IN (${placeholders(group.length)}))`);
  const rows = await session.read(
    sql`SELECT t.table_schema AS table_database, t.table_name AS name, t.table_type AS type, t.engine AS engine, v.view_definition AS definition
     FROM information_schema.tables t
     LEFT JOIN information_schema.views v ON v.table_schema = t.table_schema AND v.table_name = t.table_name
     WHERE ${joined(condition, ' OR ')} LIMIT 1000000`,
    [...byDatabase].flatMap(([database, group]) => [database, ...group.map(({ name }) => name)]),
  );
  return new Map(rows.map((row) => [keyOfName(toName(row)), judgeTable(row, rules)]));
}

/** Looks stored functions up, and judges their bodies. */
export async function findFunctions(session: Session, names: readonly QualifiedName[], rules: ConnectionRules): Promise<Findings> {
  const places = placeholders(names.length, 2);
  const values = names.flatMap(({ database, name }) => [database, name]);
  const rows = await session.read(
    sql`SELECT r.routine_schema AS table_database, r.routine_name AS name, r.routine_body AS language, r.routine_definition AS definition,
       r.sql_mode AS sql_mode, r.character_set_client AS character_set
     FROM information_schema.routines r
     WHERE r.routine_type = 'FUNCTION' AND (r.routine_schema, r.routine_name) IN (${places}) LIMIT 1000000`,
    values,
  );
  const parameters = await session.read(
    sql`SELECT p.specific_schema AS table_database, p.specific_name AS name, p.parameter_name AS parameter
     FROM information_schema.parameters p
     WHERE p.routine_type = 'FUNCTION' AND (p.specific_schema, p.specific_name) IN (${places}) AND p.parameter_name IS NOT NULL LIMIT 1000000`,
    values,
  );
  const parametersOf = Map.groupBy(parameters, (row) => keyOfName(toName(row)));
  return new Map(
    rows.map((row) => {
      const key = keyOfName(toName(row));
      const own = (parametersOf.get(key) ?? []).map((parameter) => String(parameter['parameter']));
      return [key, judgeFunction(row, own, rules)];
    }),
  );
}

function toName(row: CatalogRow): QualifiedName {
  return { database: String(row['table_database']), name: String(row['name']) };
}

function judgeTable(row: CatalogRow, rules: ConnectionRules): Finding {
  if (REMOTE_ENGINES.has(String(row['engine']).toUpperCase())) {
    return refused(`is a ${String(row['engine'])} table, which reaches outside this server`, 'Connect to that source.');
  }
  if (!String(row['type']).includes('VIEW')) return { is: 'table' };
  const definition = row['definition'];
  if (typeof definition !== 'string' || definition === '') {
    return refused('is a view whose text this account may not see', 'Grant the account SHOW VIEW on it, or read the tables below it.');
  }
  try {
    const tokens = tokenize(definition);
    const surroundings = { ...rules, database: toName(row).database };
    const verdict = judgeRead(tokens, surroundings);
    if (!verdict.allowed) return refused(`is a view with this in it: ${verdict.refusal.what}`, READ_BELOW);
    if (verdict.kind !== 'read') return refused('is a view that does not only read', READ_BELOW);
    return { is: 'view', references: collectReferences(tokens), calls: collectCalls(tokens, surroundings), volatile: isVolatile(tokens) };
  } catch {
    return refused('is a view whose text cannot be read with certainty', READ_BELOW);
  }
}

function judgeFunction(row: CatalogRow, parameters: readonly string[], rules: ConnectionRules): Finding {
  const definition = row['definition'];
  if (row['language'] !== 'SQL') return refused(`is a function in ${String(row['language'])}, which cannot be judged`, READ_BELOW);
  if (typeof definition !== 'string' || definition === '') {
    return refused(
      'is a function whose text this account may not see',
      'Grant the account SHOW_ROUTINE (MySQL) or SELECT on mysql.proc (MariaDB).',
    );
  }
  const unreadable = judgeFunctionReading({ sqlMode: String(row['sql_mode']), characterSet: String(row['character_set']) });
  if (unreadable !== undefined) return refused(`cannot be judged: ${unreadable.what}`, unreadable.instead);
  try {
    const tokens = tokenize(definition);
    const surroundings = { ...rules, database: toName(row).database };
    const refusal = judgeFunctionBody(tokens, parameters, surroundings);
    if (refusal !== undefined) return refused(`is a function with this in it: ${refusal.what}`, READ_BELOW);
    return { is: 'function', references: collectReferences(tokens), calls: collectCalls(tokens, surroundings), volatile: true };
  } catch {
    return refused('is a function whose text cannot be read with certainty', READ_BELOW);
  }
}

function refused(why: string, instead: string): Finding {
  return { is: 'refused', why, instead };
}
