import type { ErrorCode } from '../errors.ts';

/** A statement that has ended, one way or another. It holds nothing of its text. */
export interface StatementEvent {
  /** Its first word, one of those that are known; else `OTHER`. */
  readonly type: string;
  /** What it took on the server and on the way, in milliseconds. */
  readonly milliseconds: number;
  /** That were returned or changed. */
  readonly rows: number;
  readonly error?: ErrorCode | undefined;
}

/** Told of each statement after it has ended; must not throw. */
export type Observe = (event: StatementEvent) => void;

/** So many that a text of an agent cannot make up new ones: each is a series of its own in somebody's monitoring. */
const TYPES = new Set(
  (
    'SELECT WITH TABLE VALUES SHOW DESCRIBE DESC EXPLAIN ANALYZE INSERT REPLACE UPDATE DELETE CREATE ALTER DROP TRUNCATE RENAME ' +
    'CALL GRANT REVOKE SET USE LOAD LOCK'
  ).split(' '),
);

export function statementType(sql: string): string {
  const word = /^[\s(]*([A-Za-z]+)/.exec(sql)?.[1]?.toUpperCase() ?? '';
  return TYPES.has(word) ? word : 'OTHER';
}
