import type { Token } from '../sql/lexer.ts';
import { judgeTokenAt } from './tokens.ts';
import { isName, keyword, refuse, type Refusal, type Surroundings } from './verdict.ts';

/** Under what a server reads the text of a stored function. */
export interface FunctionReading {
  readonly sqlMode: string;
  readonly characterSet: string;
}

/** They change how a text is read; the lexer reads as our sessions do. (IGNORE_SPACE makes built-in what we refuse.) */
const OTHER_READING = /\b(?:ANSI_QUOTES|ANSI|NO_BACKSLASH_ESCAPES|ORACLE|MSSQL|DB2|POSTGRESQL|MAXDB)\b/i;
/** No second byte of a character looks like a quote or a backslash. */
const PLAIN_CHARACTER_SET = /^(?:utf8\w*|latin\d|ascii|binary|cp125\d)$/i;

/** Statements of a function that only compute and read; their words are judged like those of any read. */
const VERBS = new Set(['SELECT', 'WITH', '(', 'VALUES', 'RETURN', 'OPEN', 'CLOSE', 'FETCH', 'LEAVE', 'ITERATE', 'SIGNAL', 'RESIGNAL']);
/** A condition stands behind these, up to THEN, DO or the end. */
const CONDITIONS = new Set(['IF', 'ELSEIF', 'WHILE', 'CASE', 'WHEN', 'UNTIL']);
/** A statement follows directly. */
const OPENERS = new Set(['ELSE', 'LOOP', 'REPEAT']);
const BLOCKS = new Set(['IF', 'CASE', 'LOOP', 'WHILE', 'REPEAT']);

const INSTEAD = 'Read the tables that it reads.';

/** Refuses a body that our lexer would read otherwise than the server. */
export function judgeFunctionReading({ sqlMode, characterSet }: FunctionReading): Refusal | undefined {
  if (OTHER_READING.test(sqlMode)) return refuse(`A function of the sql_mode ${sqlMode}`, undefined, INSTEAD);
  if (!PLAIN_CHARACTER_SET.test(characterSet)) return refuse(`A function in the character set ${characterSet}`, undefined, INSTEAD);
  return undefined;
}

/**
 * Judges the body of a stored function: an allow-list of statements, assignments to its own variables only, and in all
 * expressions and queries what is judged in every read.
 * @see https://dev.mysql.com/doc/refman/9.7/en/sql-compound-statements.html
 */
export function judgeFunctionBody(body: readonly Token[], parameters: readonly string[], surroundings: Surroundings): Refusal | undefined {
  return new BodyReader(body, parameters, surroundings).judge();
}

class BodyReader {
  readonly #body: readonly Token[];
  readonly #surroundings: Surroundings;
  /** Names of the variables of each open BEGIN … END, those of the function itself first. */
  readonly #scopes: Set<string>[];
  #at = 0;

  constructor(body: readonly Token[], parameters: readonly string[], surroundings: Surroundings) {
    this.#body = body;
    this.#surroundings = surroundings;
    this.#scopes = [new Set(parameters.map((name) => name.toUpperCase()))];
  }

