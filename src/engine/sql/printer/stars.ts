import type { Star } from '../ast/expressions.ts';
import { quoteName } from '../identifiers.ts';

export function printStar({ database, table }: Star): string {
  return [...[database, table].flatMap((part) => (part === undefined ? [] : [quoteName(part.name)])), '*'].join('.');
}
