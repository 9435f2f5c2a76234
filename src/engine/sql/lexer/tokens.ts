import { since, type Dialect } from './dialect.ts';
import { ParseError } from './parseError.ts';
import {
  endOfBlockComment,
  endOfLineComment,
  endOfName,
  endOfSkippedComment,
  endOfVariable,
  executableLength,
  isControl,
  isDigit,
  isNameCharacter,
  isSpace,
  readString,
  unclosedQuote,
  upperCase,
} from './rules.ts';

export type TokenKind =
  /** Unquoted name or keyword. */
  | 'word'
  /** `name`, or "name" with ANSI_QUOTES. */
  | 'quotedName'
  | 'string'
  /** N'…'. */
  | 'nationalString'
  | 'number'
  /** 0x41 */
  | 'hexNumber'
  /** x'41' */
  | 'hexString'
  /** 0b1 */
  | 'bitNumber'
  /** b'1' */
  | 'bitString'
  /** `@name`; the text is the name. */
  | 'userVariable'
  /** Content of an optimizer hint comment behind a verb that takes hints. */
  | 'hints'
  | 'operator'
  | 'end';

/** One token; comments and blanks are none. */
export interface Token {
  readonly kind: TokenKind;
  /** Word or operator as written; value of a name or string; digits of a hexadecimal or bit literal. */
  readonly text: string;
  /** For a word that may be a keyword: ASCII letters in upper case. Empty for every other token: a word behind a dot is always a name. */
  readonly keyword: string;
  readonly start: number;
  readonly end: number;
}

export interface TokenList {
  readonly tokens: readonly Token[];
  /** Marks of executable comments and skipped ones: the server takes them out before it names a column after its text. */
  readonly dropped: readonly { readonly start: number; readonly end: number }[];
}

const HINTED = new Set(['SELECT', 'INSERT', 'REPLACE', 'UPDATE', 'DELETE']);
const INTEGER_OR_FLOAT = /\d+(?:[eE][+-]?\d+)?/y;
const DECIMAL = /\d*\.\d*(?:[eE][+-]?\d+)?/y;
const PREFIXED_NUMBER = /0x[0-9a-fA-F]+|0b[01]+/y;
const OPERATOR = /<=>|->>|->|:=|<<|>>|<=|>=|<>|!=|&&|\|\||\.\.|[-+*/%^&|~!<>=(),.;:?{}]/y;

const SINGLE: ReadonlyMap<number, string> = new Map(Array.from('+*/%^~(),;?{}', (text) => [text.charCodeAt(0), text]));

/** What a server makes of the comment that starts at an offset: code behind so many characters of its mark; one that it skips; or a plain one. */
export type ReadMark = (sql: string, start: number) => number | 'skipped' | 'plain';

/** How a text is read otherwise than whole and by the server of its dialect. */
export interface LexerOptions {
  readonly readMark?: ReadMark;
  /** What stands behind so many tokens is not read. */
  readonly most?: number;
}

/** Splits a text into tokens as the server of the dialect does. Throws ParseError. */
export function tokenize(sql: string, dialect: Dialect, options: LexerOptions = {}): TokenList {
  if (!sql.isWellFormed()) throw new ParseError('The text is not valid Unicode (a lone surrogate).', 0);
  // Within a comment the server takes it for the end of the line; a client that ends texts with it would cut the text short.
  if (sql.includes('\0')) throw new ParseError('A NUL character is not allowed.', sql.indexOf('\0'));
  return new Lexer(sql, dialect, options).run();
}

class Lexer {
  readonly #sql: string;
  readonly #dialect: Dialect;
  readonly #readMark: ReadMark;
  readonly #most: number;
  readonly #hints: boolean;
  readonly #tokens: Token[] = [];
  readonly #dropped: { start: number; end: number }[] = [];
  #at = 0;
  /** Where the executable comment began whose code is being read. */
  #executable: number | undefined;

  constructor(sql: string, dialect: Dialect, { readMark, most = Infinity }: LexerOptions) {
    this.#sql = sql;
    this.#dialect = dialect;
    this.#readMark = readMark ?? ((text, start) => executableLength(text, start, dialect));
    this.#most = most;
    this.#hints = since(dialect, { mysql: 50707, mariadb: 120001 });
  }

