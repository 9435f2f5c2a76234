import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RowReader } from '../../../../src/engine/driver/rowReader.ts';
import { encodeValue } from '../../../harness/servers/textProtocol.ts';
import { toCell, type Cell, type Column } from '../../../../src/engine/driver/values.ts';
import { propertyRuns } from '../../../harness/depth.ts';

const INTEGER = 3;
const DATETIME = 12;
const BIT = 16;
const VAR_STRING = 253;
const COLUMNS = {
  integer: { name: 'i', type: INTEGER, binary: false, numeric: { unsigned: false, precision: 10, scale: 0 } },
  moment: { name: 'd', type: DATETIME, binary: false },
  text: { name: 't', type: VAR_STRING, binary: false },
  bytes: { name: 'b', type: VAR_STRING, binary: true },
  bits: { name: 'x', type: BIT, binary: false },
} satisfies Record<string, Column>;

const value = fc.oneof(
  fc.record({ column: fc.constant(COLUMNS.integer), bytes: fc.integer().map((n) => Buffer.from(String(n))) }),
  fc.record({
    column: fc.constant(COLUMNS.moment),
    bytes: fc.date({ noInvalidDate: true }).map((date) => Buffer.from(date.toISOString())),
  }),
  fc.record({ column: fc.constant(COLUMNS.text), bytes: fc.string({ unit: 'grapheme' }).map((text) => Buffer.from(text)) }),
  fc.record({ column: fc.constant(COLUMNS.text), bytes: fc.nat(70_000).map((n) => Buffer.alloc(n, 'é')) }),
  fc.record({ column: fc.constant(COLUMNS.bytes), bytes: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) }),
  fc.record({ column: fc.constant(COLUMNS.bits), bytes: fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)) }),
  fc.record({ column: fc.constantFrom(...Object.values(COLUMNS)), bytes: fc.constant(null) }),
);

suite('rows of the text protocol', () => {
  test('each value is what it is by itself, whatever stands beside it', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 12 }), fc.nat(20), (values, before) => {
        const row = Buffer.concat([Buffer.alloc(before, 0xff), ...values.map(({ bytes }) => encodeValue(bytes)), Buffer.alloc(3, 0xff)]);
        const cells = new RowReader(values.map(({ column }) => column)).read({ buffer: row, offset: before, end: row.length - 3 });
        const expected = values.map(({ column, bytes }): Cell => toCell(bytes, column));
        assert.deepEqual(cells, expected);
      }),
      { numRuns: propertyRuns(500) },
    );
  });

  test('a value of more than 16 MB', () => {
    const long = Buffer.alloc(0x1000001, 'x');
    const row = encodeValue(long);
    assert.deepEqual(new RowReader([COLUMNS.text]).read({ buffer: row, offset: 0, end: row.length }), [long.toString()]);
  });
});