  judge(): Refusal | undefined {
    while (this.#at < this.#body.length) {
      const refusal = this.#statement();
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  /** Reads one statement, or the head of one that holds others; stops where the next one begins. */
  #statement(): Refusal | undefined {
    const first = this.#token();
    if (first?.kind === 'semicolon') {
      this.#at++;
      return undefined;
    }
    if (isName(first) && this.#token(1)?.text === ':') {
      this.#at += 2; // a label
      return undefined;
    }
    const verb = keyword(first);
    if (OPENERS.has(verb)) {
      this.#at++;
      return undefined;
    }
    if (verb === 'BEGIN') {
      this.#at++;
      this.#scopes.push(new Set());
      return undefined;
    }
    if (verb === 'END') return this.#end();
    if (verb === 'DECLARE') return this.#declare();
    if (verb === 'SET') return this.#set();
    if (CONDITIONS.has(verb)) {
      this.#at++; // the word itself is no function
      return this.#expression();
    }
    if (verb === 'RETURN') this.#at++;
    else if (!VERBS.has(verb)) return refuse(first?.text ?? 'An empty body', first, INSTEAD);
    return this.#expression();
  }

  #end(): Refusal | undefined {
    this.#at++;
    if (BLOCKS.has(keyword(this.#token()))) this.#at++;
    else this.#scopes.pop();
    if (isName(this.#token())) this.#at++; // the label again
    return undefined;
  }

  /** `DECLARE a, b INT DEFAULT 0`, `DECLARE c CURSOR FOR SELECT …`, `DECLARE … HANDLER FOR condition, … statement`. */
  #declare(): Refusal | undefined {
    this.#at++;
    if (keyword(this.#token(1)) === 'HANDLER' && keyword(this.#token(2)) === 'FOR') {
      this.#at += 3;
      this.#handledConditions();
      return undefined;
    }
    const kind = keyword(this.#token(1));
    if (kind !== 'CURSOR' && kind !== 'CONDITION') {
      do {
        const name = this.#token();
        if (isName(name)) this.#scopes.at(-1)?.add(name.upper);
        this.#at++;
      } while (this.#token()?.text === ',' && this.#at++ > 0);
    } else {
      this.#at += 2;
    }
    return this.#expression();
  }

  /** SQLSTATE 'x', a number, a name, NOT FOUND, …, with commas between; the statement of the handler follows. */
  #handledConditions(): void {
    for (;;) {
      if (keyword(this.#token()) === 'SQLSTATE') this.#at += keyword(this.#token(1)) === 'VALUE' ? 2 : 1;
      else if (keyword(this.#token()) === 'NOT') this.#at++;
      this.#at++;
      if (this.#token()?.text !== ',') return;
      this.#at++;
    }
  }

  /** Assignments to the function's own variables; any other name would be a variable of the session or of the server. */
  #set(): Refusal | undefined {
    do {
      this.#at++;
      const target = this.#token();
      const sign = this.#token(1)?.text;
      // Without quotes SET PASSWORD is a statement of its own, whatever is declared.
      if (!this.#isOwnVariable(target) || keyword(target) === 'PASSWORD' || (sign !== '=' && sign !== ':=')) {
        return refuse(`SET ${target?.text ?? ''}`.trimEnd(), target ?? this.#body.at(-1), INSTEAD);
      }
      this.#at += 2;
      const refusal = this.#expression(true);
      if (refusal !== undefined) return refusal;
    } while (this.#token()?.text === ',');
    return undefined;
  }

  /** Judges tokens to the end of the statement or of its condition; `toComma`: or to the next assignment. */
  #expression(toComma = false): Refusal | undefined {
    let parentheses = 0;
    let cases = 0;
    for (let token = this.#token(); token !== undefined && token.kind !== 'semicolon'; token = this.#token()) {
      const word = keyword(token);
      if (toComma && parentheses === 0 && token.text === ',') return undefined;
      if (token.text === '(') parentheses++;
      else if (token.text === ')') parentheses--;
      else if (word === 'CASE') cases++;
      else if (word === 'END' && cases-- === 0)
        return undefined; // UNTIL … END REPEAT
      else if (['THEN', 'DO'].includes(word) && cases === 0) {
        this.#at++;
        return undefined;
      }
      const into = word === 'INTO';
      const refusal = (into ? this.#judgeInto() : undefined) ?? judgeTokenAt(this.#body, this.#at, this.#surroundings, { into });
      if (refusal !== undefined) return refusal;
      this.#at++;
    }
    return undefined;
  }

  /** `INTO a, b`: the function's own variables, no file and no variable of the session. */
  #judgeInto(): Refusal | undefined {
    for (let i = 1; ; i += 2) {
      const target = this.#token(i);
      if (!this.#isOwnVariable(target) || this.#token(i + 1)?.kind === 'string') return refuse('INTO', target, INSTEAD);
      if (this.#token(i + 1)?.text !== ',') return undefined;
    }
  }

  #isOwnVariable(token: Token | undefined): boolean {
    return isName(token) && this.#scopes.some((scope) => scope.has(token.upper));
  }

  #token(ahead = 0): Token | undefined {
    return this.#body[this.#at + ahead];
  }
}
