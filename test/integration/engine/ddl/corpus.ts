import { COLUMN_CASES } from './columnCases.ts';
import type { Case, CorpusTables } from './corpusCase.ts';
import { TABLES } from './corpusTables.ts';
import { HELD_OUT_COLUMNS } from './heldOutColumns.ts';
import { HELD_OUT_KEYS } from './heldOutKeys.ts';
import { HELD_OUT_OTHERS } from './heldOutOthers.ts';
import { HELD_OUT_TABLES } from './heldOutTables.ts';
import { KEY_CASES } from './keyCases.ts';
import { NEARBY_CASES } from './nearbyCases.ts';
import { OTHER_CASES } from './otherCases.ts';

interface Corpus {
  readonly name: string;
  readonly tables: CorpusTables;
  readonly cases: readonly Case[];
}

/** Definitions, and scripts of them, over tables. */
export const CORPORA: readonly Corpus[] = [
  { name: 'the rules', tables: TABLES, cases: [...COLUMN_CASES, ...KEY_CASES, ...OTHER_CASES] },
  // Written without a look at the rules, from manuals and migrations.
  { name: 'migrations', tables: HELD_OUT_TABLES, cases: [...HELD_OUT_COLUMNS, ...HELD_OUT_KEYS, ...HELD_OUT_OTHERS] },
  { name: 'near migrations', tables: HELD_OUT_TABLES, cases: NEARBY_CASES },
];
