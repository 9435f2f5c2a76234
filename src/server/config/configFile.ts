import { readFile } from 'node:fs/promises';
import { invalidConfig, parseConfig, type Config } from './configSchema.ts';

/** Reads a JSON file. An unknown key is an error: a misspelled one must not widen anything. Throws `input.invalid`. */
export async function readConfigFile(file: string): Promise<Config> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw invalidConfig(`${file} can't be read: ${(error as Error).message}`);
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    // Some messages quote the text around a mistake, and a password may stand there.
    const [place = ''] = / \(line \d+ column \d+\)$/.exec((error as Error).message) ?? [];
    throw invalidConfig(`${file} is not valid JSON${place}.`);
  }
  return parseConfig(json, file);
}
