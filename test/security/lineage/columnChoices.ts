import { Random } from '../fuzz/random.ts';
import { DATABASES, RELATIONS } from './schema.ts';

/** What can be named in a SELECT, with what is around it. */
export interface Scope {
  readonly sources: readonly Named[];
  readonly outer: Scope | undefined;
}

export interface Named {
  readonly alias: string;
  readonly columns: readonly string[];
  readonly isTable: boolean;
  /** Its `id` is in one row each. */
  readonly isUnique?: boolean;
}

/** Names that columns of tables have, too, and some that none has. */
export const ALIASES = ['id', 'k', 'v', 'm', 'p', 'h', 'note', 'w', 'x', 'y1', 'y2', 'a b', 'select', 'été', 'K', 'M'] as const;
export const JOINS = [
  ...['JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'CROSS JOIN', ',', 'NATURAL JOIN', 'NATURAL LEFT JOIN', 'NATURAL RIGHT JOIN'],
  ...['USING', 'LEFT USING', 'RIGHT USING'],
];

export const SUSPECT = new Set(['m', 'p', 'h', 'p2', 'd', 'gm', 'a b', 'from`', 'Group', 'k2', 'M', 'note']);
/** Hidden columns, which are mostly refused. */
const HIDDEN = new Set(['h', 'gm', 'k2']);
/** Views that are refused. */
const REFUSED = new Set(['filters', 'computes']);
export const MAX_DEPTH = 3;

export const quoted = (name: string): string =>
  /^[a-z]\w*$/i.test(name) && !/^(?:select|group|from)/i.test(name) ? name : `\`${name.replaceAll('`', '``')}\``;

/** Chooses columns of a scope, and small expressions of them; counts what was chosen. */
export class ColumnChoices {
  readonly productions = new Map<string, number>();
  protected readonly random: Random;
  protected readonly flavor: 'mysql' | 'mariadb';

  /** How many tables have an alias. */
  protected aliases = 0;

  constructor(seed: number, flavor: 'mysql' | 'mariadb') {
    this.random = new Random(seed);
    this.flavor = flavor;
  }

  protected use(production: string): void {
    this.productions.set(production, (this.productions.get(production) ?? 0) + 1);
  }

  protected chance(percent: number, production: string): boolean {
    if (!this.random.chance(percent)) return false;
    this.use(production);
    return true;
  }

  protected pick<T>(choices: readonly T[]): T {
    return this.random.pick(choices as [T, ...T[]]);
  }

  /** A column for where it is compared or computed with: mostly one that seems to be plain. */
  protected column(scope: Scope): string {
    return this.careful(scope, false);
  }

  protected careful(scope: Scope, pseudonyms: boolean): string {
    return this.anyColumn(scope, this.chance(6, 'careless use'), pseudonyms).sql;
  }

  protected anyColumn(scope: Scope, careless: boolean, pseudonyms = false): { sql: string; name: string } {
    let at = scope;
    while (at.outer !== undefined && (at.sources.length === 0 || this.chance(8, 'outer column'))) at = at.outer;
    if (at.sources.length === 0) return { sql: "'lit'", name: 'lit' };
    if (this.chance(3, 'any name')) {
      const name = this.pick(ALIASES);
      return { sql: quoted(name), name };
    }
    const source = this.pick(at.sources);
    const safe = source.columns.filter((name) => !SUSPECT.has(name) || (pseudonyms && /^p2?$/.test(name)));
    const shown = source.columns.filter((name) => !HIDDEN.has(name));
    const pool = this.chance(2, 'hidden column') ? source.columns : careless || safe.length === 0 ? shown : safe;
    if (pool.length === 0) return { sql: "'lit'", name: 'lit' };
    const name = this.pick(pool);
    if (this.random.chance(15) || (name !== 'id' && this.random.chance(20))) {
      this.use('unqualified column');
      return { sql: quoted(name), name };
    }
    this.use('qualified column');
    const database = source.isTable && this.chance(4, 'column with database') ? `${DATABASES[0]}.` : '';
    return { sql: `${database}${quoted(source.alias)}.${quoted(name)}`, name };
  }

  /** A test that tells nothing but NULL. */
  protected test(scope: Scope): string {
    this.use('IS NULL');
    return `${this.anyColumn(scope, true).sql} IS ${this.random.chance(50) ? 'NOT ' : ''}NULL`;
  }

  protected equality(left: Scope, right: Scope): string {
    if (this.chance(50, 'equality of pseudonyms')) {
      const of = (scope: Scope): string => {
        const found = scope.sources.flatMap(({ alias, columns }) =>
          columns.filter((name) => /^p2?$/.test(name)).map((name) => `${quoted(alias)}.${quoted(name)}`),
        );
        return found.length === 0 ? this.column(scope) : this.pick(found);
      };
      return `${of(left)} = ${of(right)}`;
    }
    return `${this.column(left)} = ${this.column(right)}`;
  }

  protected window(scope: Scope): string {
    const isUnique = scope.sources.every((source) => source.isUnique === true);
    const form = this.pick([isUnique ? 'ROW_NUMBER()' : 'RANK()', 'COUNT', 'COUNT(*)', 'MAX', 'RANK()']);
    this.use(`window ${form}`);
    const call = form === 'COUNT' ? `COUNT(${this.anyColumn(scope, true).sql})` : form === 'MAX' ? `MAX(${this.column(scope)})` : form;
    const partition = this.chance(40, 'PARTITION BY') ? `PARTITION BY ${this.column(scope)} ` : '';
    // By every row number, so that servers have no choice.
    const order = scope.sources.map(({ alias }) => `${quoted(alias)}.id`).join(', ');
    return `${call} OVER (${partition}ORDER BY ${this.chance(8, 'window by a column') ? this.column(scope) : order})`;
  }

  protected relation(): (typeof RELATIONS)[number] {
    const usual = RELATIONS.filter(([name]) => !REFUSED.has(name));
    return this.pick(this.chance(2, 'view that is refused') ? RELATIONS : usual);
  }

  protected alias(): string {
    return `${this.pick(['a', 'b', 't', 'T', 'o x'])}${String(this.aliases++)}`;
  }

  /** Other names, each once, or the same list. */
  protected names(columns: readonly string[], production: string): readonly string[] {
    if (!this.chance(20, production)) return columns;
    const start = this.random.below(ALIASES.length);
    return columns.map((_, i) => ALIASES[(start + i) % 13] ?? 'id');
  }

  /** Columns that a joined table shares with those before it. */
  protected commonColumns(joined: Named, sources: readonly Named[]): string[] {
    const common = joined.columns.filter((name) => sources.some(({ columns }) => columns.includes(name)));
    const careful = common.filter((name) => !SUSPECT.has(name) || name === 'p');
    const pool = careful.length > 0 && this.random.chance(85) ? careful : common;
    return pool.length === 0 ? ['id'] : [...new Set([this.pick(pool), this.pick(pool)])];
  }

  protected jsonTable(scope: Scope): { sql: string; source: Named } {
    this.use('JSON_TABLE');
    const alias = this.alias();
    const document = this.random.chance(60) ? `'{"k": 1}'` : `JSON_OBJECT('k', ${this.column(scope)})`;
    const sql = `JSON_TABLE(${document}, '$' COLUMNS (k VARCHAR(40) PATH '$.k', m FOR ORDINALITY)) AS ${quoted(alias)}`;
    return { sql, source: { alias, columns: ['k', 'm'], isTable: false } };
  }
}
