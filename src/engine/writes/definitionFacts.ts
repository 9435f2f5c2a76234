import type { CatalogRow } from '../driver/catalogRow.ts';
import type { Session } from '../driver/session.ts';
import { objectOf } from '../policy/ddlObject.ts';
import { isName, keyword } from '../policy/verdict.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import type { Token } from '../sql/lexer.ts';
import type { AdmittedWrite } from './admitWrites.ts';
import { alterationCost } from './alterationCost.ts';

/** Of a procedure's body; a person who wants all of it can look it up. */
const SHOWN_BODY = 4000;

/** What is known of a statement that cannot be tried: what it commits, how large what it changes is, what it may lock. */
export async function readFacts(session: Session, statement: AdmittedWrite): Promise<string[]> {
  const { verb, tokens, classes } = statement;
  if (verb === 'CALL') return callFacts(session, tokens);
  const facts = ['It commits by itself: there is no ROLLBACK.'];
  if (!classes.includes('ddl')) return facts;
  const at = verb === 'TRUNCATE' ? (keyword(tokens[1]) === 'TABLE' ? 2 : 1) : nameAt(tokens);
  const kind = verb === 'TRUNCATE' ? 'TABLE' : kindOf(tokens);
  const names = kind === 'INDEX' ? indexTable(tokens) : namesFrom(tokens, at, session.database);
  if (kind === 'DATABASE' || kind === 'SCHEMA') return [...facts, ...(await databaseFacts(session, tokens[at]))];
  for (const name of names) facts.push(...(await tableFacts(session, name)));
  if (verb === 'ALTER' || kind === 'INDEX') facts.push(...alterationCost(tokens, session.server));
  return facts;

  function indexTable(all: readonly Token[]): QualifiedName[] {
    const on = all.findIndex((token) => keyword(token) === 'ON');
    return on < 0 ? [] : namesFrom(all, on + 1, session.database);
  }
}

function nameAt(tokens: readonly Token[]): number {
  const object = objectOf(tokens);
  if ('what' in object) return tokens.length;
  let at = object.nameAt;
  while (['IF', 'NOT', 'EXISTS'].includes(keyword(tokens[at]))) at++;
  return at;
}

function kindOf(tokens: readonly Token[]): string {
  const object = objectOf(tokens);
  return 'what' in object ? '' : object.kind;
}

/** `a, d.b, …` */
function namesFrom(tokens: readonly Token[], from: number, current: string | undefined): QualifiedName[] {
  const names: QualifiedName[] = [];
  for (let i = from; ; i++) {
    const first = tokens[i];
    if (!isName(first)) return names;
    const second = tokens[i + 2];
    const qualified = tokens[i + 1]?.text === '.' && isName(second);
    const database = qualified ? first.text : current;
    if (database !== undefined) names.push({ database, name: qualified ? second.text : first.text });
    i += qualified ? 3 : 1;
    if (tokens[i]?.text !== ',') return names;
  }
}

async function tableFacts(session: Session, { database, name }: QualifiedName): Promise<string[]> {
  const [row] = await session.read(
    `SELECT engine AS engine, table_rows AS row_count, data_length + index_length AS bytes FROM information_schema.tables
     WHERE table_schema = ? AND table_name = ? LIMIT 1`,
    [database, name],
  );
  if (row === undefined) return [`${database}.${name} is not there now.`];
  const children = await session.read(
    `SELECT DISTINCT table_schema AS d, table_name AS n FROM information_schema.key_column_usage
     WHERE referenced_table_schema = ? AND referenced_table_name = ? LIMIT 20`,
    [database, name],
  );
  const referring = children.map((child) => String(child['n']));
  return [
    `${database}.${name}: about ${count(row['row_count'])} rows, ${size(row['bytes'])}, ${String(row['engine'] ?? 'a view')}.`,
    ...(referring.length === 0 ? [] : [`Foreign keys of ${referring.join(', ')} refer to ${name}.`]),
  ];
}

async function databaseFacts(session: Session, name: Token | undefined): Promise<string[]> {
  if (!isName(name)) return [];
  const [row] = await session.read(
    `SELECT COUNT(*) AS table_count, SUM(table_rows) AS row_count, SUM(data_length + index_length) AS bytes FROM information_schema.tables
     WHERE table_schema = ? LIMIT 1`,
    [name.text],
  );
  return [`${name.text}: ${count(row?.['table_count'])} tables, about ${count(row?.['row_count'])} rows, ${size(row?.['bytes'])}.`];
}

async function callFacts(session: Session, tokens: readonly Token[]): Promise<string[]> {
  const [name] = namesFrom(tokens, 1, session.database);
  const facts = ['A procedure may commit in the middle, and then a ROLLBACK does not undo it. It is not tried.'];
  if (name === undefined) return facts;
  const [row] = await session.read(
    `SELECT routine_definition AS body, security_type AS security, definer AS definer FROM information_schema.routines
     WHERE routine_type = 'PROCEDURE' AND routine_schema = ? AND routine_name = ? LIMIT 1`,
    [name.database, name.name],
  );
  if (row === undefined) return [...facts, `${name.database}.${name.name} is not there, or this account may not see it.`];
  const body = row['body'];
  if (row['security'] === 'DEFINER') facts.push(`It runs with the rights of ${String(row['definer'])}.`);
  if (typeof body !== 'string' || body === '') return [...facts, 'This account may not see what it does.'];
  return [...facts, `It does:\n${body.length > SHOWN_BODY ? `${body.slice(0, SHOWN_BODY)}…` : body}`];
}

function count(value: CatalogRow[string]): string {
  return Number(value ?? 0).toLocaleString('en-US');
}

function size(value: CatalogRow[string]): string {
  const bytes = Number(value ?? 0);
  return bytes < 1024 ** 2
    ? `${(bytes / 1024).toFixed(0)} KiB`
    : bytes < 1024 ** 3
      ? `${(bytes / 1024 ** 2).toFixed(0)} MiB`
      : `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}
