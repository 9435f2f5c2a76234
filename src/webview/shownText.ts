/** Controls, changes of direction and what takes no room: with them other text is seen than there is. Joiners within words and emoji stay, and so do blanks, tabs and line ends. */
const HIDDEN =
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/g;

/** Text of a database, a file or a server as it may be drawn: what can't be seen is written as `<U+202E>`, as elsewhere in the window. */
export function shownText(text: string): string {
  return text.replaceAll(HIDDEN, (character) => `<U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}>`);
}
