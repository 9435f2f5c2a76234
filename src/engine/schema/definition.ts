import { quoteName } from '../sql/identifiers.ts';
import { markAsCode } from '../sql/lexer/rules.ts';
import { tokenizeForAny } from '../sql/lexer/interpretations.ts';
import { signOf, type Token } from '../sql/lexer/tokens.ts';

/** A table's definition, told apart into what a reader looks for. Expressions and options stand as the server writes them. */
export interface TableDefinition {
  readonly columns: readonly DefinedColumn[];
  /** Key parts as written, back-ticks left out where the name needs none. */
  readonly primaryKey: readonly string[];
  readonly indexes: readonly DefinedIndex[];
  readonly foreignKeys: readonly DefinedForeignKey[];
  readonly checks: readonly { readonly name: string; readonly rule: string }[];
  readonly engine: string;
  /** Others than engine, character set, collation, comment and counter: for example `ROW_FORMAT=COMPRESSED`. */
  readonly options: readonly string[];
  readonly comment: string;
  /** From BY on; undefined for a table without partitions. */
  readonly partitions: string | undefined;
}

export interface DefinedColumn {
  readonly name: string;
  /**
   * Type and attributes. What is usual is left out: NOT NULL, DEFAULT NULL, the table's own character set and collation. `auto`
   * stands for AUTO_INCREMENT, `=` for DEFAULT.
   */
  readonly type: string;
  readonly comment: string;
}

interface DefinedIndex {
  /** `INDEX`, `UNIQUE`, `FULLTEXT` or `SPATIAL`. */
  readonly kind: string;
  readonly name: string;
  /** For example `a`, `b(10)`, `c DESC`, `(a + b)`. */
  readonly parts: readonly string[];
  /** What stands behind the parts, where that is unusual. */
  readonly options: string;
}

export interface DefinedForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly table: string;
  readonly referencedColumns: readonly string[];
  /** For example `ON DELETE CASCADE`; empty for the server's default. */
  readonly actions: string;
}

/** Reads the text of SHOW CREATE TABLE. Throws ParseError or a RangeError for what it does not know. */
export function parseDefinition(sql: string): TableDefinition {
  // What stands in an executable comment belongs to this server: it wrote the text.
  const reader = new Reader(sql, tokenizeForAny(sql, { readMark: markAsCode }));
  const open = reader.tokens.findIndex((token) => signOf(token) === '(');
  const close = reader.closing(open);
  const { defaults, ...about } = readOptions(reader, reader.tokens.slice(close + 1));
  const table = { columns: [], primaryKey: [], indexes: [], foreignKeys: [], checks: [] } as {
    columns: DefinedColumn[];
    primaryKey: string[];
    indexes: DefinedIndex[];
    foreignKeys: DefinedForeignKey[];
    checks: { name: string; rule: string }[];
  };
  for (const element of reader.split(reader.tokens.slice(open + 1, close))) {
    const [first] = element;
    if (first === undefined) throw new RangeError('an element of the table is empty');
    if (first.kind === 'quotedName') table.columns.push(readColumn(reader, element, defaults));
    else readKey(reader, element, table);
  }
  return { ...table, ...about };
}

/** A name as it is usually written: in back-ticks where it would not be one name otherwise. */
export function plainName(name: string): string {
  return /^[A-Za-z_$\u0080-\uFFFF][\w$\u0080-\uFFFF]*$/.test(name) ? name : quoteName(name);
}

class Reader {
  readonly tokens: readonly Token[];
  readonly #sql: string;

  constructor(sql: string, tokens: readonly Token[]) {
    this.#sql = sql;
    this.tokens = tokens;
  }

  /** As written, one blank where there was any space. */
  text(tokens: readonly Token[]): string {
    return tokens.map(({ start, end }, i) => `${(tokens[i - 1]?.end ?? start) < start ? ' ' : ''}${this.#sql.slice(start, end)}`).join('');
  }

  closing(open: number): number {
    let depth = 0;
    for (let i = open; i < this.tokens.length; i++) {
      const sign = signOf(this.tokens[i]);
      if (sign === '(') depth++;
      else if (sign === ')' && --depth === 0) return i;
    }
    throw new RangeError('a parenthesis is not closed');
  }

  /** At the commas outside of parentheses. */
  split(tokens: readonly Token[]): Token[][] {
    const parts: Token[][] = [[]];
    let depth = 0;
    for (const token of tokens) {
      const sign = signOf(token);
      if (sign === '(') depth++;
      if (sign === ')') depth--;
      if (sign === ',' && depth === 0) parts.push([]);
      else parts.at(-1)?.push(token);
    }
    return parts;
  }

