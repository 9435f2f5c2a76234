import type { CostReason, CostRefusal } from './costs/costRefusal.ts';
import { refuse, type Refusal } from './makeRefusal.ts';

/** What is too much. `{name}` is the function. */
const WORDS: Readonly<Record<CostReason, string>> = {
  texts: '{name}, which with the other functions of the statement makes very long texts,',
  rows: '{name} over a recursive query',
  copies: 'A table expression that others use again and again',
  levels: 'An expression that nests too deeply through inner queries',
  paths: '{name} with more than 256 paths',
  path: '{name} with this path',
  document: '{name} with a computed or deeply nested document',
  shape: '{name} with a computed or deeply nested shape',
  format: '{name} with a wide or computed format',
  search: '{name} with this pattern',
  replacement: '{name} with a long replacement',
  digest: '{name} of a long text',
};

export function costRefusal({ reason, name, position }: CostRefusal): Refusal {
  return refuse(WORDS[reason].replace('{name}', name), { start: position }, `cost.${reason}`);
}
