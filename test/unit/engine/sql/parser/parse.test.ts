import assert from 'node:assert/strict';
import type { Query, Select } from '../../../../../src/engine/sql/ast/queries.ts';
import type { Dialect } from '../../../../../src/engine/sql/lexer/dialect.ts';
import { parseExpression, parseRoutineBody, parseStatements } from '../../../../../src/engine/sql/parser/parse.ts';
import { ParseError } from '../../../../../src/engine/sql/lexer/parseError.ts';
import { MARIADB, MYSQL, MYSQL_56 } from '../dialects.ts';

const refuses = (sql: string, dialect: Dialect = MYSQL): void => {
  assert.throws(() => parseStatements(sql, dialect), ParseError, sql);
};
const firstSelect = (sql: string, dialect: Dialect = MYSQL): Select => {
  const { body } = parseStatements(sql, dialect)[0] as Query;
  assert.equal(body.kind, 'select');
  return body;
};

suite('parser', () => {
  test('splits a text at its separators and tells each place', () => {
    const sql = "; SELECT ';' ; /* ; */ SHOW TABLES;";
    const statements = parseStatements(sql, MYSQL);
    assert.deepEqual(
      statements.map(({ kind, start, end }) => [kind, sql.slice(start, end)]),
      [
        ['query', "SELECT ';'"],
        ['show', 'SHOW TABLES'],
      ],
    );
  });

  test('says what is wrong and where', () => {
    assert.throws(() => parseStatements('SELECT a FROM t WHER a = 1', MYSQL), {
      name: 'ParseError',
      message: 'Syntax error: "a" is unexpected after "WHER".',
      position: 21,
    });
    assert.throws(() => parseStatements('SELECT a FROM', MYSQL), {
      message: 'Syntax error: the statement ends after "FROM"; expected the name of a table.',
      position: 13,
    });
  });

  test('takes no name of a file for that of a table, and no NUL in a name', () => {
    for (const dialect of [MYSQL, MARIADB, MYSQL_56])
      for (const sql of [
        'SELECT * FROM `#mysql50#t`',
        'SELECT * FROM d.`#MySQL50#t`',
        'SELECT * FROM `#mysql50#d`.t',
        'DROP DATABASE `#mysql50#d`',
        'SHOW TABLES FROM `#mysql50#d`',
        'UPDATE `#mysql50#d`.t SET a = 1',
        String.raw`SELECT 1 AS 'a\0, GET_LOCK(1, 0) -- '`,
        String.raw`SELECT @'a\0, GET_LOCK(1, 0) -- '`,
      ])
        refuses(sql, dialect);
    parseStatements("SELECT '#mysql50#t' FROM `#t`", MYSQL);
  });

  test('keeps a long chain of operators flat', () => {
    const chain = parseExpression('a OR b OR c AND d', MYSQL);
    assert.equal(chain.kind, 'chain');
    assert.deepEqual(chain.operators, ['OR', 'OR']);
    assert.equal(chain.operands.length, 3);
  });

  test('tells a function of the grammar from a name before a blank', () => {
    const kind = (sql: string, dialect: Dialect = MYSQL): string => parseExpression(sql, dialect).kind;
    assert.equal(kind('COUNT(a)'), 'aggregate');
    assert.equal(kind('COUNT (a)'), 'call');
    assert.equal(kind('COUNT/**/(a)'), 'call');
    assert.equal(kind('COUNT (a)', { ...MYSQL, ignoreSpace: true }), 'aggregate');
    assert.equal(kind('`COUNT`(a)'), 'call');
    assert.equal(kind('AVG (a)'), 'aggregate');
    assert.throws(() => parseExpression('CAST (1 AS CHAR)', MYSQL), ParseError);
    assert.equal(parseExpression('NVL(a, b)', MYSQL).kind, 'call');
  });

  test('gives each condition to the nearest join without one', () => {
    const [join] = firstSelect('SELECT 1 FROM a JOIN b JOIN c ON x ON y').from;
    assert.equal(join?.kind, 'join');
    assert.equal(join.parts.length, 1);
    assert.equal(join.parts[0]?.table.kind, 'join');
    const [flat] = firstSelect('SELECT 1 FROM a JOIN b JOIN c ON x').from;
    assert.equal(flat?.kind === 'join' && flat.parts.length, 2);
    refuses('SELECT 1 FROM a LEFT JOIN b');
    refuses('SELECT 1 FROM a JOIN b ON x ON y');
  });

  test('tells a subquery in parentheses from an expression that begins with one', () => {
    const kind = (sql: string): string => parseExpression(sql, MYSQL).kind;
    assert.equal(kind('((SELECT 1))'), 'subquery');
    assert.equal(kind('((SELECT 1) UNION (SELECT 2))'), 'subquery');
    assert.equal(kind('((SELECT 1) + 1)'), 'paren');
    assert.equal(kind('((SELECT 1), 2)'), 'row');
  });

  test('reads the same words by the dialect', () => {
    refuses('SELECT * FROM .t');
    assert.equal(firstSelect('SELECT * FROM .t', MARIADB).from.length, 1);
    refuses("SELECT c->'$.a' FROM t", MARIADB);
    refuses('SELECT rank FROM t');
    assert.equal(firstSelect('SELECT rank FROM t', MYSQL_56).items.length, 1);
    refuses('TABLE t', MARIADB);
    refuses('VALUES (1)');
    assert.equal(parseStatements('VALUES (1), (2)', MARIADB)[0]?.kind, 'query');
    refuses('SELECT id FROM t OFFSET 1 ROW FETCH FIRST 2 ROWS ONLY');
  });

  test('follows HIGH_NOT_PRECEDENCE and PIPES_AS_CONCAT', () => {
    assert.equal(parseExpression('NOT a = b', MYSQL).kind, 'unary');
    assert.equal(parseExpression('NOT a = b', { ...MYSQL, highNotPrecedence: true }).kind, 'chain');
    const operators = (dialect: Dialect): readonly string[] => {
      const found = parseExpression('a || b', dialect);
      return found.kind === 'chain' ? found.operators : [];
    };
    assert.deepEqual(operators(MYSQL), ['OR']);
    assert.deepEqual(operators({ ...MYSQL, pipesAsConcat: true }), ['||']);
  });

  test('parses what is refused later for what it says, not for its grammar', () => {
    const { into } = firstSelect("SELECT a INTO OUTFILE '/x' FIELDS TERMINATED BY ',' FROM t");
    assert.equal(into?.target, 'OUTFILE');
    const locking = parseStatements('SELECT a FROM t FOR UPDATE SKIP LOCKED', MYSQL)[0] as Query;
    assert.equal(locking.locking[0]?.wait, 'SKIP LOCKED');
    assert.equal(parseExpression('@a := 1', MYSQL).kind, 'assignment');
    assert.deepEqual(parseStatements('LOCK INSTANCE FOR x; SELECT 1', MYSQL)[0], {
      kind: 'unsupported',
      head: 'LOCK INSTANCE',
      start: 0,
      end: 19,
    });
  });

  test('takes DESC and DESCRIBE of a statement for EXPLAIN', () => {
    for (const verb of ['EXPLAIN', 'DESC', 'DESCRIBE']) {
      const [statement] = parseStatements(`${verb} FORMAT=JSON FOR SCHEMA b SELECT s FROM secret`, MYSQL);
      assert.equal(statement?.kind, 'explain');
      assert.equal(statement.schema?.name, 'b');
      assert.equal(parseStatements(`${verb} t a`, MYSQL)[0]?.kind, 'describe');
    }
    const [analyze] = parseStatements('ANALYZE FORMAT=JSON SELECT 1', MARIADB);
    assert.equal(analyze?.kind === 'explain' && analyze.analyze, true);
  });

  test('parses bodies of routines with their blocks, loops and handlers', () => {
    const body = parseRoutineBody(
      'l: BEGIN DECLARE EXIT HANDLER FOR NOT FOUND SET a = 1; WHILE a < 2 DO SET a = a + 1; END WHILE; LEAVE l; END l',
      MYSQL,
    );
    assert.equal(body.kind, 'block');
    assert.deepEqual(
      body.statements.map(({ kind }) => kind),
      ['handler', 'loop', 'jump'],
    );
    assert.equal(parseStatements('BEGIN', MYSQL)[0]?.kind, 'transaction');
  });
});
