import type { Literal, StringLiteral } from '../sql/ast/expressions.ts';
import type { Statement } from '../sql/ast/statements.ts';
import type { Dialect } from '../sql/lexer/dialect.ts';
import { formatStatement } from '../sql/formatStatement.ts';
import { parseStatements } from '../sql/parser/parse.ts';
import { print } from '../sql/printer/print.ts';
import type { Node } from '../sql/walk.ts';
import { visibleText } from '../text.ts';

type HexLiteral = Extract<Literal, { readonly digits: string }>;

/** A statement that is sent, as a person can read it: values that were bound are texts and not hexadecimal digits, and nothing in it is hidden. */
export function shownStatement(printed: string, dialect: Dialect): string {
  return formatStatement(visibleText(readableText(printed, dialect)));
}

/** The same statement with texts for their bytes. */
export function readableText(printed: string, dialect: Dialect): string {
  const tree = readableTree(printed, dialect);
  return tree === undefined ? printed : print(tree, dialect);
}

/** Undefined where the text is no statement. */
export function readableTree(printed: string, dialect: Dialect): Statement | undefined {
  const [tree] = parseStatements(printed, dialect);
  return tree === undefined ? undefined : (readable(tree) as Statement);
}

function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  if (isBoundText(value)) return textOf(value) ?? value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, readable(one)]));
}

/** `_utf8mb4 x'…'`, as a value is bound that is not plain. */
function isBoundText(value: object): value is HexLiteral & Node {
  return 'kind' in value && value.kind === 'hex' && 'introducer' in value && value.introducer === 'utf8mb4';
}

/** Undefined for what is no UTF-8. */
function textOf({ digits, introducer, start, end }: HexLiteral): StringLiteral | undefined {
  const bytes = Buffer.from(digits, 'hex');
  const value = bytes.toString('utf8');
  return Buffer.from(value, 'utf8').equals(bytes) ? { kind: 'string', value, introducer, start, end } : undefined;
}
