/** As wide as a terminal is that somebody has made a little larger. */
const COLUMNS = 118;

/** Breaks lines at blanks, so that a message can be read in a terminal; a word that is too long keeps its line. What goes on is indented. */
export function wrapText(text: string): string {
  return text.split('\n').map(wrapLine).join('\n');
}

function wrapLine(line: string): string {
  const [indent] = /^ */.exec(line) ?? [''];
  const lines: string[] = [];
  let last: string = indent;
  for (const word of line.slice(indent.length).split(' ')) {
    const begins = last.trim() === '';
    const longer = begins ? `${last}${word}` : `${last} ${word}`;
    if (begins || longer.length <= COLUMNS) last = longer;
    else {
      lines.push(last);
      last = `${indent}  ${word}`;
    }
  }
  return [...lines, last].join('\n');
}
