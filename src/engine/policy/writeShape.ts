import { quoteIdentifier } from '../sql/identifiers.ts';
import type { Token } from '../sql/lexer.ts';
import { judgeCall } from './functions.ts';
import type { Reference } from './references.ts';
import { isName, keyword } from './verdict.ts';
import { topLevel } from './writes.ts';

/**
 * How surely the rows that a condition picks later are those that it picks now: `data` depends on the rows of the table alone,
 * `moment` on the time or the session, `tables` on others' rows, `chance` on nothing that can be told.
 */
type Certainty = 'data' | 'moment' | 'tables' | 'chance';

/** UPDATE or DELETE of one table: the rows that it picks can be read before. Texts are parts of the statement as written. */
export interface PickedRows {
  readonly kind: 'picked';
  readonly verb: 'UPDATE' | 'DELETE';
  readonly table: Reference;
  readonly alias: string;
  /** From WHERE on, without ORDER BY and LIMIT; '' for all rows. */
  readonly where: string;
  /** From ORDER BY on; '' for none. */
  readonly order: string;
  /** The columns of ORDER BY where these are plain ones, in order. */
  readonly orderColumns: readonly string[];
  readonly limited: boolean;
  /** The columns that are set. */
  readonly assigned: readonly string[];
  readonly certainty: Certainty;
}

/** INSERT or REPLACE. */
export interface AddedRows {
  readonly kind: 'added';
  readonly table: Reference;
  /** How many rows are given, or the query that gives them. */
  readonly source: number | string;
  readonly onDuplicate: 'fail' | 'ignore' | 'update' | 'replace';
  readonly certainty: Certainty;
}

/** UPDATE or DELETE over several tables. */
interface JoinedRows {
  readonly kind: 'joined';
  /** A query that counts the combinations, as written. */
  readonly count: string;
}

/** What cannot be told apart, and is shown as it stands. */
interface OtherRows {
  readonly kind: 'other';
}

/** Which rows a write touches, as far as its text says. */
export type WriteShape = PickedRows | AddedRows | JoinedRows | OtherRows;

const PRIORITIES = new Set(['LOW_PRIORITY', 'HIGH_PRIORITY', 'DELAYED', 'QUICK', 'IGNORE']);
const CHANCE = new Set(['RAND', 'UUID', 'UUID_SHORT', 'UUID_V4', 'UUID_V7', 'SYS_GUID', 'SYSDATE', 'RANDOM_BYTES']);
const MOMENT = new Set([
  ...['NOW', 'CURDATE', 'CURTIME', 'CURRENT_DATE', 'CURRENT_TIME', 'CURRENT_TIMESTAMP', 'LOCALTIME', 'LOCALTIMESTAMP', 'UTC_DATE'],
  ...['UTC_TIME', 'UTC_TIMESTAMP', 'UNIX_TIMESTAMP', 'CONNECTION_ID', 'LAST_INSERT_ID', 'ROW_COUNT', 'FOUND_ROWS', 'USER', 'VERSION'],
  ...['PS_CURRENT_THREAD_ID', 'IS_FREE_LOCK', 'IS_USED_LOCK'],
]);
/** Without parentheses they are functions, too. */
const BARE = new Set([
  'CURRENT_DATE',
  'CURRENT_TIME',
  'CURRENT_TIMESTAMP',
  'LOCALTIME',
  'LOCALTIMESTAMP',
  'UTC_DATE',
  'UTC_TIME',
  'UTC_TIMESTAMP',
]);

/** Reads the shape of a statement that was judged to change rows. */
export function shapeOf(sql: string, statement: readonly Token[]): WriteShape {
  return new ShapeReader(sql, statement).read();
}

