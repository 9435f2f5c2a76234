import { number, text } from '../driver/catalogRow.ts';
import type { SessionPool } from '../driver/sessionPool.ts';
import { toTableSummary, type TableSummary } from './catalog.ts';
import { isSystemDatabase } from './systemDatabases.ts';

/** A table in a list of all. */
export interface TableOverview extends TableSummary {
  /** Data and indexes, in bytes, as the server estimates them; undefined for views. */
  readonly dataBytes: number | undefined;
  readonly indexBytes: number | undefined;
  readonly lacksPrimaryKey: boolean;
}

const TABLES = `SELECT table_name AS name, table_type AS type, table_rows AS row_estimate, table_comment AS comment, data_length AS data_bytes,
    index_length AS index_bytes
  FROM information_schema.tables WHERE table_schema = ?`;

const WITH_KEY = `SELECT table_name AS name FROM information_schema.statistics WHERE table_schema = ? AND index_name = 'PRIMARY' AND seq_in_index = 1`;

export async function readOverview(pool: SessionPool, database: string): Promise<TableOverview[]> {
  return pool.withSession(undefined, async (session) => {
    const rows = await session.read(TABLES, [database]);
    // The server's own tables are as they are.
    const judged = !isSystemDatabase(database) && rows.some((row) => isBaseTable(text(row, 'type')));
    const keyed = new Set(judged ? (await session.read(WITH_KEY, [database])).map((row) => text(row, 'name')) : []);
    const tables = rows.map((row) => {
      const summary = toTableSummary(row);
      return {
        ...summary,
        dataBytes: summary.kind === 'view' ? undefined : number(row, 'data_bytes'),
        indexBytes: summary.kind === 'view' ? undefined : number(row, 'index_bytes'),
        lacksPrimaryKey: judged && isBaseTable(text(row, 'type')) && !keyed.has(summary.name),
      };
    });
    return tables.sort((a, b) => (a.name < b.name ? -1 : 1));
  });
}

/** No view and no sequence. */
function isBaseTable(type: string): boolean {
  return type === 'BASE TABLE' || type === 'SYSTEM VERSIONED';
}
