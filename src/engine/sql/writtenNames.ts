import type { Dialect } from './lexer/dialect.ts';
import { quoteIdentifier, type QualifiedName } from './identifiers.ts';
import { checkedText, sql, type OwnSql } from './ownSql.ts';
import { needsQuotes } from './reserved/reservedWords.ts';

type Server = Pick<Dialect, 'flavor' | 'version'>;

/** Functions with a grammar of their own: before a parenthesis their names are keywords, so no routine can be called by one without quotes. */
const CALLED_BY_GRAMMAR = new Set(
  (
    'BIT_AND BIT_OR BIT_XOR CAST COUNT CUME_DIST CURDATE CURTIME DATE_ADD DATE_SUB DENSE_RANK EXTRACT FIRST_VALUE GROUP_CONCAT JSON_ARRAYAGG ' +
    'JSON_DUALITY_OBJECT JSON_OBJECTAGG LAG LEAD MAX MEDIAN MID MIN NOW NTH_VALUE NTILE PERCENTILE_CONT PERCENTILE_DISC PERCENT_RANK POSITION ' +
    'RANK STD STDDEV STDDEV_POP STDDEV_SAMP SUBSTR SUBSTRING SUM SYSDATE TRIM VARIANCE VAR_POP VAR_SAMP'
  ).split(' '),
);

/**
 * A name as people write it: quoted only where the server must, or may, take it for something else. Without a server the name is right on all of them. It stays in
 * back-ticks under ANSI_QUOTES, too, where they mean the same.
 */
export function writeIdentifier(name: string, server?: Server): OwnSql {
  const isPlain = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !needsQuotes(name.toUpperCase(), server);
  return isPlain ? checkedText(name) : quoteIdentifier(name);
}

/** The name of a procedure or function as people write it. */
export function writeRoutineName(name: string, server?: Server): OwnSql {
  return CALLED_BY_GRAMMAR.has(name.toUpperCase()) ? quoteIdentifier(name) : writeIdentifier(name, server);
}

/** `database.name`, each as people write it. */
export function writeQualified({ database, name }: QualifiedName, server?: Server): OwnSql {
  return sql`${writeIdentifier(database, server)}.${writeIdentifier(name, server)}`;
}
