import type { Parameter } from '../sql/parameters.ts';
import { interpretStatements } from '../sql/lexer/interpretations.ts';
import { ParseError } from '../sql/lexer/parseError.ts';
import { signOf, type Token } from '../sql/lexer/tokens.ts';

/** What injected SQL tends to look like. */
export type InjectionSign = 'tautology' | 'union' | 'stacked' | 'comment' | 'time' | 'encoded';

const READS = new Set(['SELECT', 'WITH', 'TABLE', 'VALUES', 'SHOW', 'DESCRIBE', 'DESC', 'EXPLAIN', 'ANALYZE']);
const TIME = new Set(['SLEEP', 'BENCHMARK', 'GET_LOCK', 'WAIT_FOR_EXECUTED_GTID_SET']);
const NUMBERS: ReadonlySet<Token['kind']> = new Set(['number', 'hexNumber', 'bitNumber']);
const STRINGS: ReadonlySet<Token['kind']> = new Set(['string', 'nationalString', 'hexString', 'bitString']);
const QUOTED: ReadonlySet<Token['kind']> = new Set([...STRINGS, 'quotedName']);
/** In a comment these are what somebody wanted to get rid of. */
const HIDDEN = /\b(?:and|or|where|limit|order|having|union)\b/gi;
const LINE_COMMENT = /--\s|#/g;

