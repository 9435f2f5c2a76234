import { readFile } from 'node:fs/promises';
import { PilotError } from '../../engine/errors.ts';

/** `${env:NAME}` or `${file:path}`. */
export const SECRET = /^\$\{(env|file):(.+)\}$/;

/** What a reference stands for; asked for each time, so that it need not be kept. Throws `secret.missing`. */
export async function readSecret(reference: string, what: string): Promise<string> {
  const [, kind, name = ''] = SECRET.exec(reference) ?? [];
  const secret = kind === 'env' ? process.env[name] : await readText(name, what);
  const text = secret?.replace(/\r?\n$/, '');
  // An account may have no password: a variable that is empty says so, while an empty file is one that was not written.
  if (text !== undefined && (text !== '' || kind === 'env')) return text;
  const [place, remedy] =
    kind === 'env'
      ? [`the variable ${name}, which is not set`, 'Set the variable and start the server again.']
      : [`the file ${name}, which is empty`, 'Write the secret into the file.'];
  throw new PilotError('secret.missing', `${what} is read from ${place}.`, { nextStep: remedy });
}

/** Windows' editors begin a file with a byte order mark. A secret in another encoding would be another secret, and each login would fail without the reason. */
async function readText(file: string, what: string): Promise<string> {
  const bytes = await readFile(file).catch((error: unknown) => missing(file, what, error));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new PilotError('secret.missing', `${what} is read from the file ${file}, which isn't UTF-8 text.`, {
      nextStep: 'Save the file as UTF-8.',
    });
  }
}

function missing(file: string, what: string, cause: unknown): never {
  const reason = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
  throw new PilotError('secret.missing', `${what} is read from the file ${file}, which can't be read (${reason}).`, {
    nextStep: "Check that the file exists and that the server's user account can read it.",
    cause,
  });
}
