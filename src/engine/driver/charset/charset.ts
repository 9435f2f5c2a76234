import { TextDecoder } from 'node:util';
import { MultiByteEncoder } from './multiByteEncoder.ts';
import { SWE7, UPPER_HALVES } from './singleByteTables.ts';

/** Reads and writes the texts of one of the server's character sets. */
export interface Charset {
  readonly name: string;
  /** Bytes without a character become U+FFFD. With `cut` the bytes may end inside of a character, which is then left out. */
  decode(bytes: Uint8Array, cut?: boolean): string;
  /** Undefined for a text with a character that the set does not have. */
  encode(text: string): Buffer | undefined;
}

/** The labels of Node's decoders for sets whose characters have several bytes. @see https://encoding.spec.whatwg.org/#names-and-labels */
const LABELS: Readonly<Record<string, string>> = {
  big5: 'big5',
  cp932: 'shift_jis',
  eucjpms: 'euc-jp',
  euckr: 'euc-kr',
  gb18030: 'gb18030',
  gb2312: 'gbk',
  gbk: 'gbk',
  sjis: 'shift_jis',
  ujis: 'euc-jp',
  ucs2: 'utf-16be', // the server's is big-endian
  utf16: 'utf-16be',
  utf16le: 'utf-16le',
};

const UTF8: Charset = {
  name: 'utf8mb4',
  decode: (bytes, cut = false) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: cut }),
  encode: (text) => Buffer.from(text),
};

const known = new Map<string, Charset>([
  ['utf8mb4', UTF8],
  ['utf8mb3', UTF8],
  ['utf8', UTF8],
]);

export function isUtf8(name: string): boolean {
  return known.get(name) === UTF8;
}

/** A character set by the server's name; undefined for one that we can't read. */
export function findCharset(name: string): Charset | undefined {
  const found = known.get(name) ?? make(name);
  if (found !== undefined) known.set(name, found);
  return found;
}

function make(name: string): Charset | undefined {
  const upper = UPPER_HALVES[name];
  if (upper !== undefined) return singleByte(name, upper);
  if (name === 'utf32') return UTF32;
  const label = LABELS[name];
  return label === undefined ? undefined : multiByte(name, label);
}

function singleByte(name: string, upper: string): Charset {
  const characters = Array.from({ length: 128 }, (_, byte) => (name === 'swe7' ? SWE7[byte] : undefined) ?? String.fromCharCode(byte));
  characters.push(...Array.from(upper));
  const bytes = new Map<string, number>();
  for (let byte = 255; byte >= 0; byte--) bytes.set(characters[byte] ?? '', byte); // the first byte of a character wins
  bytes.delete('\uFFFD');
  return {
    name,
    decode: (raw) => {
      let text = '';
      for (const byte of raw) text += characters[byte] ?? '\uFFFD';
      return text;
    },
    encode: (text) => {
      const raw = Buffer.allocUnsafe(text.length);
      for (let i = 0; i < text.length; i++) {
        const byte = bytes.get(text.charAt(i));
        if (byte === undefined) return undefined;
        raw[i] = byte;
      }
      return raw;
    },
  };
}

function multiByte(name: string, label: string): Charset {
  const decode = (raw: Uint8Array, cut = false): string => new TextDecoder(label, { ignoreBOM: true }).decode(raw, { stream: cut });
  let encoder: MultiByteEncoder | undefined;
  return {
    name,
    decode,
    encode: (text) => {
      encoder ??= new MultiByteEncoder(label, name === 'gb2312' ? 0xa1 : 0);
      return encoder.encode(text);
    },
  };
}

/** Node has no decoder of it. Only results can be in it: servers take no statements in UTF-16 and UTF-32. */
const UTF32: Charset = {
  name: 'utf32',
  decode: (raw) => {
    const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
    let text = '';
    for (let at = 0; at + 4 <= bytes.length; at += 4) {
      const point = bytes.readUInt32BE(at);
      text += point > 0x10ffff ? '\uFFFD' : String.fromCodePoint(point);
    }
    return text;
  },
  encode: () => undefined,
};
