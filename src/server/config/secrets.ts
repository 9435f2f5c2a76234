import { readFile } from 'node:fs/promises';
import { PilotError } from '../../engine/errors.ts';

/** `${env:NAME}` or `${file:path}`. */
export const SECRET = /^\$\{(env|file):(.+)\}$/;

/** What a reference stands for; asked for each time, so that it need not be kept. Throws `secret.missing`. */
export async function readSecret(reference: string, what: string): Promise<string> {
  const [, kind, name = ''] = SECRET.exec(reference) ?? [];
  const secret = kind === 'env' ? process.env[name] : await readFile(name, 'utf8').catch(() => undefined);
  if (secret !== undefined) return secret.replace(/\r?\n$/, '');
  throw new PilotError('secret.missing', `${what} is to come from ${kind ?? ''}:${name}, and there is none.`, {
    nextStep: 'Set the variable or write the file, and start the server again.',
  });
}
