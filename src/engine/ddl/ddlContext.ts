import type { ForeignKeyModel, ModelContext, TableModel } from './tableModel.ts';
import type { QualifiedName } from '../sql/identifiers.ts';

export interface ReferringKey extends ForeignKeyModel {
  readonly child: QualifiedName;
}

/** What the rules know beside the table that a statement changes. */
export interface DdlContext extends ModelContext {
  readonly flavor: 'mysql' | 'mariadb';
  readonly versionNumber: number;
  /** The `sql_mode` of new sessions is strict, and refuses dates of zeros. */
  readonly strict: boolean;
  readonly noZeroDate: boolean;
  /** The server writes a binary log. */
  readonly logs: boolean;
  readonly foreignKeyChecks: boolean;
  /** Undefined where it does not exist; a view has no columns here. */
  readonly table: (name: QualifiedName) => TableModel | 'view' | undefined;
  /** The script dropped it, or names it and it isn't there. */
  readonly isMissing: (name: QualifiedName) => boolean;
  readonly hasTriggers: (name: QualifiedName) => boolean;
  /** False for what the server has no collation or character set of. */
  readonly hasCollation: (name: string) => boolean;
  readonly hasCharset: (name: string) => boolean;
  /** The collation that new tables of a database have. */
  readonly collationOf: (database: string) => string | undefined;
  /** Another table of the database has a foreign key, or a check, of this name. */
  readonly hasForeignKey: (database: string, name: string, except: QualifiedName) => boolean;
  readonly hasCheck: (database: string, name: string, except: QualifiedName) => boolean;
  /** Foreign keys of other tables that reference this one. */
  readonly referring: (name: QualifiedName) => readonly ReferringKey[];
}
