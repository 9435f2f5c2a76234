/** Words of the engine: an English text with {0}, {1} … and what stands for them, so that the window can say it in its own language. */
export interface Phrase {
  readonly text: string;
  readonly values: readonly Words[];
}

/** A string is text of a server, a name or a number, which nobody translates. */
export type Words = string | Phrase;

/** The text has to be a plain string: `npm run l10n` finds it by this function's name. Numbers are written as in English. */
export function phrase(text: string, ...values: readonly (Words | number)[]): Phrase {
  return { text, values: values.map((value) => (typeof value === 'number' ? value.toLocaleString('en-US') : value)) };
}

/** A number of rows, in the singular for one. */
export function rowsPhrase(rows: number): Phrase {
  return rows === 1 ? phrase('1 row') : phrase('{0} rows', rows);
}

/** For agents and logs. */
export function inEnglish(words: Words): string {
  if (typeof words === 'string') return words;
  return words.text.replaceAll(/\{(\d)\}/g, (place, index: string) => {
    const value = words.values[Number(index)];
    return value === undefined ? place : inEnglish(value);
  });
}
