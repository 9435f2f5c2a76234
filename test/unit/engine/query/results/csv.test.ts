import assert from 'node:assert/strict';
import fc from 'fast-check';
import { csvCell, toCsv } from '../../../../../src/engine/query/results/csv.ts';
import { ResultCollector } from '../../../../../src/engine/query/results/resultCollector.ts';

/** A reader of RFC 4180 that tells an empty cell (NULL) from "". */
function parseCsv(text: string): (string | null)[][] {
  const rows: (string | null)[][] = [[]];
  for (const [, quoted, plain, separator] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    rows.at(-1)?.push(quoted === undefined ? (plain === '' ? null : (plain ?? null)) : quoted.replaceAll('""', '"'));
    if (separator === '\n') rows.push([]);
    else if (separator === '') break;
  }
  return rows;
}

suite('CSV', () => {
  test('keeps NULL, the empty string and edge spaces apart', () => {
    assert.deepEqual([null, '', ' a', 'a,b', 'say "x"', 'NULL'].map(csvCell), ['', '""', '" a"', '"a,b"', '"say ""x"""', 'NULL']);
  });

  test('quotes each line end that a reader of CSV may know', () => {
    assert.deepEqual(['a\rb', 'a\nb', 'a\r\nb'].map(csvCell), ['"a\rb"', '"a\nb"', '"a\r\nb"']);
  });

  test('any table survives the way there and back (property)', () => {
    const cell = fc.oneof(fc.constant(null), fc.string({ unit: 'grapheme' }));
    const table = fc.integer({ min: 1, max: 5 }).chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width })));
    fc.assert(
      fc.property(table, (rows) => {
        const width = rows[0]?.length ?? 1;
        const columns = Array.from({ length: width }, (_, i) => ({ name: `c${String(i)}`, type: 253, binary: false }));
        const text = toCsv({ columns, rows });
        assert.deepEqual(parseCsv(text).slice(1), rows);
      }),
    );
  });
});

suite('result collector', () => {
  const collect = (maxRows: number, maxCharacters: number, rows: string[][]): [number, string | undefined] => {
    const collector = new ResultCollector({ maxRows, maxCharacters });
    for (const row of rows) if (!collector.row(row)) break;
    const { rows: kept, cutBy } = collector.result();
    return [kept.length, cutBy];
  };

  test('exactly as many rows as the limit are not a cut', () => {
    assert.deepEqual(collect(2, 100, [['a'], ['b']]), [2, undefined]);
  });
  test('one row more is', () => {
    assert.deepEqual(collect(2, 100, [['a'], ['b'], ['c']]), [2, 'rows']);
  });
  test('long cells are cut, with their length, and not within a character', () => {
    const collector = new ResultCollector({ maxRows: 9, maxCharacters: 1000, maxCellCharacters: 3 });
    collector.row(['abc', 'abcd', null, 'ab😀cd']);
    const { rows, cutCells } = collector.result();
    assert.deepEqual([rows, cutCells], [[['abc', 'abc… (4 characters)', null, 'ab… (6 characters)']], 2]);
  });
  test('so is one character more', () => {
    assert.deepEqual(collect(9, 5, [['a'], ['b'], ['c']]), [2, 'size']);
  });
});
