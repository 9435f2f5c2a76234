import { normalizeWhole } from '../sql/normalize.ts';

/** The names that the predecessor's users know. */
export const FILTER_MODES = ['blacklist', 'whitelist', 'combined'] as const;

/** Without its values. Many patterns take time in proportion to the square of the length, and nobody checks them for that. */
const MAX_LENGTH = 10_000;

export interface FilterRules {
  /** `blacklist`: what matches `deny` is refused; `whitelist`: what does not match `allow` is; `combined`: both. */
  readonly mode: (typeof FILTER_MODES)[number];
  readonly deny: readonly RegExp[];
  readonly allow: readonly RegExp[];
}

/**
 * Why a text may not run, in words, or undefined. The patterns see all of it, normalized (comments out, literals as `?`, one blank for any space), so that neither a comment nor a
 * value nor the length changes the outcome; `deny` sees it without needless back-ticks, too. What cannot be read with certainty is refused.
 */
export function judgeByFilter(sql: string, { mode, deny, allow }: FilterRules): string | undefined {
  const read = normalizeWhole(sql);
  if (read === undefined) return "This connection has a filter, and the statement can't be parsed reliably";
  if (read.text.length > MAX_LENGTH)
    return `This connection has a filter, and the statement is longer than ${String(MAX_LENGTH)} characters without its values`;
  if (mode !== 'whitelist') {
    const found = deny.find((pattern) => pattern.test(read.text) || pattern.test(read.unquoted));
    if (found !== undefined) return `The statement matches the pattern ${found.source}, which is not allowed here`;
  }
  if (mode !== 'blacklist' && !allow.some((pattern) => pattern.test(read.text)))
    return 'The statement matches none of the patterns that are allowed here';
  return undefined;
}
