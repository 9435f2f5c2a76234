import type { Flavor } from '../../harness/servers/testServer.ts';
import type { Random } from './random.ts';

export interface Generated {
  readonly sql: string;
  /** `honest` must be admitted, `hostile` must be refused; of what was `mutated` nothing is known. */
  readonly kind: 'honest' | 'hostile' | 'mutated';
}

/** What must have no effect; each could be seen by the effect check, and is cheap to undo. */
const PAYLOADS = [
  'INTO @leak',
  "GET_LOCK('fence', 0)",
  '@leak := 1',
  'LAST_INSERT_ID(77)',
  'DELETE FROM victim',
  '; SET @leak = 1',
  '; DELETE FROM victim',
  'FOR UPDATE',
] as const;

const MUTATIONS = [
  "'",
  '"',
  '`',
  '\\',
  '/*',
  '*/',
  '/*!',
  '/*!50000 ',
  '/*!99999 ',
  '/*M!',
  '/*+',
  '--',
  '-- ',
  '#',
  '\n',
  ';',
  '@',
  ':=',
  '(',
  ')',
  '.',
  ',',
  '\u00a0',
  '\u001f',
  '\0',
  '$',
  '$$',
  '\\N',
  '0x',
  "x'",
  '1e',
  'é',
  '😀',
  ' ',
] as const;

/**
 * Makes statements of a grammar, written in every way that the lexical rules allow, with hostile pieces where they are only
 * text (strings, names, comments) or where they would run.
 */
export class Generator {
  /** How often each production was used. */
  readonly productions = new Map<string, number>();
  readonly #random: Random;
  readonly #mysql: boolean;
  #depth = 0;

  constructor(random: Random, flavor: Flavor) {
    this.#random = random;
    this.#mysql = flavor === 'mysql';
  }

  next(): Generated {
    this.#depth = 0;
    if (this.#random.chance(15)) return { sql: this.#hostile(), kind: 'hostile' };
    const sql = this.#statement();
    return this.#random.chance(35) ? { sql: this.#mutate(sql), kind: 'mutated' } : { sql, kind: 'honest' };
  }

  #use<T>(production: string, value: T): T {
    this.productions.set(production, (this.productions.get(production) ?? 0) + 1);
    return value;
  }

  #choose(choices: Readonly<Record<string, () => string>>): string {
    const names = Object.keys(choices);
    const name = names[this.#random.below(names.length)] ?? '';
    return this.#use(name, choices[name]?.() ?? '');
  }

