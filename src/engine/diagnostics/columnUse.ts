import { tokenizeForAny } from '../sql/lexer/interpretations.ts';
import { upperCase } from '../sql/lexer/rules.ts';
import { signOf, type Token } from '../sql/lexer/tokens.ts';
import { readPlainCondition, type PlainCondition } from './plainConditions.ts';

export interface TableUse {
  readonly database: string;
  readonly table: string;
  /** The name by which plan and conditions know it. */
  readonly alias: string;
  /** Columns that must equal something constant. */
  readonly equal: readonly string[];
  /** Columns that must equal a column of another table. */
  readonly joined: readonly { readonly column: string; readonly other: string }[];
  /** Columns within a range, or with a beginning (LIKE 'x%'). */
  readonly ranged: readonly string[];
  /** Conditions that no index on the column can serve, each with its reason. */
  readonly hindered: readonly { readonly column: string; readonly why: string }[];
  /** Of the columns of `equal` and `ranged`, what they are compared with, where that is constant. */
  readonly conditions: readonly { readonly column: string; readonly condition: PlainCondition }[];
  /** All columns of this table that are used. */
  readonly used: readonly string[];
}

/** Which columns a statement filters, joins, sorts and groups by: what indexes could serve. */
export interface StatementUse {
  readonly tables: readonly TableUse[];
  /** Where all rows come in the order of plain columns of one table. */
  readonly order: Sorting | undefined;
  readonly group: Sorting | undefined;
}

interface Sorting {
  readonly alias: string;
  readonly columns: readonly string[];
}

interface Use {
  readonly database: string;
  readonly table: string;
  readonly alias: string;
  readonly equal: Set<string>;
  readonly joined: Map<string, string>;
  readonly ranged: Set<string>;
  readonly hindered: Map<string, string>;
  readonly conditions: { readonly column: string; readonly condition: PlainCondition }[];
  readonly used: Set<string>;
}

type Clause = 'select' | 'from' | 'condition' | 'group' | 'having' | 'order' | 'other';

const CLAUSES: ReadonlyMap<string, Clause> = new Map([
  ['SELECT', 'select'],
  ['FROM', 'from'],
  ['JOIN', 'from'],
  ['UPDATE', 'from'],
  ['ON', 'condition'],
  ['WHERE', 'condition'],
  ['GROUP', 'group'],
  ['HAVING', 'having'],
  ['ORDER', 'order'],
  ['LIMIT', 'other'],
  ['SET', 'other'],
]);
/** Words before a parenthesis that make no function of it. */
const NO_FUNCTIONS = new Set(
  'AND OR XOR NOT WHERE ON IN HAVING BETWEEN LIKE IS BY SELECT FROM JOIN VALUES AS WHEN THEN ELSE CASE'.split(' '),
);
const CALCULATIONS = new Set(['+', '-', '*', '/', '%', '|', '&', '^']);
const COMPARISONS = new Set(['<', '>', '<=', '>=', '<>']);

const SORTING = new Set(['.', ',', 'ORDER', 'GROUP', 'BY', 'DESC', 'ASC']);

/** A column of the text: `db`.`alias`.`column` or `alias`.`column`. */
interface ColumnToken {
  readonly alias: string;
  readonly column: string;
  readonly first: number;
  readonly last: number;
}

/**
 * Reads the text that a server gives back for a statement that it has planned (note 1003): names are complete and quoted
 * there, views and constants are resolved. What is not understood is left out: it yields no advice. Throws ParseError.
 */
export function readColumnUse(planned: string): StatementUse {
  return new UseReader(tokenizeForAny(planned, { readMark: () => 'plain' })).read();
}

/** Columns by the first and by the last of their tokens. */
interface Neighbors {
  readonly byFirst: ReadonlyMap<number, ColumnToken>;
  readonly byLast: ReadonlyMap<number, ColumnToken>;
}

