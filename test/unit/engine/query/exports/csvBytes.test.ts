import assert from 'node:assert/strict';
import fc from 'fast-check';
import { toCell, type Column } from '../../../../../src/engine/driver/values.ts';
import { csvCell } from '../../../../../src/engine/query/results/csv.ts';
import { CsvBytes } from '../../../../../src/engine/query/exports/csvBytes.ts';
import { encodeValue } from '../../../../harness/servers/textProtocol.ts';
import { propertyRuns } from '../../../../harness/depth.ts';

const number: Column = { name: 'n', type: 3, binary: false, numeric: { unsigned: false, precision: 10, scale: 0 } };
const moment: Column = { name: 'm', type: 12, binary: false };
const text: Column = { name: 'a "name", quoted', type: 253, binary: false };
const bytes: Column = { name: 'b', type: 253, binary: true };
const bits: Column = { name: 'x', type: 16, binary: false };

/** What is written in quotes, what only looks like it, and spaces that no keyboard has. */
const awkward = fc.constantFrom(
  '',
  ' ',
  'a ',
  '\ta',
  'a"b',
  ',',
  'a\r\nb',
  'a\rb',
  '\u00a0a',
  'a\ufeff',
  'é',
  'aé',
  '日本',
  '😀',
  'a,b',
  '""',
  'plain',
);
const value = fc.oneof(
  fc.record({ column: fc.constant(number), raw: fc.integer().map((n) => Buffer.from(String(n))) }),
  fc.record({ column: fc.constant(moment), raw: fc.constant(Buffer.from('2025-01-01 10:00:00')) }),
  fc.record({ column: fc.constant(text), raw: fc.oneof(awkward, fc.string({ unit: 'grapheme' })).map((one) => Buffer.from(one)) }),
  fc.record({ column: fc.constant(text), raw: fc.nat(70_000).map((n) => Buffer.alloc(n, 'x"')) }),
  fc.record({ column: fc.constant(bytes), raw: fc.uint8Array({ maxLength: 300 }).map((one) => Buffer.from(one)) }),
  fc.record({ column: fc.constant(bits), raw: fc.uint8Array({ maxLength: 8 }).map((one) => Buffer.from(one)) }),
  fc.record({ column: fc.constantFrom(number, moment, text, bytes, bits), raw: fc.constant(null) }),
);

suite('CSV from packets', () => {
  test('the same bytes as cell by cell, whatever the values are (property)', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 8 }), fc.nat(9), fc.integer({ min: 1, max: 5 }), (values, before, rows) => {
        const buffer = Buffer.concat([Buffer.alloc(before, 0xff), ...values.map(({ raw }) => encodeValue(raw)), Buffer.alloc(3, 0xff)]);
        const lines = new CsvBytes(values.map(({ column }) => column));
        const pieces = Array.from({ length: rows }, () => lines.row({ buffer, offset: before, end: buffer.length - 3 }) ?? '');
        const file = Buffer.concat([...pieces, lines.end()].map((piece) => Buffer.from(piece)));
        const line = (cells: readonly string[]): string => `${cells.join(',')}\r\n`;
        const header = line(values.map(({ column }) => csvCell(column.name)));
        const row = line(values.map(({ column, raw }) => csvCell(toCell(raw, column))));
        assert.equal(file.toString(), header + row.repeat(rows));
      }),
      { numRuns: propertyRuns(500) },
    );
  });

  test('what takes more room in the file than in the packet leaves enough for what stands behind it', () => {
    const long = Buffer.alloc(600_000, 0xab);
    const plain = Buffer.alloc(700_000, 'x');
    const quoted = Buffer.alloc(300_000, '"');
    for (const [before, behind] of [
      [long, plain],
      [plain, quoted],
      [quoted, plain],
      [Buffer.from('한"'.repeat(400_000)), plain],
    ] as const) {
      const column = before === long ? bytes : text;
      const buffer = Buffer.concat([before, behind, null].map(encodeValue));
      const lines = new CsvBytes([column, text, bits]);
      const file = Buffer.concat([lines.row({ buffer, offset: 0, end: buffer.length }) ?? Buffer.of(), lines.end()]).toString();
      const [, row = ''] = file.split('\r\n');
      assert.ok(row === `${csvCell(toCell(before, column))},${csvCell(behind.toString())},`, String(row.length));
    }
  });

  test('many rows come in pieces that are kept whole', () => {
    const lines = new CsvBytes([text]);
    const pieces: Uint8Array[] = [];
    for (let i = 0; i < 50_000; i++) {
      const row = encodeValue(Buffer.from(`row ${String(i)}`));
      const piece = lines.row({ buffer: row, offset: 0, end: row.length });
      if (piece !== undefined) pieces.push(piece);
    }
    pieces.push(lines.end());
    assert.ok(pieces.length > 3, String(pieces.length));
    const [, ...rows] = Buffer.concat(pieces).toString().trimEnd().split('\r\n');
    assert.equal(rows.length, 50_000);
    for (const [i, row] of rows.entries()) assert.equal(row, `row ${String(i)}`);
  });
});
