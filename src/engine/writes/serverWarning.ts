import { phrase, type Phrase, type Words } from '../phrase.ts';

const of = (message: string, errno: string): Phrase => phrase('Server warning: {0} ({1}).', message, errno);

/** What a preview says of a remark of the server, which can quote values. */
export function serverWarning(message: string, errno: number): Phrase {
  return of(message, String(errno));
}

/** The same without what the server said. */
export function withoutServerMessage(words: Words): Words {
  if (typeof words === 'string' || words.text !== of('', '').text) return words;
  return phrase("Server warning {0}. Its text isn't shown, because it can quote values.", words.values[1] ?? '');
}
