import { ofParts, type Suite } from './suites.ts';

/** The suite, or those of its parts whose names hold one of the words; undefined where none does. */
export function narrowed(suite: Suite, words: readonly string[]): Suite | undefined {
  const isNamed = ({ name }: { readonly name: string }): boolean => words.length === 0 || words.some((word) => name.includes(word));
  if (suite.parts === undefined) return isNamed(suite) ? suite : undefined;
  const parts = suite.parts.filter(isNamed);
  return parts.length === 0 ? undefined : parts.length === suite.parts.length ? suite : ofParts(suite.seconds, parts);
}
