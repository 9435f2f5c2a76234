import type { ColumnRules } from '../policy/columnRules.ts';
import type { Dialect } from '../sql/lexer/dialect.ts';
import { keyOfName, type QualifiedName } from '../sql/identifiers.ts';

export interface ConnectionRules {
  /** Stored functions that are allowed, by `keyOfName`. */
  readonly functions?: Pick<ReadonlySet<string>, 'has'> | undefined;
  /** True for a person, who may see what their account may. */
  readonly showsCredentials?: boolean | undefined;
  /** Agents see how the databases are built, and no rows: `isTableDenied` is then true for every table. */
  readonly structureOnly?: boolean | undefined;
  /** True for a table whose rows are denied; without it there are no rules on tables. */
  readonly isTableDenied?: ((name: QualifiedName) => boolean) | undefined;
  /** Columns that are protected; where there are some, `isTableDenied` is there, too, so that nothing reaches a table unnamed. */
  readonly columns?: ColumnRules | undefined;
}

export interface ReadContext extends ConnectionRules {
  readonly dialect: Dialect;
  readonly database?: string | undefined;
  /** What the statement was given to, by the name that whoever gave it knows. */
  readonly caller?: string | undefined;
}

/** Where something is refused that would be answered without rules: `on a connection with table rules`. */
export function whereRulesAre({ structureOnly, columns }: ConnectionRules): string {
  if (structureOnly === true) return 'on a connection of which agents see only the structure';
  return columns === undefined ? 'on a connection with table rules' : 'on a connection with column rules';
}

export function isFunctionAllowed(name: QualifiedName, { functions }: ConnectionRules): boolean {
  return functions?.has(keyOfName(name)) === true;
}
