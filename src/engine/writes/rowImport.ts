import type { Cell, Column } from '../driver/values.ts';
import { isPilotError, PilotError, toPilotError } from '../errors.ts';
import type { UserSession } from '../query/userSession/userSession.ts';
import type { UserSessionOutcome } from '../query/userSession/userSessionRun.ts';
import { sqlLiteral } from '../query/results/sqlLiteral.ts';
import { quoteIdentifier, type QualifiedName } from '../sql/identifiers.ts';
import { NEWEST_MYSQL } from '../sql/lexer/dialect.ts';
import { checkedText, sql, textLiteral, type OwnSql } from '../sql/ownSql.ts';
import { cutLine } from '../text.ts';
import { fitCheck, type FitCheck } from './fittingValue.ts';

export interface ImportColumn {
  readonly name: string;
  /** As the table's definition has it, for example `varbinary(10)`. */
  readonly type: string;
}

/** A row of a file, and the line that it begins on, counted from 1. */
export interface ImportRow {
  readonly line: number;
  readonly values: readonly Cell[];
  /** Why it cannot be a row at all. */
  readonly problem?: string | undefined;
}

interface RefusedRow {
  readonly line: number;
  readonly message: string;
}

export interface ImportOutcome {
  readonly inserted: number;
  /** At most `MAX_REFUSED`; then it ends. */
  readonly refused: readonly RefusedRow[];
  /** Stopped by the person. */
  readonly stopped: boolean;
  /** What the server has remarked on rows that it took. */
  readonly remarks: { readonly count: number; readonly first: string };
}

export interface ImportOptions {
  /** All rows or none: the first that is refused ends it. Otherwise the others go on. */
  readonly atomic: boolean;
  /** In which the values of TIMESTAMP columns are, as MySQL names it; UTC by default, as our exports are. */
  readonly timeZone?: string | undefined;
  readonly signal: AbortSignal;
  /** Told after each batch. */
  readonly progress: (inserted: number, refused: number) => void;
}

/** A file of which so much does not fit is the wrong file. */
export const MAX_REFUSED = 1000;
const MAX_BATCH_ROWS = 500;
const MAX_BATCH_CHARACTERS = 1_000_000;
/** Of a packet, besides the statement. */
const PACKET_OVERHEAD = 1024;
/**
 * What a file says is what is stored: nothing is cut or made to fit, an id of 0 is no new number, and dates that MySQL may hold without a calendar's consent are taken.
 * STRICT_ALL_TABLES, since the other strict mode fits the second and later rows of a statement in silence where the engine can't roll back.
 */
const MODE = sql`'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'`;

