import type { CostReason, CostRefusal } from './costs.ts';
import { refuse, type Refusal } from './refusal.ts';

/** What is too much, and what to do instead. `{name}` is the function. */
const WORDS: Readonly<Record<CostReason, readonly [what: string, instead: string]>> = {
  texts: ['{name}, which with the other functions of the statement makes very long texts,', 'Make shorter texts, or fewer.'],
  rows: ['{name} over a recursive query', 'Limit the rows of the recursive query, or select them as rows.'],
  copies: ['A table expression that others use again and again', 'Use each table expression once or twice.'],
  levels: ['An expression that nests too deeply through inner queries', 'Compute in fewer steps.'],
  paths: ['{name} with more than 256 paths', 'Use fewer paths in one call.'],
  path: ['{name} with this path', 'Write the path out, short, with at most one ** or //.'],
  document: ['{name} with a computed or deeply nested document', 'Write the document as a text, or read it from a column.'],
  shape: ['{name} with a computed or deeply nested shape', 'Write the shape as a text, or read it from a column.'],
  format: ['{name} with a wide or computed format', 'Write the format as a text, with widths below 1000.'],
  search: ['{name} with this pattern', 'Search a shorter text, or write the pattern out with one repetition.'],
  replacement: ['{name} with a long replacement', 'Write a short replacement.'],
  digest: ['{name} of a long text', 'Pass a statement of at most some thousand characters.'],
};

export function costRefusal({ reason, name, position }: CostRefusal): Refusal {
  const [what, instead] = WORDS[reason];
  return refuse(what.replace('{name}', name), { start: position }, instead);
}
