import assert from 'node:assert/strict';
import { readCorpus } from '../../../../security/corpus.ts';
import type { Dialect } from '../../../../../src/engine/sql/lexer/dialect.ts';
import { parseExpression, parseStatements } from '../../../../../src/engine/sql/parser/parse.ts';
import { ParseError } from '../../../../../src/engine/sql/lexer/parseError.ts';
import { print } from '../../../../../src/engine/sql/printer/print.ts';
import type { PrintOptions } from '../../../../../src/engine/sql/printer/printer.ts';
import type { Statement } from '../../../../../src/engine/sql/ast/statements.ts';
import { MARIADB, MYSQL } from '../dialects.ts';

const printed = (sql: string, dialect: Dialect = MYSQL, options: PrintOptions = {}): string =>
  parseStatements(sql, dialect)
    .map((statement) => print(statement, dialect, options))
    .join('; ');
const expression = (sql: string, dialect: Dialect = MYSQL): string => print(parseExpression(sql, dialect), dialect);

/** A tree without its places, the parentheses that the printer adds, and the names that it writes out. */
function essence(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(essence);
  if (typeof node !== 'object' || node === null) return node;
  const record = node as Record<string, unknown>;
  if (record['kind'] === 'paren') return essence(record['expression']);
  if (record['kind'] === 'name') return String(record['name']).toUpperCase();
  const kept = Object.entries(record).filter(
    ([key, value]) =>
      value !== undefined && key !== 'start' && key !== 'end' && key !== 'alias' && key !== 'implicitName' && key !== 'blankBefore',
  );
  return Object.fromEntries(kept.map(([key, value]) => [key, essence(value)]));
}

