import type { ResultSetHeader } from 'mysql2';

/** What a statement did, as the server counts it. */
export interface ChangedRows {
  /** Rows that are different now; a replaced row counts as two. */
  readonly affected: number;
  /** For example `Rows matched: 3  Changed: 2  Warnings: 0`; often empty. */
  readonly info: string;
  /** Of an AUTO_INCREMENT column, the first one; 0 where there is none. */
  readonly insertId: number;
  /** A transaction is open now. */
  readonly inTransaction: boolean;
}

/** `SERVER_STATUS_IN_TRANS`. @see https://dev.mysql.com/doc/dev/mysql-server/latest/mysql__com_8h.html */
const IN_TRANSACTION = 1;

export function toChangedRows({ affectedRows, info, insertId, serverStatus }: ResultSetHeader): ChangedRows {
  return { affected: affectedRows, info, insertId, inTransaction: (serverStatus & IN_TRANSACTION) !== 0 };
}
