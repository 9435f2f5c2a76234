import type { Show } from '../sql/ast/statements.ts';
import { walk, type Node } from '../sql/walk.ts';
import { whereRulesAre, type ReadContext } from './readContext.ts';
import { refuse, type Refusal } from './makeRefusal.ts';

/** What tells of structure, settings and figures. */
const STRUCTURE = [
  ...[
    'CHARACTER SET',
    'COLLATION',
    'COLUMNS',
    'DATABASES',
    'ENGINES',
    'ERRORS',
    'EVENTS',
    'FUNCTION CODE',
    'FUNCTION STATUS',
    'GRANTS',
    'INDEX',
  ],
  ...[
    'PLUGINS',
    'PRIVILEGES',
    'PROCEDURE CODE',
    'PROCEDURE STATUS',
    'STATUS',
    'TABLE STATUS',
    'TABLES',
    'TRIGGERS',
    'VARIABLES',
    'WARNINGS',
  ],
  ...['CREATE DATABASE', 'CREATE TABLE', 'CREATE VIEW', 'CREATE PROCEDURE', 'CREATE FUNCTION', 'CREATE TRIGGER', 'CREATE EVENT'],
  ...[
    'CREATE SEQUENCE',
    'CREATE PACKAGE',
    'CREATE PACKAGE BODY',
    'CREATE LIBRARY',
    'LIBRARY STATUS',
    'PACKAGE STATUS',
    'PACKAGE BODY STATUS',
  ],
];

/** What may tell, besides, what others read or write. */
const ACTIVITY = [
  ...['ANALYZE', 'AUTHORS', 'BINARY LOG STATUS', 'BINARY LOGS', 'CLIENT_STATISTICS', 'CONTRIBUTORS', 'ENGINE LOGS', 'ENGINE MUTEX'],
  ...[
    'ENGINE STATUS',
    'EXPLAIN',
    'INDEX_STATISTICS',
    'LOCALES',
    'OPEN TABLES',
    'PROCESSLIST',
    'PROFILE',
    'PROFILES',
    'QUERY_RESPONSE_TIME',
  ],
  ...['REPLICA STATUS', 'REPLICAS', 'TABLE_STATISTICS', 'USER_STATISTICS', 'WSREP_MEMBERSHIP', 'WSREP_STATUS'],
];

/** Messages quote values, and a live checksum is one of all values. */
const TELLS_VALUES = new Set(['WARNINGS', 'ERRORS', 'TABLE STATUS']);

/** Texts of definitions other than those of tables: any of them may name a hidden column. */
const HOLDS_TEXTS = new Set([
  ...['CREATE VIEW', 'CREATE PROCEDURE', 'CREATE FUNCTION', 'CREATE TRIGGER', 'CREATE EVENT', 'CREATE PACKAGE', 'CREATE PACKAGE BODY'],
  ...['CREATE LIBRARY', 'TRIGGERS', 'FUNCTION CODE', 'PROCEDURE CODE'],
]);

const STRUCTURE_SUBJECTS = new Set(STRUCTURE);
const SUBJECTS = new Set([...STRUCTURE, ...ACTIVITY]);

/**
 * Decides on a SHOW. What it says is in its subject; its condition is an expression over the columns that it shows and has no query in it.
 * @see https://dev.mysql.com/doc/refman/9.7/en/show.html
 * @see https://mariadb.com/docs/server/reference/sql-statements/administrative-sql-statements/show
 */
export function checkShow(show: Show, context: ReadContext): Refusal | undefined {
  const { isTableDenied, columns } = context;
  const { subject, where } = show;
  if (subject === 'BINLOG EVENTS' || subject === 'RELAYLOG EVENTS') return refuse(`SHOW ${subject}`, show, 'rights.administratorLog');
  if (subject === 'CREATE USER' || subject === 'CREATE SERVER') return refuse(`SHOW ${subject}`, show, 'rights.administrator');
  if (!SUBJECTS.has(subject)) return refuse(`SHOW ${subject}`, show, 'read.showForm');
  if (subject === 'GRANTS' && !isOwn(show)) return refuse('SHOW GRANTS for another account', show, 'rights.ownGrants');
  const rules = whereRulesAre(context);
  if (isTableDenied !== undefined && where !== undefined) return refuse(`SHOW with WHERE ${rules}`, where, 'read.like');
  if (isTableDenied !== undefined && !STRUCTURE_SUBJECTS.has(subject)) return refuse(`SHOW ${subject} ${rules}`, show, 'rights.others');
  if (columns !== undefined && TELLS_VALUES.has(subject)) return refuse(`SHOW ${subject} ${rules}`, show, 'rights.others');
  if (columns?.hides === true && HOLDS_TEXTS.has(subject))
    return refuse(`SHOW ${subject} on a connection with hidden columns`, show, 'rights.columns');
  return checkNoQuery(show);
}

function isOwn({ account, roles }: Show): boolean {
  return roles.length === 0 && (account === undefined || account.current !== undefined);
}

function checkNoQuery(show: Show): Refusal | undefined {
  let found: Node | undefined;
  walk(show, (node) => {
    if (node.kind === 'query') found ??= node;
    return undefined;
  });
  return found === undefined ? undefined : refuse('A query inside SHOW', found, 'read.ownSelect');
}
