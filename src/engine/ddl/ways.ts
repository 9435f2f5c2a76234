import { phrase } from '../phrase.ts';
import type { AlterAction, AlterTable } from '../sql/ast/definitions.ts';
import type { Alteration } from './alterTable.ts';
import { keyBytes } from './columnModel.ts';
import { addedWay, changedWay, collationWay, droppedWay } from './columnWays.ts';
import type { DdlContext } from './ddlContext.ts';
import { StatementUnknown } from './statementFails.ts';
import { columnOf, primaryKeyOf, same, type ColumnModel, type KeyModel, type TableModel } from './tableModel.ts';
import {
  compareWays,
  COPY,
  hasIndexedVirtual,
  IN_PLACE,
  IN_PLACE_SHARED,
  INSTANT,
  isVirtual,
  REBUILD,
  REBUILD_SHARED,
  type Way,
  type WayScene,
} from './wayKinds.ts';

/**
 * By the manuals, and by trial where these say less.
 * @see https://dev.mysql.com/doc/refman/9.7/en/innodb-online-ddl-operations.html
 * @see https://mariadb.com/docs/server/server-usage/storage-engines/innodb/innodb-online-ddl/innodb-online-ddl-overview
 */
export function wayOf(node: AlterTable, alteration: Alteration, context: DdlContext): Way {
  const { before, after, skipped } = alteration;
  // No other session waits for it, or for its rows.
  if (before.temporary) return context.flavor === 'mysql' ? { ...COPY, lock: 'NONE' } : INSTANT;
  if (before.engine !== after.engine) return COPY;
  if (before.engine !== 'INNODB') return otherEngine(node, before.engine);
  const scene: WayScene = { ...alteration, context, isMysql: context.flavor === 'mysql' };
  const ways = node.actions.filter((action) => !skipped.has(action)).map((action) => wayOfAction(action, scene));
  if (node.partitioning !== undefined) ways.push(COPY);
  return withVersions(withTable([...ways, ...keyWays(scene)].reduce(compareWays, INSTANT), scene), scene);
}

/** MySQL keeps a version of a row's form for each change of columns at once, up to a limit. */
export function maxRowVersions(versionNumber: number): number {
  return versionNumber >= 90_100 ? 255 : 64;
}

/** Beyond the limit MySQL rebuilds the table, which begins to count anew. */
function withVersions(way: Way, { isMysql, added, dropped, after, before, context }: WayScene): Way {
  if (!isMysql) return way;
  if (way.rebuilds) after.rowVersions = 0;
  const isCounted = way.algorithm === 'INSTANT' && ![...added, ...dropped].every(isVirtual);
  if (!isCounted || before.rowVersions === undefined) return way;
  const isFull = before.rowVersions >= maxRowVersions(context.versionNumber);
  after.rowVersions = isFull ? 0 : before.rowVersions + 1;
  return isFull ? REBUILD : way;
}

/** Of other engines only changes of the dictionary are known not to copy. */
function otherEngine({ actions }: AlterTable, engine: string): Way {
  if (engine === 'MYISAM' || engine === 'ARIA') {
    const light = new Set<AlterAction['action']>(['RENAME TO', 'ALTER COLUMN', 'RENAME COLUMN', 'RENAME INDEX']);
    if (!actions.every(({ action }) => light.has(action))) return COPY;
  }
  throw new StatementUnknown(phrase('the rules cover InnoDB; this table is {0}', engine));
}

/** What the table as a whole adds: its columns can't be changed at once, or not while others write. */
function withTable(way: Way, scene: WayScene): Way {
  const { isMysql, after } = scene;
  const columnsCome = scene.added.some((one) => !isVirtual(one)) || scene.dropped.some((one) => !isVirtual(one));
  if (!isMysql && added(scene, 'FULLTEXT') > 1) return COPY;
  const needsRebuild = columnsCome && way.algorithm === 'INPLACE' && (isMysql || rebuildsOnMariadb(scene));
  const rebuilt = needsRebuild ? compareWays(way, REBUILD) : way;
  const virtualComes = [...scene.added, ...scene.dropped].some(isVirtual);
  if (isMysql && rebuilt.algorithm === 'INPLACE' && rebuilt.rebuilds && virtualComes) return COPY;
  const found = !isMysql && rebuilt.rebuilds && hasIndexedVirtual(after) ? compareWays(rebuilt, REBUILD_SHARED) : rebuilt;
  const hasFulltext = after.keys.some(({ type }) => type === 'FULLTEXT');
  if (!hasFulltext || !found.rebuilds || found.algorithm === 'COPY') return found;
  return isMysql && scene.before.keys.some(({ type }) => type === 'FULLTEXT') ? COPY : compareWays(found, REBUILD_SHARED);
}