/** Tells for each token in which parentheses it stands (by the index behind the opening one, 0 outside of all), and in which those do. A parenthesis belongs to what it closes. */
function walkGroups(tokens: readonly Token[], visit: (i: number, group: number, around: number) => void): void {
  const open: number[] = [0];
  for (const [i, token] of tokens.entries()) {
    if (signOf(token) === '(') open.push(i + 1);
    visit(i, open.at(-1) ?? 0, open.at(-2) ?? 0);
    if (signOf(token) === ')' && open.length > 1) open.pop();
  }
}

class UseReader {
  readonly #tokens: readonly Token[];
  readonly #tables = new Map<string, Use>();
  /** Of each token, whether an OR stands in any of the parentheses around it. */
  readonly #underOr: readonly boolean[];

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
    const withOr = new Set<number>();
    walkGroups(tokens, (i, group) => {
      if (tokens[i]?.keyword === 'OR') withOr.add(group);
    });
    const underOr: boolean[] = [];
    const outer = new Map<number, boolean>();
    walkGroups(tokens, (i, group, around) => {
      if (!outer.has(group)) outer.set(group, withOr.has(group) || outer.get(around) === true);
      underOr[i] = outer.get(group) === true;
    });
    this.#underOr = underOr;
  }

  read(): StatementUse {
    const clauses = this.#clauses();
    for (let i = 0; i < this.#tokens.length; i++) if (clauses[i] === 'from') i = this.#readTable(i);
    const columns = this.#columns(clauses);
    const neighbors: Neighbors = {
      byFirst: new Map(columns.map((one) => [one.first, one])),
      byLast: new Map(columns.map((one) => [one.last, one])),
    };
    for (const column of columns) this.#readUse(column, clauses[column.first] ?? 'other', neighbors);
    return {
      tables: [...this.#tables.values()].map((use) => ({
        ...use,
        equal: [...use.equal],
        joined: [...use.joined].map(([column, other]) => ({ column, other })),
        ranged: [...use.ranged],
        hindered: [...use.hindered].map(([column, why]) => ({ column, why })),
        used: [...use.used],
      })),
      order: this.#sorting('order', clauses, columns),
      group: this.#sorting('group', clauses, columns),
    };
  }

  /** The clause of each token; a parenthesis begins in the clause around it, and that one goes on behind it. */
  #clauses(): Clause[] {
    const stack: Clause[] = [];
    let current: Clause = 'other';
    return this.#tokens.map((token) => {
      if (signOf(token) === '(') stack.push(current);
      current = CLAUSES.get(token.keyword) ?? current;
      const own = current;
      if (signOf(token) === ')') current = stack.pop() ?? 'other';
      return own;
    });
  }

  /** `db`.`table` and maybe `alias`; returns the last of their tokens. */
  #readTable(i: number): number {
    const [database, dot, table, next, behind] = this.#tokens.slice(i, i + 5);
    const isTable = database?.kind === 'quotedName' && signOf(dot) === '.' && table?.kind === 'quotedName' && signOf(next) !== '.';
    if (!isTable) return i;
    const aliased = next?.kind === 'quotedName' && signOf(behind) !== '.';
    const alias = aliased ? next.text : table.text;
    this.#tables.set(alias, {
      database: database.text,
      table: table.text,
      alias,
      equal: new Set(),
      joined: new Map(),
      ranged: new Set(),
      hindered: new Map(),
      conditions: [],
      used: new Set(),
    });
    return i + (aliased ? 3 : 2);
  }

  #columns(clauses: readonly Clause[]): ColumnToken[] {
    const found: ColumnToken[] = [];
    for (let i = 0; i < this.#tokens.length; i++) {
      const chain: Token[] = [];
      let last = i;
      for (let at = i, token = this.#tokens[at]; token?.kind === 'quotedName'; token = this.#tokens[(at += 2)]) {
        chain.push(token);
        last = at;
        if (signOf(this.#tokens[at + 1]) !== '.') break;
      }
      const [alias, column] = chain.slice(-2);
      if (column !== undefined && alias !== undefined && clauses[i] !== 'from' && this.#tables.has(alias.text)) {
        found.push({ alias: alias.text, column: column.text, first: i, last });
      }
      i = last;
    }
    return found;
  }

  #readUse({ alias, column, first, last }: ColumnToken, clause: Clause, { byFirst, byLast }: Neighbors): void {
    const use = this.#tables.get(alias);
    if (use === undefined) return;
    use.used.add(column);
    if (clause !== 'condition') return;
    const hindrance = this.#hindrance(first, last);
    if (hindrance !== undefined) {
      use.hindered.set(column, hindrance);
      return;
    }
    const condition = readPlainCondition(this.#tokens, first, last);
    if (condition !== undefined) use.conditions.push({ column, condition });
    const [before, next] = [this.#tokens[first - 1], this.#tokens[last + 1]];
    const following = signOf(next);
    const operator = following !== '' && following !== ')' ? following : signOf(before);
    const other = byFirst.get(last + 2) ?? byLast.get(first - 2);
    const compared = following === operator ? byFirst.get(last + 2) : byLast.get(first - 2);
    if (operator === '=' || operator === '<=>') {
      if (compared !== undefined && compared.alias !== alias) use.joined.set(column, compared.alias);
      else if (compared === undefined) use.equal.add(column);
      return;
    }
    if (COMPARISONS.has(operator)) {
      if (other === undefined) use.ranged.add(column);
      return;
    }
    this.#readWordOperator(use, column, last + 1);
  }

  /** Why an index on a column of a condition can't be used; undefined if it can. */
  #hindrance(first: number, last: number): string | undefined {
    const [before, next] = [this.#tokens[first - 1], this.#tokens[last + 1]];
    const caller = this.#tokens[first - 2];
    if (signOf(before) === '(' && caller?.kind === 'word' && !NO_FUNCTIONS.has(upperCase(caller.text)))
      return upperCase(caller.text) === 'CAST'
        ? 'the types differ, so it is converted before the comparison'
        : `it is an argument of ${caller.text}()`;
    if (CALCULATIONS.has(signOf(before)) || CALCULATIONS.has(signOf(next))) return 'it is part of a calculation';
    return this.#underOr[first] === true ? 'it is one side of OR' : undefined;
  }

  #readWordOperator(use: Use, column: string, at: number): void {
    const [operator, operand] = this.#tokens.slice(at, at + 2);
    switch (operator?.keyword) {
      case 'IN':
        use.equal.add(column);
        break;
      case 'IS':
        if (operand?.keyword === 'NULL') use.equal.add(column);
        break;
      case 'BETWEEN':
        use.ranged.add(column);
        break;
      case 'LIKE':
        if (operand?.kind === 'string' && /^[%_]/.test(operand.text)) use.hindered.set(column, 'LIKE begins with a wildcard');
        else use.ranged.add(column);
    }
  }

  /** Undefined where something else than columns of one table gives the order. */
  #sorting(clause: Clause, clauses: readonly Clause[], columns: readonly ColumnToken[]): Sorting | undefined {
    const own = columns.filter(({ first }) => clauses[first] === clause);
    const [head] = own;
    if (head === undefined || own.some(({ alias }) => alias !== head.alias)) return undefined;
    const inside = this.#tokens.filter((_, i) => clauses[i] === clause);
    const names = inside.filter(({ kind }) => kind === 'quotedName').length;
    const ownNames = own.reduce((sum, { first, last }) => sum + (last - first) / 2 + 1, 0);
    const plain = inside.every((token) => token.kind === 'quotedName' || SORTING.has(token.keyword === '' ? signOf(token) : token.keyword));
    const descending = inside.filter(({ keyword }) => keyword === 'DESC').length;
    const mixed = descending > 0 && descending !== own.length;
    return plain && names === ownNames && !mixed ? { alias: head.alias, columns: own.map(({ column }) => column) } : undefined;
  }
}
