import * as vscode from 'vscode';
import type { Danger, EndangeredObject } from '../../engine/writes/inspectHazards.ts';
import { count } from '../results/status.ts';
import { typeName } from '../../review/typeName.ts';

/** What a question about one danger asks, and the button that says yes. `where` names the connection. */
export function questionOf({ kind, type, objects, part, reason, joined }: Danger, where: string): { question: string; run: string } {
  const { t } = vscode.l10n;
  const what = objects.map(({ name }) => name).join(', ');
  const typed = typeName(type, t, part === undefined ? objects.length : namesIn(part));
  const every = joined !== true && reason !== undefined && reason !== 'unchecked' && reason !== 'constant';
  switch (kind) {
    case 'drop':
      return {
        question:
          part === undefined ? t('Drop {0} {1} on {2}?', typed, what, where) : t('Drop {0} {1} from {2} on {3}?', typed, part, what, where),
        run: t('Drop'),
      };
    case 'truncate':
      return {
        question:
          part === undefined ? t('Truncate {0} on {1}?', what, where) : t('Truncate {0} {1} of {2} on {3}?', typed, part, what, where),
        run: t('Truncate'),
      };
    case 'delete':
      return {
        question: every ? t('Delete all rows from {0} on {1}?', what, where) : t('Delete rows from {0} on {1}?', what, where),
        run: t('Delete Rows'),
      };
    case 'update':
      return {
        question: every ? t('Update all rows in {0} on {1}?', what, where) : t('Update rows in {0} on {1}?', what, where),
        run: t('Update Rows'),
      };
    case 'replace':
      return { question: t('Replace rows in {0} on {1}?', what, where), run: t('Replace Rows') };
    case 'retype':
      return { question: t('Change the type of {0} in {1} on {2}?', part ?? '', what, where), run: t('Change Type') };
    case 'redefine':
      return { question: t('Replace the definition of {0} {1} on {2}?', typed, what, where), run: t('Replace Definition') };
    case 'convert':
      return type === 'ENGINE'
        ? { question: t('Change the storage engine of {0} on {1}?', what, where), run: t('Change Storage Engine') }
        : { question: t('Change the character set of {0} on {1}?', what, where), run: t('Change Character Set') };
    case 'stop':
      return { question: t('Shut down the server of {0}?', where), run: t('Shut Down Server') };
    case 'deduplicate':
    case 'reset':
    case 'unreadable':
      return { question: t('Run this statement on {0}?', where), run: t('Run') };
  }
}

/** How many parts of a table one statement names. */
function namesIn(part: string): number {
  return part.split(', ').length;
}

/** What a danger does, in a list of several. */
export function actionOf({ kind, type, objects, part }: Danger): string | undefined {
  const { t } = vscode.l10n;
  const what = objects.map(({ name }) => name).join(', ');
  const typed = typeName(type, t, part === undefined ? objects.length : namesIn(part));
  switch (kind) {
    case 'drop':
      return part === undefined ? t('Drops {0} {1}.', typed, what) : t('Drops {0} {1} from {2}.', typed, part, what);
    case 'truncate':
      return part === undefined ? t('Truncates {0}.', what) : t('Truncates {0} {1} of {2}.', typed, part, what);
    case 'delete':
      return t('Deletes rows from {0}.', what);
    case 'update':
      return t('Updates rows in {0}.', what);
    case 'replace':
      return t('Replaces rows in {0}.', what);
    case 'retype':
      return t('Changes the type of {0} in {1}.', part ?? '', what);
    case 'redefine':
      return t('Replaces the definition of {0} {1}.', typed, what);
    case 'convert':
      return type === 'ENGINE' ? t('Changes the storage engine of {0}.', what) : t('Changes the character set of {0}.', what);
    default:
      return undefined;
  }
}

/** The lines below a statement: its objects with their rows, and what is lost. */
export function warningsOf(danger: Danger): string[] {
  const lost = lossOf(danger);
  return [...sizesOf(danger), ...(lost === undefined ? [] : [lost])];
}

/** How many rows its objects have. */
export function sizesOf({ objects }: Danger): string[] {
  return objects.filter(({ rows }) => rows !== undefined).map(objectLine);
}

function objectLine({ name, rows }: EndangeredObject): string {
  const many = count(rows?.count ?? 0);
  return rows?.exact === true ? vscode.l10n.t('{0} has {1}.', name, many) : vscode.l10n.t('{0} has about {1}.', name, many);
}

/** What is lost, or may be. */
export function lossOf({ kind, type, reason, joined }: Danger): string | undefined {
  const { t } = vscode.l10n;
  switch (kind) {
    case 'drop':
      return LOSES_DATA.has(type) ? t("Dropped data can't be recovered.") : t("A dropped object can't be recovered.");
    case 'truncate':
      return t("TRUNCATE can't be rolled back.");
    case 'delete':
    case 'update':
      return reason === undefined ? undefined : reasonText(reason, joined === true);
    case 'replace':
      return t('REPLACE deletes existing rows that have the same key.');
    case 'retype':
      return t("Values that don't fit the new type may be truncated, rounded, or rejected.");
    case 'redefine':
      return t("The current definition can't be recovered.");
    case 'convert':
      return type === 'ENGINE'
        ? t('The rows may be lost with this storage engine.')
        : t("Characters that the new character set doesn't support are replaced or rejected.");
    case 'stop':
      return t('Ends all sessions on the server and rolls back their open transactions.');
    case 'deduplicate':
      return t('ALTER IGNORE deletes rows with duplicate keys.');
    case 'reset':
      return t("This can't be undone.");
    case 'unreadable':
      return t("MySQL Pilot can't tell what this statement changes.");
  }
}

const LOSES_DATA = new Set(['TABLE', 'DATABASE', 'COLUMN', 'PARTITION', 'HISTORY', 'DATA', 'TABLESPACE', 'UNDO']);

function reasonText(reason: NonNullable<Danger['reason']>, joined: boolean): string {
  const { t } = vscode.l10n;
  switch (reason) {
    case 'noWhere':
      return joined
        ? t('This statement has no WHERE clause and affects every row that the join finds.')
        : t('This statement has no WHERE clause and affects every row.');
    case 'alwaysTrue':
      return joined
        ? t('The WHERE clause is always true: every row that the join finds is affected.')
        : t('The WHERE clause is always true: every row is affected.');
    case 'constant':
      return t("The WHERE clause doesn't depend on column values: it affects every row or none.");
    case 'allRows':
      return t('The WHERE clause matches every row.');
    case 'unchecked':
      return t("MySQL Pilot couldn't check whether the WHERE clause matches every row.");
  }
}
