import type { Call, Expression, ObjectName, SpecialCall } from '../ast/expressions.ts';
import type { BaseTable, Query } from '../ast/queries.ts';
import type { Statement } from '../ast/statements.ts';
import type { Dialect } from '../lexer/dialect.ts';
import { quoteName } from '../identifiers.ts';

/** An object with its database, as a resolver found it. */
export interface QualifiedName {
  readonly database: string;
  readonly name: string;
}

/** Columns of a table, as they are selected, and the condition of its rows. */
export interface TablePart {
  readonly columns: readonly string[];
  readonly where?: string | undefined;
}

export interface PrintOptions {
  /** The object that a name stands for; undefined prints the name as written. Asked for tables, views, sequences and routines of CALL. */
  readonly qualify?: (name: ObjectName, holder: BaseTable | undefined) => QualifiedName | undefined;
  /** What is selected of a table in FROM for the statement to know of; undefined for all. */
  readonly part?: ((name: ObjectName) => TablePart | undefined) | undefined;
  /** The function that a call in the generic form means; undefined prints the name as written. */
  readonly functionName?: (call: Call) => 'native' | QualifiedName | undefined;
  /** What is written for an argument of a call whose own text is `printed`. */
  readonly argument?: (call: Call | SpecialCall, index: number, printed: string) => string;
}

/** Printing functions that call each other across files; handed in, so that no file imports one above it. */
export interface Printers {
  expression(printer: Printer, node: Expression, level: number): string;
  /** `names`: columns without an alias get the name that the original text gives them. */
  query(printer: Printer, node: Query, names: boolean): string;
  statement(printer: Printer, node: Statement): string;
}

export class Printer {
  readonly dialect: Dialect;
  readonly options: PrintOptions;
  readonly #printers: Printers;

  constructor(dialect: Dialect, options: PrintOptions, printers: Printers) {
    this.dialect = dialect;
    this.options = options;
    this.#printers = printers;
  }

  /** In parentheses if its operators bind less tightly than `level`. */
  expression(node: Expression, level = 0): string {
    return this.#printers.expression(this, node, level);
  }

  expressions(nodes: readonly Expression[]): string {
    return nodes.map((node) => this.expression(node)).join(', ');
  }

  argument(call: Call | SpecialCall, index: number, node: Expression): string {
    const printed = this.expression(node);
    return this.options.argument?.(call, index, printed) ?? printed;
  }

  query(node: Query, names: boolean): string {
    return this.#printers.query(this, node, names);
  }

  subquery(node: Query, names = false): string {
    return `(${this.query(node, names)})`;
  }

  statement(node: Statement): string {
    return this.#printers.statement(this, node);
  }

  objectName(node: ObjectName, holder?: BaseTable): string {
    const found = this.options.qualify?.(node, holder);
    if (found !== undefined) return `${quoteName(found.database)}.${quoteName(found.name)}`;
    return node.database === undefined ? quoteName(node.name.name) : `${quoteName(node.database.name)}.${quoteName(node.name.name)}`;
  }
}

/** Words and clauses with one blank between them; empty ones are left out. */
export function joinWords(...parts: readonly (string | undefined | false)[]): string {
  let text = '';
  for (const part of parts) {
    if (part !== undefined && part !== false && part !== '') text += text === '' ? part : ` ${part}`;
  }
  return text;
}

/** `word list`, or nothing for an empty list. */
export function clause(word: string, items: readonly string[]): string {
  return items.length === 0 ? '' : `${word} ${items.join(', ')}`;
}
