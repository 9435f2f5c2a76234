import { randomBytes } from 'node:crypto';

/** Puts a boundary around text that comes from a database. */
export type Mark = (text: string) => string;

/**
 * A boundary with a random name for one answer: rows, names and comments were written before it existed, so none of them can
 * end it and go on as if it were us who speak.
 */
export function createMark(): Mark {
  const name = `data-${randomBytes(4).toString('hex')}`;
  return (text) => `<${name}>\n${text}\n</${name}>`;
}
