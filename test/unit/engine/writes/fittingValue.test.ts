import assert from 'node:assert/strict';
import { fitCheck } from '../../../../src/engine/writes/fittingValue.ts';
import { MARIADB, MYSQL } from '../sql/dialects.ts';

/** Types, values that a server stores as they are written, and those that it would change. */
const CASES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['int', ['1', '-7', '007', ' 7 ', '2.0', '2.', '1e3', '1.5e1', '0', 'x', ''], ['1.5', '1.4999', '-0.4', '.5', '15e-1']],
  ['bigint unsigned NULL', ['18446744073709551615', '1e18'], ['4294967295.4']],
  ['tinyint(1)', ['1', 'true'], ['0.5']],
  ['year', ['2024', '0', '0000'], ['2024.5']],
  ['decimal(5,2)', ['1.5', '1.50', '1.5000', '100', '15e-1', '0e-9'], ['1.005', '1e-3', '0.001']],
  ['decimal(10)', ['1', '1.0'], ['1.5']],
  ['double', ['0', '0.0', '0.1', '1e-300', '-0'], ['1e-400', '-3e-999']],
  ['varchar(3)', ['abc', 'ab ', 'abcd', '日本語', '😀😀😀'], ['abc ', 'abc   ']],
  ['char(2) NULL', ['ab'], ['ab ']],
  ["enum('a','B','10')", ['a', 'A', 'b', '10', 'x', ''], ['1', '2', '01']],
  ["set('x','y','1')", ['x', 'X,y', '', '1', 'x,1'], ['3', 'x,2']],
  ['date', ['2024-01-02', '2024-01-02 00:00:00', '2024-01-02T00:00:00.000', '20240102'], ['2024-01-02 10:00:00', '2024-1-2T00:00:01']],
  ['time', ['10:00:00', '-838:59:59', '10:00:00.0', '10:00'], ['10:00:00.6', '2024-01-01 10:00:00']],
  ['time(2)', ['10:00:00.25', '10:00:00.250000'], ['10:00:00.999']],
  ['datetime', ['2024-01-01 00:00:00', '2024-01-01 00:00:00.000', '2024-01-01'], ['2024-01-01 00:00:00.6', '2024-01-01T00:00:00.5Z']],
  ['timestamp(3) NULL', ['2024-01-01 00:00:00.123'], ['2024-01-01 00:00:00.1239']],
  ['text', ['1.5', 'abc   '], []],
  ['json', ['1.5'], []],
  ['inet6', ['::1'], []],
];

/** Of MySQL alone: MariaDB's JSON is a text. */
const JSON_CASES: readonly (readonly string[])[] = [
  [
    ...[
      '1.5',
      '{"a": 1, "b": {"a": 1}, "c": ["a", "a"]}',
      '[{"a": 1}, {"a": 1}]',
      '{"a": "a", "b": "a"}',
      '{"\\"": 1, "\\": 2}',
      '{"a": {}, "A": {}}',
    ],
    ...[
      '18446744073709551615',
      '-9223372036854775808',
      '0.1',
      '1.10',
      '1e2',
      '[0, -0.0, 1E+300]',
      '"0.12345678901234567890"',
      'no JSON {',
      '"open',
      '1e400',
    ],
  ],
  [
    ...[
      '{"a": 1, "a": 2}',
      '{"a": 1, "b": [], "\\u0061": 2}',
      '[1, {"x": {"k": [1], "k": 1}}]',
      '{"a": {"a": 1}, "a": 1}',
      '{"": 1, "": 1}',
    ],
    ...['18446744073709551616', '0.12345678901234567890', '[1, 1234567890.12345678901]', '{"n": -9223372036854775809}'],
  ],
];

suite('values that a server would store otherwise', () => {
  for (const [type, kept, changed] of CASES)
    test(`tells them from those that it keeps: ${type}`, () => {
      for (const dialect of [MYSQL, MARIADB]) {
        const check = fitCheck(type, dialect);
        assert.deepEqual(
          kept.filter((value) => check(value) !== undefined),
          [],
          'kept',
        );
        assert.deepEqual(
          changed.filter((value) => check(value) === undefined),
          [],
          'changed',
        );
      }
    });

  test('tells what MySQL drops of JSON, and nothing of what MariaDB keeps as it is', () => {
    const [kept = [], changed = []] = JSON_CASES;
    const check = fitCheck('json', MYSQL);
    assert.deepEqual(
      kept.filter((value) => check(value) !== undefined),
      [],
    );
    assert.deepEqual(
      changed.filter((value) => check(value) === undefined),
      [],
    );
    assert.deepEqual(
      changed.filter((value) => fitCheck('json', MARIADB)(value) !== undefined),
      [],
    );
    assert.equal(check('{"a": 1, "a": 2}'), 'has the key a twice, but only one of them would be stored');
  });
});
