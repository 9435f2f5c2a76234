/** What somebody who looks at the beginning of a document does not see. Lines count from 1. */
export interface OutOfSight {
  readonly line: number;
  /** Of the line, where it is wider than an editor shows, or goes on behind a gap. */
  readonly characters?: number;
  /** Before the line: more than an editor shows. */
  readonly blankLines?: number;
}

/** An editor beside other views shows some more. */
const SHOWN_CHARACTERS = 120;
const SHOWN_BLANK_LINES = 10;
/** Blanks within a line that look like its end. */
const GAP = 40;
/** The widest that an editor makes of a tab. */
const TAB = 8;
/** Two columns in a fixed font: East Asian scripts, their blank and full-width forms, pictures. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;

/** How many columns a line takes, and the widest run of blanks between two of its words. */
function measure(text: string): { readonly columns: number; readonly gap: number } {
  let columns = 0;
  let gap = 0;
  let words = 0; // where the last one ended
  for (const character of text) {
    const blank = /\s/u.test(character);
    if (!blank && words > 0) gap = Math.max(gap, columns - words);
    columns += character === '\t' ? TAB - (columns % TAB) : WIDE.test(character) ? 2 : 1;
    if (!blank) words = columns;
  }
  return { columns, gap };
}

/** Of our own lines, which are whole in the dialog or not needed for a decision. No line of a statement begins so. */
const OWN = '-- ';

/** Where a document goes on to the right or below although it seems to end: a condition can be hidden there from who decides about it. */
export function outOfSight(document: string): OutOfSight[] {
  const found: OutOfSight[] = [];
  let blankLines = 0;
  for (const [i, text] of document.split('\n').entries()) {
    const line = i + 1;
    if (text.trim() === '') {
      blankLines++;
      continue;
    }
    if (blankLines > SHOWN_BLANK_LINES) found.push({ line, blankLines });
    blankLines = 0;
    if (text.startsWith(OWN)) continue;
    const { columns, gap } = measure(text);
    if (columns > SHOWN_CHARACTERS || gap > GAP) found.push({ line, characters: text.length });
  }
  return found;
}
