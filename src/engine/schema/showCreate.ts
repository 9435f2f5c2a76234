import { quoteIdentifier } from '../sql/identifiers.ts';
import type { SchemaObjectKind } from './objects.ts';

/** What a definition can be shown of. Not users: how one was made holds the hash of its password. */
export interface DefinedName {
  readonly kind: 'table' | 'view' | Exclude<SchemaObjectKind, 'user'>;
  readonly database: string;
  readonly name: string;
}

/** The statement whose answer tells how an object was made. */
export function definitionStatement({ kind, database, name }: DefinedName): string {
  return `SHOW CREATE ${kind.toUpperCase()} ${quoteIdentifier(database)}.${quoteIdentifier(name)}`;
}

/** The column of SHOW CREATE … that holds the definition. */
export function definitionColumn(columns: readonly { readonly name: string }[]): number {
  return columns.findIndex(({ name }) => /^(?:Create |SQL Original)/.test(name));
}
