/** The text up to `limit` UTF-16 units, with an ellipsis where that is not all; never cut within a character of two units. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(limit - 1)) ? limit - 1 : limit;
  return `${text.slice(0, end)}…`;
}

/** The same on one line. */
export function cutLine(text: string, limit: number): string {
  return cut(text.replaceAll(/\s+/g, ' ').trim(), limit);
}

/** The text without the characters at its end that are dropped. A pattern such as `/0+$/` would begin anew at each of them, which takes the square of their number. */
export function trimEndOf(text: string, isDropped: (character: string) => boolean): string {
  let end = text.length;
  while (end > 0 && isDropped(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** What no reader sees as what it is: controls, directions of writing, joiners, fillers that look like a blank, private and unpaired characters. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** The text with something else for each character that cannot be seen, line ends and tabs included. Every surface that shows foreign text goes by this one list. */
export function replaceHidden(text: string, show: (character: string) => string): string {
  return text.replaceAll(HIDDEN, show);
}

/** With an escape such as `\u{202e}` for each. For showing SQL, not for running it. */
export function visibleText(text: string): string {
  return replaceHidden(text, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`);
}

/** True where there is something that `visibleText` shows as an escape. */
export function hidesText(text: string): boolean {
  return text.search(HIDDEN) >= 0;
}

const LETTER = /\p{L}/u;
const ALPHABETS = [/\p{Script=Latin}/u, /\p{Script=Greek}/u, /\p{Script=Cyrillic}/u, /\p{Script=Armenian}/u, /\p{Script=Cherokee}/u];

/** True for a name with letters of several alphabets that look alike, such as a Cyrillic o between Latin letters. */
export function mixesAlphabets(name: string): boolean {
  return LETTER.test(name) && ALPHABETS.filter((alphabet) => alphabet.test(name)).length > 1;
}
