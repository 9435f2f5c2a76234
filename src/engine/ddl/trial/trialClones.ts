import { text } from '../../driver/catalogRow.ts';
import type { Session } from '../../driver/session.ts';
import { inEnglish, phrase, type Words } from '../../phrase.ts';
import { agentDialect } from '../../query/authorization/agentDialect.ts';
import type { CreateTable } from '../../sql/ast/definitions.ts';
import { keyOfName, type QualifiedName } from '../../sql/identifiers.ts';
import { joined, sql, textLiteral } from '../../sql/ownSql.ts';
import { parseStatements } from '../../sql/parser/parse.ts';
import { isUnreadable, readTable, type ServerSettings } from '../readTables.ts';
import type { SchemaState } from '../schemaState.ts';
import type { TableModel } from '../tableModel.ts';
import type { TrialNames } from './trialNames.ts';
import { MAX_PARTITIONS, partitionsMade } from './trialSize.ts';
import { whyUntried } from './trialSafety.ts';

/** More tables are not copied: each takes a file of the server. */
const MAX_COPIES = 60;

export interface CloneWork {
  readonly session: Session;
  readonly scratch: string;
  readonly names: TrialNames;
  readonly settings: ServerSettings;
  readonly state: SchemaState;
}

/** Copies of the tables without rows, triggers and definers, with the tables that they reference and that reference them. What can't be copied is told, by `keyOfName`. */
export async function makeClones(tables: readonly QualifiedName[], work: CloneWork): Promise<ReadonlyMap<string, Words>> {
  const untried = new Map<string, Words>();
  const wanted = withRelatives(tables, work.state);
  if (wanted.length > MAX_COPIES) throw new TrialLimit(phrase('the script needs copies of more than {0} tables', MAX_COPIES));
  const definitions = await readDefinitions(wanted, work, untried);
  const partitions = definitions.reduce((sum, { node }) => sum + partitionsMade(node, 1), 0);
  if (partitions > MAX_PARTITIONS) throw new TrialLimit(phrase('the tables have more than {0} partitions', MAX_PARTITIONS));
  await requireFreeNames(definitions, work);
  for (const { name, node } of definitions) {
    const statement = work.names.print(node, name.database, agentDialect(work.session.server));
    await work.session.read(statement);
  }
  return untried;
}

/** Why nothing is tried. */
export class TrialLimit extends Error {
  readonly reason: Words;

  constructor(reason: Words) {
    super(inEnglish(reason));
    this.reason = reason;
  }
}

function withRelatives(tables: readonly QualifiedName[], state: SchemaState): QualifiedName[] {
  const found = new Map<string, QualifiedName>();
  for (const name of tables) {
    const known = state.get(name);
    const parents = typeof known === 'object' ? known.foreignKeys.map(({ table }) => table) : [];
    for (const one of [name, ...parents, ...state.referring(name).map(({ child }) => child)]) found.set(keyOfName(one), one);
  }
  return [...found.values()];
}

interface Definition {
  readonly name: QualifiedName;
  readonly node: CreateTable;
  readonly model: TableModel;
}

async function readDefinitions(wanted: readonly QualifiedName[], work: CloneWork, untried: Map<string, Words>): Promise<Definition[]> {
  const { session, settings } = work;
  const dialect = agentDialect(session.server);
  const formats = await rowFormats(session, wanted);
  const found: Definition[] = [];
  for (const name of wanted) {
    if (name.database.toLowerCase() === work.scratch.toLowerCase())
      throw new TrialLimit(phrase('the script uses the scratch database itself'));
    const { known, definition } = await readTable(session, name, settings);
    if (known === undefined || known === 'view') continue;
    const [node] = definition === undefined ? [] : parseStatements(definition, dialect);
    if (node?.kind !== 'createTable' || typeof known !== 'object' || isUnreadable(known)) {
      untried.set(keyOfName(name), phrase("the definition of {0} can't be copied", name.name));
      continue;
    }
    const reason = whyUntried(node, dialect);
    if (reason === undefined) found.push({ name, node: withFormat(node, formats.get(keyOfName(name))), model: known });
    else untried.set(keyOfName(name), phrase("{0} can't be copied: {1}", name.name, reason));
  }
  return found;
}

/** Of tables that have another format than new ones get. */
async function rowFormats(session: Session, names: readonly QualifiedName[]): Promise<ReadonlyMap<string, string>> {
  if (names.length === 0) return new Map();
  const list = joined(names.map(({ database, name }) => sql`(${textLiteral(database)}, ${textLiteral(name)})`));
  const rows = await session.read(
    sql`SELECT table_schema AS d, table_name AS n, UPPER(row_format) AS f FROM information_schema.tables
      WHERE (table_schema, table_name) IN (${list}) AND engine = 'InnoDB' AND LOWER(row_format) <> LOWER(@@innodb_default_row_format)`,
  );
  return new Map(rows.map((row) => [keyOfName({ database: text(row, 'd'), name: text(row, 'n') }), text(row, 'f')]));
}

function withFormat(node: CreateTable, format: string | undefined): CreateTable {
  if (format === undefined || node.options.some(({ name }) => name === 'ROW_FORMAT' || name === 'KEY_BLOCK_SIZE')) return node;
  const { start, end } = node;
  const value = { kind: 'name', name: format, quoted: false, start, end } as const;
  return { ...node, options: [...node.options, { kind: 'option', name: 'ROW_FORMAT', value, start, end }] };
}

/** Foreign keys, and on MySQL checks, have names that stand once in a database. */
async function requireFreeNames(definitions: readonly Definition[], { session, scratch }: CloneWork): Promise<void> {
  const isMysql = session.server.flavor === 'mysql';
  const names = definitions.flatMap(({ model }) =>
    [...model.foreignKeys, ...(isMysql ? model.checks : [])].map(({ name }) => name.toLowerCase()),
  );
  if (new Set(names).size < names.length) throw new TrialLimit(phrase('two of the tables have a constraint of the same name'));
  if (names.length === 0) return;
  const rows = await session.read(
    sql`SELECT constraint_name AS name FROM information_schema.table_constraints WHERE constraint_schema = ${textLiteral(scratch)} AND constraint_type IN ('FOREIGN KEY', 'CHECK')`,
  );
  const taken = new Set(rows.map((row) => text(row, 'name').toLowerCase()));
  if (names.some((name) => taken.has(name))) throw new TrialLimit(phrase('the scratch database has a constraint of the same name'));
}
