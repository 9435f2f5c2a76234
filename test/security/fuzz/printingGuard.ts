import { parseReads } from '../../../src/engine/query/authorization/parseReads.ts';
import { tokenize } from '../../../src/engine/sql/lexer/tokens.ts';
import { print } from '../../../src/engine/sql/printer/print.ts';
import type { Flavor } from '../../harness/servers/testServer.ts';
import { DIALECTS } from '../trivia.ts';
import type { Guard } from './fuzzer.ts';

/** The parts that a guard is made of; a parameter, so that a copy of them with a fault can be tried. */
export interface GuardParts {
  readonly parseReads: typeof parseReads;
  readonly print: typeof print;
  readonly tokenize: typeof tokenize;
}

/** The guard that decides for agents: what it admits is printed from the tree, without a comment, and only that is sent. */
export function printingGuard(flavor: Flavor, parts: GuardParts = { parseReads, print, tokenize }): Guard {
  const dialect = DIALECTS[flavor];
  return {
    send: (sql) => parts.parseReads(sql, { dialect, database: 'fuzz' }).map(({ statement }) => parts.print(statement, dialect)),
    tokenize: (sql) => parts.tokenize(sql, dialect).tokens,
  };
}
