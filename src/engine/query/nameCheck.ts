import type { CatalogRow } from '../driver/connect.ts';
import type { Session } from '../driver/session.ts';
import { PilotError } from '../errors.ts';
import { judgeRead } from '../policy/readOnly.ts';
import { collectReferences, type Reference } from '../policy/references.ts';
import { tokenize, type Token } from '../sql/lexer.ts';
import type { AdmittedStatement } from './admission.ts';

/** A view that was changed meanwhile is noticed after this time at the latest; until then the second fence stands alone. */
const FRESH_MS = 5000;
/** Views that read views that read views: deeper than anybody builds, and the server's own stack has a limit, too. */
const MAX_DEPTH = 20;
const MAX_CACHED = 5000;
/** CHECKSUM TABLE reads the whole table and no time limit of the server stops it. */
const MAX_CHECKSUM_BYTES = 1024 ** 3;

/** Their definitions are the server's own; what can be done with them was judged by their names. */
const OWN_DATABASES = new Set(['information_schema', 'performance_schema', 'mysql']);
/** Engines whose tables are elsewhere: reading one makes the server connect to another one, or run or read what it names. */
const REMOTE_ENGINES = new Set(['FEDERATED', 'FEDERATEDX', 'CONNECT', 'SPIDER']);

type Finding =
  | { readonly is: 'table' }
  | { readonly is: 'nothing' }
  | { readonly is: 'view'; readonly references: readonly Reference[] }
  | { readonly is: 'refused'; readonly why: string; readonly instead: string };

interface Named {
  readonly database: string;
  readonly name: string;
}

/**
 * Looks up the names in a statement, because a view hides what it calls: the text of each view is judged by the same
 * rules, and so are the views in it. What was found is kept for a short time, for one server and account.
 */
export class NameCheck {
  readonly #known = new Map<string, { readonly finding: Finding; readonly at: number }>();

  /** Resolves to true if the statement reads tables and nothing that hides more; throws `statement.refused`. */
  async check(session: Session, { references, kind, verb }: AdmittedStatement, database: string | undefined): Promise<boolean> {
    if (verb === 'SHOW' || verb === 'HELP') return verb === 'HELP'; // SHOW opens views, but runs nothing in them
    const names = qualify(references, database);
    await this.#lookUp(session, names);
    if (kind === 'checksum') await refuseLargeTables(session, names);
    let onlyTables = true;
    for (const name of names) if (await this.#judge(session, name, [])) onlyTables = false;
    return onlyTables;
  }

  /** Resolves to true if the name is a view that may be read. */
  async #judge(session: Session, name: Named, chain: readonly Named[]): Promise<boolean> {
    const path = [...chain, name];
    const finding = this.#known.get(keyOf(name))?.finding;
    if (finding?.is === 'refused') throw refused(path, finding.why, finding.instead);
    if (finding?.is !== 'view') return false;
    if (chain.some((above) => keyOf(above) === keyOf(name))) return true; // the server refuses a view that reads itself
    if (path.length > MAX_DEPTH) throw refused(path, 'is nested too deeply', 'Read the tables below it.');
    const below = qualify(finding.references, name.database);
    await this.#lookUp(session, below);
    for (const inner of below) await this.#judge(session, inner, path);
    return true;
  }

