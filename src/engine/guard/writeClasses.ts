import type { AlterAction, Drop } from '../sql/ast/definitions.ts';
import type { WriteClass } from '../sql/statementClasses.ts';

/** Classes that a definition needs besides `ddl`, by what it can do. `refused`: nobody opens it for an agent. */
export type Needs = readonly WriteClass[] | 'refused';

/** What one change of ALTER TABLE can do. A change of a type may round or shorten values; what is dropped takes its rows or values along. */
export const ALTERATION_NEEDS: Readonly<Record<AlterAction['action'], Needs>> = {
  'ADD COLUMN': [],
  'ADD CONSTRAINT': [],
  'MODIFY COLUMN': ['update'],
  'CHANGE COLUMN': ['update'],
  'ALTER COLUMN': [],
  'RENAME COLUMN': [],
  'DROP COLUMN': ['delete'],
  'DROP INDEX': [],
  'DROP PRIMARY KEY': [],
  'DROP FOREIGN KEY': [],
  'DROP CHECK': [],
  'DROP CONSTRAINT': [],
  'ALTER INDEX': [],
  'ALTER CHECK': [],
  'ALTER CONSTRAINT': [],
  'RENAME INDEX': [],
  'RENAME TO': [],
  'CONVERT TO CHARACTER SET': ['update'],
  'ORDER BY': [],
  'DISABLE KEYS': [],
  'ENABLE KEYS': [],
  'DISCARD TABLESPACE': ['delete', 'administration'],
  'IMPORT TABLESPACE': ['insert', 'administration'],
  FORCE: [],
  ALGORITHM: [],
  LOCK: [],
  'WITH VALIDATION': [],
  'WITHOUT VALIDATION': [],
  OPTION: [],
  'ADD PARTITION': [],
  'DROP PARTITION': ['delete'],
  'TRUNCATE PARTITION': ['delete'],
  'COALESCE PARTITION': [],
  // Of a LIST the values that no new partition names go, with their rows and without an error.
  'REORGANIZE PARTITION': ['delete'],
  'EXCHANGE PARTITION': ['insert', 'delete'],
  'ANALYZE PARTITION': ['administration'],
  'CHECK PARTITION': ['administration'],
  'OPTIMIZE PARTITION': ['administration'],
  'REBUILD PARTITION': [],
  'REPAIR PARTITION': ['administration'],
  'DISCARD PARTITION TABLESPACE': ['delete', 'administration'],
  'IMPORT PARTITION TABLESPACE': ['insert', 'administration'],
  'ADD SYSTEM VERSIONING': [],
  'DROP SYSTEM VERSIONING': ['delete'],
  'DROP PERIOD': [],
};

export const DROP_NEEDS: Readonly<Record<Drop['object'], Needs>> = {
  TABLE: ['delete'],
  DATABASE: ['delete'],
  VIEW: [],
  INDEX: [],
  TRIGGER: [],
  FUNCTION: [],
  PROCEDURE: [],
  EVENT: [],
  SEQUENCE: ['update'],
};

const HARMLESS_OPTIONS = `
  AUTO_INCREMENT AVG_ROW_LENGTH CHECKSUM TABLE_CHECKSUM COMMENT COMPRESSION DELAY_KEY_WRITE INSERT_METHOD KEY_BLOCK_SIZE MAX_ROWS MIN_ROWS
  PACK_KEYS ROW_FORMAT STATS_AUTO_RECALC STATS_PERSISTENT STATS_SAMPLE_PAGES AUTOEXTEND_SIZE PAGE_CHECKSUM TRANSACTIONAL UNION COLLATE USING
  VISIBLE INVISIBLE IGNORED CLUSTERING M DISTANCE ALGORITHM LOCK PAGE_COMPRESSED PAGE_COMPRESSION_LEVEL START INCREMENT MINVALUE MAXVALUE
  CACHE NOMINVALUE NOMAXVALUE NOCACHE NOCYCLE CYCLE`
  .trim()
  .split(/\s+/);

/** Options of tables, indexes, partitions, databases and sequences. An option that is not here is refused. */
const OPTION_NEEDS: ReadonlyMap<string, Needs> = new Map<string, Needs>([
  ...HARMLESS_OPTIONS.map((name): [string, Needs] => [name, []]),
  ...['CHARACTER SET', 'WITH SYSTEM VERSIONING', 'WITH PARSER', 'NOT IGNORED'].map((name): [string, Needs] => [name, []]),
  ...['NO MINVALUE', 'NO MAXVALUE', 'NO CACHE', 'NO CYCLE'].map((name): [string, Needs] => [name, []]),
  ['RESTART', ['update']],
  ...['ENCRYPTION', 'ENCRYPTED', 'ENCRYPTION_KEY_ID', 'TABLESPACE', 'READ ONLY'].map((name): [string, Needs] => [name, ['administration']]),
]);

export function optionNeeds(name: string): Needs {
  return OPTION_NEEDS.get(name) ?? 'refused';
}

/** Engines that keep rows on this server, durably and on their own; InnoDB first. */
const DURABLE_ENGINES = new Set(['INNODB', 'ROCKSDB', 'ARIA', 'MYISAM', 'ARCHIVE', 'COLUMNSTORE', 'TOKUDB', 'NDB', 'NDBCLUSTER']);
/** They lose rows: at once, or when the server restarts. */
const LOSSY_ENGINES = new Set(['BLACKHOLE', 'MEMORY', 'HEAP']);
/** They show rows of the tables that UNION names. */
const UNITING_ENGINES = new Set(['MERGE', 'MRG_MYISAM']);

/** What an engine does to rows that are there. A move away from InnoDB gives up transactions and foreign keys, so that it may lose rows, too. */
export function engineNeeds(engine: string, isNewTable: boolean): Needs {
  const name = engine.toUpperCase();
  if (name === 'INNODB') return [];
  if (DURABLE_ENGINES.has(name) || LOSSY_ENGINES.has(name) || UNITING_ENGINES.has(name)) return isNewTable ? [] : ['delete'];
  return 'refused';
}
