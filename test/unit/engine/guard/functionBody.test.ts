import assert from 'node:assert/strict';
import { checkFunctionBody, checkFunctionReading } from '../../../../src/engine/guard/functionBody.ts';
import { keyOfName } from '../../../../src/engine/sql/identifiers.ts';
import { parseRoutineBody } from '../../../../src/engine/sql/parser/parse.ts';
import { MYSQL } from '../sql/dialects.ts';

const context = { dialect: MYSQL, database: 'shop', functions: new Set([keyOfName({ database: 'shop', name: 'tax' })]) };
const judge = (body: string): string => {
  try {
    return checkFunctionBody(parseRoutineBody(body, MYSQL), ['amount', 'rate'], context)?.what ?? 'reads';
  } catch (error) {
    return (error as Error).message;
  }
};

suite('bodies of stored functions', () => {
  for (const body of [
    'RETURN 1',
    'RETURN (SELECT COUNT(*) FROM orders WHERE total > amount)',
    'RETURN CASE WHEN amount > 1 THEN tax(amount) ELSE shop.tax(0) END',
    'BEGIN DECLARE a, b INT DEFAULT 0; SET a = amount * 2, b = IF(a > 1, a, 0); RETURN a + b; END',
    'BEGIN SET amount := 1; RETURN amount; END',
    'BEGIN DECLARE n INT; SELECT COUNT(*), 1 INTO n, rate FROM orders; RETURN n; END',
    'BEGIN IF amount > 1 THEN RETURN 1; ELSEIF (amount < 0) THEN RETURN 2; ELSE RETURN 3; END IF; END',
    'BEGIN CASE amount WHEN 1 THEN RETURN 1; ELSE BEGIN RETURN 2; END; END CASE; END',
    'outer_loop: BEGIN DECLARE i INT DEFAULT 0; again: LOOP SET i = i + 1; IF i > 5 THEN LEAVE again; END IF; ITERATE again; END LOOP again; RETURN i; END outer_loop',
    'BEGIN DECLARE i INT; WHILE (i < 5) DO SET i = CASE WHEN i = 1 THEN 2 ELSE i + 1 END; END WHILE; REPEAT SET i = i - 1; UNTIL i < 0 END REPEAT; RETURN i; END',
    "BEGIN DECLARE done INT DEFAULT 0; DECLARE v VARCHAR(10) CHARACTER SET utf8mb4; DECLARE c CURSOR FOR SELECT name FROM customers; DECLARE CONTINUE HANDLER FOR NOT FOUND, SQLSTATE VALUE '02001', 1329 SET done = 1; OPEN c; FETCH c INTO v; CLOSE c; RETURN v; END",
    "BEGIN IF amount < 0 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'negative', MYSQL_ERRNO = 1; END IF; RETURN 1; END",
    'BEGIN DECLARE `sql_mode` INT; SET `sql_mode` = 1; RETURN `sql_mode`; END',
  ]) {
    test(`reads: ${body}`, () => {
      assert.equal(judge(body), 'reads');
    });
  }

  for (const [body, what] of [
    ['BEGIN SET SESSION TRANSACTION READ WRITE; RETURN 1; END', 'SET TRANSACTION'],
    ['BEGIN SET @leak = 1; RETURN 1; END', 'SET'],
    ['BEGIN SET @@sql_mode = 1; RETURN 1; END', 'SET'],
    ['BEGIN SET sql_mode = 1; RETURN 1; END', 'SET sql_mode'],
    ['BEGIN DECLARE a INT; SET a = 1, sql_mode = 1; RETURN 1; END', 'SET sql_mode'],
    ['BEGIN DECLARE a INT; SET a = (1), GLOBAL max_connections = 1; RETURN 1; END', 'SET max_connections'],
    ['BEGIN DECLARE session INT; SET session sql_mode = 1; RETURN 1; END', 'SET sql_mode'],
    ['BEGIN DECLARE password INT; SET PASSWORD = 1; RETURN 1; END', 'SET PASSWORD'],
    ['BEGIN BEGIN DECLARE sql_mode INT; END; SET sql_mode = 1; RETURN 1; END', 'SET sql_mode'],
    ['BEGIN IF 1 THEN BEGIN DECLARE sql_mode INT; END; END IF; SET sql_mode = 1; RETURN 1; END', 'SET sql_mode'],
    ['BEGIN INSERT INTO log VALUES (1); RETURN 1; END', 'INSERT'],
    ['BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION INSERT INTO log VALUES (1); RETURN 1; END', 'INSERT'],
    ["BEGIN DECLARE EXIT HANDLER FOR SQLSTATE '42000' SET @a = 1; RETURN 1; END", 'SET'],
    ['BEGIN IF amount THEN COMMIT; END IF; RETURN 1; END', 'COMMIT'],
    ['BEGIN CASE WHEN amount THEN ROLLBACK; END CASE; RETURN 1; END', 'ROLLBACK'],
    ['BEGIN CASE CASE WHEN 1 THEN 2 END WHEN 1 THEN CALL p(); END CASE; RETURN 1; END', 'CALL'],
    ['BEGIN WHILE 1 DO KILL 5; END WHILE; RETURN 1; END', 'KILL'],
    ['BEGIN REPEAT FLUSH TABLES; UNTIL 1 END REPEAT; RETURN 1; END', 'FLUSH'],
    ['BEGIN x: LOOP PREPARE s FROM 1; END LOOP; END', 'PREPARE S'],
    ['BEGIN EXECUTE IMMEDIATE 1; RETURN 1; END', 'EXECUTE IMMEDIATE'],
    ['BEGIN GET DIAGNOSTICS @a = NUMBER; RETURN 1; END', 'GET DIAGNOSTICS'],
    ['BEGIN SELECT 1 INTO @a; RETURN 1; END', 'INTO'],
    ["BEGIN DECLARE dumpfile INT; SELECT 1 INTO DUMPFILE '/tmp/x'; RETURN 1; END", 'INTO'],
    ["BEGIN SELECT 1 INTO OUTFILE '/tmp/x'; RETURN 1; END", 'INTO'],
    ["RETURN LOAD_FILE('/etc/passwd')", 'The function LOAD_FILE()'],
    ["RETURN GET_LOCK('x', 0)", 'The function GET_LOCK()'],
    ['RETURN other(1)', 'The function other(), which is not a known built-in one,'],
    ['RETURN elsewhere.tax(1)', 'The stored function elsewhere.tax()'],
    ['RETURN x.shop.tax(1)', 'Syntax error: "(" is unexpected after "tax".'],
    ['RETURN 1tax(1)', 'The function 1tax(), which is not a known built-in one,'],
    ['RETURN (SELECT a FROM t FOR UPDATE)', 'FOR UPDATE'],
    ['RETURN @a := 1', 'An assignment (:=)'],
    ['RETURN LAST_INSERT_ID(5)', 'LAST_INSERT_ID() with an argument'],
  ] as const) {
    test(`refused: ${body}`, () => {
      assert.equal(judge(body), what);
    });
  }

  test('a body that the server reads otherwise than we do is refused', () => {
    assert.equal(checkFunctionReading({ sqlMode: 'ANSI_QUOTES,PIPES_AS_CONCAT', characterSet: 'utf8mb4' }), undefined);
    assert.match(checkFunctionReading({ sqlMode: 'PIPES_AS_CONCAT,ORACLE', characterSet: 'utf8mb4' }) ?? '', /ORACLE/);
    assert.match(checkFunctionReading({ sqlMode: '', characterSet: 'gbk' }) ?? '', /gbk/);
  });
});
