import { cut, replaceHidden } from './text.ts';

/** Longer texts are cut: a surface that is given a megabyte holds the window up. */
const MAX_LINE = 1000;
const MAX_BLOCK = 20_000;

/** Invisible in every font, and between characters that would otherwise be a link or an icon. */
const JOINER = '\u2060';
/** `[label](command:…)` is a link and `$(name)` an icon, in labels as in messages. */
const MARKUP = /(?<=\])(?=\()|(?<=\$)(?=\()/g;
/** Behind an emoji these choose how it looks. */
const VARIATION = /^[\uFE00-\uFE0F]$/;
const CONTROL = /^\p{Cc}$/u;

/**
 * Text of a database, a file, a server or another program on one line: shown as it is and taken for nothing else. It makes no link and no icon, ends no line, changes no
 * direction; what cannot be seen is written as `<U+202E>`. Takes time in proportion to `max`.
 */
export function plainLine(text: string, max = MAX_LINE): string {
  return visibleLine(cut(text, max)).replaceAll(MARKUP, JOINER);
}

/** The same over several lines, for code blocks and documents. */
export function plainBlock(text: string, max = MAX_BLOCK): string {
  return visibleBlock(cut(text, max)).replaceAll(MARKUP, JOINER);
}

/** The same for a text that is shown where neither links nor icons are made of it, such as a document: whole, and with nothing added that cannot be seen. */
export function visibleLine(text: string): string {
  return visible(text, (character) => (character === '\n' ? '↵' : character === '\t' ? ' ' : picture(character)));
}

/** The same over several lines. */
export function visibleBlock(text: string): string {
  return visible(text.replaceAll(/\r\n?/g, '\n'), (character) =>
    character === '\n' || character === '\t' ? character : picture(character),
  );
}

const MARGIN = '    ';

/** A statement among lines of ours: set apart, so that none of its lines can look like one of them, in a comment or in a text. */
export function indentedBlock(text: string): string {
  return visibleBlock(text).replaceAll(/^/gm, MARGIN);
}

/** A block of code in Markdown, whose fence is longer than every one in the text: nothing of it is markup. */
export function fenced(text: string, language: string): string {
  const longest = Array.from(text.matchAll(/`+/g)).reduce((most, [ticks]) => Math.max(most, ticks.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Text as code in a line of Markdown, with what can't be seen written out: nothing of it is markup. */
export function markdownCode(text: string): string {
  const shown = visibleLine(text).replaceAll('\n', ' ');
  const longest = Array.from(shown.matchAll(/`+/g)).reduce((most, [ticks]) => Math.max(most, ticks.length), 0);
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${shown}${fence}` : `${fence} ${shown} ${fence}`;
}

function visible(text: string, control: (character: string) => string): string {
  return replaceHidden(text.replaceAll('\r\n', '\n'), (character) => {
    if (CONTROL.test(character)) return control(character);
    return VARIATION.test(character) ? character : codeOf(character);
  });
}

function codeOf(character: string): string {
  return `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`;
}

/** U+2400 shows what U+0000 is, and so on. */
function picture(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? '␡' : codeOf(character);
}
