/** What somebody who looks at the beginning of a document does not see. Lines count from 1. */
export interface OutOfSight {
  readonly line: number;
  /** Of the line, where it is longer than an editor shows. */
  readonly characters?: number;
  /** Before the line: more than an editor shows. */
  readonly blankLines?: number;
}

/** An editor beside other views shows some more. */
const SHOWN_CHARACTERS = 120;
const SHOWN_BLANK_LINES = 10;

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
    if (text.length > SHOWN_CHARACTERS && !text.startsWith(OWN)) found.push({ line, characters: text.length });
  }
  return found;
}
