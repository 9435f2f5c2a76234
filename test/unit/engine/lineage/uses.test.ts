import assert from 'node:assert/strict';
import { NEWEST_MYSQL } from '../../../../src/engine/sql/lexer/dialect.ts';
import { judgeColumns } from '../../../../src/engine/lineage/judgeColumns.ts';
import { parseStatements } from '../../../../src/engine/sql/parser/parse.ts';
import { judged, sent, sampleAction, sampleCatalog } from './sample.ts';
import { ALLOWED, FORBIDDEN, FOR_PSEUDONYMS, SENT } from './useCases.ts';

suite('lineage: uses of protected columns', () => {
  for (const [action, column] of [
    ['masked', 'm1'],
    ['pseudonymized', 'p1'],
    ['hidden', 'h1'],
  ] as const)
    test(`refuses what tells values of a ${action} column`, () => {
      for (const sql of FORBIDDEN) assert.match(judged(sql.replaceAll('#', column)), /^refused: /, sql);
      // The same uses of a plain column pass: it is the column that is refused.
      for (const sql of FORBIDDEN.filter((one) => !/INTO|MATCH|m2|p2/.test(one)))
        assert.doesNotMatch(judged(sql.replaceAll('#', 'x')), /^refused: /, sql);
    });

  test('allows what shows a mask or pseudonym, and NULL and counts', () => {
    for (const [sql, masked, pseudonymized] of ALLOWED) {
      assert.equal(judged(sql.replaceAll('#', 'm1')), masked, sql);
      assert.equal(judged(sql.replaceAll('#', 'p1')), pseudonymized, sql);
      assert.match(judged(sql.replaceAll('#', 'h1')), /^refused: The hidden column/, sql);
    }
  });

  test('allows grouping and equality of pseudonyms, and not of masks or of both', () => {
    for (const [sql, actions] of FOR_PSEUDONYMS) {
      assert.equal(judged(sql), actions, sql);
      assert.match(judged(sql.replaceAll('p1', 'm1')), /^refused: /, sql);
    }
    for (const sql of ['SELECT p1 FROM a GROUP BY p1 DESC', 'SELECT p1 FROM a GROUP BY 1 ASC'])
      assert.match(judged(sql, { dialect: { ...NEWEST_MYSQL, flavor: 'mariadb', version: 101_118 } }), /^refused: /, sql);
  });

  test('sends stars as columns, and nothing of what it refuses', () => {
    for (const [sql, text] of SENT) assert.equal(sent(sql), text, sql);
  });

  test('never takes pseudonyms beside other values for pseudonyms', () => {
    const united = "(SELECT p1 AS k FROM a UNION ALL SELECT 'guess')";
    assert.equal(judged(`SELECT k FROM ${united} d`), 'mask');
    for (const sql of [
      `SELECT k, COUNT(*) FROM ${united} d GROUP BY k`,
      `SELECT COUNT(DISTINCT k) FROM ${united} d`,
      `SELECT DISTINCT k FROM ${united} d`,
      `SELECT b.id FROM ${united} d JOIN b ON d.k = b.p2`,
      `SELECT d.k FROM ${united} d NATURAL JOIN (SELECT p2 AS k FROM b) e`,
    ])
      assert.match(judged(sql), /^refused: /, sql);
  });

  test('refuses joins by name that compare protected columns', () => {
    for (const sql of [
      'SELECT * FROM a NATURAL JOIN big',
      'SELECT a.id FROM a JOIN big USING (m1)',
      'SELECT a.id FROM a NATURAL JOIN (SELECT id AS h1 FROM plain) d',
      'SELECT a.id FROM a NATURAL JOIN (SELECT id AS p1 FROM plain) d',
      'SELECT a.id FROM a NATURAL LEFT JOIN (SELECT m2 AS p1 FROM b) d',
      'SELECT u.id FROM unseen u NATURAL JOIN (SELECT 1 AS i) d',
    ])
      assert.match(judged(sql), /^refused: /, sql);
  });

  test('lets a view pass protected columns on, and refuses one that uses them otherwise', () => {
    assert.equal(judged('SELECT * FROM v_passes'), '- mask pseudonym');
    assert.equal(judged('SELECT * FROM v_deep'), 'mask -');
    assert.equal(judged('SELECT * FROM v_counts'), '-');
    assert.match(judged('SELECT secret FROM v_passes'), /hidden column secret/);
    assert.match(judged('SELECT s FROM v_deep'), /hidden column s/);
    assert.match(judged('SELECT id FROM v_computes'), /view shop\.v_computes/);
    assert.match(judged('SELECT id FROM v_filters'), /view shop\.v_filters/);
    assert.match(judged("SELECT id FROM v_passes WHERE email = 'x'"), /masked column email/);
  });

  test('hides what is generated from a protected column, unless a rule says otherwise', () => {
    assert.equal(judged('SELECT * FROM derived'), '- mask - pseudonym');
    for (const column of ['from_m', 'from_from']) assert.match(judged(`SELECT ${column} IS NULL FROM derived`), /hidden/);
    assert.equal(judged('SELECT from_id FROM derived WHERE from_id = 2'), '-');
  });

  test('refuses parts and indexes of a table with protected columns, which tell values', () => {
    assert.match(judged('SELECT id FROM a PARTITION (p0)'), /PARTITION/);
    assert.match(judged('SELECT id FROM a FORCE INDEX (m1)'), /index hint/);
    assert.match(judged('SELECT /*+ ORDER_INDEX(a m1) */ id FROM a'), /hint ORDER_INDEX/);
    assert.match(judged('SELECT /*+ SKIP_SCAN(a m1) */ id FROM a'), /hint SKIP_SCAN/);
    assert.equal(judged('SELECT a.id FROM a, plain FORCE INDEX (x)'), '-');
    assert.equal(judged('SELECT /*+ JOIN_ORDER(a, b) */ a.id FROM a, b'), '-');
  });

  test('refuses functions that may read protected columns, and statements other than queries', () => {
    assert.match(judged('SELECT reads_a()'), /stored function/);
    assert.match(judged('SELECT unknown(1) FROM plain'), /stored function/);
    assert.equal(judged('SELECT reads_plain(id) FROM a'), '-');
    for (const sql of ['SHOW TABLES', 'DESCRIBE plain', 'EXPLAIN SELECT 1', 'DELETE FROM plain', 'INSERT INTO plain SELECT * FROM a'])
      assert.match(judged(sql), /other than a query/, sql);
  });

  test('refuses a kind of node that it does not know', () => {
    const [statement = assert.fail()] = parseStatements('SELECT id + 1 FROM a', NEWEST_MYSQL);
    const changed = JSON.parse(JSON.stringify(statement).replace('"kind":"chain"', '"kind":"novelty"')) as typeof statement;
    const judgement = judgeColumns(changed, sampleCatalog(), sampleAction);
    assert.equal(judgement.kind === 'refused' && judgement.refusal.what, 'This form (novelty)');
  });
});