  #statement(): string {
    return this.#choose({
      'statement: SELECT': () => this.#select(),
      'statement: SELECT again': () => this.#select(),
      'statement: parenthesised': () => this.#join('(', this.#select(), ')'),
      'statement: UNION': () =>
        this.#join(this.#simpleSelect(), this.#random.pick(['UNION', 'UNION ALL', 'EXCEPT', 'INTERSECT']), this.#simpleSelect()),
      'statement: WITH': () =>
        this.#join('WITH', this.#name('c'), 'AS', '(', this.#simpleSelect(), ')', 'SELECT', '*', 'FROM', this.#name('c')),
      'statement: WITH columns': () =>
        this.#join(
          'WITH',
          this.#name('c'),
          '(',
          this.#name('x'),
          ')',
          'AS',
          '(',
          'SELECT',
          this.#literal(),
          ')',
          'SELECT',
          this.#name('x'),
          'FROM',
          this.#name('c'),
        ),
      'statement: two': () =>
        this.#simpleSelect() + this.#gap() + ';' + this.#gap() + this.#simpleSelect() + this.#random.pick(['', ';', ' ; ', ';;']),
      'statement: EXPLAIN': () => this.#join('EXPLAIN', this.#simpleSelect()),
      'statement: SHOW': () => this.#join('SHOW', this.#random.pick(['TABLES', 'STATUS', 'DATABASES']), 'LIKE', this.#string()),
      'statement: DESCRIBE': () => this.#join('DESCRIBE', this.#name('t')),
    });
  }

  #select(): string {
    const parts = ['SELECT', this.#items(), 'FROM', this.#name('t')];
    if (this.#random.chance(40)) parts.push(this.#use('AS alias', this.#random.pick(['AS', ' '])), this.#name('y'));
    if (this.#random.chance(20)) parts.push(this.#use('JOIN', 'JOIN'), this.#name('u'), 'ON', this.#expression());
    if (this.#random.chance(50)) parts.push(this.#use('WHERE', 'WHERE'), this.#expression());
    if (this.#random.chance(15)) parts.push(this.#use('ORDER BY', 'ORDER BY'), this.#expression());
    if (this.#random.chance(20)) parts.push(this.#use('LIMIT', 'LIMIT'), String(this.#random.below(9)));
    return this.#join(...parts);
  }

  #simpleSelect(): string {
    return this.#join('SELECT', this.#expression());
  }

  #items(): string {
    const items = Array.from(
      { length: 1 + this.#random.below(3) },
      () => this.#expression() + (this.#random.chance(20) ? this.#join('', 'AS', this.#oddName()) : ''),
    );
    return items.join(this.#gap() + ',' + this.#gap());
  }

  #expression(): string {
    if (++this.#depth > 12) return this.#literal();
    return this.#choose({
      literal: () => this.#literal(),
      'literal again': () => this.#literal(),
      column: () => this.#name('id'),
      'odd column': () => this.#join('(', 'SELECT', this.#literal(), 'AS', this.#oddName(), ')'),
      arithmetic: () =>
        this.#join(
          this.#expression(),
          this.#random.pick(['+', '-', '*', '/', '%', '=', '<>', '<', 'AND', 'OR', 'DIV']),
          this.#expression(),
        ),
      'minus minus': () => this.#literal() + '--' + String(this.#random.below(9)),
      parentheses: () => this.#join('(', this.#expression(), ')'),
      function: () =>
        this.#random.pick(['CONCAT', 'COALESCE', 'GREATEST', 'IFNULL']) +
        '(' +
        this.#gap() +
        this.#literal() +
        this.#gap() +
        ',' +
        this.#gap() +
        this.#expression() +
        ')',
      'spaced function': () => this.#join('ABS', '(', this.#expression(), ')'),
      subquery: () => this.#join('(', this.#simpleSelect(), ')'),
      CASE: () => this.#join('CASE WHEN', this.#expression(), 'THEN', this.#expression(), 'END'),
      variable: () => this.#random.pick(['@v', '@@version', '@`v w`', "@'v'", '@"v"', '@@session.sql_mode', '@v.w']),
      NULL: () => this.#random.pick(['NULL', 'TRUE', this.#mysql ? 'FALSE' : '\\N']), // MySQL has no \\N any more
    });
  }

  #literal(): string {
    return this.#choose({
      string: () => this.#string(),
      'string again': () => this.#string(),
      number: () =>
        this.#random.pick(['1', '0', '1.5', '.5', '1.', '1e3', '1E-2', '18446744073709551615', '0x1F', "x'1F'", "b'101'", '0b11']),
      'introduced string': () => this.#random.pick(['_utf8mb4', '_binary']) + this.#string(),
      'national string': () => this.#random.pick(['N', 'n']) + this.#string("'"),
      'adjacent strings': () => this.#string() + ' ' + this.#string(),
    });
  }

  #string(quote = this.#random.pick(["'", '"'])): string {
    let text = '';
    for (let i = this.#random.below(4); i > 0; i--) {
      text += this.#choose({
        'in a string: plain': () => this.#random.pick(['a', ' ', 'é', '😀', '\u00a0', '\n', '%', ';', '.']),
        'in a string: other quote': () => (quote === "'" ? '"' : "'"),
        'in a string: back-tick': () => '`',
        'in a string: doubled quote': () => quote + quote,
        'in a string: escaped quote': () => '\\' + quote,
        'in a string: escaped backslash': () => '\\\\',
        'in a string: escape': () => this.#random.pick(['\\n', '\\0', '\\%', '\\a']),
        'in a string: comment': () => this.#random.pick(['/*', '*/', '--', '-- ', '#', '/*!', '/*!50000 ']),
        'in a string: payload': () => this.#random.pick(PAYLOADS).replaceAll("'", ''),
      });
    }
    return quote + text + quote;
  }

  /** A name that exists, in one of the ways in which it can be written. */
  #name(name: string): string {
    return this.#choose({ 'plain name': () => name, 'quoted name': () => '`' + name + '`' });
  }

  #oddName(): string {
    return this.#choose({
      'odd name: quoted': () =>
        '`' +
        this.#random.pick(['a b', 'a``b``c', "it's", '"', ';', '--', '/*', '*/', '#', 'select', '\\', 'INTO @leak', '@leak := 1', 'x.y']) +
        '`',
      'odd name: unicode': () => this.#random.pick(['ä', 'a\u00a0b', '日本', '\u00a0x', '\u3000x', 'x\u3000y']),
      'odd name: digits': () => this.#random.pick(['x1', '_1', 'a$b', '1x', '0b118', '2024_sales']),
      'odd name: string': () => "'alias'",
    });
  }

  /** Joins tokens with whatever the rules allow between them. */
  #join(...tokens: string[]): string {
    return tokens.reduce((text, token) => (text === '' && token !== '' ? token : text + this.#space() + token), '');
  }

  /** At least one separator. */
  #space(): string {
    if (!this.#random.chance(25)) return ' ';
    return this.#choose({
      'space: white space': () => this.#random.pick(['\n', '\t', '\r\n', '\v', '\f', '  ']),
      'space: comment': () => ' ' + this.#comment() + ' ',
      'space: dashes': () => ' -- ' + this.#commentText() + '\n',
      'space: dashes and tab': () => ' --\t' + this.#commentText() + '\n',
      'space: hash': () => ' #' + this.#commentText() + '\n',
      'space: skipped comment': () => ' /*!99999 ' + this.#random.pick(['', '/* */', '-- x\n']) + ' */ ',
      'space: nested in skipped': () => ' /*!99999 /* ' + this.#commentText() + ' */ ' + this.#random.pick(['', '/**/']) + ' */ ',
      'space: empty code': () => ' /*!50000 */ ',
      'space: comment in code': () => ' /*!50000 /*' + this.#commentText() + '*/ */ ',
      'space: MariaDB mark': () => ' /*M!999999 */ ',
    });
  }

  /** Perhaps nothing. */
  #gap(): string {
    return this.#random.chance(70) ? '' : this.#space();
  }

  #comment(): string {
    return this.#random.pick(['/*', '/* ', '/**']) + this.#commentText() + '*/';
  }

  #commentText(): string {
    return this.#choose({
      'comment: words': () => this.#random.pick(['x', 'a b', '', '*', '- -']),
      'comment: quotes': () => this.#random.pick(["'", '"', '`', "it's", '\\', "\\'"]),
      'comment: payload': () => this.#random.pick(PAYLOADS),
      'comment: opens': () => this.#random.pick([' /*', '--', '#', ';']),
    });
  }

  /** Code for a server of the far future, which a guard that knows no versions must refuse or see through. */
  #skippedText(): string {
    return this.#random.pick(['x', 'a', '+ 1', "'", '"', '`', 'x y', '+']);
  }

  #hostile(): string {
    return this.#use(
      'hostile',
      this.#choose({
        'hostile: INTO': () => this.#join(this.#simpleSelect(), 'INTO', '@leak'),
        'hostile: INTO abuts': () =>
          'SELECT 1' + this.#random.pick(['e1', '.', '']) + (this.#random.chance(50) ? '/**/' : ' ') + 'INTO@leak',
        'hostile: INTO behind NULL': () => 'SELECT \\NINTO @leak',
        'hostile: INTO behind number': () => 'SELECT ' + this.#random.pick(['1e1', '.5', '1.']) + 'INTO @leak',
        'hostile: assignment': () => this.#join('SELECT', '@leak', ':=', this.#literal()),
        'hostile: function': () =>
          this.#join('SELECT', this.#random.pick(['GET_LOCK', '`get_lock`', 'get_lock']), '(', "'fence'", ',', '0', ')'),
        'hostile: function in expression': () => this.#join('SELECT', this.#expression(), '+', "GET_LOCK('fence', 0)"),
        'hostile: LAST_INSERT_ID': () => this.#join('SELECT', 'LAST_INSERT_ID', '(', '77', ')'),
        'hostile: locking': () => this.#join('SELECT * FROM', this.#name('t'), 'FOR', 'UPDATE'),
        'hostile: DELETE': () => this.#join('DELETE', 'FROM', 'victim'),
        'hostile: second statement': () => this.#join(this.#simpleSelect(), ';', 'DELETE', 'FROM', 'victim'),
        'hostile: behind a string': () => this.#join('SELECT', this.#string(), 'INTO', '@leak'),
        'hostile: behind a name': () => this.#join('SELECT 1 AS', this.#oddName(), 'INTO', '@leak'),
        'hostile: in code': () => this.#join('SELECT 1', this.#random.pick(['/*!50000', '/*!', '/*!40000']) + ' INTO @leak */'),
        'hostile: in MariaDB code': () => this.#join('SELECT 1', this.#random.pick(['/*M!100000', '/*M!', '/*!100000']) + ' INTO @leak */'),
        'hostile: behind skipped': () => this.#join('SELECT 1', '/*!99999 ' + this.#skippedText() + ' */', 'INTO', '@leak'),
        'hostile: behind nested': () => this.#join('SELECT 1', '/*!99999 /* x */ ' + this.#skippedText() + ' */', 'INTO', '@leak'),
        'hostile: behind dashes': () => 'SELECT 1 --' + this.#random.pick(['1', 'x']).replace('x', '2') + ' INTO @leak',
        'hostile: behind a line': () =>
          this.#join('SELECT 1') + this.#random.pick([' -- ', ' #', ' --\t']) + this.#commentText() + '\nINTO @leak',
        'hostile: odd space': () =>
          'SELECT 1' +
          this.#random.pick(['\u000b', '\u000c', '\t', '\r']) +
          'INTO' +
          this.#random.pick(['\u000b', '\u000c', '\t']) +
          '@leak',
      }),
    );
  }

  #mutate(sql: string): string {
    let text = sql;
    for (let i = 1 + this.#random.below(3); i > 0; i--) {
      const at = this.#random.below(text.length + 1);
      text = this.#choose({
        'mutation: insert': () => text.slice(0, at) + this.#random.pick(MUTATIONS) + text.slice(at),
        'mutation: payload': () => text.slice(0, at) + ' ' + this.#random.pick(PAYLOADS) + ' ' + text.slice(at),
        'mutation: delete': () => text.slice(0, at) + text.slice(at + 1 + this.#random.below(3)),
        'mutation: double': () => text.slice(0, at) + text.slice(at, at + 4) + text.slice(at),
        'mutation: replace': () => text.slice(0, at) + this.#random.pick(MUTATIONS) + text.slice(at + 1),
        'mutation: cut': () => text.slice(0, Math.max(1, at)),
      });
    }
    return text;
  }
}
