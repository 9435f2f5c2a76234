import type { Words } from '../engine/phrase.ts';
import type { Translate } from './translate.ts';

/** Words of the engine in the language of the window. */
export function engineWords(words: Words, translate: Translate): string {
  if (typeof words === 'string') return words;
  const { text, values } = words;
  return translate(text, ...values.map((value) => engineWords(value, translate)));
}
