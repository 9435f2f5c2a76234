import type { ServerInfo } from '../driver/serverInfo.ts';
import type { AlterAction, AlterTable, CreateIndex, Drop } from '../sql/ast/definitions.ts';
import type { Constraint } from '../sql/ast/tableElements.ts';
import { phrase, type Phrase } from '../phrase.ts';

/** How a change of a table is usually made: at once, in place while others go on, or as a copy during which nobody writes. */
type Way = 'instant' | 'inPlace' | 'rebuild' | 'copy';

const TEXTS: Readonly<Record<Way, Phrase>> = {
  instant: phrase('Usually ALGORITHM=INSTANT: only metadata changes.'),
  inPlace: phrase('Usually ALGORITHM=INPLACE, LOCK=NONE: other sessions can read and write during the change.'),
  rebuild: phrase('Usually ALGORITHM=INPLACE with a table rebuild: other sessions can read and write during the change.'),
  copy: phrase("Usually ALGORITHM=COPY, LOCK=SHARED: the table is rebuilt, and other sessions can't write to it during the change."),
};

/**
 * What the parts of an ALTER TABLE, or of CREATE and DROP INDEX, cost on InnoDB.
 * @see https://dev.mysql.com/doc/refman/9.7/en/innodb-online-ddl-operations.html
 * @see https://mariadb.com/docs/server/server-usage/storage-engines/innodb/innodb-online-ddl/innodb-online-ddl-overview
 */
export function alterationCost(statement: AlterTable | CreateIndex | Drop, server: ServerInfo): Phrase[] {
  const texts = [...new Set(waysOf(statement, server))].filter((way) => way !== undefined).map((way) => TEXTS[way]);
  if (texts.length > 0)
    texts.push(
      phrase('When it starts and ends, it waits for all open transactions on the table, and other statements on the table wait for it.'),
    );
  if (choosesWay(statement))
    texts.push(phrase("The statement specifies ALGORITHM or LOCK. If the server can't use it, the statement fails without changes."));
  return texts;
}

function waysOf(statement: AlterTable | CreateIndex | Drop, server: ServerInfo): (Way | undefined)[] {
  if (statement.kind === 'createIndex') return [ofConstraint(statement.constraint)];
  if (statement.kind === 'drop') return ['inPlace'];
  const { actions, partitioning } = statement;
  const rebuildsKey = actions.some(isPrimaryKey);
  const ways = actions.map((action) => (action.action === 'DROP PRIMARY KEY' ? (rebuildsKey ? 'rebuild' : 'copy') : wayOf(action, server)));
  return partitioning === undefined ? ways : [...ways, 'copy'];
}

function choosesWay(statement: AlterTable | CreateIndex | Drop): boolean {
  if (statement.kind !== 'alterTable') return statement.options.length > 0;
  return statement.actions.some(({ action }) => action === 'ALGORITHM' || action === 'LOCK');
}

function isPrimaryKey({ constraint }: AlterAction): boolean {
  return constraint?.type === 'PRIMARY KEY';
}

function ofConstraint({ type }: Constraint): Way | undefined {
  if (type === 'FOREIGN KEY' || type === 'CHECK') return 'copy';
  if (type === 'PRIMARY KEY' || type === 'FULLTEXT' || type === 'SPATIAL') return 'rebuild';
  return 'inPlace';
}

function wayOf({ action, constraint, option, column, elements }: AlterAction, { flavor, version }: ServerInfo): Way | undefined {
  const addsInstantly = flavor === 'mariadb' ? atLeast(version, 10, 4) : atLeast(version, 8, 1) || version.startsWith('8.0.');
  switch (action) {
    case 'CONVERT TO CHARACTER SET':
    case 'MODIFY COLUMN':
    case 'CHANGE COLUMN':
      return 'copy';
    case 'ADD CONSTRAINT':
      return constraint === undefined ? undefined : ofConstraint(constraint);
    case 'ADD COLUMN': {
      const attributes = column?.attributes.map(({ attribute }) => attribute) ?? [];
      const hasKey = attributes.includes('UNIQUE') || elements?.some(({ kind }) => kind === 'constraint') === true;
      if (attributes.includes('PRIMARY KEY')) return 'rebuild';
      if (hasKey) return 'inPlace';
      return addsInstantly ? 'instant' : 'rebuild';
    }
    case 'DROP COLUMN':
      return addsInstantly ? 'instant' : 'rebuild';
    case 'DROP INDEX':
    case 'DROP FOREIGN KEY':
    case 'DROP CONSTRAINT':
    case 'DROP CHECK':
      return 'inPlace';
    case 'RENAME TO':
    case 'RENAME COLUMN':
    case 'RENAME INDEX':
    case 'ALTER COLUMN':
    case 'ALTER INDEX':
      return 'instant';
    case 'FORCE':
      return 'rebuild';
    case 'OPTION':
      return option?.name === 'ENGINE' || option?.name === 'ROW_FORMAT' ? 'rebuild' : option?.name === 'COMMENT' ? 'instant' : undefined;
    default:
      return action.includes('PARTITION') ? 'copy' : undefined;
  }
}

function atLeast(version: string, major: number, minor: number): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number);
  return a > major || (a === major && b >= minor);
}
