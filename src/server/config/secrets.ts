import { readFile } from 'node:fs/promises';
import { PilotError } from '../../engine/errors.ts';

/** `${env:NAME}` or `${file:path}`. */
export const SECRET = /^\$\{(env|file):(.+)\}$/;

/** What a reference stands for; asked for each time, so that it need not be kept. Throws `secret.missing`. */
export async function readSecret(reference: string, what: string): Promise<string> {
  const [, kind, name = ''] = SECRET.exec(reference) ?? [];
  const secret = kind === 'env' ? process.env[name] : await readFile(name, 'utf8').catch((error: unknown) => missing(name, what, error));
  const text = secret?.replace(/\r?\n$/, '');
  // An account may have no password: a variable that is empty says so, while an empty file is one that was not written.
  if (text !== undefined && (text !== '' || kind === 'env')) return text;
  const [place, remedy] =
    kind === 'env'
      ? [`the variable ${name}, which is not set`, 'Set the variable and start the server again.']
      : [`the file ${name}, which is empty`, 'Write the secret into the file.'];
  throw new PilotError('secret.missing', `${what} is read from ${place}.`, { nextStep: remedy });
}

function missing(file: string, what: string, cause: unknown): never {
  const reason = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
  throw new PilotError('secret.missing', `${what} is read from the file ${file}, which can't be read (${reason}).`, {
    nextStep: "Check that the file exists and that the server's user account can read it.",
    cause,
  });
}
