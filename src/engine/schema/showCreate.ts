import { quoteIdentifier } from '../sql/identifiers.ts';
import type { SchemaObjectKind } from './objects.ts';
import { keyword, sql, type OwnSql } from '../sql/ownSql.ts';

/** What a definition can be shown of. Not users: how one was made holds the hash of its password. */
export interface DefinedName {
  readonly kind: 'table' | 'view' | Exclude<SchemaObjectKind, 'user'>;
  readonly database: string;
  readonly name: string;
}

const KINDS = { table: 'TABLE', view: 'VIEW', procedure: 'PROCEDURE', function: 'FUNCTION', trigger: 'TRIGGER', event: 'EVENT' } as const;

export function definitionStatement({ kind, database, name }: DefinedName): OwnSql {
  return sql`SHOW CREATE ${keyword(KINDS[kind], Object.values(KINDS))} ${quoteIdentifier(database)}.${quoteIdentifier(name)}`;
}

/** The column of SHOW CREATE … that holds the definition. */
export function definitionColumn(columns: readonly { readonly name: string }[]): number {
  return columns.findIndex(({ name }) => /^(?:Create |SQL Original)/.test(name));
}
