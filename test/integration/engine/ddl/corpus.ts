import { COLUMN_CASES } from './columnCases.ts';
import type { Case } from './corpusCase.ts';
import { KEY_CASES } from './keyCases.ts';
import { OTHER_CASES } from './otherCases.ts';

/** Definitions, and scripts of them, over the tables of corpusTables.ts. */
export const CORPUS: readonly Case[] = [...COLUMN_CASES, ...KEY_CASES, ...OTHER_CASES];
