import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PilotError } from '../../engine/errors.ts';

const TOKEN = /^[\w-]{43}$/;

/** The token of an earlier start, or a new one, in a file that its user alone can read; clients keep theirs over a restart. */
export async function tokenOfFile(file: string): Promise<string> {
  try {
    const known = (await readFile(file, 'utf8').catch(() => '')).trim();
    if (TOKEN.test(known)) {
      await chmod(file, 0o600);
      return known;
    }
    const token = randomBytes(32).toString('base64url');
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, `${token}\n`, { mode: 0o600, flag: known === '' ? 'w' : 'wx' });
    await chmod(file, 0o600); // one that was there before keeps its rights otherwise
    return token;
  } catch (error) {
    throw new PilotError('file.failed', `The token can't be stored in ${file}: ${(error as Error).message}`, {
      nextStep: 'Make the folder writable, use another one (MYSQL_DATA_DIR), or set MYSQL_HTTP_TOKEN.',
      cause: error,
    });
  }
}
