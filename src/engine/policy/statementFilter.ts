import { normalise } from '../sql/normalise.ts';

/** The names that the predecessor's users know. */
export const FILTER_MODES = ['blacklist', 'whitelist', 'combined'] as const;

/** Statements that the user of the server has ruled out or in. */
export interface FilterRules {
  /** `blacklist`: what matches `deny` is refused; `whitelist`: what does not match `allow` is; `combined`: both. */
  readonly mode: (typeof FILTER_MODES)[number];
  readonly deny: readonly RegExp[];
  readonly allow: readonly RegExp[];
}

/**
 * Why a text may not run, in words, or undefined. The patterns see it normalised (comments out, literals as `?`, one blank for any
 * space), so that neither a comment nor a value changes the outcome. A text that cannot be read matches nothing.
 */
export function judgeByFilter(sql: string, { mode, deny, allow }: FilterRules): string | undefined {
  const text = normalise(sql);
  if (mode !== 'whitelist') {
    const found = deny.find((pattern) => pattern.test(text));
    if (found !== undefined) return `The statement matches the pattern ${found.source}, which is not allowed here`;
  }
  if (mode !== 'blacklist' && !allow.some((pattern) => pattern.test(text)))
    return 'The statement matches none of the patterns that are allowed here';
  return undefined;
}
