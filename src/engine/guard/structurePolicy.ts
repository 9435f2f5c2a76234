import type { SystemVariable } from '../sql/ast/expressions.ts';
import type { BaseTable } from '../sql/ast/queries.ts';
import type { Statement } from '../sql/ast/statements.ts';
import { walk, type Node } from '../sql/walk.ts';
import { refuse, type Refusal } from './makeRefusal.ts';

/** What SHOW tells of how databases are built. TABLE STATUS has a checksum of rows in it; WARNINGS, STATUS and VARIABLES quote or count what ran. */
const SHOWN = new Set([
  ...['CHARACTER SET', 'COLLATION', 'COLUMNS', 'DATABASES', 'ENGINES', 'EVENTS', 'INDEX', 'PLUGINS', 'TABLES', 'TRIGGERS'],
  ...['FUNCTION STATUS', 'PROCEDURE STATUS', 'LIBRARY STATUS', 'PACKAGE STATUS', 'PACKAGE BODY STATUS'],
  ...['CREATE DATABASE', 'CREATE TABLE', 'CREATE VIEW', 'CREATE PROCEDURE', 'CREATE FUNCTION', 'CREATE TRIGGER', 'CREATE EVENT'],
  ...['CREATE SEQUENCE', 'CREATE PACKAGE', 'CREATE PACKAGE BODY', 'CREATE LIBRARY'],
]);

/** Settings that somebody who writes SQL for this server needs. Others hold text of people (`init_connect`), or what ran (`last_insert_id`, `gtid_executed`). */
const VARIABLES = new Set(
  (
    'version version_comment sql_mode lower_case_table_names time_zone system_time_zone default_storage_engine foreign_key_checks ' +
    'character_set_client character_set_connection character_set_database character_set_results character_set_server ' +
    'collation_connection collation_database collation_server default_collation_for_utf8mb4 explicit_defaults_for_timestamp ' +
    'innodb_page_size innodb_default_row_format max_allowed_packet group_concat_max_len lower_case_file_system'
  ).split(' '),
);

const ADVICE = 'rights.onlyStructure';
const PLACE = 'on a connection of which agents see only the structure';

/**
 * Decides on a statement where agents see only structure, beside all that holds of reads: only these forms pass. The tables of a SELECT are for whoever resolves its names, who lets pass
 * those of `information_schema` that `structureColumns` lists, and puts these columns in their place.
 */
export function checkStructureOnly(statement: Statement): Refusal | undefined {
  switch (statement.kind) {
    case 'query':
      return checkQuery(statement);
    case 'describe':
      return undefined;
    case 'show':
      if (!SHOWN.has(statement.subject)) return refuse(`SHOW ${statement.subject} ${PLACE}`, statement, ADVICE);
      return statement.where === undefined ? undefined : refuse(`SHOW with WHERE ${PLACE}`, statement.where, 'read.like');
    case 'explain':
      return refuse(`EXPLAIN ${PLACE}`, statement, ADVICE);
    default:
      return refuse(`This statement ${PLACE}`, statement, ADVICE);
  }
}

/** Refuses values of the session in a read that is prepared and not run: servers compute constants when they prepare, and quote them in errors. */
export function checkSessionValues(statement: Node): Refusal | undefined {
  return firstRefusal(statement, checkValue);
}

function checkQuery(query: Node): Refusal | undefined {
  return firstRefusal(query, (node) => checkValue(node) ?? checkTable(node));
}

function firstRefusal(root: Node, check: (node: Node) => Refusal | undefined): Refusal | undefined {
  let found: Refusal | undefined;
  walk(root, (node) => {
    found ??= check(node);
    return found === undefined ? undefined : false;
  });
  return found;
}

function checkValue(node: Node): Refusal | undefined {
  if (node.kind === 'systemVariable') return checkVariable(node as SystemVariable);
  return node.kind === 'userVariable' || node.kind === 'sequence' ? refuse(`A value of the session ${PLACE}`, node, ADVICE) : undefined;
}

function checkTable(node: Node): Refusal | undefined {
  switch (node.kind) {
    case 'tableQuery':
      return refuse(`TABLE ${PLACE}`, node, ADVICE);
    case 'table': {
      const { partitions, indexHints, systemTime, sample } = node as BaseTable;
      const isPlain = partitions.length === 0 && indexHints.length === 0 && systemTime === undefined && sample === undefined;
      return isPlain ? undefined : refuse(`A part of a table ${PLACE}`, node, ADVICE);
    }
    default:
      return undefined;
  }
}

function checkVariable(variable: SystemVariable): Refusal | undefined {
  const { name, base } = variable;
  if (base === undefined && VARIABLES.has(name.name.toLowerCase())) return undefined;
  return refuse(`@@${name.name} ${PLACE}`, variable, ADVICE);
}
