import { parseReads } from '../../../src/engine/query/parseReads.ts';
import { tokenize } from '../../../src/engine/sql/lexer.ts';
import { print } from '../../../src/engine/sql/printer/print.ts';
import type { Flavour } from '../../harness/servers/testServer.ts';
import { DIALECTS } from '../trivia.ts';
import type { Guard } from './fuzzer.ts';

/** The guard that decides for agents: what it admits is printed from the tree, without a comment, and only that is sent. */
export function printingGuard(flavour: Flavour): Guard {
  const dialect = DIALECTS[flavour];
  return {
    admitReads: (sql) => parseReads(sql, { dialect, database: 'fuzz' }).map(({ statement }) => ({ sql: print(statement, dialect) })),
    readStatements: (sql) => [{ text: sql, start: 0, end: sql.length, readings: [tokenize(sql)] }],
    prints: true,
  };
}
