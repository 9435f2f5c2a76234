/** Longer texts are cut: a surface that is given a megabyte holds the window up. */
const MAX_LINE = 1000;
const MAX_BLOCK = 20_000;

/** Invisible in every font, and between characters that would otherwise be a link or an icon. */
const JOINER = '\u2060';
/** `[label](command:…)` is a link and `$(name)` an icon, in labels as in messages. */
const MARKUP = /(?<=\])(?=\()|(?<=\$)(?=\()/g;
/** Characters that move, hide or imitate others: directions, widths of zero, tags, other ends of lines, and lone halves of pairs. */
const UNSEEN =
  // eslint-disable-next-line no-misleading-character-class -- each stands for itself
  /[\u00AD\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF0-\uFFFB\u{E0000}-\u{E0FFF}]|\p{Cs}|\p{Co}/gu;
const CONTROL = /\p{Cc}/gu;

/**
 * Text of a database, a file, a server or another program on one line: shown as it is and taken for nothing else. It makes no link and no icon, ends no line, changes no
 * direction; what cannot be seen is written as `<U+202E>`. Takes time in proportion to `max`.
 */
export function plainLine(text: string, max = MAX_LINE): string {
  return neutral(cut(text, max), (character) => (character === '\n' ? '↵' : character === '\t' ? ' ' : picture(character)));
}

/** The same over several lines, for code blocks and documents. */
export function plainBlock(text: string, max = MAX_BLOCK): string {
  return neutral(cut(text, max).replaceAll(/\r\n?/g, '\n'), (character) =>
    character === '\n' || character === '\t' ? character : picture(character),
  );
}

function neutral(text: string, control: (character: string) => string): string {
  return text
    .replaceAll(UNSEEN, (character) => `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`)
    .replaceAll(/\r\n/g, '\n')
    .replaceAll(CONTROL, control)
    .replaceAll(MARKUP, JOINER);
}

/** U+2400 shows what U+0000 is, and so on. */
function picture(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? '␡' : `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(max - 1)) ? max - 1 : max;
  return `${text.slice(0, end)}…`;
}
