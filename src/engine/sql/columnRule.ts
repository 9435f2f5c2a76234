import { foldName, type NamePattern } from './namePattern.ts';

/** What happens to a column that agents may not read, from the strictest on. */
export const COLUMN_ACTIONS = ['hide', 'mask', 'pseudonym'] as const;

export type ColumnAction = (typeof COLUMN_ACTIONS)[number];

/** `shop.*.email=mask`, read. */
export interface ColumnRule {
  readonly database: NamePattern;
  readonly table: NamePattern;
  readonly column: NamePattern;
  readonly action: ColumnAction;
}

/** Why a text is no rule. `form`: it is not `database.table.column=action`; `action`: there is no such action. */
export interface ColumnRuleProblem {
  readonly problem: 'form' | 'action';
  /** UTF-16 offset in the text. */
  readonly position: number;
}

const QUOTE = '`';

/** Reads `database.table.column=action`: `*` stands for any characters, and a name with signs of this form stands in back-ticks. */
export function parseColumnRule(text: string): ColumnRule | ColumnRuleProblem {
  const parts: NamePattern[] = [];
  let at = skipBlanks(text, 0);
  for (const sign of ['.', '.', '=']) {
    const part = readPart(text, at);
    if (part === undefined) return { problem: 'form', position: at };
    at = skipBlanks(text, part.end);
    if (text[at] !== sign) return { problem: 'form', position: at };
    at = skipBlanks(text, at + 1);
    parts.push(part.pattern);
  }
  const [database = [], table = [], column = []] = parts;
  const word = text.slice(at).trim().toLowerCase();
  const action = COLUMN_ACTIONS.find((one) => one === word);
  return action === undefined ? { problem: 'action', position: at } : { database, table, column, action };
}

export function isColumnRule(rule: ColumnRule | ColumnRuleProblem): rule is ColumnRule {
  return 'action' in rule;
}

interface Part {
  readonly pattern: NamePattern;
  readonly end: number;
}

/** Undefined where no name stands. */
function readPart(text: string, from: number): Part | undefined {
  if (text[from] === QUOTE) return readQuoted(text, from);
  let end = from;
  while (end < text.length && !/[.=\s`]/.test(text[end] ?? '')) end++;
  return end === from ? undefined : { pattern: text.slice(from, end).split('*').map(foldName), end };
}

/** A star in back-ticks is a star. */
function readQuoted(text: string, from: number): Part | undefined {
  let name = '';
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === QUOTE && text[at + 1] !== QUOTE) return name === '' ? undefined : { pattern: [foldName(name)], end: at + 1 };
    if (text[at] === QUOTE) at++;
    name += text[at] ?? '';
  }
  return undefined;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (/\s/.test(text[at] ?? '')) at++;
  return at;
}
