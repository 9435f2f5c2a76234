import { quoteIdentifier } from '../sql/identifiers.ts';

/**
 * The statements that make an account which can only read these databases: an administrator runs them. SHOW VIEW lets the
 * guard see what views hide; nothing else is needed.
 */
export function readOnlyAccountSql(user: string, databases: readonly string[]): string {
  const account = `${quoteString(user)}@'%'`;
  return [
    '-- A read-only account for agents. Have an administrator run this once:',
    "-- set a password, and replace '%' with the host that connections come from.",
    `CREATE USER ${account} IDENTIFIED BY '…';`,
    ...databases.map((database) => `GRANT SELECT, SHOW VIEW ON ${quotePattern(database)}.* TO ${account};`),
    '',
    '-- Optional, for server health checks. These privileges show statements of other sessions, including their values:',
    `-- GRANT PROCESS, REPLICATION CLIENT ON *.* TO ${account};`,
    '-- GRANT SELECT ON performance_schema.* TO ' + account + ';',
    '',
  ].join('\n');
}

function quoteString(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/**
 * In the database of a GRANT `_` and `%` are wildcards, which a backslash takes away.
 * @see https://dev.mysql.com/doc/refman/9.7/en/grant.html
 */
function quotePattern(database: string): string {
  return quoteIdentifier(database.replaceAll(/[_%\\]/g, '\\$&'));
}
