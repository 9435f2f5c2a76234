import type { Name, ObjectName } from '../sql/ast/expressions.ts';
import { untraced } from './columnRefusal.ts';
import { areOneKind, mixed, type Column, type Origin } from './column.ts';
import type { ExpressionScope } from './context.ts';

type At = { readonly start: number } | undefined;

/** A common table expression. */
export class TableExpression {
  readonly name: string;
  readonly #names: readonly Name[];
  #columns: readonly Column[] | undefined;
  /** What the recursive operands add to each column. */
  #added: Origin[][] = [];
  #used = false;

  constructor(name: string, names: readonly Name[]) {
    this.name = name;
    this.#names = names;
  }

  /** Undefined as long as they are not known: before the first operand of a recursive expression, or behind the text that names it. */
  get columns(): readonly Column[] | undefined {
    return this.#columns;
  }

  /** True once something has read it. */
  get used(): boolean {
    return this.#used;
  }

  read(at: ObjectName): readonly Column[] {
    if (this.#columns === undefined) throw untraced(`The common table expression ${at.name.name}, which is unknown here,`, at);
    this.#used = true;
    return this.#columns;
  }

  /** Its columns as the recursive operands see them: those of the operands before them. */
  open(columns: readonly Column[], at: At): void {
    this.#added = columns.map(() => []);
    this.#columns = renamed(columns, this.#names, at).map((column, i) => ({ ...column, origin: [column.origin, this.#added[i] ?? []] }));
  }

  /** A recursive operand must leave the actions as they are: then one look at it is enough. */
  addRecursive(columns: readonly Column[], at: At): void {
    for (const [i, { action, origin }] of columns.entries()) {
      const open = this.#columns?.[i];
      if (open === undefined || mixed(open.action, action) !== open.action)
        throw untraced('A recursive common table expression that combines protected values with others', at);
      // Its operands were judged by the kind of those before them.
      if (action === 'pseudonym' && !areOneKind([open, { action, origin }]))
        throw untraced('A recursive common table expression that combines pseudonyms of different types or collations', at);
      this.#added[i]?.push(origin);
    }
  }

  close(columns: readonly Column[], at: At): void {
    this.#columns = renamed(columns, this.#names, at);
  }
}

/** The common table expression that a name means; undefined where it means a table. Throws where servers differ. */
export function findExpression({ database, name }: ObjectName, scope: ExpressionScope | undefined): TableExpression | undefined {
  if (database !== undefined) return undefined;
  for (let at = scope; at !== undefined; at = at.outer) {
    const near = at.names.get(name.name.toLowerCase());
    if (near === undefined) continue;
    const found = near.filter((expression) => expression.name === name.name);
    if (found.length === 1 && near.length === 1) return found[0];
    throw untraced(`The common table expression ${name.name}, which differs from its name in WITH in case,`, name);
  }
  return undefined;
}

export function addExpression(scope: ExpressionScope, expression: TableExpression): void {
  const key = expression.name.toLowerCase();
  const known = scope.names.get(key);
  if (known === undefined) scope.names.set(key, [expression]);
  else known.push(expression);
}

/** Columns under the names of a list, where there is one. */
export function renamed(columns: readonly Column[], names: readonly Name[], at: At): readonly Column[] {
  if (names.length === 0) return columns;
  if (names.length !== columns.length) throw untraced(`A list of ${String(names.length)} names for ${String(columns.length)} columns`, at);
  return columns.map(({ action, origin }, i) => ({ name: names[i]?.name, action, origin }));
}
