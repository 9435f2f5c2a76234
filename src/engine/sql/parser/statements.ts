import type { Statement } from '../ast/statements.ts';
import { parseAlter } from './alter.ts';
import { parseCreate } from './create.ts';
import { parseBehindWith, parseDelete, parseInsert, parseUpdate } from './dml.ts';
import { parseDrop, parseRename } from './drop.ts';
import { parseExplain } from './explain.ts';
import type { Parser } from './parser.ts';
import { isProgramStatement, parseProgramStatement } from './programs.ts';
import { parseQuery, parseWith } from './queries.ts';
import { parseSet } from './settings.ts';
import { parseShow } from './show.ts';
import { parseCallStatement, parseDo, parseKill, parseLockTables, parseTransaction, parseTruncate } from './transactions.ts';
import { parseHelp, parseMaintenance, parseUnsupported, parseUse } from './utilities.ts';

const PARSERS: ReadonlyMap<string, (p: Parser) => Statement> = new Map<string, (p: Parser) => Statement>([
  ['SELECT', parseQuery],
  ['VALUES', parseQuery],
  ['TABLE', parseQuery],
  ['WITH', parseWithStatement],
  ['INSERT', parseInsert],
  ['REPLACE', parseInsert],
  ['UPDATE', (p) => parseUpdate(p)],
  ['DELETE', (p) => parseDelete(p)],
  ['TRUNCATE', parseTruncate],
  ['CALL', parseCallStatement],
  ['DO', parseDo],
  ['SHOW', parseShow],
  ['EXPLAIN', parseExplain],
  ['DESCRIBE', parseExplain],
  ['DESC', parseExplain],
  ['ANALYZE', (p) => (p.isMariadb && !isMaintenance(p) ? parseExplain(p) : parseMaintenance(p))],
  ['CHECKSUM', parseMaintenance],
  ['CHECK', parseMaintenance],
  ['OPTIMIZE', parseMaintenance],
  ['REPAIR', parseMaintenance],
  ['HELP', parseHelp],
  ['USE', parseUse],
  ['SET', parseSet],
  ['START', (p) => (p.peek().keyword === 'TRANSACTION' ? parseTransaction(p) : parseUnsupported(p))],
  ['COMMIT', parseTransaction],
  ['ROLLBACK', parseTransaction],
  ['SAVEPOINT', parseTransaction],
  ['RELEASE', parseTransaction],
  ['LOCK', (p) => (p.peek().keyword.startsWith('TABLE') ? parseLockTables(p) : parseUnsupported(p))],
  ['UNLOCK', (p) => (p.peek().keyword.startsWith('TABLE') ? parseLockTables(p) : parseUnsupported(p))],
  ['KILL', (p) => (KILL_FORMS.has(p.peek().keyword) || KILL_FORMS.has(p.peek(2).keyword) ? parseUnsupported(p) : parseKill(p))],
  ['CREATE', parseCreate],
  ['ALTER', parseAlter],
  ['DROP', parseDrop],
  ['RENAME', parseRename],
]);

/** Words of forms of KILL that only MariaDB has. */
const KILL_FORMS = new Set(['HARD', 'SOFT', 'USER', 'ID']);

/** One statement, up to its separator or the end of the text. */
export function parseStatement(p: Parser): Statement {
  if (p.isOperator('(')) return parseQuery(p);
  if (isProgramStatement(p)) return parseProgramStatement(p);
  const { keyword } = p.token;
  if (keyword === 'BEGIN') return parseTransaction(p);
  return (PARSERS.get(keyword) ?? parseUnsupported)(p);
}

function parseWithStatement(p: Parser): Statement {
  const { start } = p.token;
  return parseBehindWith(p, parseWith(p), start);
}

function isMaintenance(p: Parser): boolean {
  const { keyword } = p.peek();
  return keyword === 'TABLE' || keyword === 'TABLES' || keyword === 'VIEW' || keyword === 'LOCAL' || keyword === 'NO_WRITE_TO_BINLOG';
}
