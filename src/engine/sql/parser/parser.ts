import type { Expression, Name, ObjectName, Span } from '../ast/expressions.ts';
import type { Query } from '../ast/queries.ts';
import type { Statement } from '../ast/statements.ts';
import type { Dialect, Since } from '../lexer/dialect.ts';
import { since } from '../lexer/dialect.ts';
import { ParseError } from '../lexer/parseError.ts';
import { isFileName } from '../identifiers.ts';
import { isReserved } from '../reserved/reservedWords.ts';
import { scanParentheses, type Parentheses } from './parentheses.ts';
import { tokenize, type Token, type TokenKind, type TokenList } from '../lexer/tokens.ts';

/** Productions that call each other across files; handed in, so that no file imports one above it. */
export interface Grammar {
  expression(p: Parser): Expression;
  /** Without logical operators and comparisons. */
  bitExpression(p: Parser): Expression;
  query(p: Parser): Query;
  statement(p: Parser): Statement;
}

/** As deep as parentheses, subqueries, joins and blocks may nest: far more than people write, far less than the stack holds. */
const MAX_DEPTH = 200;

/** As high as the tree of one expression may be: operators add to it without parentheses. Everything that walks a tree may recurse so deep. */
const MAX_HEIGHT = 500;

/** A place in the tokens of a text, and what every production needs of it. */
export class Parser {
  readonly sql: string;
  readonly dialect: Dialect;
  readonly grammar: Grammar;
  readonly dropped: TokenList['dropped'];
  readonly #tokens: readonly Token[];
  readonly #parentheses: Parentheses;
  readonly #end: Token;
  #index = 0;
  #depth = 0;
  #inProgram = false;
  #height = 0;
  #highest = 0;

  constructor(sql: string, dialect: Dialect, grammar: Grammar) {
    this.sql = sql;
    this.dialect = dialect;
    this.grammar = grammar;
    const { tokens, dropped } = tokenize(sql, dialect);
    this.#tokens = tokens;
    this.#end = tokens.at(-1) ?? { kind: 'end', text: '', keyword: '', start: sql.length, end: sql.length };
    this.dropped = dropped;
    this.#parentheses = scanParentheses(tokens, dialect);
  }

  get token(): Token {
    return this.#tokens[this.#index] ?? this.#end;
  }

  /** The token so many places further on; the end where there is none. */
  peek(distance = 1): Token {
    return this.#tokens[this.#index + distance] ?? this.#end;
  }

  /** End of the token before, for the span of what was parsed. */
  get lastEnd(): number {
    return this.#tokens[this.#index - 1]?.end ?? 0;
  }

  next(): Token {
    const { token } = this;
    if (token.kind !== 'end') this.#index++;
    return token;
  }

  span(start: number): Span {
    return { start, end: this.lastEnd };
  }

  /** True if the server of the dialect has what came with these versions. */
  since(versions: Since): boolean {
    return since(this.dialect, versions);
  }

  get isMariadb(): boolean {
    return this.dialect.flavor === 'mariadb';
  }

  isKind(kind: TokenKind): boolean {
    return this.token.kind === kind;
  }