suite('printer', () => {
  test('writes one line with quoted names, upper case keywords and no comments', () => {
    assert.equal(
      printed("select a, -- x\n b.c as `d``e` /* y */ from db.t b where a = 'it''s' # z\n"),
      "SELECT `a`, `b`.`c` AS `d``e` FROM `db`.`t` AS `b` WHERE `a` = 'it''s'",
    );
  });

  test('names columns as the server would have', () => {
    assert.equal(
      printed('SELECT  1  +  a /* c */ , (b), +c, COUNT( * ) FROM t'),
      'SELECT 1 + `a` AS `1  +  a`, (`b`), +`c`, COUNT(*) AS `COUNT( * )` FROM `t`',
    );
    assert.equal(printed("SELECT 'a' 'b', 1.50, NULL, true"), "SELECT 'a' 'b', 1.50, NULL, TRUE");
    assert.equal(printed('SELECT 1 /*! + 1 */ '), 'SELECT 1 + 1 AS `1  + 1`');
    assert.equal(printed('SELECT 1+1 UNION SELECT 2+2'), 'SELECT 1 + 1 AS `1+1` UNION SELECT 2 + 2');
    assert.equal(printed('SELECT a IN (SELECT 1+1)'), 'SELECT `a` IN (SELECT 1 + 1) AS `a IN (SELECT 1+1)`');
    assert.equal(printed('SELECT * FROM (SELECT 1+1) x'), 'SELECT * FROM (SELECT 1 + 1 AS `1+1`) AS `x`');
  });

  test('puts parentheses where operators would be read otherwise', () => {
    const highNot = { ...MYSQL, highNotPrecedence: true };
    assert.equal(expression('a = b IS NULL'), '(`a` = `b`) IS NULL');
    assert.equal(expression('NOT a = b'), 'NOT `a` = `b`');
    assert.equal(expression('NOT a = b', highNot), '(NOT `a`) = `b`');
    assert.equal(expression('a BETWEEN 1 AND 2 IN (3)'), '`a` BETWEEN 1 AND (2 IN (3))');
    assert.equal(expression("'2024-01-01' + INTERVAL 1 DAY * 2"), "('2024-01-01' + INTERVAL 1 DAY) * 2");
    assert.equal(expression("INTERVAL 1 DAY + '2024-01-01' + 1"), "INTERVAL 1 DAY + ('2024-01-01' + 1)");
    assert.equal(expression('1 - - 1'), '1 - -1');
    assert.equal(expression('- - 1'), '- -1');
    assert.equal(expression('1 + (@a := 2)'), '1 + (@`a` := 2)');
  });

  test('writes a string so that it means the same under the mode', () => {
    assert.equal(expression(String.raw`'a\\b\'c\n\0\Z\%'`), String.raw`'a\\b''c\n\0\Z\\%'`);
    assert.equal(expression(String.raw`'a\b'`, { ...MYSQL, noBackslashEscapes: true }), String.raw`'a\b'`);
    assert.equal(expression(`_latin1"x" COLLATE latin1_bin`), "_latin1'x' COLLATE `latin1_bin`");
    assert.equal(expression("x'4142' + 0x41 + b'1'"), "x'4142' + 0x41 + b'1'");
  });

  test('qualifies tables and functions by what a resolver says', () => {
    const options: PrintOptions = {
      qualify: ({ database, name }) => ({ database: database?.name ?? 'db', name: name.name }),
      functionName: ({ name }) => (name.name === 'abs' ? 'native' : { database: 'db', name: name.name }),
    };
    assert.equal(printed('SELECT t.a, abs(f (1)) x FROM t', MYSQL, options), 'SELECT `t`.`a`, ABS(`db`.`f`(1)) AS `x` FROM `db`.`t`');
    assert.equal(printed('SELECT * FROM .t', MARIADB, options), 'SELECT * FROM `db`.`t`');
    assert.equal(printed('INSERT INTO t SELECT * FROM u', MYSQL, options), 'INSERT INTO `db`.`t` SELECT * FROM `db`.`u`');
  });

  test('never turns a name behind a blank into a built-in function', () => {
    assert.equal(expression('count (1)'), '`count`(1)');
    assert.equal(expression('abs (1)'), 'ABS(1)');
    assert.equal(expression('`now`()'), '`now`()');
    assert.throws(() => print(parseExpression('`a b`(1)', MYSQL), MYSQL, { functionName: () => 'native' }));
  });

  test('keeps only hints in their place', () => {
    assert.equal(
      printed('SELECT /*+ bka(t1@q, `t 2`) MAX_EXECUTION_TIME(5) */ 1 /*+ x */'),
      'SELECT /*+ BKA(t1@q, `t 2`) MAX_EXECUTION_TIME(5) */ 1',
    );
    assert.equal(printed('SELECT /*+ BKA(t) NO BKA( */ 1'), 'SELECT /*+ BKA(t) NO */ 1');
  });

  test('prints changes of rows, definitions and bodies', () => {
    const texts = [
      'INSERT INTO `t` (`a`) VALUES (1), (DEFAULT) ON DUPLICATE KEY UPDATE `a` = VALUES(`a`)',
      'REPLACE INTO `t` SELECT 1 ON DUPLICATE KEY UPDATE `a` = 1',
      'UPDATE `t` AS `x` JOIN `u` ON `x`.`a` = `u`.`b` SET `x`.`a` = DEFAULT WHERE `x`.`a` > 1',
      'DELETE `t`, `u` FROM `t` JOIN `u` USING (`id`) WHERE `t`.`a` = 1',
      'DELETE FROM `t` ORDER BY `a` LIMIT 5',
      "CREATE TABLE `t` (`a` INT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'x', PRIMARY KEY (`a`), CONSTRAINT `c` CHECK (`a` > 0)) ENGINE = InnoDB",
      'ALTER TABLE `t` ADD COLUMN `b` INT AFTER `a`, DROP COLUMN `c`, ALGORITHM = COPY',
      'DROP TABLE IF EXISTS `a`, `b`',
      'CREATE ALGORITHM = MERGE VIEW `v` (`a`) AS SELECT 1 WITH CASCADED CHECK OPTION',
      "CREATE TRIGGER `r` BEFORE INSERT ON `t` FOR EACH ROW BEGIN IF `NEW`.`a` > 1 THEN SET `NEW`.`a` = 1; ELSE SIGNAL SQLSTATE '45000'; END IF; END",
      'CREATE EVENT `e` ON SCHEDULE EVERY 1 DAY DO DELETE FROM `t`',
    ];
    for (const text of texts) assert.equal(printed(text), text);
  });

  test('refuses to print a statement that nothing decides about', () => {
    assert.throws(() => printed("LOAD DATA INFILE 'x' INTO TABLE t"), /never sent/);
  });

  test('MariaDB: IF EXISTS of RENAME TABLE stays, and IF NOT EXISTS of a constraint is one of CHECK only', () => {
    assert.equal(printed('RENAME TABLE IF EXISTS a TO b', MARIADB), 'RENAME TABLE IF EXISTS `a` TO `b`');
    const conditional = 'ALTER TABLE t ADD CONSTRAINT IF NOT EXISTS f FOREIGN KEY (a) REFERENCES u (id)';
    assert.throws(() => printed(conditional, MARIADB), /CHECK/);
    const check = 'ALTER TABLE `t` ADD CONSTRAINT IF NOT EXISTS `c` CHECK (`a` > 0)';
    assert.equal(printed(check, MARIADB), check);
    assert.throws(() => printed(check));
  });

  for (const dialect of [MYSQL, MARIADB]) {
    test(`the printed text of every corpus statement parses to the same tree on ${dialect.flavor}`, () => {
      let compared = 0;
      for (const { sql } of [...readCorpus('honest'), ...readCorpus('hostile')]) {
        let statements: Statement[];
        try {
          statements = parseStatements(sql, dialect);
        } catch (error) {
          assert.ok(error instanceof ParseError, sql);
          continue;
        }
        for (const statement of statements) {
          if (statement.kind === 'unsupported') continue;
          let text: string;
          try {
            text = print(statement, dialect);
          } catch (error) {
            assert.match(String(error), /never sent/);
            continue;
          }
          const [again] = parseStatements(text, dialect);
          assert.ok(again, text);
          assert.equal(print(again, dialect), text);
          assert.deepEqual(essence(again), essence(statement), text);
          compared++;
        }
      }
      assert.ok(compared > 400, String(compared));
    });
  }
});
