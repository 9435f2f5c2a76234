import { TextDecoder } from 'node:util';

/**
 * What the driver asks of a library of character sets, by Node's own decoders: the library has tables of half a megabyte, which every start would read. Our sessions speak
 * UTF-8; anything else comes only where a person asks for it (`SET character_set_results`), or from a server before the login.
 */

/** The driver's names of character sets that have another one in Node. @see https://encoding.spec.whatwg.org/#names-and-labels */
const LABELS: Readonly<Record<string, string>> = {
  cp932: 'shift_jis',
  eucjp: 'euc-jp',
  eucjpms: 'euc-jp',
  euckr: 'euc-kr',
  koi8r: 'koi8-r',
  koi8u: 'koi8-u',
  latin7: 'iso-8859-13',
  macroman: 'macintosh',
  tis620: 'windows-874',
  ucs2: 'utf-16be', // the server's is big-endian
  utf16: 'utf-16be',
};

export interface Decoder {
  write(bytes: Uint8Array): string;
  end(): string;
}

/** For a character set that Node does not know (cp850, dec8, utf32, …) bytes are taken for Latin-1: names of plain letters are right then, and nothing fails. */
export function getDecoder(encoding: string): Decoder {
  const decoder = makeDecoder(LABELS[encoding] ?? encoding);
  return { write: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() };
}

function makeDecoder(label: string): TextDecoder {
  try {
    return new TextDecoder(label);
  } catch {
    return new TextDecoder('latin1');
  }
}

/** Never asked for: what we send is UTF-8. */
export function getEncoder(encoding: string): never {
  throw new Error(`Texts are sent in UTF-8, and not in ${encoding}.`);
}
