declare const OWN: unique symbol;

/**
 * SQL that we write ourselves: constant text, and values that one of the functions below has checked. Nothing else can become part of it: the compiler refuses a plain
 * string, and lint refuses template strings with SQL that are not tagged with `sql`.
 */
export type OwnSql = string & { readonly [OWN]: true };

/** A constant of the program, or SQL of ours: a `string` that may hold anything is refused by the compiler. */
export type Written<S extends string> = S & (string extends S ? OwnSql : unknown);

export function sql(texts: TemplateStringsArray, ...parts: readonly OwnSql[]): OwnSql {
  return own(texts.reduce((before, text, i) => `${before}${String(parts[i - 1])}${text}`));
}

/** A whole number. Throws for everything else: what the types promise may have come from a file or a setting. */
export function integer(value: number): OwnSql {
  if (!Number.isSafeInteger(value)) throw new RangeError('Only an integer can be put into SQL here.');
  return own(value.toString(10));
}

/** A text as a literal that means the same under every `sql_mode`: what is not plain becomes hexadecimal digits. Throws for what is not valid Unicode. */
export function textLiteral(text: string): OwnSql {
  if (typeof text !== 'string' || !text.isWellFormed()) throw new RangeError('Only valid Unicode can be put into SQL.');
  return own(/^[\w .,:;@%/+-]*$/.test(text) ? `'${text}'` : `_utf8mb4 X'${Buffer.from(text, 'utf8').toString('hex')}'`);
}

/** The bytes of a text in UTF-8, as a hexadecimal literal. */
export function hexText(text: string): OwnSql {
  return own(`0x${Buffer.from(text, 'utf8').toString('hex')}`);
}

/** One of our own words, for example the kind of an object. Throws for every other. */
export function keyword<T extends string>(word: T, allowed: readonly T[]): OwnSql {
  if (!allowed.includes(word)) throw new RangeError('Only words that are known can be put into SQL.');
  return own(word);
}

export function joined(parts: readonly OwnSql[], separator = ', '): OwnSql {
  return own(parts.join(separator));
}

/** `(?, ?), (?, ?)` and so on, for values that are bound: `rows` of them with `columns` each. */
export function placeholders(rows: number, columns = 1): OwnSql {
  const row = Array.from({ length: columns }, () => '?').join(', ');
  return own(Array.from({ length: rows }, () => (columns === 1 ? row : `(${row})`)).join(', '));
}

/**
 * A text that was checked where it is made: a quoted name, a literal of a cell, or (a part of) a statement that the guard has read, which stays what was judged. Each use
 * is one to look at in a review.
 */
export function checkedText(text: string): OwnSql {
  return own(text);
}

function own(text: string): OwnSql {
  return text as OwnSql; // the one place where a string becomes SQL of ours
}
