import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readColumn } from '../../../../src/engine/driver/columnReader.ts';
import { encodeValue } from '../../../harness/servers/textProtocol.ts';
import { propertyRuns } from '../../../harness/depth.ts';

const LONG = 3;
const VAR_STRING = 253;
const GEOMETRY = 255;
const UTF8 = 255;
const BINARY = 63;
const UNSIGNED = 32;

interface Written {
  readonly texts: readonly string[];
  readonly type?: number;
  readonly charset?: number;
  readonly flags?: number;
  readonly columnLength?: number;
  readonly decimals?: number;
}

/** `texts`: database, alias, table, name, column, and what MariaDB may add. */
function written({ texts, type = VAR_STRING, charset = UTF8, flags = 0, columnLength = 40, decimals = 0 }: Written): Buffer {
  const rest = Buffer.alloc(13);
  rest.writeUInt8(12, 0);
  rest.writeUInt16LE(charset, 1);
  rest.writeUInt32LE(columnLength, 3);
  rest.writeUInt8(type, 7);
  rest.writeUInt16LE(flags, 8);
  rest.writeUInt8(decimals, 10);
  return Buffer.concat([...['def', ...texts].map((text) => encodeValue(Buffer.from(text))), rest]);
}

const read = (buffer: Buffer, extended = false) => readColumn({ buffer, offset: 0, end: buffer.length }, 'mysql', extended);

suite('descriptions of columns', () => {
  test('names of any length and language, wherever the packet begins (property)', () => {
    const name = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.integer({ min: 1, max: 70_000 }).map((n) => 'ü'.repeat(n)),
    );
    fc.assert(
      fc.property(fc.array(name, { minLength: 5, maxLength: 5 }), fc.nat(20), (texts, before) => {
        const buffer = Buffer.concat([Buffer.alloc(before, 0xff), written({ texts })]);
        const [database, alias, table, column, original] = texts;
        const expected = { name: column, type: VAR_STRING, binary: false, source: { database, table, column: original, alias } };
        assert.deepEqual(readColumn({ buffer, offset: before, end: buffer.length }, 'mysql', false), expected);
      }),
      { numRuns: propertyRuns(200) },
    );
  });

  test('what is computed comes from no table', () => {
    assert.deepEqual(read(written({ texts: ['', '', '', 'COUNT(*)', ''] })), { name: 'COUNT(*)', type: VAR_STRING, binary: false });
  });

  test('numbers with their sign, digits and scale', () => {
    const texts = ['', '', '', 'n', ''];
    const numeric = { unsigned: true, precision: 10, scale: 0 };
    const whole = read(written({ texts, type: LONG, charset: BINARY, flags: UNSIGNED, columnLength: 10 }));
    assert.deepEqual(whole, { name: 'n', type: LONG, binary: false, numeric });
    const price = read(written({ texts, type: 246, charset: BINARY, columnLength: 12, decimals: 2 }));
    assert.deepEqual(price.numeric, { unsigned: false, precision: 10, scale: 2 });
  });

  test('bytes and geometry are told from text', () => {
    const texts = ['', '', '', 'b', ''];
    assert.equal(read(written({ texts, charset: BINARY })).binary, true);
    assert.deepEqual(read(written({ texts, type: GEOMETRY, charset: BINARY })), {
      name: 'b',
      type: GEOMETRY,
      binary: true,
      geometry: 'mysql',
    });
  });

  test('what MariaDB puts between is passed over', () => {
    const bytes = written({ texts: ['d', 'a', 't', 'n', 'o', '\0\u0004uuid'], type: LONG, columnLength: 11 });
    assert.deepEqual(read(bytes, true).numeric, { unsigned: false, precision: 10, scale: 0 });
  });

  test('a packet that ends too early is an error', () => {
    const whole = written({ texts: ['d', 'a', 't', 'n', 'o'] });
    for (let length = 0; length < whole.length - 2; length++)
      assert.throws(() => read(whole.subarray(0, length)), RangeError, String(length));
  });
});
