import assert from 'node:assert/strict';
import { formatResult } from '../../../../../src/engine/query/results/formats.ts';
import type { ResultTable } from '../../../../../src/engine/query/results/resultSet.ts';

const LONGLONG = 8;
const VAR_STRING = 253;
const result: ResultTable = {
  columns: [
    { name: 'big', type: LONGLONG, binary: false },
    { name: 'a|b', type: VAR_STRING, binary: false },
  ],
  rows: [
    ['18446744073709551615', 'say "x"\n\\|'],
    [null, '007'],
    ['007', ''],
  ],
};

suite('formats of results', () => {
  test('JSON: numbers exact, zero-filled ones as text, a row a line', () => {
    const text = formatResult(result, 'json');
    assert.equal(text, '{"columns":["big","a|b"],"rows":[\n[18446744073709551615,"say \\"x\\"\\n\\\\|"],\n[null,"007"],\n["007",""]]}');
    assert.doesNotThrow(() => JSON.parse(text) as unknown);
  });
  test('Markdown: bars and line ends do not break the table', () => {
    assert.equal(
      formatResult(result, 'markdown'),
      '| big | a\\|b |\n| --- | --- |\n| 18446744073709551615 | say "x"<br>\\\\\\| |\n| NULL | 007 |\n| 007 |  |',
    );
  });
  test('CSV', () => {
    assert.match(formatResult(result, 'csv'), /^big,a\|b\n18446744073709551615,/);
  });
});
