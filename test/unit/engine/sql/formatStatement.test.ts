import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatStatement } from '../../../../src/engine/sql/formatStatement.ts';
import { tokenizeForAny } from '../../../../src/engine/sql/lexer/interpretations.ts';
import { normalize } from '../../../../src/engine/sql/normalize.ts';

const WORDS = [
  ...['SELECT', 'UPDATE', 'SET', 'WHERE', 'AND', 'BETWEEN', 'ORDER', 'BY', 'JOIN', 'LEFT', 'a', '`b c`', 't.x', '(', ')', ',', '=', '<>'],
  ...["'it''s'", '"q"', '5', '1.5e3', '@v', '-- note\n', '/* c */', '\n', '\t'],
];
const statement = fc.array(fc.constantFrom(...WORDS), { maxLength: 30 }).map((words) => words.join(' '));
const shown = (sql: string): string[] => tokenizeForAny(sql, {}).map(({ kind, text }) => `${kind} ${text}`);

suite('statements for people and for the record', () => {
  test('clauses get lines of their own', () => {
    assert.equal(
      formatStatement(
        "UPDATE t   JOIN u ON u.id = t.id SET a = 1, b = (SELECT 1 FROM x WHERE y) WHERE c BETWEEN 1 AND 2 AND d = 'AND' ORDER BY e LIMIT 3",
      ),
      "UPDATE t\nJOIN u ON u.id = t.id\nSET a = 1, b = (SELECT 1 FROM x WHERE y)\nWHERE c BETWEEN 1 AND 2\n  AND d = 'AND'\nORDER BY e\nLIMIT 3",
    );
    assert.equal(formatStatement('DELETE FROM t WHERE a = 1'), 'DELETE FROM t\nWHERE a = 1');
  });

  test('a formatted statement has the same tokens', () => {
    fc.assert(
      fc.property(statement, (sql) => {
        assert.deepEqual(shown(formatStatement(sql)), shown(sql));
      }),
    );
  });

  test('what cannot be read stays as it is', () => {
    assert.equal(formatStatement("UPDATE t SET a = 'open"), "UPDATE t SET a = 'open");
  });

  test('no value stands in a normalised statement', () => {
    assert.equal(
      normalize("UPDATE t SET a = 'secret', b = 5 WHERE id IN (1, 2, 3) -- and 7"),
      'UPDATE t SET a = ?, b = ? WHERE id IN (?, …)',
    );
    assert.equal(normalize('INSERT INTO t VALUES (1, "x"), (2, "y")'), 'INSERT INTO t VALUES (?, …), …');
    assert.equal(normalize("SELECT 'open"), '(cannot be read)');
    fc.assert(
      fc.property(statement, fc.stringMatching(/^[a-z]{12}$/), (sql, secret) => {
        assert.ok(!normalize(`${sql} AND x = '${secret}' /* ${secret} */ AND y = "${secret}"`).includes(secret));
      }),
    );
  });
});
