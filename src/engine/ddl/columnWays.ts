import { phrase } from '../phrase.ts';
import type { ColumnChange } from './columnChange.ts';
import { bytesPerCharacter, isLiteral, isSpatial, lengthOf, typeName } from './columnModel.ts';
import { columnsIn } from './columnsIn.ts';
import { StatementFails } from './statementFails.ts';
import { columnOf, primaryKeyOf, same, type ColumnModel, type TableModel } from './tableModel.ts';
import {
  compareWays,
  COPY,
  hasIndexedVirtual,
  IN_PLACE,
  INSTANT,
  isVirtual,
  REBUILD,
  REBUILD_SHARED,
  type Way,
  type WayScene,
} from './wayKinds.ts';

export function addedWay(column: ColumnModel, scene: WayScene): Way {
  const { context, isMysql } = scene;
  if (column.auto) return REBUILD_SHARED;
  if (column.generated?.stored === true) return COPY;
  if (column.references && (!isMysql || context.versionNumber >= 90_000)) return COPY;
  if (column.hasCheck && isMysql) return COPY;
  if (isVirtual(column)) return virtualWay(column, scene);
  const isComputed = column.defaultValue !== undefined && !isLiteral(column.defaultValue) && !typeName(column.type).includes('TIME');
  if (isComputed && copiesDefault(column, isMysql)) return COPY;
  return plainWay(column, scene);
}

function virtualWay(column: ColumnModel, { isMysql, before, after, added }: WayScene): Way {
  if (isMysql) return after.columns[0] === column ? COPY : INSTANT;
  return before.partitioning !== undefined || !added.every(isVirtual) ? COPY : INSTANT;
}

function copiesDefault(column: ColumnModel, isMysql: boolean): boolean {
  if (isMysql && isUnsafe(column))
    throw new StatementFails(1674, phrase('a default that differs from row to row is unsafe for replication'));
  return isMysql || isUnsafe(column) || (column.defaultValue !== undefined && columnsIn(column.defaultValue).size > 0);
}

function plainWay(column: ColumnModel, { context, isMysql, before, after }: WayScene): Way {
  if (!isMysql && movesVirtual(after.columns, column)) return COPY;
  if (!isMysql && hasIndexedVirtual(before)) return REBUILD;
  if (isMysql && (context.versionNumber < 80_012 || needsEmpty(column, context))) return REBUILD;
  const isLast = after.columns.at(-1) === column;
  if (!isLast && isMysql && context.versionNumber < 80_029) return REBUILD;
  return changesAtOnce(before) ? INSTANT : REBUILD;
}

/** A column without a value that every row could have: MySQL looks whether there are rows. */
function needsEmpty({ nullable, defaultValue, type }: ColumnModel, { noZeroDate }: WayScene['context']): boolean {
  if (nullable || defaultValue !== undefined) return false;
  return isSpatial(type) || (noZeroDate && /^(?:DATE|DATETIME|TIMESTAMP)$/.test(typeName(type)));
}

function isUnsafe({ defaultValue }: ColumnModel): boolean {
  return /"name":"(?:UUID|RAND|SYSDATE|UUID_SHORT|CONNECTION_ID|USER|CURRENT_USER)"/i.test(JSON.stringify(defaultValue));
}

/** MariaDB can't give a virtual column another place by itself. */
function movesVirtual(columns: readonly ColumnModel[], column: ColumnModel): boolean {
  const at = columns.indexOf(column);
  return columns.slice(at + 1).some(isVirtual);
}

export function droppedWay(column: ColumnModel | undefined, scene: WayScene): Way {
  const { context, isMysql, before } = scene;
  if (column === undefined || isVirtual(column)) return INSTANT;
  if (primaryKeyOf(before)?.parts.some((part) => same(part.column, column.name)) === true) return INSTANT; // judged as a key
  if (
    !isMysql &&
    movesVirtual(
      before.columns.filter((one) => one === column || columnOf(scene.after, one.name) !== undefined),
      column,
    )
  )
    return COPY;
  if (!isMysql && hasIndexedVirtual(before)) return REBUILD;
  if (isMysql && context.versionNumber < 80_029) return REBUILD;
  return changesAtOnce(before) ? INSTANT : REBUILD;
}

