import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findInjectionSigns } from '../../../../src/engine/policy/injectionSigns.ts';
import { propertyRuns } from '../../../harness/depth.ts';

suite('signs of injected SQL', () => {
  test('each kind, in the text [P25]', () => {
    const cases: readonly [string, string][] = [
      ["SELECT * FROM users WHERE name = '' OR '1'='1'", 'tautology'],
      ['SELECT * FROM users WHERE id = 1 OR 1=1', 'tautology'],
      ['SELECT * FROM users WHERE id = 1 or (2 = 2)', 'tautology'],
      ['SELECT * FROM users WHERE id = 1 OR TRUE', 'tautology'],
      ["SELECT * FROM users WHERE id = 1 OR 'x' LIKE 'x'", 'tautology'],
      ['SELECT * FROM users WHERE id = 1 OR/**/1=1', 'tautology'],
      ['SELECT a FROM t WHERE id = 1 UNION SELECT NULL, NULL, NULL', 'union'],
      ['SELECT a FROM t UNION ALL SELECT 1,2,3 FROM users', 'union'],
      ['SELECT 1; DROP TABLE users', 'stacked'],
      ["SELECT * FROM users WHERE name = 'admin' -- ' AND password = 'x'", 'comment'],
      ["SELECT * FROM users WHERE name = 'admin' # and active = 1", 'comment'],
      ['SELECT * FROM users WHERE id = 1 AND SLEEP(5)', 'time'],
      ['SELECT benchmark(1000000, MD5(1))', 'time'],
      ["SELECT * FROM t WHERE a = '%27 OR %271%27=%271'", 'encoded'],
      ["SELECT * FROM t WHERE a = '&#39; OR &#39;1&#39;=&#39;1'", 'encoded'],
      ['SELECT * FROM t WHERE a = 0x27204f52202731273d2731', 'encoded'],
    ];
    for (const [sql, sign] of cases) assert.deepEqual(findInjectionSigns(sql), [sign], sql);
  });

  test('a text that is not looked at closely has no sign', () => {
    const words = [
      'SELECT',
      'a',
      'orders',
      '1',
      '1OR',
      'or',
      'oR1',
      'uNıon',
      'select',
      'null',
      ',',
      '=',
      '(',
      ')',
      'TRUE',
      'ſleep',
      'benchmark',
      '|',
      '.5',
    ];
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...words), fc.constantFrom('', ' ')), { maxLength: 12 }), (parts) => {
        const sql = parts.flat().join('');
        assert.deepEqual(findInjectionSigns(sql), findInjectionSigns(`${sql} /* which is looked at */`), sql);
      }),
      { numRuns: propertyRuns(3000) },
    );
  });

  test('each kind, in a value [P26]', () => {
    const cases: readonly [string, string[]][] = [
      ["' OR '1'='1", ['tautology']],
      ["x') or 1=1 --", ['tautology']],
      ['1 UNION SELECT password FROM users', ['union']],
      ["1'; DROP TABLE users", ['stacked']],
      ["admin'-- ", ['comment']],
      ["1' AND sleep(5)", ['time']],
      ['%27%20OR%20%271%27%3D%271', ['encoded']],
      ['&#x27; or &#x27;a&#x27;=&#x27;a', ['encoded']],
      ['\\u0027 or \\u00271\\u0027=\\u00271', ['encoded']],
      ['＇ ＯＲ ＇１＇＝＇１', ['encoded']],
    ];
    for (const [value, signs] of cases) assert.deepEqual(findInjectionSigns('SELECT * FROM t WHERE a = ?', [value]), signs, value);
  });

  test('what people and agents write every day has none [P27]', () => {
    const honest = [
      "SELECT * FROM posts WHERE title = 'How to DROP a table; or not' OR title LIKE '%union select%'",
      "SELECT 'it''s -- fine' AS a, \"# and more\" AS b",
      'SELECT a FROM t UNION SELECT b FROM u',
      'SELECT id, name FROM a UNION ALL SELECT 0, name FROM b',
      'SELECT 1; SELECT 2; SHOW TABLES',
      'SELECT * FROM t -- the newest first\nORDER BY id DESC',
      '/* dashboard: orders */ SELECT COUNT(*) FROM orders WHERE a = 1 OR b = 1',
      'SELECT * FROM t WHERE a = 1 OR b IS NULL',
      'SELECT * FROM t WHERE discount = 100 OR 5 < price',
      'SELECT sleep FROM nights',
      "SELECT * FROM urls WHERE path = '/a%20b%27s'",
      'SELECT * FROM t WHERE h = 0xDEADBEEF',
    ];
    for (const sql of honest) assert.deepEqual(findInjectionSigns(sql), [], sql);
    for (const value of [
      "O'Brien",
      "it's 1=1 in here",
      '50% off & more',
      'SELECT the best',
      'a; b',
      '#1',
      "rock 'n' roll -- live",
      'https://x/?q=%27a%27',
    ])
      assert.deepEqual(findInjectionSigns('SELECT ?', [value]), [], value);
  });

  test('no text and no value makes it fail (property)', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.constant(null))),
        (sql, values) => {
          findInjectionSigns(sql, values);
        },
      ),
    );
  });
});