function added({ before, after }: WayScene, type: KeyModel['type']): number {
  return after.keys.filter((key) => key.type === type && !before.keys.some(({ id }) => id === key.id)).length;
}

/** MariaDB adds columns at once only by themselves, and drops them so with their indexes. */
function rebuildsOnMariadb({ before, after }: WayScene): boolean {
  return after.keys.some((key) => {
    const old = before.keys.find(({ id }) => id === key.id);
    return old?.parts.length !== key.parts.length;
  });
}

function wayOfAction(action: AlterAction, scene: WayScene): Way {
  const { isMysql, before } = scene;
  const metadata = isMysql ? IN_PLACE : INSTANT;
  const change = scene.changed.find((one) => one.action === action);
  if (change !== undefined) return changedWay(change, scene);
  switch (action.action) {
    case 'ADD COLUMN':
      return scene.added
        .filter((one) => isIn(action, one))
        .map((one) => addedWay(one, scene))
        .reduce(compareWays, INSTANT);
    case 'DROP COLUMN':
      return droppedWay(columnOf(before, action.name?.name), scene);
    case 'ADD CONSTRAINT':
      return constraintWay(action.constraint, scene);
    case 'DROP CONSTRAINT':
      return before.foreignKeys.some((key) => same(key.name, action.name?.name)) ? metadata : INSTANT;
    case 'ALTER CHECK':
    case 'ALTER CONSTRAINT':
      return action.change === 'ENFORCED' ? COPY : INSTANT;
    case 'DROP FOREIGN KEY':
    case 'RENAME INDEX':
    case 'ALTER INDEX':
      return metadata;
    case 'CONVERT TO CHARACTER SET':
      return conversionWays(scene).reduce(compareWays, metadata);
    case 'ORDER BY':
    case 'ADD SYSTEM VERSIONING':
    case 'DROP SYSTEM VERSIONING':
      return COPY;
    case 'FORCE':
      return REBUILD;
    case 'OPTION':
      return ofOption(action.option?.name ?? '', scene);
    default:
      return ofPartition(action, scene);
  }
}

/** Keys are judged by what is there afterwards. */
function constraintWay(constraint: AlterAction['constraint'], { context, isMysql, after }: WayScene): Way {
  if (constraint?.type === 'FOREIGN KEY' && after.engine !== 'INNODB') return INSTANT;
  if (constraint?.type === 'FOREIGN KEY') return context.foreignKeyChecks ? COPY : isMysql ? IN_PLACE : INSTANT;
  return constraint?.type === 'CHECK' && constraint.enforced !== false ? COPY : INSTANT;
}

const LIGHT_OPTIONS = new Set(['COMMENT', 'AUTO_INCREMENT', 'CHARACTER SET', 'COLLATE', 'MAX_ROWS', 'MIN_ROWS', 'AVG_ROW_LENGTH']);
const LIGHT_ON_MYSQL = new Set(['COMPRESSION', 'AUTOEXTEND_SIZE', 'SECONDARY_ENGINE']);

function ofOption(name: string, { isMysql }: WayScene): Way {
  if (['ENGINE', 'ROW_FORMAT', 'KEY_BLOCK_SIZE'].includes(name)) return REBUILD;
  if (LIGHT_OPTIONS.has(name) || name.startsWith('STATS_')) return isMysql ? IN_PLACE : INSTANT;
  if (isMysql && LIGHT_ON_MYSQL.has(name)) return IN_PLACE;
  throw new StatementUnknown(phrase("the rules don't cover the option {0}", name));
}

/** MariaDB copies the rows of the partitions that it makes anew, and takes no clauses for it. */
function ofPartition({ action, word }: AlterAction, { isMysql }: WayScene): Way {
  const copies = isMysql ? REBUILD_SHARED : COPY;
  switch (action) {
    case 'ADD PARTITION':
      return word === undefined ? IN_PLACE : copies; // of HASH and KEY
    case 'DROP PARTITION':
    case 'TRUNCATE PARTITION':
      return IN_PLACE;
    case 'REORGANIZE PARTITION':
    case 'REBUILD PARTITION':
    case 'COALESCE PARTITION':
      return copies;
    default:
      if (action.endsWith('PARTITION') || action.endsWith('TABLESPACE'))
        throw new StatementUnknown(phrase("the rules don't cover {0}", action));
      return INSTANT;
  }
}

function isIn({ column, elements = [] }: AlterAction, { name }: ColumnModel): boolean {
  return [column, ...elements].some((one) => one?.kind === 'columnDefinition' && same(one.name.name, name));
}