/** Inserts rows into a table, in batches. Throws a PilotError for what is no row's fault; rows of batches before then stay unless `atomic`. */
export async function importRows(
  userSession: UserSession,
  table: QualifiedName,
  columns: readonly ImportColumn[],
  rows: AsyncIterable<ImportRow>,
  { atomic, timeZone = '+00:00', signal, progress }: ImportOptions,
): Promise<ImportOutcome> {
  const head = `INSERT INTO ${quoteIdentifier(table.database)}.${quoteIdentifier(table.name)} (${columns.map(({ name }) => quoteIdentifier(name)).join(', ')}) VALUES\n`;
  const run = async (statement: string): Promise<UserSessionOutcome> =>
    userSession.run(statement, { limits: { maxRows: 1, maxCharacters: 1000 }, signal });
  const refused: RefusedRow[] = [];
  const remarks = { count: 0, first: '' };
  let inserted = 0;
  const noteRemarks = async ({ warningCount }: UserSessionOutcome): Promise<void> => {
    remarks.count += warningCount;
    if (warningCount > 0 && remarks.first === '') remarks.first = (await run('SHOW WARNINGS LIMIT 1')).results[0]?.rows[0]?.[2] ?? '';
  };

  const insert = async (batch: readonly ImportRow[]): Promise<void> => {
    const [only] = batch;
    if (only === undefined) return;
    const text = head + batch.map((row) => tuple(row, columns)).join(',\n');
    const fitsPacket = Buffer.byteLength(text) + PACKET_OVERHEAD <= target.maxPacket;
    if (!fitsPacket && batch.length === 1) {
      refused.push({ line: only.line, message: tooLarge(Buffer.byteLength(text), target.maxPacket) });
      return;
    }
    if (fitsPacket) {
      try {
        await noteRemarks(await run(text));
        inserted += batch.length;
        return;
      } catch (error) {
        if (!isOfRows(error)) throw error;
        if (batch.length === 1) {
          refused.push({ line: only.line, message: toPilotError(error).message });
          return;
        }
      }
    }
    // By halves: a batch with one bad row costs a few statements and not one for each row.
    const middle = batch.length >> 1;
    for (const half of [batch.slice(0, middle), batch.slice(middle)]) if (!isOver()) await insert(half);
  };
  const isOver = (): boolean => signal.aborted || refused.length >= (atomic ? 1 : MAX_REFUSED);

  await run(sql`SET SESSION sql_mode = ${MODE}, time_zone = ${textLiteral(timeZone)}, autocommit = 1`);
  const target = await readTarget(run, table);
  const fits = columns.map(({ type }) => fitCheck(type, userSession.dialect ?? NEWEST_MYSQL));
  if (atomic && !target.transactional) throw cannotRollBack(table);
  // A statement that fails in the middle leaves the rows before it there where the engine can't roll back: then one row is one statement.
  const batchRows = target.transactional ? MAX_BATCH_ROWS : 1;
  if (atomic) await run('START TRANSACTION');
  try {
    for await (const batch of inBatches(rows, batchRows)) {
      const rest = batch.filter((row) => {
        const message = row.problem ?? misfitOf(row, columns, fits);
        if (message !== undefined) refused.push({ line: row.line, message });
        return message === undefined;
      });
      if (rest.length > 0 && !isOver()) await insert(rest);
      progress(inserted, refused.length);
      if (isOver()) break;
    }
  } catch (error) {
    if (!signal.aborted)
      throw brokenOff(error, atomic ? 0 : inserted, !atomic && isPilotError(error, 'connection.lost') ? SENDING : undefined);
  }
  const stopped = signal.aborted;
  const fails = atomic && (refused.length > 0 || stopped);
  if (fails)
    userSession.close(); // which rolls back
  else if (atomic) await commit(userSession);
  return { inserted: fails ? 0 : inserted, refused: refused.slice(0, atomic ? 1 : MAX_REFUSED), stopped, remarks };
}

const SENDING = 'The rows that were being sent may or may not have been inserted.';
const COMMITTING = 'An error occurred during the commit. The rows may or may not have been inserted.';

