import type { AlterAction } from '../../sql/ast/definitions.ts';
import type { Name, ObjectName } from '../../sql/ast/expressions.ts';
import type { Statement } from '../../sql/ast/statements.ts';
import { keyOfName, type QualifiedName } from '../../sql/identifiers.ts';
import type { Dialect } from '../../sql/lexer/dialect.ts';
import { checkedText, type OwnSql } from '../../sql/ownSql.ts';
import { parseStatements } from '../../sql/parser/parse.ts';
import { print } from '../../sql/printer/print.ts';
import { namesOf } from '../scriptStatements.ts';

/** Names of tables and their copies. A server makes names of constraints from that of the table: these are mapped as well. */
export class TrialNames {
  readonly #prefix: string;
  readonly #scratch: string;
  readonly #copies = new Map<string, QualifiedName>();

  /** All copies have names that begin with `prefix`. */
  constructor(scratch: string, prefix: string) {
    this.#scratch = scratch;
    this.#prefix = prefix;
  }

  /** Of a table that is there, or that a statement names. */
  copyOf(name: QualifiedName): QualifiedName {
    const key = keyOfName(name);
    const known = this.#copies.get(key);
    if (known !== undefined) return known;
    const copy = { database: this.#scratch, name: `${this.#prefix}${String(this.#copies.size + 1)}` };
    this.#copies.set(key, copy);
    this.#originals.set(copy.name, name);
    return copy;
  }

  readonly #originals = new Map<string, QualifiedName>();

  /** What a server says of a copy, with the names of the originals. */
  inWordsOfOriginals(message: string): string {
    const pattern = new RegExp(`(?:\`?${escaped(this.#scratch)}\`?[./])?\`?(${escaped(this.#prefix)}\\d+)`, 'gi');
    return message.replace(pattern, (text, copy: string) => {
      const name = this.#originals.get(copy.toLowerCase())?.name ?? copy;
      return text.includes('`') ? `\`${name}` : name;
    });
  }

  /** A statement on the copies; no name of a table is printed that is not one of them. */
  print(statement: Statement, database: string | undefined, dialect: Dialect): OwnSql {
    const own = statement.kind === 'createTable' || statement.kind === 'alterTable' ? statement.table : undefined;
    const home = own?.database?.name ?? database;
    if (own !== undefined && home !== undefined) this.copyOf({ database: home, name: own.name.name });
    const text = print(this.#withConstraints(statement, home), dialect, {
      qualify: (node) => {
        const from = node.database?.name ?? database;
        if (from === undefined) throw new Error('A name without a database.');
        return this.copyOf({ database: from, name: node.name.name });
      },
      functionName: () => 'native',
    });
    this.#requireCopies(text, dialect);
    return checkedText(text);
  }

  /** Whatever the printer does: what is sent is read again. */
  #requireCopies(text: string, dialect: Dialect): void {
    const parts = parseStatements(text, dialect).map((statement) => ({ text, statement, reason: '' }));
    const { tables, programs } = namesOf(parts, '');
    const isCopy = ({ database, name }: QualifiedName): boolean => database === this.#scratch && name.startsWith(this.#prefix);
    if (parts.length !== 1 || programs.length > 0 || !tables.every(isCopy)) throw new Error('A trial names more than its copies.');
  }

  #withConstraints(statement: Statement, database: string | undefined): Statement {
    const placed = withHome(statement, database);
    return mapped(placed, (name) => {
      const [, table, rest] = /^(.+)(_(?:ibfk|chk)_\d+)$/.exec(name.name) ?? [];
      const copy = table === undefined ? undefined : this.#copies.get(keyOfName({ database: database ?? '', name: table }));
      return copy === undefined || rest === undefined ? name : { ...name, name: `${copy.name}${rest}` };
    }) as Statement;
  }
}

/** A table that a foreign key names without a database is in that of its own table. */
function withHome(value: unknown, home: string | undefined): unknown {
  if (home === undefined || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => withHome(one, home));
  const node = value as Readonly<Record<string, unknown>>;
  const found = Object.fromEntries(Object.entries(node).map(([key, one]) => [key, withHome(one, home)]));
  const table = node['kind'] === 'references' ? (node['table'] as ObjectName) : undefined;
  return table === undefined || table.database !== undefined
    ? found
    : { ...found, table: { ...table, database: { ...table.name, name: home } } };
}

function escaped(text: string): string {
  return text.replace(/[^\w]/g, '\\$&');
}

const OF_CONSTRAINTS = new Set<AlterAction['action']>([
  'DROP FOREIGN KEY',
  'DROP CHECK',
  'DROP CONSTRAINT',
  'ALTER CHECK',
  'ALTER CONSTRAINT',
]);
const HOLDERS = new Set(['CHECK', 'REFERENCES']);

/** The tree with other names of foreign keys and checks. */
function mapped(value: unknown, rename: (name: Name) => Name): unknown {
  if (Array.isArray(value)) return value.map((one) => mapped(one, rename));
  if (typeof value !== 'object' || value === null) return value;
  const node = value as Readonly<Record<string, unknown>>;
  const found = Object.fromEntries(Object.entries(node).map(([key, one]) => [key, mapped(one, rename)]));
  const isNamed =
    (node['kind'] === 'alterAction' && OF_CONSTRAINTS.has(node['action'] as AlterAction['action'])) ||
    (node['kind'] === 'columnAttribute' && HOLDERS.has(String(node['attribute'])));
  const field =
    node['kind'] === 'constraint' && (node['type'] === 'CHECK' || node['type'] === 'FOREIGN KEY')
      ? 'constraint'
      : isNamed
        ? 'name'
        : undefined;
  const name = field === undefined ? undefined : node[field];
  return field === undefined || name === undefined ? found : { ...found, [field]: rename(name as Name) };
}
