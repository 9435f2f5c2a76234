import type { NameParts } from '../engine/writes/reviewedObject.ts';
import type { ReviewedStatement } from '../engine/writes/writeReview.ts';
import type { Piece } from '../webview/review/messages.ts';
import type { Translate } from './translate.ts';
import { accountPieces, namePieces, PLACE, plain, SECOND, sentence } from './reviewPieces.ts';
import { typeName } from './typeName.ts';

/** Names in one headline; the statement has all of them. */
const MAX_NAMES = 3;

/** What a statement does, in a sentence without an end: `Update 42 rows in shop.orders`. */
export function headlineOf(statement: ReviewedStatement, t: Translate): Piece[] {
  const { verb, object, rows, about, level, onDuplicate } = statement;
  const names = namesOf(statement, t);
  if (object === undefined || names.length === 0) return runs(statement, t);
  if (level === 'alone') return [...defines(statement, names, t), ...sizeOf(statement, t)];
  const count = rows === undefined || (about && rows === 1) ? undefined : number(rows);
  const one = rows === 1 && !about;
  switch (verb) {
    case 'UPDATE':
      if (count === undefined) return sentence(t('Update rows in {0}', PLACE), names);
      if (one) return sentence(t('Update 1 row in {0}', PLACE), names);
      return sentence(about ? t('Update about {0} rows in {1}', count, PLACE) : t('Update {0} rows in {1}', count, PLACE), names);
    case 'DELETE':
      if (count === undefined) return sentence(t('Delete rows from {0}', PLACE), names);
      if (one) return sentence(t('Delete 1 row from {0}', PLACE), names);
      return sentence(about ? t('Delete about {0} rows from {1}', count, PLACE) : t('Delete {0} rows from {1}', count, PLACE), names);
    case 'REPLACE':
      if (count === undefined) return sentence(t('Replace rows in {0}', PLACE), names);
      if (one) return sentence(t('Replace or insert 1 row in {0}', PLACE), names);
      return sentence(t('Replace or insert {0} rows in {1}', count, PLACE), names);
    default:
      if (onDuplicate === 'update') return insertsOrUpdates(rows, names, t);
      if (count === undefined) return sentence(t('Insert rows into {0}', PLACE), names);
      if (one) return sentence(t('Insert 1 row into {0}', PLACE), names);
      return sentence(about ? t('Insert about {0} rows into {1}', count, PLACE) : t('Insert {0} rows into {1}', count, PLACE), names);
  }
}

/** How many rows it gives is known where they are listed, and not how many of them are there already. */
function insertsOrUpdates(rows: number | undefined, names: readonly Piece[], t: Translate): Piece[] {
  if (rows === undefined) return sentence(t('Insert or update rows in {0}', PLACE), names);
  if (rows === 1) return sentence(t('Insert or update 1 row in {0}', PLACE), names);
  return sentence(t('Insert or update {0} rows in {1}', number(rows), PLACE), names);
}

/** The button that runs one statement. */
export function runLabel({ verb, head, object, rows, about, level, onDuplicate }: ReviewedStatement, t: Translate): string {
  const type = object === undefined ? '' : typeName(object.type, t, object.names.length);
  if (level === 'alone') {
    switch (head ?? (object === undefined ? '' : verb)) {
      case 'DROP':
        return t('Drop {0}', title(type));
      case 'TRUNCATE':
        return t('Truncate {0}', title(type));
      case 'CREATE':
        return t('Create {0}', title(type));
      case 'ALTER':
        return t('Alter {0}', title(type));
      case 'RENAME':
        return t('Rename {0}', title(type));
      case 'CALL':
        return t('Call {0}', title(type));
      default:
        return t('Run {0}', head ?? verb);
    }
  }
  const counted = rows !== undefined && !about ? number(rows) : undefined;
  switch (verb) {
    case 'UPDATE':
      return counted === undefined ? t('Run Update') : t('Run {0}-Row Update', counted);
    case 'DELETE':
      return counted === undefined ? t('Run Delete') : t('Run {0}-Row Delete', counted);
    case 'REPLACE':
      return counted === undefined ? t('Run Replace') : t('Run {0}-Row Replace', counted);
    default:
      if (onDuplicate === 'update') return counted === undefined ? t('Run Insert or Update') : t('Run {0}-Row Insert or Update', counted);
      return counted === undefined ? t('Run Insert') : t('Run {0}-Row Insert', counted);
  }
}

function defines({ verb, head, object }: ReviewedStatement, names: readonly Piece[], t: Translate): Piece[] {
  if (head !== undefined) return sentence(t('Run {0} for {1}', head, PLACE), names);
  const type = typeName(object?.type ?? '', t, object?.names.length);
  switch (verb) {
    case 'DROP':
      return sentence(t('Drop {0} {1}', type, PLACE), names);
    case 'TRUNCATE':
      return sentence(t('Delete all rows from {0} {1}', type, PLACE), names);
    case 'CREATE':
      return sentence(t('Create {0} {1}', type, PLACE), names);
    case 'ALTER':
      return sentence(t('Alter {0} {1}', type, PLACE), names);
    case 'RENAME':
      return sentence(t('Rename {0} {1} to {2}', type, PLACE, SECOND), names, listOf(object?.newNames ?? [], namePieces, t));
    case 'CALL':
      return sentence(t('Call {0} {1}', type, PLACE), names);
    default:
      return sentence(t('Run {0} on {1} {2}', verb, type, PLACE), names);
  }
}

function runs({ verb, head }: ReviewedStatement, t: Translate): Piece[] {
  return [plain(t('Run {0}', head ?? verb))];
}

function sizeOf({ verb, sizes, head }: ReviewedStatement, t: Translate): Piece[] {
  if (sizes.length === 0 || head !== undefined || verb === 'CREATE') return [];
  const rows = sizes.reduce((sum, size) => sum + size.rows, 0);
  const bytes = sizes.reduce((sum, size) => sum + size.bytes, 0);
  const text = rows === 1 ? t('(about 1 row, {0})', size(bytes)) : t('(about {0} rows, {1})', number(rows), size(bytes));
  return [plain(` ${text}`)];
}

function namesOf({ object }: ReviewedStatement, t: Translate): Piece[] {
  if (object === undefined) return [];
  return listOf(object.names, object.type === 'ACCOUNT' ? ([name = '']) => accountPieces(name) : namePieces, t);
}

function listOf(names: readonly NameParts[], show: (parts: NameParts) => Piece[], t: Translate): Piece[] {
  const shown = names.slice(0, MAX_NAMES).flatMap((name, i) => [...(i === 0 ? [] : [plain(', ')]), ...show(name)]);
  const rest = names.length - MAX_NAMES;
  return rest > 0 ? [...shown, plain(` ${t('and {0} more', number(rest))}`)] : shown;
}

/** As a button writes it. */
function title(type: string): string {
  return type.charAt(0).toUpperCase() + type.slice(1);
}

export function number(value: number): string {
  return value.toLocaleString('en-US');
}

function size(bytes: number): string {
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(0)} KiB`;
  return bytes < 1024 ** 3 ? `${(bytes / 1024 ** 2).toFixed(0)} MiB` : `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}