export function changedWay(change: ColumnChange, scene: WayScene): Way {
  const { isMysql } = scene;
  const ways = [
    typeWay(change, scene),
    collationWay(change, scene),
    change.nullable === 'same' ? INSTANT : REBUILD,
    change.auto === 'on' ? COPY : change.auto === 'off' && isMysql ? COPY : INSTANT,
    change.generated === 'same' ? INSTANT : COPY,
    isMysql && hasNewCheck(change) ? COPY : INSTANT,
    change.renamed ? renamedWay(change, scene) : INSTANT,
    change.moved ? movedWay(change, scene) : INSTANT,
  ];
  return ways.reduce(compareWays, INSTANT);
}

/** MySQL adds the check of a MODIFY to those of the table. */
function hasNewCheck({ action }: ColumnChange): boolean {
  return action.column?.attributes.some(({ attribute, enforced }) => attribute === 'CHECK' && enforced !== false) === true;
}

function typeWay({ type, bytes }: ColumnChange, { isMysql }: WayScene): Way {
  if (type === 'other') return COPY;
  if (type !== 'longer') return INSTANT;
  const [from, to] = bytes ?? [0, 0];
  const isAsWide = from <= 255 === to <= 255;
  if (isMysql) return isAsWide ? IN_PLACE : COPY;
  return isAsWide || from <= 127 ? INSTANT : COPY;
}

/** Of a text that stays the same characters. The bytes stay the same, too, where UTF-8 gets a fourth. */
export function collationWay(
  { before, after, charset, collation }: Pick<ColumnChange, 'before' | 'after' | 'charset' | 'collation'>,
  { isMysql, context, before: table }: WayScene,
): Way {
  if (!collation && !charset) return INSTANT;
  const isEnum = /^(?:ENUM|SET)$/.test(typeName(before.type));
  if (isEnum && (!isMysql || charset)) return isMysql && context.versionNumber >= 80_000 ? INSTANT : COPY;
  const widens =
    /^utf8(?:mb3)?$/.test(before.charset ?? '') &&
    after.charset === 'utf8mb4' &&
    (isAsWide(before, after) || (!isMysql && bytesOf(before) <= 127));
  if (charset && !(widens && (!isMysql || context.versionNumber >= 80_000))) return COPY;
  const isIndexed = table.keys.some(({ parts }) => parts.some((part) => same(part.column, before.name)));
  if (isMysql) return isEnum ? INSTANT : isIndexed ? COPY : IN_PLACE;
  const isSameOrder = charset && before.collation?.replace(/^utf8(?:mb3)?/, 'utf8mb4') === after.collation;
  return isIndexed && !isSameOrder ? IN_PLACE : INSTANT;
}

/** The length of a value takes as many bytes as before. */
function isAsWide(before: ColumnModel, after: ColumnModel): boolean {
  if (!typeName(before.type).startsWith('VAR')) return true;
  return bytesOf(before) <= 255 === bytesOf(after) <= 255;
}

function bytesOf({ type, charset }: ColumnModel): number {
  return (lengthOf(type) ?? 0) * bytesPerCharacter(charset);
}

function renamedWay({ before }: ColumnChange, { isMysql, before: table, context }: WayScene): Way {
  if (!isMysql) return INSTANT;
  if (context.versionNumber < 80_028) return IN_PLACE;
  const isReferenced = context.referring(table).some(({ referenced }) => referenced.some((name) => same(name, before.name)));
  return isReferenced ? IN_PLACE : INSTANT;
}

function movedWay(_: ColumnChange, { isMysql, before }: WayScene): Way {
  if (isMysql) return REBUILD;
  if (before.columns.some(isVirtual)) return COPY;
  return changesAtOnce(before) ? INSTANT : REBUILD;
}

function changesAtOnce({ rowFormat, keys }: TableModel): boolean {
  return rowFormat !== 'COMPRESSED' && !keys.some(({ type }) => type === 'FULLTEXT');
}
