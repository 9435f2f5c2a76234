import { quoteIdentifier } from '../sql/identifiers.ts';
import type { SchemaObjectKind } from './objects.ts';

/** What a definition can be shown of. */
export interface DefinedName {
  readonly kind: 'table' | 'view' | SchemaObjectKind;
  readonly database: string;
  /** Of a user `name@host`. */
  readonly name: string;
}

/** The statements whose answers tell how an object was made; of a user also what it may do. */
export function definitionStatements({ kind, database, name }: DefinedName): string[] {
  if (kind !== 'user') return [`SHOW CREATE ${kind.toUpperCase()} ${quoteIdentifier(database)}.${quoteIdentifier(name)}`];
  const at = name.lastIndexOf('@');
  const account = `${quoteText(name.slice(0, at))}@${quoteText(name.slice(at + 1))}`;
  return [`SHOW CREATE USER ${account}`, `SHOW GRANTS FOR ${account}`];
}

/** The column of SHOW CREATE … that holds the definition; of SHOW GRANTS the only one. */
export function definitionColumn(columns: readonly { readonly name: string }[]): number {
  const at = columns.findIndex(({ name }) => /^(?:Create |SQL Original)/.test(name));
  return Math.max(0, at);
}

function quoteText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