/** Without any of this no text has a sign, and most texts have none of it: those are not read once more. Of the text in upper case, as words are compared. */
const SUSPECT = /(?<![A-Z_$])OR(?![\w$])|UNION|SLEEP|BENCHMARK|GET_LOCK|WAIT_FOR_EXECUTED|\|\||[;'"#`]|--|\/\*|0X/;

/**
 * In a value these are SQL that waits to be put into a text. Runs of white space are one blank by then, and no pattern repeats more than so often: each place of a value is looked
 * at in bounded time.
 */
const VALUE_SIGNS: readonly (readonly [InjectionSign, RegExp])[] = [
  ['tautology', /['"`)] ?(?:or|and|\|\||&&) ?\(? ?['"]?(\w{1,64})['"]? ?(?:=|like) ?\(? ?['"]?\1\b/i],
  ['union', /\bunion (?:all |distinct )?select\b/i],
  ['stacked', /['"`)\d] ?; ?(?:select|insert|update|delete|drop|alter|create|truncate|grant|set|call)\b/i],
  ['comment', /['"`)] ?(?:-- ?$|-- |# ?$|\/\*)/],
  ['time', /\b(?:sleep|benchmark|get_lock) ?\(/i],
];

/**
 * What of a statement and its values looks like injected SQL. A sign is no proof: agents write UNION and comments by themselves. Values
 * that stand in the text as literals are data of whoever wrote it, and are looked at for encoded SQL alone.
 */
export function findInjectionSigns(sql: string, parameters: readonly Parameter[] = []): InjectionSign[] {
  const signs = new Set<InjectionSign>();
  if (SUSPECT.test(sql.toUpperCase())) for (const sign of signsOfText(sql)) signs.add(sign);
  for (const value of parameters) {
    if (typeof value !== 'string') continue;
    for (const sign of signsOfValue(value)) signs.add(sign);
    const decoded = decode(value);
    if (decoded !== value && signsOfValue(decoded).length > 0) signs.add('encoded');
  }
  return [...signs].sort();
}

function signsOfText(sql: string): Set<InjectionSign> {
  const signs = new Set<InjectionSign>();
  try {
    const statements = interpretStatements(sql);
    for (const { interpretations } of statements)
      for (const tokens of interpretations) for (const sign of signsOf(sql, tokens)) signs.add(sign);
    const later = statements.slice(1).flatMap(({ interpretations }) => interpretations);
    if (later.some((tokens) => !READS.has(keyword(tokens[0])))) signs.add('stacked');
    const code = withoutStrings(
      sql,
      statements.flatMap(({ interpretations }) => interpretations[0] ?? []),
    );
    if (hidesCode(code)) signs.add('comment');
  } catch (error) {
    if (!(error instanceof ParseError)) throw error; // the guard refuses it
  }
  return signs;
}

/** Each token is looked at a bounded number of times: a look ahead passes over parentheses by one step, or ends where the next one begins. */
function signsOf(sql: string, tokens: readonly Token[]): InjectionSign[] {
  const signs: InjectionSign[] = [];
  const behind = behindParentheses(tokens);
  for (const [i, token] of tokens.entries()) {
    const word = keyword(token);
    if ((word === 'OR' || signOf(token) === '||') && isAlwaysTrue(tokens, behind, i + 1)) signs.push('tautology');
    if (word === 'UNION' && isProbe(tokens, i + 1)) signs.push('union');
    if (isName(token) && TIME.has(token.text.toUpperCase()) && signOf(tokens[i + 1]) === '(') signs.push('time');
    if (token.kind === 'string' || token.kind === 'hexNumber') {
      const written = sql.slice(token.start, token.end);
      const decoded = decode(written);
      if (decoded !== written && signsOfValue(decoded).length > 0) signs.push('encoded');
    }
  }
  return signs;
}

/** For each index the first one from there on that is no opening parenthesis. */
function behindParentheses(tokens: readonly Token[]): Uint32Array {
  const behind = new Uint32Array(tokens.length + 1).fill(tokens.length);
  for (let i = tokens.length - 1; i >= 0; i--) behind[i] = signOf(tokens[i]) === '(' ? (behind[i + 1] ?? tokens.length) : i;
  return behind;
}

/** `1 = 1`, `'a' LIKE 'a'`, `TRUE`, `1` at the end. */
function isAlwaysTrue(tokens: readonly Token[], behind: Uint32Array, from: number): boolean {
  const next = (at: number): number => behind[at] ?? tokens.length;
  const first = next(from);
  const second = next(first + 1);
  const [left, operator, right] = [tokens[first], tokens[second], tokens[next(second + 1)]];
  if (keyword(left) === 'TRUE') return true;
  if (!isLiteral(left)) return false;
  if (['=', '<=>', '>=', '<='].includes(signOf(operator)) || keyword(operator) === 'LIKE')
    return right?.kind === left.kind && right.text === left.text;
  return (operator === undefined || signOf(operator) === ')') && left.text !== '0';
}

const SKIPPED_BY_PROBES = new Set(['ALL', 'DISTINCT', '(']);
const ENDS_PROBES = new Set(['FROM', 'WHERE', 'LIMIT', 'ORDER', 'UNION']);

/** A select list of NULLs and numbers alone, as it is used to find out how many columns there are. Ends before the next UNION. */
function isProbe(tokens: readonly Token[], from: number): boolean {
  let at = from;
  while (SKIPPED_BY_PROBES.has(wordOf(tokens[at]))) at++;
  if (keyword(tokens[at]) !== 'SELECT') return false;
  let columns = 0;
  for (at++; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined || ENDS_PROBES.has(keyword(token))) break;
    if (SKIPPED_BY_PROBES.has(wordOf(token)) || [',', ')'].includes(signOf(token))) continue;
    if (!NUMBERS.has(token.kind) && keyword(token) !== 'NULL') return false;
    columns++;
  }
  return columns > 1;
}

function wordOf(token: Token | undefined): string {
  return signOf(token) === '(' ? '(' : keyword(token);
}

/** A comment to the end of its line with a word of SQL in it. Each place is searched once: a word that lies behind a line is kept for the next one. */
function hidesCode(code: string): boolean {
  let word = 0;
  LINE_COMMENT.lastIndex = 0;
  for (let comment = LINE_COMMENT.exec(code); comment !== null; comment = LINE_COMMENT.exec(code)) {
    const start = comment.index + comment[0].length;
    if (word < start) {
      HIDDEN.lastIndex = start;
      word = HIDDEN.exec(code)?.index ?? -1;
      if (word < 0) return false;
    }
    const lineEnd = code.indexOf('\n', start);
    if (lineEnd < 0 || word < lineEnd) return true;
    LINE_COMMENT.lastIndex = lineEnd;
  }
  return false;
}

function signsOfValue(value: string): InjectionSign[] {
  const text = value.replaceAll(/\s+/g, ' ');
  return VALUE_SIGNS.filter(([, pattern]) => pattern.test(text)).map(([sign]) => sign);
}

/** Without URL, HTML, Unicode and hexadecimal encoding, each once. */
function decode(value: string): string {
  const hex = /^0x((?:[0-9a-f]{2})+)$/i.exec(value)?.[1];
  if (hex !== undefined) return Buffer.from(hex, 'hex').toString('latin1');
  return value
    .replaceAll(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    .replaceAll(/&#x([0-9a-f]{1,6});/gi, (whole, code: string) => character(whole, parseInt(code, 16)))
    .replaceAll(/&#(\d{1,7});/g, (whole, code: string) => character(whole, Number(code)))
    .replaceAll(/&(?:apos|quot);/gi, (name) => (/apos/i.test(name) ? "'" : '"'))
    .replaceAll(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    .replaceAll(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
}

function character(whole: string, code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}

/** The text with blanks in the place of its tokens' strings and names: what is left is code and comments. */
function withoutStrings(sql: string, tokens: readonly Token[]): string {
  let text = '';
  let end = 0;
  for (const token of tokens.filter((token) => QUOTED.has(token.kind))) {
    text += sql.slice(end, token.start) + ' '.repeat(token.end - token.start);
    end = token.end;
  }
  return text + sql.slice(end);
}

function isLiteral(token: Token | undefined): token is Token {
  return token !== undefined && (NUMBERS.has(token.kind) || STRINGS.has(token.kind));
}

function isName({ kind }: Token): boolean {
  return kind === 'word' || kind === 'quotedName';
}

/** The upper-case word if the token can be a keyword, else ''. */
function keyword(token: Token | undefined): string {
  return token?.keyword ?? '';
}
