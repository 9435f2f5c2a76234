import assert from 'node:assert/strict';
import { locate } from '../../../../src/engine/diagnostics/checkStatements.ts';

suite('where a message of the server points', () => {
  const word = (sql: string, message: string): string => {
    const { start, end } = locate(sql, message);
    return sql.slice(start, end);
  };

  test('to the text behind near, on its line', () => {
    const near = (text: string, line: number): string =>
      `You have an error in your SQL syntax; check the manual for the right syntax to use near '${text}' at line ${String(line)}`;
    assert.equal(word('SELEC 1', near('SELEC 1', 1)), 'SELEC');
    assert.equal(word('SELECT x FROM\nFROM t', near('FROM t', 2)), 'FROM');
    assert.equal(word("SELECT a\n, 'it''s' FRM t", near('t', 2)), 't');
    assert.equal(word('SELECT (1', near('', 1)), '1');
    assert.equal(word('SELECT 1', near('elsewhere', 9)), 'SELECT');
  });

  test('to a name between quotes, as a whole word', () => {
    assert.equal(word('SELECT nid, id FROM t', "Unknown column 'id' in 'field list'"), 'id');
    assert.equal(locate('SELECT nid, id FROM t', "Unknown column 'id' in 'field list'").start, 12);
    assert.equal(word('SELECT * FROM Nowhere', "Table 'shop.nowhere' doesn't exist"), 'Nowhere');
    assert.equal(word('SELECT 1', "Unknown column 'a(b' in 'field list'"), 'SELECT');
    assert.equal(word('SELECT 1', 'Something else'), 'SELECT');
  });
});
