import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { isPilotError, PilotError } from '../../engine/errors.ts';

/** In which files of people are written, as the WHATWG names them. */
export const ENCODINGS = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1252',
  'windows-1250',
  'windows-1251',
  'iso-8859-2',
  'iso-8859-15',
  'shift_jis',
  'euc-jp',
  'euc-kr',
  'gb18030',
  'big5',
] as const;

export type Encoding = (typeof ENCODINGS)[number];

/** What a file seems to be written in. */
export interface GuessedEncoding {
  readonly encoding: Encoding;
  /** True where it is not UTF-8 and has no mark, or where it has characters of NUL: then a person has to look. */
  readonly uncertain: boolean;
}

const HEAD_BYTES = 4096;

/** By its mark, by the zero bytes that UTF-16 puts beside ASCII, or because all of it is UTF-8; else what the West's spreadsheets write. */
export async function guessEncoding(file: string): Promise<GuessedEncoding> {
  const head = await readHead(file);
  const guessed = guessByHead(head) ?? (await guessByAll(file));
  const hasNul = new TextDecoder(guessed.encoding).decode(head).includes('\0'); // as of UTF-32, whose mark begins like that of UTF-16
  return { ...guessed, uncertain: guessed.uncertain || hasNul };
}

function guessByHead(head: Buffer): GuessedEncoding | undefined {
  const [a, b] = head;
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', uncertain: false };
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', uncertain: false };
  const zeros = [0, 0];
  for (const [i, byte] of head.entries()) if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (odd > head.length / 8 && odd > 8 * even) return { encoding: 'utf-16le', uncertain: true };
  if (even > head.length / 8 && even > 8 * odd) return { encoding: 'utf-16be', uncertain: true };
  return undefined;
}

async function guessByAll(file: string): Promise<GuessedEncoding> {
  return (await isValid(file, 'utf-8')) ? { encoding: 'utf-8', uncertain: false } : { encoding: 'windows-1252', uncertain: true };
}

/** Throws `input.invalid` where bytes of the file are no text in this encoding. */
export async function checkEncoding(file: string, encoding: Encoding): Promise<void> {
  const texts = decoded(file, encoding);
  while ((await texts.next()).done !== true);
}

/** True where every byte of the file is of a character in this encoding. */
export async function isValid(file: string, encoding: Encoding): Promise<boolean> {
  try {
    await checkEncoding(file, encoding);
    return true;
  } catch (error) {
    if (isPilotError(error, 'input.invalid')) return false;
    throw error;
  }
}

/** The text of a file in pieces, without its mark. Throws `input.invalid` for bytes that are no character in this encoding: none is replaced. */
export async function* decoded(file: string, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let line = 1;
  let ended = false;
  const decode = (bytes?: Buffer): string => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch (error) {
      throw new PilotError(
        'input.invalid',
        `The file contains bytes that aren't valid ${encoding}, in line ${String(line)} or shortly after.`,
        {
          nextStep: 'Select another encoding.',
          cause: error,
        },
      );
    }
  };
  for await (const bytes of createReadStream(file) as AsyncIterable<Buffer>) {
    const text = decode(bytes);
    if (text === '') continue;
    yield text;
    if (ended && text.startsWith('\n')) line--; // the other half of an end that is counted already
    line += text.split(/\r\n?|\n/).length - 1;
    ended = text.endsWith('\r');
  }
  const rest = decode();
  if (rest !== '') yield rest;
}

async function readHead(file: string): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