  /** True if these keywords come next. */
  is(first: string, ...more: readonly string[]): boolean {
    if (this.token.keyword !== first) return false;
    for (let i = 0; i < more.length; i++) if (this.#tokens[this.#index + i + 1]?.keyword !== more[i]) return false;
    return true;
  }

  isAny(words: ReadonlySet<string>): boolean {
    return words.has(this.token.keyword);
  }

  /** Takes these keywords if all of them come next. */
  take(first: string, ...more: readonly string[]): boolean {
    if (this.token.keyword !== first || (more.length > 0 && !this.is(first, ...more))) return false;
    this.#index += more.length + 1;
    return true;
  }

  /** Takes the keywords of a phrase from a table of such. */
  takePhrase(words: readonly string[]): boolean {
    const [first = '', ...more] = words;
    return this.take(first, ...more);
  }

  /** Takes the one of these keywords that comes next. */
  takeAny<Word extends string>(...words: readonly Word[]): Word | undefined {
    const { keyword } = this.token;
    if (keyword === '') return undefined;
    for (const word of words) {
      if (word === keyword) {
        this.#index++;
        return word;
      }
    }
    return undefined;
  }

  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.take(word)) throw this.unexpected(word);
  }

  isOperator(text: string, distance = 0): boolean {
    const token = this.peek(distance);
    return token.kind === 'operator' && token.text === text;
  }

  takeOperator(text: string): boolean {
    if (!this.isOperator(text)) return false;
    this.#index++;
    return true;
  }

  expectOperator(text: string): void {
    if (!this.takeOperator(text)) throw this.unexpected(`"${text}"`);
  }

  /** The error of a token that does not fit here. */
  unexpected(expected?: string): ParseError {
    const { token } = this;
    const before = this.#tokens[this.#index - 1];
    const shown = token.kind === 'end' ? 'the statement ends' : `"${shorten(this.sql.slice(token.start, token.end))}" is unexpected`;
    const after = before === undefined ? '' : ` after "${shorten(this.sql.slice(before.start, before.end))}"`;
    const wanted = expected === undefined ? '' : `; expected ${expected}`;
    return new ParseError(`Syntax error: ${shown}${after}${wanted}.`, token.start);
  }

  /** Parses something that may hold itself; throws where that goes too deep. */
  nested<T>(parse: () => T): T {
    this.enter();
    const result = parse();
    this.leave();
    return result;
  }

  /** Height of the tree of the expression that was parsed last. */
  get height(): number {
    return this.#height;
  }

  /** Parses a node whose tree is one higher than the expressions inside it, or than one that was parsed before. */
  measured<T>(parse: () => T, before = 0): T {
    const outer = this.#highest;
    this.#highest = 0;
    const node = parse();
    this.#height = Math.max(this.#highest, before) + 1;
    if (this.#height > MAX_HEIGHT) throw new ParseError('The expression is nested too deeply.', this.token.start);
    this.#highest = Math.max(outer, this.#height);
    return node;
  }

  /** True in the body of a routine, trigger or event, where BEGIN opens a block. */
  get inProgram(): boolean {
    return this.#inProgram;
  }

  body(): Statement {
    const outer = this.#inProgram;
    this.#inProgram = true;
    const statement = this.nested(() => this.grammar.statement(this));
    this.#inProgram = outer;
    return statement;
  }

  enter(levels = 1): void {
    this.#depth += levels;
    if (this.#depth > MAX_DEPTH) throw new ParseError('The statement is nested too deeply.', this.token.start);
  }

  leave(levels = 1): void {
    this.#depth -= levels;
  }

  /** True if the parenthesis that opens here holds a query. */
  get opensQuery(): boolean {
    return this.#parentheses.holdsQuery(this.#index);
  }

  /** True if the parenthesis that opens at a token has a comma directly inside. */
  opensList(distance = 0): boolean {
    return this.#parentheses.holdsComma(this.#index + distance);
  }

  /** The token behind the parenthesis that opens at a token. */
  behindParenthesis(distance = 0): Token {
    return this.#tokens[this.#parentheses.close(this.#index + distance) + 1] ?? this.#end;
  }

  /** True if the token is a word or quoted name that may be an identifier. */
  isName(distance = 0): boolean {
    const token = this.peek(distance);
    if (token.kind === 'quotedName') return true;
    return token.kind === 'word' && (token.keyword === '' || !isReserved(token.keyword, this.dialect));
  }

  name(expected = 'a name'): Name {
    if (!this.isName()) throw this.unexpected(expected);
    return this.anyName();
  }

  /** The token as a name, whatever it is: for those that were looked at before. */
  anyName(): Name {
    const { kind, text, start, end } = this.next();
    if (isFileName(text)) throw new ParseError('A name that starts with "#mysql50#" refers to a file on the server.', start);
    // Written as a text, an alias may hold one; between back-ticks a server may take it for the end.
    if (text.includes('\0')) throw new ParseError("A name can't contain a NUL character.", start);
    return { kind: 'name', name: text, quoted: kind === 'quotedName', start, end };
  }

  /** `name` or `database.name`; MariaDB takes `.name` for a name of the current database. */
  objectName(expected = 'the name of an object'): ObjectName {
    const { start } = this.token;
    if (this.isMariadb) this.takeOperator('.');
    const first = this.name(expected);
    if (!this.takeOperator('.')) return { kind: 'objectName', name: first, ...this.span(start) };
    const name = this.name(expected);
    return { kind: 'objectName', database: first, name, ...this.span(start) };
  }

  /** Comma-separated things, at least one. */
  list<T>(parse: () => T): T[] {
    const found = [parse()];
    while (this.takeOperator(',')) found.push(parse());
    return found;
  }

  parenthesized<T>(parse: () => T): T[] {
    this.expectOperator('(');
    const found = this.list(parse);
    this.expectOperator(')');
    return found;
  }
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