  run(): TokenList {
    while (this.#at < this.#sql.length && this.#tokens.length < this.#most) this.#step();
    if (this.#executable !== undefined && this.#at >= this.#sql.length)
      throw new ParseError('The executable comment is not closed.', this.#executable);
    this.#push('end', this.#sql.length, this.#sql.length, '');
    return { tokens: this.#tokens, dropped: this.#dropped };
  }

  #code(offset: number): number {
    return offset < this.#sql.length ? this.#sql.charCodeAt(offset) : -1;
  }

  #push(kind: TokenKind, start: number, end: number, text: string, keyword = ''): void {
    this.#tokens.push({ kind, text, keyword, start, end });
    this.#at = end;
  }

  #step(): void {
    const start = this.#at;
    const c = this.#code(start);
    const next = this.#code(start + 1);
    if (isSpace(c)) {
      this.#at++;
    } else if (isNameCharacter(c)) {
      this.#nameOrLiteral(start, c, next);
    } else if (c === 0x27 || c === 0x22) {
      const { value, end } = readString(this.#sql, start, this.#dialect);
      this.#push(c === 0x22 && this.#dialect.ansiQuotes ? 'quotedName' : 'string', start, end, value);
    } else if (c === 0x60) {
      const { value, end } = readString(this.#sql, start, this.#dialect);
      this.#push('quotedName', start, end, value);
    } else if (c === 0x23 || (c === 0x2d && next === 0x2d)) {
      const end = endOfLineComment(this.#sql, start);
      if (end === undefined) this.#operator(start, c);
      else this.#at = end;
    } else if (c === 0x2f && next === 0x2a) {
      this.#comment(start);
    } else if (c === 0x2a && next === 0x2f && this.#executable !== undefined) {
      this.#executable = undefined;
      this.#at += 2;
      this.#dropped.push({ start, end: this.#at });
    } else if (c === 0x40) {
      this.#variable(start, next);
    } else if (c === 0x2e && isDigit(next) && !this.#touchesWord(start)) {
      this.#number(DECIMAL, start);
    } else if (c === 0x5c && next === 0x4e && (this.#dialect.flavor === 'mariadb' || this.#dialect.version < 80000)) {
      this.#push('word', start, start + 2, 'NULL', 'NULL');
    } else {
      this.#operator(start, c);
    }
  }

  #operator(start: number, c: number): void {
    let text: string | undefined = SINGLE.get(c);
    if (text === undefined) {
      OPERATOR.lastIndex = start;
      text = OPERATOR.exec(this.#sql)?.[0];
    }
    if (text !== undefined && this.#dialect.flavor === 'mysql' && c >= 0x21 && c <= 0x3e) text = this.#comparison(start, c, text);
    if (text === undefined) {
      const shown = isControl(c) ? `control character U+${c.toString(16).padStart(4, '0').toUpperCase()}` : `"${String.fromCharCode(c)}"`;
      throw new ParseError(`Unexpected ${shown}.`, start);
    }
    if (text === '') return;
    // MariaDB has no JSON arrows, and only MariaDB has ranges: `1..10`.
    if (text.startsWith('->') && this.#dialect.flavor === 'mariadb') text = '-';
    if (text === '..' && this.#dialect.flavor === 'mysql') text = '.';
    if (text === ';' && this.#executable !== undefined) {
      throw new ParseError('A separator inside an executable comment is not allowed.', start);
    }
    this.#push('operator', start, start + text.length, text);
  }

  /** MySQL takes adjacent characters of `! < = >` together, whether they are an operator or not: `!!` is one `!`, `=!` is none. */
  #comparison(start: number, c: number, text: string): string | undefined {
    if (c !== 0x21 && c < 0x3c) return text;
    let end = start + 1;
    while (end < start + (c === 0x3c ? 3 : 2) && /[!<=>]/.test(this.#sql.charAt(end))) end++;
    if (end - start === text.length) return text;
    if (c !== 0x21) return undefined;
    this.#push('operator', start, end, '!');
    return '';
  }

  #nameOrLiteral(start: number, c: number, next: number): void {
    const afterDot = this.#touchesDot(start);
    if (!afterDot) {
      if (isDigit(c) && this.#numberAt(start)) return;
      if (next === 0x27 && this.#prefixedString(start, c)) return;
    }
    const end = endOfName(this.#sql, start);
    const text = this.#sql.slice(start, end);
    // Newer servers of MySQL take $tag$ … $tag$ for a quoted text; older ones for names.
    if (c === 0x24 && this.#dialect.flavor === 'mysql' && text.includes('$', 1)) {
      throw new ParseError('A name that starts with "$" and contains another "$" must be quoted with backticks.', start);
    }
    // A word between dots, or before a dot that a name follows at once, is a name even if it is reserved.
    const isName = afterDot || (this.#code(end) === 0x2e && isNameCharacter(this.#code(end + 1)));
    this.#push('word', start, end, text, isName ? '' : upperCase(text));
    if (!isName && this.#hints && HINTED.has(this.#tokens.at(-1)?.keyword ?? '')) this.#hintComment();
  }

  /** True if a number starts here: `1e1a` starts with one, `1ea` and `0x1g` are names. */
  #numberAt(start: number): boolean {
    PREFIXED_NUMBER.lastIndex = start;
    const prefixed = PREFIXED_NUMBER.exec(this.#sql)?.[0];
    if (prefixed !== undefined && !isNameCharacter(this.#code(start + prefixed.length))) {
      this.#push(prefixed.startsWith('0x') ? 'hexNumber' : 'bitNumber', start, start + prefixed.length, prefixed.slice(2));
      return true;
    }
    if (prefixed !== undefined || /^0[xb]/.test(this.#sql.slice(start, start + 2))) return false;
    INTEGER_OR_FLOAT.lastIndex = start;
    const text = INTEGER_OR_FLOAT.exec(this.#sql)?.[0] ?? '';
    const end = start + text.length;
    if (/[eE]/.test(text)) {
      this.#push('number', start, end, text);
    } else if (this.#code(end) === 0x2e && !(this.#code(end + 1) === 0x2e && this.#dialect.flavor === 'mariadb')) {
      this.#number(DECIMAL, start);
    } else if (isNameCharacter(this.#code(end))) {
      return false;
    } else {
      this.#push('number', start, end, text);
    }
    return true;
  }

  #number(pattern: RegExp, start: number): void {
    pattern.lastIndex = start;
    const text = pattern.exec(this.#sql)?.[0] ?? '';
    const end = start + text.length;
    if (!/[eE]/.test(text) && /[eE]/.test(this.#sql.charAt(end))) throw new ParseError('The exponent of a number is missing.', start);
    this.#push('number', start, end, text);
  }

  /** `x'41'`, `b'01'`, `N'…'`: no blank before the quote. */
  #prefixedString(start: number, c: number): boolean {
    const letter = c | 0x20;
    if (letter !== 0x78 && letter !== 0x62 && letter !== 0x6e) return false;
    if (letter === 0x6e) {
      const { value, end } = readString(this.#sql, start + 1, this.#dialect);
      this.#push('nationalString', start, end, value);
      return true;
    }
    const close = this.#sql.indexOf("'", start + 2);
    const digits = close < 0 ? '?' : this.#sql.slice(start + 2, close);
    const valid = letter === 0x78 ? digits.length % 2 === 0 && /^[0-9a-fA-F]*$/.test(digits) : /^[01]*$/.test(digits);
    if (!valid) throw new ParseError(`The digits of this ${letter === 0x78 ? 'hexadecimal' : 'bit'} literal are not valid.`, start);
    this.#push(letter === 0x78 ? 'hexString' : 'bitString', start, close + 1, digits);
    return true;
  }

  #variable(start: number, next: number): void {
    if (next === 0x40) {
      const first = this.#code(start + 2);
      if (!isNameCharacter(first) && first !== 0x60 && !(first === 0x22 && this.#dialect.ansiQuotes)) {
        throw new ParseError('The name of a system variable must follow "@@".', start);
      }
      this.#push('operator', start, start + 2, '@@');
      return;
    }
    if (next === 0x27 || next === 0x22 || next === 0x60) {
      const { value, end } = readString(this.#sql, start + 1, this.#dialect);
      if (value.includes('\0')) throw new ParseError("A name can't contain a NUL character.", start);
      this.#push('userVariable', start, end, value);
      return;
    }
    const end = endOfVariable(this.#sql, start + 1);
    if (end === start + 1) throw new ParseError('The name of a variable must follow "@".', start);
    this.#push('userVariable', start, end, this.#sql.slice(start + 1, end));
  }

  #comment(start: number): void {
    const mark = this.#readMark(this.#sql, start);
    if (typeof mark === 'number') {
      if (this.#executable !== undefined) throw new ParseError('Nested executable comments are not allowed.', start);
      this.#executable = start;
      this.#at = start + mark;
      this.#dropped.push({ start, end: this.#at });
    } else if (mark === 'skipped') {
      this.#at = endOfSkippedComment(this.#sql, start) ?? this.#open(start);
      this.#dropped.push({ start, end: this.#at });
    } else {
      this.#at = endOfBlockComment(this.#sql, start) ?? this.#open(start);
    }
  }

  #open(start: number): never {
    throw new ParseError('The comment is not closed.', start);
  }

  /** A hint comment counts only where nothing but blanks stands between it and the verb. */
  #hintComment(): void {
    let start = this.#at;
    while (isSpace(this.#code(start))) start++;
    if (!this.#sql.startsWith('/*+', start)) return;
    const end = this.#sql.indexOf('*/', start + 3);
    if (end < 0) throw new ParseError('The hint comment is not closed.', start);
    // The server reads quoted names in a hint, but not in one that it does not understand: there the first end mark ends the comment.
    const quoted = unclosedQuote(this.#sql, start + 3, end);
    if (quoted !== undefined) throw new ParseError("A quoted name in a hint can't contain a backslash or the end of the comment.", quoted);
    this.#push('hints', start, end + 2, this.#sql.slice(start + 3, end));
  }

  #touchesDot(start: number): boolean {
    const previous = this.#tokens.at(-1);
    return previous?.end === start && previous.kind === 'operator' && previous.text === '.';
  }

  #touchesWord(start: number): boolean {
    const previous = this.#tokens.at(-1);
    return previous?.end === start && previous.kind === 'word';
  }
}

/** The sign that a token is; empty for every other: a text or a name may hold the same characters. */
export function signOf(token: Token | undefined): string {
  return token?.kind === 'operator' ? token.text : '';
}