  /** The parts between the first parenthesis and its end, and what stands behind it. */
  group(tokens: readonly Token[]): { readonly parts: readonly string[]; readonly rest: readonly Token[] } {
    const signs = tokens.map(signOf);
    const open = signs.indexOf('(');
    let depth = 0;
    const end = signs.findIndex((sign, i) => i >= open && (sign === '(' ? ++depth : sign === ')' ? --depth : depth) === 0);
    if (open < 0 || end < 0) throw new RangeError('a list is missing');
    return { parts: this.split(tokens.slice(open + 1, end)).map((part) => this.#part(part)), rest: tokens.slice(end + 1) };
  }

  #part(tokens: readonly Token[]): string {
    const [first, ...rest] = tokens;
    if (first?.kind !== 'quotedName') return this.text(tokens);
    const behind = this.text(rest);
    return `${plainName(first.text)}${behind === '' || behind.startsWith('(') ? '' : ' '}${behind}`;
  }
}

interface Defaults {
  readonly charset: string;
  readonly collation: string;
}

/** The attributes that are told in a shorter way. */
const SHORT: ReadonlyMap<string, string> = new Map([
  ['AUTO_INCREMENT', 'auto'],
  ['DEFAULT', '='],
]);

function readColumn(reader: Reader, [name, ...rest]: readonly Token[], { charset, collation }: Defaults): DefinedColumn {
  let type = '';
  let comment = '';
  let nullable = true;
  for (let i = 0; i < rest.length; i++) {
    const token = rest[i];
    const next = rest[i + 1];
    if (token === undefined) break;
    const word = token.keyword;
    if (word === 'NOT' && next?.keyword === 'NULL') {
      nullable = false;
      i++;
    } else if (word === 'DEFAULT' && next?.keyword === 'NULL') i++;
    else if (word === 'COMMENT' && next?.kind === 'string') {
      comment = next.text;
      i++;
    } else if (word === 'CHARACTER' && next?.keyword === 'SET' && rest[i + 2]?.text === charset) i += 2;
    else if (word === 'COLLATE' && next?.text === collation) i++;
    else if (word === 'GENERATED' && next?.keyword === 'ALWAYS') i++;
    else if (word !== 'NULL') {
      const gap = i > 0 && (rest[i - 1]?.end ?? 0) < token.start && !type.endsWith(' =') ? ' ' : '';
      type += gap + (SHORT.get(word) ?? reader.text([token]));
    }
  }
  return { name: name?.text ?? '', type: `${shortenType(type)}${nullable ? ' NULL' : ''}`, comment };
}

/** MariaDB and MySQL 5 show the width in which a client would show the number; these are what they take where none is given. */
const USUAL_WIDTH = /^(?:(tinyint)\(4\)|(smallint)\(6\)|(mediumint)\(9\)|(int)\(11\)|(bigint)\(20\)|(year)\(4\))(?! unsigned| zerofill)/;
const USUAL_UNSIGNED_WIDTH = /^(?:(tinyint)\(3\)|(smallint)\(5\)|(mediumint)\(8\)|(int)\(10\)|(bigint)\(20\)) unsigned(?! zerofill)/;

/** What MariaDB makes of a column that is declared as JSON. */
const JSON_ALIAS = /^longtext(?: CHARACTER SET utf8mb4)? COLLATE utf8mb4_bin(.*) CHECK \(json_valid\(`(?:[^`]|``)+`\)\)$/;

/** A column's type as people write it. */
export function shortenType(type: string): string {
  const found = USUAL_WIDTH.exec(type) ?? USUAL_UNSIGNED_WIDTH.exec(type);
  return found === null ? type.replace(JSON_ALIAS, 'json$1') : type.replace(/\(\d+\)/, '');
}

interface Keys {
  primaryKey: string[];
  readonly indexes: DefinedIndex[];
  readonly foreignKeys: DefinedForeignKey[];
  readonly checks: { name: string; rule: string }[];
}

function readKey(reader: Reader, element: readonly Token[], table: Keys): void {
  const at = (word: string): number => element.findIndex(({ keyword }) => keyword === word);
  const words = element.map(({ keyword }) => keyword).filter((word) => word !== '');
  const name = element.find(({ kind }) => kind === 'quotedName')?.text ?? '';
  const { parts, rest } = reader.group(element);
  const behind = rest.length === 0 ? '' : ` ${reader.text(rest)}`;
  if (words[0] === 'PRIMARY') {
    table.primaryKey = behind === '' || behind === ' USING BTREE' ? [...parts] : [...parts.slice(0, -1), `${parts.at(-1) ?? ''}${behind}`];
  } else if (words[0] === 'CONSTRAINT' && words[1] === 'FOREIGN') {
    const target = rest.slice(
      1,
      rest.findIndex((token) => signOf(token) === '('),
    );
    const referenced = reader.group(rest);
    table.foreignKeys.push({
      name,
      columns: parts,
      table: target
        .filter(({ kind }) => kind === 'quotedName')
        .map(({ text }) => plainName(text))
        .join('.'),
      referencedColumns: referenced.parts,
      actions: reader.text(referenced.rest),
    });
  } else if (at('CHECK') >= 0) {
    table.checks.push({ name: plainName(name), rule: reader.text(element.slice(at('CHECK') + 1)) });
  } else {
    const kind = words[0] === 'KEY' ? 'INDEX' : (words[0] ?? '');
    table.indexes.push({ kind, name, parts, options: behind === ' USING BTREE' ? '' : behind.trimStart() });
  }
}

function readOptions(reader: Reader, tokens: readonly Token[]) {
  const partitionAt = tokens.findIndex(({ keyword }) => keyword === 'PARTITION');
  const own = partitionAt < 0 ? tokens : tokens.slice(0, partitionAt);
  const values = new Map<string, Token>();
  const written = (name: string): string => reader.text([values.get(name)].filter((value) => value !== undefined));
  for (let i = 0; i < own.length; i++) {
    const name: string[] = [];
    while (i < own.length && signOf(own[i]) !== '=') name.push(own[i++]?.text.toUpperCase() ?? '');
    const value = own[i + 1];
    if (value === undefined) break;
    values.set(name.join(' '), value);
    i++;
  }
  const charset = written('DEFAULT CHARSET');
  const collation = written('COLLATE');
  const shown = new Set(['ENGINE', 'DEFAULT CHARSET', 'COLLATE', 'COMMENT', 'AUTO_INCREMENT']);
  const others = [...values].filter(([name]) => !shown.has(name)).map(([name, value]) => `${name}=${reader.text([value])}`);
  return {
    engine: written('ENGINE'),
    options: others,
    comment: values.get('COMMENT')?.text ?? '',
    partitions: partitionAt < 0 ? undefined : reader.text(tokens.slice(partitionAt + 1)),
    defaults: { charset, collation },
  };
}