/** What was not rolled back is told: who runs the import again has those rows twice. `doubt` says of which rows the server has not answered. */
function brokenOff(error: unknown, inserted: number, doubt?: string): PilotError {
  const { code, message, advice, nextStep, errno, sqlState, untrusted, evidence } = toPilotError(error);
  const kept = inserted > 0 ? `${inserted.toLocaleString('en-US')} rows were inserted before that and are kept.` : undefined;
  const told = [kept ?? (doubt === undefined ? 'Nothing was inserted.' : undefined), doubt].filter((part) => part !== undefined);
  return new PilotError(code, [sentence(message), ...told].join(' '), {
    ...(doubt === undefined ? { advice, nextStep } : { advice: 'write.lookForRows' }),
    ...{ errno, sqlState, untrusted, evidence, cause: error },
  });
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

/** Not to be stopped: a COMMIT that was sent may have been carried out. */
async function commit(userSession: UserSession): Promise<void> {
  try {
    await userSession.run('COMMIT', { limits: { maxRows: 1, maxCharacters: 1000 }, signal: new AbortController().signal });
  } catch (error) {
    throw brokenOff(error, 0, isPilotError(error, 'connection.lost') ? COMMITTING : undefined);
  }
}

const SHOWN_VALUE = 40;
/** TIMESTAMP without NULL: MariaDB, and MySQL without `explicit_defaults_for_timestamp`, store the current time for NULL. */
const NOW_FOR_NULL = /^timestamp\b(?!.* NULL\b)/i;

/** Why a row would be stored otherwise than it is written; undefined where it would not. */
function misfitOf({ values }: ImportRow, columns: readonly ImportColumn[], fits: readonly FitCheck[]): string | undefined {
  for (const [i, value] of values.entries()) {
    const { name = '', type = '' } = columns[i] ?? {};
    if (value === null && NOW_FOR_NULL.test(type)) return `The value NULL of ${name} would be replaced by the current time.`;
    const because = value === null ? undefined : fits[i]?.(value);
    if (because !== undefined) return `The value ${cutLine(value ?? '', SHOWN_VALUE)} of ${name} ${because}.`;
  }
  return undefined;
}

interface Target {
  /** False where the engine can't roll back. A table that is not there is one for the INSERT to tell. */
  readonly transactional: boolean;
  readonly maxPacket: number;
}

async function readTarget(run: (statement: string) => Promise<UserSessionOutcome>, { database, name }: QualifiedName): Promise<Target> {
  const { results } = await run(
    sql`SELECT @@max_allowed_packet, (SELECT COUNT(*) FROM information_schema.tables t JOIN information_schema.engines e ON e.engine = t.engine
        WHERE t.table_schema = ${textLiteral(database)} AND t.table_name = ${textLiteral(name)} AND e.transactions = 'NO')`,
  );
  const [maxPacket, withoutTransactions] = results[0]?.rows[0] ?? [];
  return { transactional: withoutTransactions === '0', maxPacket: Number(maxPacket) };
}

function cannotRollBack({ name }: QualifiedName): PilotError {
  return new PilotError(
    'input.invalid',
    `The storage engine of ${name} can't roll back, so an all-or-nothing import isn't possible. Nothing was inserted.`,
    { advice: 'write.skipRows' },
  );
}

function tooLarge(bytes: number, maxPacket: number): string {
  return `The row has ${bytes.toLocaleString('en-US')} bytes as a statement, and the server accepts ${maxPacket.toLocaleString('en-US')} (max_allowed_packet). Increase max_allowed_packet on the server, then connect again.`;
}

/** Disk full, lock wait timeout, lock table full, deadlock, read-only server, and the like: they may have rolled a transaction back. */
const OF_THE_SERVER = new Set([1015, 1021, 1026, 1030, 1037, 1038, 1041, 1114, 1180, 1205, 1206, 1213, 1223, 1290, 1613, 1836, 3101, 3572]);

/** The server has looked at the values and did not like them; anything else ends the import. SQLSTATE 42 is of names and rights, 40 of a transaction that was rolled back, 25 of its state. */
function isOfRows(error: unknown): boolean {
  if (!isPilotError(error, 'statement.failed')) return false;
  return !OF_THE_SERVER.has(error.errno ?? 0) && !/^(?:25|40|42)/.test(error.sqlState ?? '');
}

async function* inBatches(rows: AsyncIterable<ImportRow>, most: number): AsyncGenerator<readonly ImportRow[]> {
  let batch: ImportRow[] = [];
  let characters = 0;
  for await (const row of rows) {
    batch.push(row);
    characters += row.values.reduce((sum, value) => sum + (value?.length ?? 4), 0);
    if (batch.length < most && characters < MAX_BATCH_CHARACTERS) continue;
    yield batch;
    batch = [];
    characters = 0;
  }
  if (batch.length > 0) yield batch;
}

function tuple({ values }: ImportRow, columns: readonly ImportColumn[]): string {
  return `(${columns.map(({ type }, i) => literal(values[i] ?? null, type)).join(', ')})`;
}

const BINARY_TYPE = /^(?:(?:var)?binary|(?:tiny|medium|long)?blob|vector)\b/i;
const SPATIAL_TYPE = /^(?:geometry|point|linestring|polygon|multipoint|multilinestring|multipolygon|geom(?:etry)?collection)\b/i;
const HEXADECIMAL = /^0x(?:[0-9a-f]{2})*$/i;
/** Of geometry as our exports write it; the protocol's number. */
const SHAPE: Column = { name: '', type: 255, binary: true, geometry: 'mysql' };

/** Texts for all: the server reads numbers and dates in them. Binary, BIT and geometry as our exports write them. */
function literal(value: Cell, type: string): OwnSql {
  if (value === null) return sqlLiteral(null, undefined);
  if (BINARY_TYPE.test(type) && HEXADECIMAL.test(value)) return value === '0x' ? sql`''` : checkedText(value);
  if (SPATIAL_TYPE.test(type)) return sqlLiteral(value, SHAPE);
  if (/^bit\b/i.test(type) && /^\d+$/.test(value)) return checkedText(value);
  return sqlLiteral(value, undefined);
}
