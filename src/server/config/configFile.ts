import { readFile } from 'node:fs/promises';
import { invalidConfig, parseConfig, type Config } from './configSchema.ts';
import { findJsonProblem } from './jsonText.ts';

const REASONS: Readonly<Record<string, string>> = {
  EISDIR: 'it is a folder',
  ENOENT: "it doesn't exist",
  EACCES: 'the user account of the server has no permission',
};

/** Reads a JSON file. An unknown key is an error, and so is a key that is given twice: neither must widen anything. Throws `input.invalid`. */
export async function readConfigFile(file: string): Promise<Config> {
  const bytes = await readFile(file).catch((error: unknown) => {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw invalidConfig(`${file} can't be read: ${REASONS[code] ?? message}.`);
  });
  const text = decode(bytes) ?? refuse(file, '', 'save it as UTF-8');
  const { problem, twice } = findJsonProblem(text);
  if (problem !== undefined) refuse(file, ` (line ${String(problem.line)} column ${String(problem.column)})`, problem.reason);
  if (twice.length > 0)
    throw invalidConfig(
      `${file} is invalid:\n${twice
        .slice(0, 10)
        .map((name) => `${name} is given twice.`)
        .join('\n')}`,
    );
  return parseConfig(parse(file, text), file);
}

/** Windows' editors begin a file with a byte order mark. Undefined where it is not UTF-8. */
function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse(file, '', 'it has the wrong structure'); // the cause is not kept: some messages quote the text, and a password may stand there
  }
}

function refuse(file: string, where: string, reason: string): never {
  throw invalidConfig(`${file} is not valid JSON${where}: ${reason}.`);
}
