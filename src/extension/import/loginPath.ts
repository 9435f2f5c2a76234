import { createDecipheriv } from 'node:crypto';
import type { ImportCandidate } from './importCandidate.ts';
import { readOptionGroups } from './myCnf.ts';

const UNUSED_BYTES = 4;
const KEY_BYTES = 20;

/**
 * The connections that `mysql_config_editor` has stored in `~/.mylogin.cnf`: an option file that is hidden from a glance, with the key in front of it. Throws
 * for a file of another form.
 * @see https://dev.mysql.com/doc/refman/9.7/en/mysql-config-editor.html
 */
export function readLoginPaths(file: Buffer, source: string): ImportCandidate[] {
  return readOptionGroups(decrypt(file), source, (group) => (group === 'client' ? '' : group));
}

/** Lines, each with its length as four bytes in front, in AES of 128 bits without chaining. The key is folded out of twenty bytes. */
function decrypt(file: Buffer): string {
  const key = Buffer.alloc(16);
  for (const [i, byte] of file.subarray(UNUSED_BYTES, UNUSED_BYTES + KEY_BYTES).entries()) key[i % 16] = (key[i % 16] ?? 0) ^ byte;
  let text = '';
  for (let at = UNUSED_BYTES + KEY_BYTES; at + 4 <= file.length;) {
    const length = file.readUInt32LE(at);
    const decipher = createDecipheriv('aes-128-ecb', key, null);
    text += decipher.update(file.subarray(at + 4, at + 4 + length)).toString('utf8') + decipher.final('utf8');
    at += 4 + length;
  }
  return text;
}
