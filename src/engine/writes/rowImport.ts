import type { Cell } from '../driver/values.ts';
import { isPilotError, toPilotError } from '../errors.ts';
import type { Console } from '../query/console.ts';
import { sqlLiteral } from '../query/sqlLiteral.ts';
import { quoteIdentifier, type QualifiedName } from '../sql/identifiers.ts';
import type { StopSignal } from '../stopSignal.ts';

/** A column that is filled. */
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

/** Why a row was not taken. */
interface RefusedRow {
  readonly line: number;
  readonly message: string;
}

/** What an import has done. */
export interface ImportOutcome {
  readonly inserted: number;
  /** At most `MAX_REFUSED`; then it ends. */
  readonly refused: readonly RefusedRow[];
  /** Stopped by the person. */
  readonly stopped: boolean;
}

/** How an import goes. */
export interface ImportOptions {
  /** All rows or none: the first that is refused ends it. Otherwise the others go on. */
  readonly atomic: boolean;
  readonly signal: StopSignal;
  /** Told after each batch. */
  readonly progress: (inserted: number, refused: number) => void;
}

/** A file of which so much does not fit is the wrong file. */
export const MAX_REFUSED = 1000;
const MAX_BATCH_ROWS = 500;
/** Below the smallest `max_allowed_packet` of a server that nobody has tuned. */
const MAX_BATCH_CHARACTERS = 1_000_000;
const MODE = "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'";

/** Inserts rows into a table, in batches. Throws a PilotError for what is no row's fault; rows of batches before then stay unless `atomic`. */
export async function importRows(
  console: Console,
  table: QualifiedName,
  columns: readonly ImportColumn[],
  rows: AsyncIterable<ImportRow>,
  { atomic, signal, progress }: ImportOptions,
): Promise<ImportOutcome> {
  const head = `INSERT INTO ${quoteIdentifier(table.database)}.${quoteIdentifier(table.name)} (${columns.map(({ name }) => quoteIdentifier(name)).join(', ')}) VALUES\n`;
  const run = async (sql: string): Promise<void> => {
    await console.run(sql, { limits: { maxRows: 1, maxCharacters: 1000 }, signal });
  };
  const refused: RefusedRow[] = [];
  let inserted = 0;

  const insert = async (batch: readonly ImportRow[]): Promise<void> => {
    try {
      await run(head + batch.map((row) => tuple(row, columns)).join(',\n'));
      inserted += batch.length;
    } catch (error) {
      if (!isOfRows(error)) throw error;
      const [only] = batch;
      if (batch.length === 1 && only !== undefined) {
        refused.push({ line: only.line, message: toPilotError(error).message });
        return;
      }
      // By halves: a batch with one bad row costs a few statements and not one for each row.
      const middle = batch.length >> 1;
      for (const half of [batch.slice(0, middle), batch.slice(middle)]) if (!isOver()) await insert(half);
    }
  };
  const isOver = (): boolean => signal.aborted || refused.length >= (atomic ? 1 : MAX_REFUSED);

  await run(MODE);
  if (atomic) await run('START TRANSACTION');
  try {
    for await (const batch of inBatches(rows)) {
      for (const { line, problem } of batch) if (problem !== undefined) refused.push({ line, message: problem });
      const rest = batch.filter(({ problem }) => problem === undefined);
      if (rest.length > 0 && !isOver()) await insert(rest);
      progress(inserted, refused.length);
      if (isOver()) break;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  const fails = atomic && (refused.length > 0 || signal.aborted);
  if (fails)
    console.close(); // which rolls back
  else if (atomic) await run('COMMIT');
  return { inserted: fails ? 0 : inserted, refused: refused.slice(0, atomic ? 1 : MAX_REFUSED), stopped: signal.aborted };
}

/** The server has looked at the values and did not like them; anything else ends the import. */
function isOfRows(error: unknown): boolean {
  return isPilotError(error) && error.code === 'statement.failed';
}

async function* inBatches(rows: AsyncIterable<ImportRow>): AsyncGenerator<readonly ImportRow[]> {
  let batch: ImportRow[] = [];
  let characters = 0;
  for await (const row of rows) {
    batch.push(row);
    characters += row.values.reduce((sum, value) => sum + (value?.length ?? 4), 0);
    if (batch.length < MAX_BATCH_ROWS && characters < MAX_BATCH_CHARACTERS) continue;
    yield batch;
    batch = [];
    characters = 0;
  }
  if (batch.length > 0) yield batch;
}

function tuple({ values }: ImportRow, columns: readonly ImportColumn[]): string {
  return `(${columns.map(({ type }, i) => literal(values[i] ?? null, type)).join(', ')})`;
}

/** Texts for all: the server reads numbers and dates in them. Binary as our exports write it. */
function literal(value: Cell, type: string): string {
  if (value !== null && /^(?:var)?binary|blob/i.test(type) && /^0x(?:[0-9a-f]{2})+$/i.test(value)) return value;
  if (value !== null && /^bit/i.test(type) && /^\d+$/.test(value)) return value;
  return sqlLiteral(value, undefined);
}
