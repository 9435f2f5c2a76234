export interface BitType {
  /** How many bits a value has. */
  readonly width: number;
  /** `bytes` for a column of a table. Of what is computed the servers send bytes or decimal digits under one description; this is what the most of it is sent as. */
  readonly sent: 'bytes' | 'mostlyBytes' | 'mostlyDigits';
}

/**
 * BIT as an unsigned number. Bytes are always as many as the width needs, without a bit beyond it; digits have no zero before them and mean a number of that width; and MySQL
 * sends IF and CASE as bytes that it took for Latin 1 and converted. What could be several of these (a byte from 48 to 57 of a BIT(8), and so on) is read as most of its kind is sent.
 */
export function bitNumber(raw: Buffer, bits: BitType | undefined): string {
  if (bits === undefined || bits.sent === 'bytes') return numberOf(raw).toString();
  const { width } = bits;
  const bytes = fits(raw, width) ? raw : toLatin1(raw);
  const areBytes = bytes !== undefined && fits(bytes, width);
  const text = raw.toString('latin1');
  const areDigits = /^(?:0|[1-9]\d{0,19})$/.test(text) && BigInt(text) >> BigInt(width) === 0n;
  if (areDigits && (!areBytes || bits.sent === 'mostlyDigits')) return text;
  return numberOf(areBytes ? bytes : raw).toString();
}

function fits(bytes: Buffer, width: number): boolean {
  return bytes.length === Math.ceil(width / 8) && numberOf(bytes) >> BigInt(width) === 0n;
}

function numberOf(bytes: Buffer): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString('hex')}`);
}

/** Of Windows 1252, as the WHATWG and MySQL have it: the bytes from 0x80 to 0x9f, of which five are control characters. */
const HIGH = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** The bytes of a text in MySQL's Latin 1, which is Windows 1252. Undefined for another text. */
function toLatin1(utf8: Buffer): Buffer | undefined {
  const bytes: number[] = [];
  for (const character of utf8.toString('utf8')) {
    const code = character.charCodeAt(0);
    const high = HIGH.indexOf(character);
    if (high < 0 && (code > 0xff || (code >= 0x80 && code < 0xa0))) return undefined;
    bytes.push(high < 0 ? code : 0x80 + high);
  }
  return Buffer.from(bytes);
}