/** Of each text whose character set or collation becomes another. */
function conversionWays(scene: WayScene): Way[] {
  const { before, after } = scene;
  return after.columns.flatMap((column) => {
    const old = columnOf(before, column.name);
    if (old === undefined || (old.charset === column.charset && old.collation === column.collation)) return [];
    return [collationWay({ before: old, after: column, charset: old.charset !== column.charset, collation: true }, scene)];
  });
}

/** Of keys that come and go, whatever made them so. */
function keyWays(scene: WayScene): Way[] {
  const { before, after, isMysql } = scene;
  const ways = clusteredWays(scene);
  const others = (table: TableModel): KeyModel[] =>
    table.keys.filter((key) => key.type !== 'PRIMARY KEY' && (isMysql || key !== clusteredOf(table)));
  for (const key of others(after)) {
    const known = others(before).find((one) => one.id === key.id || isMadeAgain(one, key, scene));
    if (known === undefined || textOf(known) !== newText(key, scene)) ways.push(newKey(key, scene));
    else if (!isMysql && key.type === 'UNIQUE' && isTooLong(key, after) && !isTooLong(known, before)) ways.push(COPY); // it becomes a hash
  }
  if (others(before).some((one) => !after.keys.some((key) => key.id === one.id || isMadeAgain(one, key, scene)))) ways.push(IN_PLACE);
  return ways;
}

/** Servers see that nothing changes where a key is dropped and made again. */
function isMadeAgain(old: KeyModel, key: KeyModel, scene: WayScene): boolean {
  return same(old.name, key.name) && old.type === key.type && textOf(old) === newText(key, scene);
}

/** Of the key that orders the rows. */
function clusteredWays(scene: WayScene): Way[] {
  const { before, after, isMysql } = scene;
  const [old, now] = [clusteredOf(before), clusteredOf(after)];
  if (textOf(old) === newText(now, scene) && (isMysql || old?.id === now?.id || now?.type === 'PRIMARY KEY'))
    return isMysql && old?.type !== now?.type ? [now?.type === 'PRIMARY KEY' ? REBUILD : COPY] : [];
  if (!isMysql) return [hasIndexedVirtual(after) || now === undefined ? COPY : REBUILD];
  if (old !== undefined && after.keys.some((key) => key.id !== old.id && isMadeAgain(old, key, scene))) return [];
  // MySQL drops it in place only for a primary key.
  const isDropped = old !== undefined && !after.keys.some(({ id }) => id === old.id);
  return [isDropped && now?.type !== 'PRIMARY KEY' ? COPY : REBUILD];
}

/** Without a primary key, the first unique key without NULL orders the rows. */
function clusteredOf(table: TableModel): KeyModel | undefined {
  return (
    primaryKeyOf(table) ??
    table.keys.find(
      ({ type, parts }) =>
        type === 'UNIQUE' && parts.every((part) => columnOf(table, part.column)?.nullable === false && part.length === undefined),
    )
  );
}

function textOf(key: KeyModel | undefined): string {
  return JSON.stringify(key?.parts.map(({ column, length }) => [column?.toLowerCase(), length]));
}

/** Of a key afterwards, its columns by their names of before. */
function newText(key: KeyModel | undefined, { changed }: WayScene): string {
  const nameOf = (name: string | undefined): string | undefined =>
    changed.find(({ renamed, after }) => renamed && same(after.name, name))?.before.name ?? name;
  return textOf(key && { ...key, parts: key.parts.map((part) => ({ ...part, column: nameOf(part.column) })) });
}

function isTooLong({ parts }: KeyModel, table: TableModel): boolean {
  const bytes = parts.map(({ column, length }) => {
    const found = columnOf(table, column);
    return found === undefined ? 0 : (keyBytes(found, length) ?? 0);
  });
  return bytes.reduce((sum, one) => sum + one, 0) > 3072;
}

function newKey({ type, parts }: KeyModel, { before, added: columns, isMysql }: WayScene): Way {
  if (type === 'FULLTEXT') {
    const isFirst = !before.keys.some((key) => key.type === 'FULLTEXT') && columnOf(before, 'FTS_DOC_ID') === undefined;
    return isFirst ? REBUILD_SHARED : IN_PLACE_SHARED;
  }
  if (type === 'SPATIAL') return IN_PLACE_SHARED;
  if (type === 'VECTOR') return COPY;
  const isComputed = parts.some(({ column }) =>
    column === undefined ? isMysql : columns.some((one) => isVirtual(one) && same(one.name, column)),
  );
  return isComputed ? IN_PLACE_SHARED : IN_PLACE;
}