class ShapeReader {
  readonly #sql: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(sql: string, tokens: readonly Token[]) {
    this.#sql = sql;
    this.#tokens = tokens;
  }

  read(): WriteShape {
    const verb = keyword(this.#tokens[0]);
    if (verb === 'WITH') return this.#withTables();
    this.#skip();
    if (verb === 'UPDATE') return this.#update('');
    if (verb === 'DELETE') return this.#delete('');
    return this.#insert(verb === 'REPLACE');
  }

  #withTables(): WriteShape {
    const at = topLevel(this.#tokens, (word) => word === 'UPDATE' || word === 'DELETE') ?? 0;
    const prefix = `${this.#text(0, at)} `;
    const update = keyword(this.#tokens[at]) === 'UPDATE';
    this.#at = at;
    this.#skip();
    const shape = update ? this.#update(prefix) : this.#delete(prefix);
    // The common table expressions belong to the condition, and read other tables.
    return shape.kind === 'picked'
      ? { kind: 'joined', count: `${prefix}SELECT COUNT(*) FROM ${this.#nameText(shape)} ${shape.where}` }
      : shape;
  }

  #nameText({ table, alias }: PickedRows): string {
    const name = [table.database, table.name]
      .filter((part) => part !== undefined)
      .map(quoteIdentifier)
      .join('.');
    return `${name} AS ${quoteIdentifier(alias)}`;
  }

  #update(prefix: string): WriteShape {
    const from = this.#at;
    const set = this.#find(from, (word) => word === 'SET');
    if (set === undefined) return { kind: 'other' };
    const where = this.#clauseEnd(set + 1);
    const one = this.#table(from, set);
    if (one === undefined) {
      return { kind: 'joined', count: `${prefix}SELECT COUNT(*) FROM ${this.#text(from, set)} ${this.#text(where, this.#tokens.length)}` };
    }
    return this.#picked('UPDATE', one, where, this.#assigned(set + 1, where));
  }

  #delete(prefix: string): WriteShape {
    const from = this.#at;
    const hasFrom = keyword(this.#tokens[from]) === 'FROM';
    const start = hasFrom ? from + 1 : from;
    const end = this.#clauseEnd(start);
    const one = hasFrom ? this.#table(start, end) : undefined;
    if (one !== undefined) return this.#picked('DELETE', one, end, []);
    const word = hasFrom ? 'USING' : 'FROM';
    const tables = this.#find(start, (found) => found === word);
    if (tables === undefined || keyword(this.#tokens[start]) === 'HISTORY') return { kind: 'other' };
    return { kind: 'joined', count: `${prefix}SELECT COUNT(*) FROM ${this.#text(tables + 1, this.#tokens.length)}` };
  }

  #picked(verb: 'UPDATE' | 'DELETE', one: { table: Reference; alias: string }, where: number, assigned: readonly string[]): PickedRows {
    const order = this.#find(where, (word, next) => (word === 'ORDER' && next === 'BY') || word === 'LIMIT') ?? this.#tokens.length;
    const limit = this.#find(where, (word) => word === 'LIMIT');
    return {
      kind: 'picked',
      verb,
      ...one,
      where: this.#text(where, order),
      order: this.#text(order, this.#tokens.length),
      orderColumns: this.#plainColumns(order + 2, limit ?? this.#tokens.length),
      limited: limit !== undefined,
      assigned,
      certainty: this.#certainty(where, this.#tokens.length),
    };
  }

  #insert(replace: boolean): WriteShape {
    const ignores = this.#tokens.slice(0, this.#at).some((token) => keyword(token) === 'IGNORE');
    if (keyword(this.#tokens[this.#at]) === 'INTO') this.#at++;
    const name = this.#name();
    if (name === undefined) return { kind: 'other' };
    const duplicate = this.#find(this.#at, (word, next) => word === 'ON' && next === 'DUPLICATE');
    const end = duplicate ?? this.#tokens.length;
    const onDuplicate = replace ? 'replace' : duplicate !== undefined ? 'update' : ignores ? 'ignore' : 'fail';
    const source = this.#find(this.#at, (word) => ['VALUES', 'VALUE', 'SET', 'SELECT', 'WITH', 'TABLE'].includes(word));
    const certainty = this.#certainty(source ?? this.#at, end);
    const word = keyword(this.#tokens[source ?? -1]);
    if (source === undefined || source > end) return { kind: 'other' };
    if (word === 'SET') return { kind: 'added', table: name, source: 1, onDuplicate, certainty };
    if (word === 'VALUES' || word === 'VALUE')
      return { kind: 'added', table: name, source: this.#countRows(source + 1, end), onDuplicate, certainty };
    return { kind: 'added', table: name, source: this.#text(source, end), onDuplicate, certainty };
  }

  /** `(…), (…)` or `ROW(…), ROW(…)`, up to an alias of the new rows. */
  #countRows(from: number, end: number): number {
    let depth = 0;
    let rows = 1;
    for (let i = from; i < end; i++) {
      const { text } = this.#tokens[i] ?? { text: '' };
      if (text === '(') depth++;
      else if (text === ')') depth--;
      else if (depth === 0 && text === ',') rows++;
      else if (depth === 0 && keyword(this.#tokens[i]) === 'AS') return rows;
    }
    return rows;
  }

  /** Passes over the verb, hints and priorities. */
  #skip(): void {
    this.#at++;
    while (this.#tokens[this.#at]?.kind === 'hint' || PRIORITIES.has(keyword(this.#tokens[this.#at]))) this.#at++;
  }

  #name(): Reference | undefined {
    const first = this.#tokens[this.#at];
    if (!isName(first)) return undefined;
    const second = this.#tokens[this.#at + 2];
    const qualified = this.#tokens[this.#at + 1]?.text === '.' && isName(second);
    this.#at += qualified ? 3 : 1;
    return qualified ? { database: first.text, name: second.text } : { database: undefined, name: first.text };
  }

  /** One table with or without an alias, and nothing else between `from` and `end`. */
  #table(from: number, end: number): { table: Reference; alias: string } | undefined {
    this.#at = from;
    const table = this.#name();
    if (table === undefined) return undefined;
    if (keyword(this.#tokens[this.#at]) === 'AS' && this.#at < end) this.#at++;
    if (this.#at === end) return { table, alias: table.name };
    const alias = this.#tokens[this.#at];
    return isName(alias) && this.#at + 1 === end ? { table, alias: alias.text } : undefined;
  }

  /** The columns on the left of `SET a = …, t.b = …`. */
  #assigned(from: number, end: number): string[] {
    const columns: string[] = [];
    let depth = 0;
    let last: Token | undefined;
    let left = true;
    for (const token of this.#tokens.slice(from, end)) {
      if (token.text === '(') depth++;
      else if (token.text === ')') depth--;
      else if (depth === 0 && token.text === ',') left = true;
      else if (left && depth === 0 && token.text === '=') {
        if (last !== undefined) columns.push(last.text);
        left = false;
      }
      last = token;
    }
    return columns;
  }

  /** Where WHERE, ORDER BY or LIMIT begins. */
  #clauseEnd(from: number): number {
    return (
      this.#find(from, (word, next) => word === 'WHERE' || word === 'LIMIT' || (word === 'ORDER' && next === 'BY')) ?? this.#tokens.length
    );
  }

  /** Empty where an expression stands among them: `id % 2` puts nothing in order. */
  #plainColumns(from: number, end: number): string[] {
    const columns: string[] = [];
    for (let i = from; i < end; i++) {
      const token = this.#tokens[i];
      if (token?.text === '.' || token?.text === ',') continue;
      if (!isName(token)) return [];
      if (['ASC', 'DESC'].includes(keyword(token)) || this.#tokens[i + 1]?.text === '.') continue;
      columns.push(token.text);
    }
    return columns;
  }

  #certainty(from: number, end: number): Certainty {
    let found: Certainty = 'data';
    for (let i = from; i < end; i++) {
      const token = this.#tokens[i];
      if (token === undefined) break;
      const called = this.#tokens[i + 1]?.text === '(' && isName(token);
      const word = keyword(token);
      if (called && (CHANCE.has(token.upper) || judgeCall(token.upper) === 'unknown')) return 'chance';
      if (['SELECT', 'TABLE', 'WITH'].includes(word)) found = 'tables';
      else if (found === 'data' && ((called && MOMENT.has(token.upper)) || BARE.has(word) || token.kind === 'variable')) found = 'moment';
    }
    return found;
  }

  #find(from: number, wanted: (word: string, next: string) => boolean): number | undefined {
    return topLevel(this.#tokens, wanted, from);
  }

  /** As written, from the first to the last of these tokens. */
  #text(from: number, end: number): string {
    const first = this.#tokens[from];
    const last = this.#tokens[end - 1];
    return first === undefined || last === undefined || end <= from ? '' : this.#sql.slice(first.start, last.end);
  }
}
