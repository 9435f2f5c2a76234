import { TextDecoder } from 'node:util';

/** First and second bytes of two-byte characters, in all sets that servers take statements in. */
const LEAD = { first: 0x81, last: 0xfe };
const TRAIL = { first: 0x30, last: 0xfe };
/** The mark of EUC's three-byte characters. */
const EUC_THREE_BYTES = 0x8f;
/** Four-byte characters of GB 18030 are a digit in the second and fourth place; those of the Basic Multilingual Plane begin with these. */
const GB_LAST_LEAD = 0x84;
const DIGITS = { first: 0x30, last: 0x39 };
/** U+10000 in GB 18030; those behind it follow in order. */
const GB_SUPPLEMENTARY = [0x90, 0x30, 0x81, 0x30] as const;

/** Writes what one of Node's decoders reads: Node itself writes UTF-8 and UTF-16 only. Every sequence of bytes is decoded once. */
export class MultiByteEncoder {
  readonly #sequences = new Map<string, readonly number[]>();
  readonly #supplementary: boolean;

  /** `least` is the first of the second bytes: GB 2312 is the part of GBK above 0xA0. */
  constructor(label: string, least = 0) {
    const decoder = new TextDecoder(label, { ignoreBOM: true });
    this.#supplementary = label === 'gb18030';
    const add = (...bytes: readonly number[]): void => {
      const text = decoder.decode(Uint8Array.from(bytes));
      if (text.includes('\uFFFD') || Array.from(text).length !== 1 || this.#sequences.has(text)) return;
      this.#sequences.set(text, bytes);
    };
    for (let byte = 0; byte < 256; byte++) add(byte);
    for (let lead = Math.max(LEAD.first, least); lead <= LEAD.last; lead++)
      for (let trail = Math.max(TRAIL.first, least); trail <= TRAIL.last; trail++) add(lead, trail);
    if (label === 'euc-jp')
      for (let second = 0xa1; second <= 0xfe; second++) for (let third = 0xa1; third <= 0xfe; third++) add(EUC_THREE_BYTES, second, third);
    if (label === 'gb18030')
      for (let a = LEAD.first; a <= GB_LAST_LEAD; a++)
        for (let b = DIGITS.first; b <= DIGITS.last; b++)
          for (let c = LEAD.first; c <= LEAD.last; c++) for (let d = DIGITS.first; d <= DIGITS.last; d++) add(a, b, c, d);
  }

  /** Undefined for a text with a character that the set does not have. */
  encode(text: string): Buffer | undefined {
    const bytes: number[] = [];
    for (const character of text) {
      const sequence = this.#sequences.get(character) ?? this.#fourBytes(character);
      if (sequence === undefined) return undefined;
      for (const byte of sequence) bytes.push(byte);
    }
    return Buffer.from(bytes);
  }

  #fourBytes(character: string): readonly number[] | undefined {
    const point = character.codePointAt(0) ?? 0;
    if (!this.#supplementary || point < 0x10000) return undefined;
    const [a, b, c, d] = GB_SUPPLEMENTARY;
    let left = point - 0x10000;
    const last = left % 10;
    left = (left - last) / 10;
    const third = left % 126;
    left = (left - third) / 126;
    return [a + (left - (left % 10)) / 10, b + (left % 10), c + third, d + last];
  }
}
