import type { Cell } from '../../engine/driver/values.ts';
import type { TextEnding } from '../files/readOnlyDocuments.ts';

/** A cell for an editor: JSON on lines of its own, numbers to the last digit as they are. */
export function readableCell(cell: Cell): { readonly text: string; readonly ending: TextEnding } {
  if (cell === null) return { text: 'NULL', ending: '.txt' };
  if (!/^\s*[[{]/.test(cell)) return { text: cell, ending: '.txt' };
  try {
    JSON.parse(cell);
  } catch {
    return { text: cell, ending: '.txt' }; // it only looks like JSON
  }
  return { text: indentJson(cell), ending: '.jsonl' };
}

/** By its signs and not through JSON.parse, which would round long numbers and drop keys that come twice. */
function indentJson(json: string): string {
  let depth = 0;
  const newLine = (): string => `\n${'  '.repeat(depth)}`;
  return json.replaceAll(/"(?:[^"\\]|\\.)*"|[[\]{},:]|\s+|[^\s"[\]{},:]+/g, (token, offset: number) => {
    if (/^\s/.test(token)) return '';
    if (token === ',') return `,${newLine()}`;
    if (token === ':') return ': ';
    if (token === '{' || token === '[') {
      if (/^\s*[\]}]/.test(json.slice(offset + 1, offset + 1000))) return token;
      depth++;
      return `${token}${newLine()}`;
    }
    if (token === '}' || token === ']') {
      if (/[[{]\s*$/.test(json.slice(Math.max(0, offset - 1000), offset))) return token;
      depth--;
      return `${newLine()}${token}`;
    }
    return token;
  });
}
