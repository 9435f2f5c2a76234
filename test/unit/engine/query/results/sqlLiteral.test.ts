import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Column } from '../../../../../src/engine/driver/values.ts';
import { sqlLiteral } from '../../../../../src/engine/query/results/sqlLiteral.ts';
import { tokenizeForAny } from '../../../../../src/engine/sql/lexer/interpretations.ts';
import { propertyRuns } from '../../../../harness/depth.ts';

const column = (more: Partial<Column>): Column => ({ name: 'c', type: 253, binary: false, ...more });
const COLUMNS: readonly Column[] = [
  column({}),
  column({ type: 16 }),
  column({ type: 3 }),
  column({ type: 246 }),
  column({ type: 252, binary: true }),
  column({ type: 255, binary: true, geometry: 'mysql' }),
];

/** What a literal consists of: a single value, or the call that makes a shape. */
function isLiteral(text: string): boolean {
  const tokens = tokenizeForAny(text, { readMark: () => 'plain' }).map(({ kind, text: word }) =>
    kind === 'word' ? word.toUpperCase() : kind,
  );
  return [
    'string',
    'hexString',
    'number',
    'hexNumber',
    'NULL',
    '-,number',
    'operator,number',
    'ST_GEOMFROMTEXT,operator,string,operator,number,operator',
  ].includes(tokens.join());
}

suite('cells as literals', () => {
  test('whatever was typed into a cell is one literal and nothing else', () => {
    const typed = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '1 WHERE id = 2 -- ',
        '0x41, n = 99',
        '1, n = 99',
        "POINT(1 1)', 0), n = 99 -- (",
        "SRID=4326;POINT(1 1)'), (SELECT 1",
        "'",
        '\\',
        "\\'; DROP TABLE t; -- ",
        '0x',
        '0x4',
        '1e5',
        '-1',
        '--1',
      ),
    );
    fc.assert(
      fc.property(typed, fc.constantFrom(...COLUMNS), (cell, of) => {
        assert.ok(isLiteral(sqlLiteral(cell, of)), sqlLiteral(cell, of));
      }),
      { numRuns: propertyRuns(5000) },
    );
  });

  test('what a server sends keeps its form', () => {
    const [text, bit, int, decimal, binary, shape] = COLUMNS;
    assert.deepEqual(
      [
        sqlLiteral(null, text),
        sqlLiteral('300', bit),
        sqlLiteral('-5', int),
        sqlLiteral('1.50', decimal),
        sqlLiteral('0x41FF', binary),
        sqlLiteral('0x', binary),
        sqlLiteral('SRID=4326;POINT(1 2.5)', shape),
        sqlLiteral('GEOMETRYCOLLECTION EMPTY', shape),
      ].map(String),
      [
        'NULL',
        '300',
        '-5',
        '1.50',
        '0x41FF',
        "''",
        "ST_GeomFromText('POINT(1 2.5)', 4326)",
        "ST_GeomFromText('GEOMETRYCOLLECTION EMPTY', 0)",
      ],
    );
  });

  test('a negative zero stays one, and half a byte is no hexadecimal literal', () => {
    const binary = column({ type: 252, binary: true });
    const double = column({ type: 5, numeric: { unsigned: false, precision: 22, scale: 31 } });
    assert.deepEqual([sqlLiteral('-0', double), sqlLiteral('-0.0', double), sqlLiteral('0x4', binary)].map(String), [
      '-0e0',
      '-0.0e0',
      "'0x4'",
    ]);
  });
});
