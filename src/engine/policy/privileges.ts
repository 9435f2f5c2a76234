import type { QualifiedName } from '../sql/identifiers.ts';
import { ANY, matchesWildcards, ONE, type Wildcard } from '../sql/wildcards.ts';

export interface ExcessPrivileges {
  /** Privileges to change rows, objects or programs, as SHOW GRANTS names them. */
  readonly writes: readonly string[];
  /** Privileges that reach beyond the databases: files, other accounts, the server. */
  readonly administers: readonly string[];
}

const WRITES = new Set([
  ...[
    'INSERT',
    'UPDATE',
    'DELETE',
    'CREATE',
    'DROP',
    'ALTER',
    'INDEX',
    'TRIGGER',
    'EVENT',
    'EXECUTE',
    'LOCK TABLES',
    'CREATE VIEW',
    'REFERENCES',
  ],
  ...['CREATE ROUTINE', 'ALTER ROUTINE', 'CREATE TEMPORARY TABLES', 'DELETE HISTORY', 'CREATE TABLESPACE'],
]);
const ADMINISTERS = new Set([
  ...['FILE', 'SUPER', 'SHUTDOWN', 'RELOAD', 'CREATE USER', 'CREATE ROLE', 'DROP ROLE', 'GRANT OPTION', 'SET USER', 'READ_ONLY ADMIN'],
]);
/** `BINLOG_ADMIN`, `CONNECTION ADMIN`, `SET_USER_ID` and the like. */
const DYNAMIC = /(?:^|[_ ])ADMIN$|^SET_|^ALLOW_NONEXISTENT|^PASSWORDLESS|^SENSITIVE_VARIABLES/;

/** `GRANT privileges ON object TO account …`; role grants have no ON and are left out. */
const GRANT = /^GRANT (.+?) ON (?:TABLE |FUNCTION |PROCEDURE |PACKAGE )?(\S+) TO .*?( WITH GRANT OPTION)?;?$/s;

/**
 * Reads the lines of SHOW GRANTS.
 * @see https://dev.mysql.com/doc/refman/9.7/en/show-grants.html
 */
export function findExcessPrivileges(grants: readonly string[]): ExcessPrivileges {
  const writes = new Set<string>();
  const administers = new Set<string>();
  for (const line of grants) {
    const [, list = '', object = '', grantOption] = GRANT.exec(line) ?? [];
    if (list === '' || list === 'PROXY') continue;
    const privileges = withoutColumns(list)
      .split(',')
      .map((privilege) => privilege.trim());
    if (grantOption !== undefined) privileges.push('GRANT OPTION');
    for (const privilege of privileges) {
      const all = privilege === 'ALL PRIVILEGES' || privilege === 'ALL';
      if (all || WRITES.has(privilege)) writes.add(privilege);
      if ((all && object === '*.*') || ADMINISTERS.has(privilege) || DYNAMIC.test(privilege)) administers.add(privilege);
    }
  }
  return { writes: [...writes], administers: [...administers] };
}

/** Without the lists of columns, which stand in parentheses. One that nothing closes stays. */
function withoutColumns(list: string): string {
  let kept = '';
  let at = 0;
  for (let open = list.indexOf('('); open >= 0; open = list.indexOf('(', at)) {
    const close = list.indexOf(')', open);
    if (close < 0) break;
    kept += list.slice(at, open);
    at = close + 1;
  }
  return kept + list.slice(at);
}

/** One sentence for people and models; undefined where the account can only read. */
export function describeExcessPrivileges({ writes, administers }: ExcessPrivileges): string | undefined {
  const parts = [
    ...(writes.length > 0 ? [`can write (${shorten(writes)})`] : []),
    ...(administers.length > 0 ? [`can administer the server (${shorten(administers)})`] : []),
  ];
  return parts.length === 0 ? undefined : `this account ${parts.join(' and ')}: an account with SELECT and SHOW VIEW only is safer`;
}

function shorten(names: readonly string[]): string {
  return names.length > 4 ? `${names.slice(0, 4).join(', ')}, …` : names.join(', ');
}

/** A database that a privilege on all of them leaves out, with `partial_revokes` of MySQL. */
const REVOKE = /^REVOKE (.+?) ON (`(?:[^`]|``)+`)\.\* FROM /s;

/** True where these lines of SHOW GRANTS say that the account has a privilege on a table; false also where only a role has it. */
export function hasPrivilege(grants: readonly string[], privilege: string, { database, name }: QualifiedName): boolean {
  const isNamed = (list: string): boolean => list.split(/,\s*/).some((one) => one === privilege || one === 'ALL PRIVILEGES');
  const isLeftOut = grants.some((line) => {
    const [, list = '', left = ''] = REVOKE.exec(line) ?? [];
    return isNamed(list) && covers(left, database, false);
  });
  return grants.some((line) => {
    const [, list = '', object = ''] = GRANT.exec(line) ?? [];
    if (!isNamed(list) || (isLeftOut && object === '*.*')) return false;
    const parts = /^(\*|`(?:[^`]|``)+`)\.(\*|`(?:[^`]|``)+`)$/.exec(object);
    return parts !== null && covers(parts[1] ?? '', database, true) && covers(parts[2] ?? '', name, false);
  });
}

const WILDCARDS = new Map<string, Wildcard>([
  ['%', ANY],
  ['_', ONE],
]);

/** In the name of a database `%` and `_` are wildcards unless they are escaped. */
function covers(pattern: string, name: string, wildcards: boolean): boolean {
  if (pattern === '*') return true;
  const plain = pattern.slice(1, -1).replaceAll('``', '`');
  if (!wildcards) return plain === name;
  const pieces = Array.from(plain.matchAll(/\\([_%])|([^])/gu), ([, escaped, one = '']): Wildcard => escaped ?? WILDCARDS.get(one) ?? one);
  return matchesWildcards(pieces, name);
}
