import { signOf, type Token } from '../sql/lexer/tokens.ts';
import { checkedText, joined, keyword, sql, textLiteral, type OwnSql } from '../sql/ownSql.ts';

/** A comparison of a column with constants, which can be counted over a sample. */
export interface PlainCondition {
  readonly operator: '=' | '<' | '>' | '<=' | '>=' | 'IN' | 'BETWEEN' | 'LIKE';
  readonly values: readonly Literal[];
}

type Literal = { readonly number: string } | { readonly text: string };

const COMPARISONS = ['=', '<', '>', '<=', '>='] as const;
/** As the constant stands before the column. */
const TURNED = { '=': '=', '<': '>', '>': '<', '<=': '>=', '>=': '<=' } as const;
const MAX_VALUES = 100;

/** Reads the condition around a column, which takes these tokens of a planned statement. Undefined for what is no plain comparison. */
export function readPlainCondition(tokens: readonly Token[], first: number, last: number): PlainCondition | undefined {
  const behind = tokens.slice(last + 1);
  const [operator, value] = behind;
  const comparison = COMPARISONS.find((one) => one === signOf(operator));
  if (comparison !== undefined) return isEnd(behind[2]) ? condition(comparison, [value]) : undefined;
  switch (operator?.keyword) {
    case 'LIKE':
      return isEnd(behind[2]) ? condition('LIKE', [value]) : undefined;
    case 'BETWEEN':
      return behind[2]?.keyword === 'AND' && isEnd(behind[4]) ? condition('BETWEEN', [value, behind[3]]) : undefined;
    case 'IN':
      return signOf(value) === '(' ? condition('IN', listOf(behind.slice(2))) : undefined;
  }
  const before = COMPARISONS.find((one) => one === signOf(tokens[first - 1]));
  if (before === undefined || !isEnd(operator) || !isStart(tokens[first - 3])) return undefined;
  return condition(TURNED[before], [tokens[first - 2]]);
}

/** As a condition of our own on a column. */
export function conditionSql(column: OwnSql, { operator, values }: PlainCondition): OwnSql {
  const [first = sql`NULL`, second = sql`NULL`] = values.map(literalSql);
  switch (operator) {
    case 'IN':
      return sql`${column} IN (${joined(values.map(literalSql))})`;
    case 'BETWEEN':
      return sql`${column} BETWEEN ${first} AND ${second}`;
    case 'LIKE':
      return sql`${column} LIKE ${first}`;
    default:
      return sql`${column} ${keyword(operator, COMPARISONS)} ${first}`;
  }
}

/** For example `total > 900`. */
export function conditionText(column: string, { operator, values }: PlainCondition): string {
  const texts = values.map((value) => ('number' in value ? value.number : `'${value.text}'`));
  if (operator === 'BETWEEN') return `${column} BETWEEN ${texts.join(' AND ')}`;
  return `${column} ${operator} ${operator === 'IN' ? `(${texts.join(', ')})` : (texts[0] ?? '')}`;
}

function condition(operator: PlainCondition['operator'], tokens: readonly (Token | undefined)[] | undefined): PlainCondition | undefined {
  const values = tokens?.map(toLiteral);
  if (values === undefined || values.length === 0 || values.length > MAX_VALUES) return undefined;
  return values.every((value) => value !== undefined) ? { operator, values } : undefined;
}

/** The constants up to the closing parenthesis; undefined where there is anything else between them. */
function listOf(tokens: readonly Token[]): Token[] | undefined {
  const end = tokens.findIndex((token) => signOf(token) === ')');
  const inside = tokens.slice(0, Math.max(0, end));
  const separated = inside.every((token, i) => i % 2 === 0 || signOf(token) === ',');
  return separated && inside.length % 2 === 1 ? inside.filter((_, i) => i % 2 === 0) : undefined;
}

function toLiteral(token: Token | undefined): Literal | undefined {
  if (token?.kind === 'string') return { text: token.text };
  return token?.kind === 'number' && /^\d+(?:\.\d+)?$/.test(token.text) ? { number: token.text } : undefined;
}

function literalSql(value: Literal): OwnSql {
  return 'number' in value ? checkedText(value.number) : textLiteral(value.text);
}

const AFTER = new Set(['AND', 'ORDER', 'GROUP', 'LIMIT', 'HAVING']);

function isEnd(token: Token | undefined): boolean {
  return token === undefined || signOf(token) === ')' || AFTER.has(token.keyword);
}

function isStart(token: Token | undefined): boolean {
  return signOf(token) === '(' || ['WHERE', 'AND', 'ON'].includes(token?.keyword ?? '');
}
