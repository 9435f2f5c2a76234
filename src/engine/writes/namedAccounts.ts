import type { Administration, AdministrationWord } from '../sql/ast/statements.ts';

type Words = readonly AdministrationWord[];

/** Words in front of the accounts, once those of the head are gone. */
const EXISTENCE = new Set(['IF', 'NOT', 'EXISTS']);
/** What may stand behind an account, without a comma in it or accounts of its own. */
const OPTIONS = new Set([
  'IDENTIFIED',
  'REQUIRE',
  'WITH',
  'PASSWORD',
  'ACCOUNT',
  'COMMENT',
  'ATTRIBUTE',
  'FAILED_LOGIN_ATTEMPTS',
  'PASSWORD_LOCK_TIME',
  'IGNORE',
]);
/** Unquoted, these stand for an account that only the session knows. */
const STAND_INS = new Set(['CURRENT_USER', 'CURRENT_ROLE', 'USER', 'SESSION_USER', 'SYSTEM_USER']);

/** The accounts that a statement is about: all of them, or none where one of its words is not understood. */
export function namedAccounts({ head, words }: Administration): readonly string[] {
  const lists = accountLists(head, words);
  const names = lists?.flatMap((list) => splitAt(list, isComma).map(accountIn));
  return names?.every((name) => name !== undefined) === true ? names : [];
}

function accountLists(head: string, words: Words): readonly Words[] | undefined {
  const behind = (...marks: readonly string[]): Words[] | undefined => {
    const at = words.findIndex((word) => marks.some((mark) => isWord(word, mark)));
    return at < 0 ? undefined : [words.slice(at + 1)];
  };
  switch (head) {
    case 'GRANT':
      return behind('TO');
    case 'REVOKE':
      return behind('FROM');
    case 'SET PASSWORD':
      return behind('FOR')?.flatMap((list) => splitAt(list, (word) => isWord(word, 'TO') || isOperator(word, '=')).slice(0, 1));
    case 'SET DEFAULT':
      return behind('TO', 'FOR');
    case 'RENAME USER':
      // In pairs: `a TO b, c TO d`.
      return splitAt(words.slice(2), (word) => isWord(word, 'TO'));
    case 'CREATE USER':
    case 'CREATE ROLE':
    case 'ALTER USER':
    case 'DROP USER':
    case 'DROP ROLE': {
      const kind = words.findIndex((word) => isWord(word, 'USER') || isWord(word, 'ROLE'));
      const rest = words.slice(kind + 1);
      const first = rest.findIndex(({ type, text }) => type !== 'word' || !EXISTENCE.has(text.toUpperCase()));
      return [first < 0 ? [] : rest.slice(first)];
    }
    default:
      return undefined;
  }
}

/** The account that a part of a list begins with; undefined where what follows is nothing that is known to follow one. */
function accountIn(words: Words): string | undefined {
  const [name, second, third] = words;
  if (name === undefined || !['word', 'name', 'string'].includes(name.type)) return undefined;
  const host = second?.type === 'host' ? second : undefined;
  if (host === undefined && name.type === 'word' && STAND_INS.has(name.text.toUpperCase())) return undefined;
  const next = host === undefined ? second : third;
  if (next !== undefined && !(next.type === 'word' && OPTIONS.has(next.text.toUpperCase()))) return undefined;
  return host === undefined ? name.text : `${name.text}@${host.text.replace(/^@/, '')}`;
}

function splitAt(words: Words, isEnd: (word: AdministrationWord) => boolean): Words[] {
  const parts: AdministrationWord[][] = [[]];
  for (const word of words)
    if (isEnd(word)) parts.push([]);
    else parts.at(-1)?.push(word);
  return parts;
}

function isWord({ type, text }: AdministrationWord, word: string): boolean {
  return type === 'word' && text.toUpperCase() === word;
}

function isOperator({ type, text }: AdministrationWord, operator: string): boolean {
  return type === 'operator' && text === operator;
}

function isComma(word: AdministrationWord): boolean {
  return isOperator(word, ',');
}