  /** One statement for all names that are not known freshly enough. */
  async #lookUp(session: Session, names: readonly Named[]): Promise<void> {
    const now = performance.now();
    const wanted = names.filter((name) => !((this.#known.get(keyOf(name))?.at ?? -Infinity) > now - FRESH_MS));
    if (wanted.length === 0) return;
    if (this.#known.size > MAX_CACHED) this.#known.clear();
    const found = new Map<string, Finding>();
    for (const row of await session.read(...lookUpStatement(wanted))) found.set(keyOf(toNamed(row)), toFinding(row));
    for (const name of wanted) this.#known.set(keyOf(name), { finding: found.get(keyOf(name)) ?? { is: 'nothing' }, at: now });
  }
}

/** The names in `information_schema`, `performance_schema` and `mysql` are left out. */
function qualify(references: readonly Reference[], current: string | undefined): Named[] {
  return references.flatMap(({ database = current, name }) =>
    database === undefined || OWN_DATABASES.has(database.toLowerCase()) ? [] : [{ database, name }],
  );
}

/** Lower case: names differ by case on some servers only, and one finding too many does no harm. */
function keyOf({ database, name }: Named): string {
  return JSON.stringify([database.toLowerCase(), name.toLowerCase()]);
}

function lookUpStatement(names: readonly Named[]): [string, string[]] {
  const byDatabase = Map.groupBy(names, ({ database }) => database);
  const condition = [...byDatabase.values()].map((group) => `(t.table_schema = ? AND t.table_name IN (${group.map(() => '?').join()}))`);
  return [
    `SELECT t.table_schema AS table_database, t.table_name AS name, t.table_type AS type, t.engine AS engine, v.view_definition AS definition
     FROM information_schema.tables t
     LEFT JOIN information_schema.views v ON v.table_schema = t.table_schema AND v.table_name = t.table_name
     WHERE ${condition.join(' OR ')} LIMIT 1000000`,
    [...byDatabase].flatMap(([database, group]) => [database, ...group.map(({ name }) => name)]),
  ];
}

function toNamed(row: CatalogRow): Named {
  return { database: String(row['table_database']), name: String(row['name']) };
}

function toFinding(row: CatalogRow): Finding {
  if (REMOTE_ENGINES.has(String(row['engine']).toUpperCase())) {
    return {
      is: 'refused',
      why: `is a ${String(row['engine'])} table, which reaches outside this server`,
      instead: 'Connect to that source.',
    };
  }
  if (!String(row['type']).includes('VIEW')) return { is: 'table' };
  const definition = row['definition'];
  if (typeof definition !== 'string' || definition === '') {
    return {
      is: 'refused',
      why: 'is a view whose text this account may not see',
      instead: 'Grant the account SHOW VIEW on it, or read the tables below it.',
    };
  }
  return judgeDefinition(definition, toNamed(row));
}

function judgeDefinition(definition: string, { database }: Named): Finding {
  let tokens: readonly Token[];
  try {
    tokens = tokenize(definition);
  } catch {
    return { is: 'refused', why: 'is a view whose text cannot be read with certainty', instead: 'Read the tables below it.' };
  }
  const verdict = judgeRead(tokens, database);
  if (verdict.allowed && verdict.kind === 'read') return { is: 'view', references: collectReferences(tokens) };
  const why = verdict.allowed ? 'is a view that does not only read' : `is a view with this in it: ${verdict.refusal.what}`;
  return { is: 'refused', why, instead: 'Read the tables below it.' };
}

function refused(path: readonly Named[], why: string, instead: string): PilotError {
  const chain = path.map(({ database, name }) => `${database}.${name}`).join(' → ');
  return new PilotError('statement.refused', `${chain} ${why}. Nothing was run.`, { nextStep: instead });
}

async function refuseLargeTables(session: Session, names: readonly Named[]): Promise<void> {
  if (names.length === 0) return;
  const rows = await session.read(
    `SELECT table_name AS name, data_length AS bytes FROM information_schema.tables
     WHERE (table_schema, table_name) IN (${names.map(() => '(?, ?)').join()}) LIMIT 1000000`,
    names.flatMap(({ database, name }) => [database, name]),
  );
  const large = rows.find((row) => Number(row['bytes']) > MAX_CHECKSUM_BYTES);
  if (large === undefined) return;
  throw new PilotError('statement.refused', `CHECKSUM TABLE would read all of ${String(large['name'])}, which is larger than 1 GiB.`, {
    nextStep: 'Compare counts or sums of columns instead.',
  });
}
