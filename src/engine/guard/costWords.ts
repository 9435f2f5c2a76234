import type { CostReason, CostRefusal } from './costs/costRefusal.ts';
import { refuse, type Refusal } from './makeRefusal.ts';

/** What is too much. `{name}` is the function. */
const WORDS: Readonly<Record<CostReason, string>> = {
  texts: '{name}, which builds very long strings together with the other functions,',
  rows: '{name} over a recursive query',
  copies: 'A common table expression that is referenced too often',
  levels: 'An expression that is nested too deeply through subqueries',
  paths: '{name} with more than 256 paths',
  path: '{name} with this path',
  document: '{name} with a computed or deeply nested document',
  shape: '{name} with a computed or deeply nested geometry',
  format: '{name} with a wide or computed format',
  search: '{name} with this pattern',
  replacement: '{name} with a long replacement',
  digest: '{name} of a long string',
};

export function costRefusal({ reason, name, position }: CostRefusal): Refusal {
  return refuse(WORDS[reason].replace('{name}', name), { start: position }, `cost.${reason}`);
}
