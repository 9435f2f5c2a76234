import { createScanner, type Edit, type Node } from 'jsonc-parser';

/** What takes a property out of an object, with its comma and the line that is empty then. jsonc-parser would take the comments around it, too, which are about other entries. */
export function removalOf(text: string, property: Node): Edit[] {
  const siblings = property.parent?.children ?? [];
  const previous = siblings[siblings.indexOf(property) - 1];
  const end = property.offset + property.length;
  const after = commaIn(text, end, siblings[siblings.indexOf(property) + 1]?.offset ?? endOf(property.parent, text));
  const before =
    after === undefined && previous !== undefined ? commaIn(text, previous.offset + previous.length, property.offset) : undefined;
  const comma = after ?? before;
  const own = wholeLine(text, property.offset, after === end ? end + 1 : end);
  return [own, ...(comma === undefined || comma === end ? [] : [{ offset: comma, length: 1, content: '' }])];
}

function endOf(node: Node | undefined, text: string): number {
  return node === undefined ? text.length : node.offset + node.length;
}

/** Where the comma between two offsets is, outside of comments. */
function commaIn(text: string, from: number, to: number): number | undefined {
  const scanner = createScanner(text);
  scanner.setPosition(from);
  for (scanner.scan(); scanner.getTokenOffset() < to; scanner.scan())
    if (text[scanner.getTokenOffset()] === ',') return scanner.getTokenOffset();
  return undefined;
}

/** The line, where nothing else is in it; else the text with the spaces behind it. */
function wholeLine(text: string, from: number, to: number): Edit {
  const start = text.lastIndexOf('\n', from - 1) + 1;
  const behind = /^[ \t]*(\r?\n)?/.exec(text.slice(to))?.[0] ?? '';
  if (behind.endsWith('\n') && text.slice(start, from).trim() === '')
    return { offset: start, length: to + behind.length - start, content: '' };
  const spaces = behind.endsWith('\n') ? 0 : behind.length;
  return { offset: from, length: to + spaces - from, content: '' };
}
