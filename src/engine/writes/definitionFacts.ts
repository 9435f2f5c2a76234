import type { CatalogRow } from '../driver/catalogRow.ts';
import type { Session } from '../driver/session.ts';
import { namesIn } from '../guard/namesInTree.ts';
import type { ObjectName } from '../sql/ast/expressions.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import { readWay } from '../ddl/readWay.ts';
import { alterationCost } from './alterationCost.ts';
import type { ParsedWrite } from './parseWrites.ts';
import type { ObjectSize } from './writePreview.ts';
import { phrase, rowsPhrase, type Words } from '../phrase.ts';

/** Of a procedure's body. */
const SHOWN_BODY = 20_000;

export interface DefinitionFacts {
  readonly facts: readonly Words[];
  readonly sizes: readonly ObjectSize[];
}

/** What is known of a statement that cannot be tried: what it commits, how large what it changes is, what it may lock. */
export async function readFacts(session: Session, { statement, classes, context }: ParsedWrite): Promise<DefinitionFacts> {
  if (statement.kind === 'callStatement')
    return { facts: await callFacts(session, qualify(statement.routine, context.database)), sizes: [] };
  const facts: Words[] = [phrase("The statement commits implicitly and can't be rolled back.")];
  if (!classes.includes('ddl')) return { facts, sizes: [] };
  if (statement.kind === 'database' && statement.verb === 'ALTER')
    return withDatabase(facts, await readDatabase(session, statement.name?.name));
  if (statement.kind === 'drop' && statement.object === 'DATABASE')
    return withDatabase(facts, await readDatabase(session, statement.names[0]?.name.name));
  const { targets, made } = namesIn(statement);
  const replaces = statement.kind === 'createTable' && statement.orReplace ? made.map((node) => ({ node })) : [];
  const sizes: ObjectSize[] = [];
  for (const { node } of [...targets, ...replaces]) {
    const name = qualify(node, context.database);
    if (name === undefined) continue;
    const table = await tableFacts(session, name);
    facts.push(...table.facts);
    sizes.push(...table.sizes);
  }
  const isIndex = statement.kind === 'createIndex' || (statement.kind === 'drop' && statement.object === 'INDEX');
  if (statement.kind === 'alterTable' || isIndex)
    facts.push(...alterationCost(statement, await readWay(session, statement, context.database)));
  return { facts, sizes };
}

function qualify({ database, name }: ObjectName, current: string | undefined): QualifiedName | undefined {
  const where = database?.name ?? current;
  return where === undefined ? undefined : { database: where, name: name.name };
}

async function tableFacts(session: Session, { database, name }: QualifiedName): Promise<DefinitionFacts> {
  const [row] = await session.read(
    `SELECT engine AS engine, table_rows AS row_count, data_length + index_length AS bytes FROM information_schema.tables
     WHERE table_schema = ? AND table_name = ? LIMIT 1`,
    [database, name],
  );
  if (row === undefined) return { facts: [phrase("{0} doesn't exist.", `${database}.${name}`)], sizes: [] };
  const children = await session.read(
    `SELECT DISTINCT table_schema AS d, table_name AS n FROM information_schema.key_column_usage
     WHERE referenced_table_schema = ? AND referenced_table_name = ? LIMIT 20`,
    [database, name],
  );
  const referring = children.map((child) => String(child['n']));
  const isTable = row['engine'] !== null;
  return {
    facts: [
      isTable
        ? phrase(
            '{0}: {1}, about {2}, {3}.',
            `${database}.${name}`,
            String(row['engine']),
            rowsPhrase(count(row['row_count'])),
            size(row['bytes']),
          )
        : phrase('{0} is a view.', `${database}.${name}`),
      ...(referring.length === 0 ? [] : [phrase('Foreign keys in {0} reference {1}.', referring.join(', '), name)]),
    ],
    sizes: isTable ? [{ name, rows: count(row['row_count']), bytes: count(row['bytes']) }] : [],
  };
}

function withDatabase(facts: readonly Words[], database: DefinitionFacts): DefinitionFacts {
  return { facts: [...facts, ...database.facts], sizes: database.sizes };
}

async function readDatabase(session: Session, name: string | undefined): Promise<DefinitionFacts> {
  if (name === undefined) return { facts: [], sizes: [] };
  const [row] = await session.read(
    `SELECT COUNT(*) AS table_count, SUM(table_rows) AS row_count, SUM(data_length + index_length) AS bytes FROM information_schema.tables
     WHERE table_schema = ? LIMIT 1`,
    [name],
  );
  const tables = count(row?.['table_count']) === 1 ? phrase('1 table') : phrase('{0} tables', count(row?.['table_count']));
  return {
    facts: [phrase('{0}: {1}, about {2}, {3}.', name, tables, rowsPhrase(count(row?.['row_count'])), size(row?.['bytes']))],
    sizes: [{ name, rows: count(row?.['row_count']), bytes: count(row?.['bytes']) }],
  };
}

async function callFacts(session: Session, name: QualifiedName | undefined): Promise<Words[]> {
  const facts: Words[] = [
    phrase("A procedure can commit while it runs, and ROLLBACK doesn't undo committed changes. There was no dry run."),
  ];
  if (name === undefined) return facts;
  const [row] = await session.read(
    `SELECT routine_definition AS body, security_type AS security, definer AS definer FROM information_schema.routines
     WHERE routine_type = 'PROCEDURE' AND routine_schema = ? AND routine_name = ? LIMIT 1`,
    [name.database, name.name],
  );
  if (row === undefined) return [...facts, phrase("{0} doesn't exist, or this account can't see it.", `${name.database}.${name.name}`)];
  const body = row['body'];
  if (row['security'] === 'DEFINER') facts.push(phrase('The procedure runs with the privileges of {0}.', String(row['definer'])));
  if (typeof body !== 'string' || body === '') return [...facts, phrase("This account can't read the definition of the procedure.")];
  facts.push(phrase("If the definition changes before the call, the procedure isn't called. Routines that it calls are NOT verified."));
  const left = body.length - SHOWN_BODY;
  if (left <= 0) return [...facts, phrase('Definition:\n{0}', body)];
  const cut = phrase('The definition is long. Characters that are NOT shown here: {0}.', left);
  return [cut, ...facts, phrase('Definition:\n{0}', `${body.slice(0, SHOWN_BODY)}…`)];
}

function count(value: CatalogRow[string]): number {
  return Number(value ?? 0);
}

function size(value: CatalogRow[string]): string {
  const bytes = Number(value ?? 0);
  return bytes < 1024 ** 2
    ? `${(bytes / 1024).toFixed(0)} KiB`
    : bytes < 1024 ** 3
      ? `${(bytes / 1024 ** 2).toFixed(0)} MiB`
      : `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}
