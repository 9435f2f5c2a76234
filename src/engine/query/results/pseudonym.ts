import { createHmac } from 'node:crypto';

/** Of the text of a token. */
const CHARACTERS = 12;

/** The token of a value under a key: equal for equal values, and only for them. */
export function pseudonymOf(key: string, value: string): string {
  return `p_${createHmac('sha256', key).update(value, 'utf8').digest('base64url').slice(0, CHARACTERS)}`;
}
