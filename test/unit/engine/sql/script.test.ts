import assert from 'node:assert/strict';
import fc from 'fast-check';
import { modesOf, NEWEST_MYSQL } from '../../../../src/engine/sql/lexer/dialect.ts';
import { splitScript, splitScriptInSlices, statementAt, STEPS_OF_SLICE } from '../../../../src/engine/sql/script.ts';

const texts = (script: string): string[] => splitScript(script).map(({ text }) => text);

suite('scripts of people', () => {
  test('separators end statements, and nothing is left of blanks and comments', () => {
    assert.deepEqual(texts(' SELECT 1 ;\n-- note; here\nSELECT 2; # done;\n/* ; */ ;;\n'), ['SELECT 1', 'SELECT 2']);
    assert.deepEqual(texts('SELECT 1'), ['SELECT 1']);
    assert.deepEqual(texts(' -- nothing\n'), []);
  });

  test('separators in texts, names and comments are none', () => {
    const one = "SELECT ';', \"a;b\", `c;d`, 'it''s;', 'a\\';' /* ; */ -- ;\n, 1";
    assert.deepEqual(texts(`${one};SELECT 2`), [one, 'SELECT 2']);
  });

  test('two dashes without a blank behind them are no comment, and an executable comment is code', () => {
    assert.deepEqual(texts('SELECT 5--1; SELECT 2'), ['SELECT 5--1', 'SELECT 2']);
    assert.deepEqual(texts('/*!50000 SELECT 1 */; SELECT 2'), ['/*!50000 SELECT 1 */', 'SELECT 2']);
  });

  test('DELIMITER is understood and never sent', () => {
    const script = 'DELIMITER $$\nCREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END$$\ndelimiter ;\nCALL p();';
    assert.deepEqual(texts(script), ['CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END', 'CALL p()']);
    assert.deepEqual(texts('DELIMITER //\nSELECT 4 / 2 //\nSELECT 1//\n'), ['SELECT 4 / 2', 'SELECT 1']);
  });

  test('the body of a program needs none', () => {
    const body = `CREATE DEFINER = CURRENT_USER TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN
      IF NEW.x > 1 THEN SET NEW.x = 1; END IF;
      CASE NEW.y WHEN 1 THEN SET @a = 1; ELSE SET @a = CASE WHEN 1 THEN 2 END; END CASE;
      l: LOOP LEAVE l; END LOOP;
    END`;
    assert.deepEqual(texts(`${body};SELECT 1`), [body, 'SELECT 1']);
    assert.deepEqual(texts('CREATE FUNCTION f() RETURNS INT RETURN 1; SELECT f()'), [
      'CREATE FUNCTION f() RETURNS INT RETURN 1',
      'SELECT f()',
    ]);
    assert.deepEqual(texts('CREATE TABLE event (begin INT); BEGIN; COMMIT'), ['CREATE TABLE event (begin INT)', 'BEGIN', 'COMMIT']);
  });

  test('a comment of a program with a doubled quote is one text, and its body stays whole', () => {
    const program = "CREATE PROCEDURE p() COMMENT 'it''s' BEGIN SELECT 1; SELECT 2; END";
    assert.deepEqual(texts(`${program}; SELECT 3`), [program, 'SELECT 3']);
  });

  test('the type behind RETURN is not the body of a function in Oracle mode', () => {
    for (const head of [
      'FUNCTION f RETURN INT AS',
      'FUNCTION f (a INT) RETURN VARCHAR(10) IS',
      'FUNCTION f (a t.id%TYPE) RETURN t.id%TYPE AS',
      'FUNCTION f RETURN db.t.id%TYPE DETERMINISTIC AS',
      'FUNCTION f RETURN INT UNSIGNED AS n INT := 1;',
      'FUNCTION f RETURN begin AS',
    ]) {
      const one = `CREATE OR REPLACE ${head}\nBEGIN DELETE FROM t; RETURN 1; END`;
      assert.deepEqual(texts(`${one};\nSELECT f()`), [one, 'SELECT f()'], head);
      const body = `CREATE PACKAGE BODY p AS ${head}\nBEGIN DELETE FROM t; RETURN 1; END; END`;
      assert.deepEqual(texts(`${body};\nSELECT 1`), [body, 'SELECT 1'], head);
    }
    const [standard, loaded] = ['CREATE FUNCTION f() RETURNS INT RETURN 1', 'CREATE FUNCTION f RETURNS INTEGER SONAME "f.so"'];
    assert.deepEqual(texts(`${standard};${loaded};SELECT 1`), [standard, loaded, 'SELECT 1']);
  });

  test('what is open at the end goes to the end', () => {
    assert.deepEqual(texts("SELECT 1; SELECT 'a; b"), ['SELECT 1', "SELECT 'a; b"]);
    assert.deepEqual(texts('SELECT 1 /* ; b'), ['SELECT 1']);
  });

  test('means the statement around the cursor, before it on its line, or behind it', () => {
    const script = 'SELECT 1;  -- one\n\nSELECT 2;\n\n';
    const statements = splitScript(script);
    const at = (offset: number): string | undefined => statementAt(statements, offset, script)?.text;
    assert.equal(at(3), 'SELECT 1');
    assert.equal(at(14), 'SELECT 1');
    assert.equal(at(18), 'SELECT 2');
    assert.equal(at(25), 'SELECT 2');
    assert.equal(statementAt([], 0, ''), undefined);
  });

  test('means nothing behind the last statement', () => {
    for (const behind of ['\n', '\n\n\n', '\r\n', '\n-- note', '\n/* note */\n']) {
      const script = `INSERT INTO t VALUES (1);${behind}`;
      assert.equal(statementAt(splitScript(script), script.length, script), undefined, JSON.stringify(behind));
      const open = script.replace(';', '');
      assert.equal(statementAt(splitScript(open), open.length, open), undefined, JSON.stringify(behind));
    }
  });

  test('means the one at the cursor of two statements on one line', () => {
    const script = 'SELECT 1;SELECT 2; SELECT 3';
    const at = (offset: number): string | undefined => statementAt(splitScript(script), offset, script)?.text;
    assert.deepEqual([0, 8, 9, 17, 18, 19].map(at), ['SELECT 1', 'SELECT 1', 'SELECT 2', 'SELECT 2', 'SELECT 2', 'SELECT 3']);
  });

  test('means the whole program everywhere in its body and on its delimiter', () => {
    const program = 'CREATE PROCEDURE p()\nBEGIN\n  DELETE FROM a;\n\n  DELETE FROM b;\nEND';
    for (const [script, last] of [
      [`SELECT 1;\n${program};\nSELECT 2;`, program.length + 11],
      [`SELECT 1;\nDELIMITER //\n${program}\n//\nDELIMITER ;\nSELECT 2;`, program.length + 26],
    ] as const) {
      const statements = splitScript(script);
      for (let offset = script.indexOf(program); offset <= last; offset++)
        assert.equal(statementAt(statements, offset, script)?.text, program, String(offset));
    }
  });

  const whole = (body: string): void => {
    assert.deepEqual(texts(`${body}; SELECT 99`), [body, 'SELECT 99']);
  };

  test('keeps bodies whole whose words look like structure', () => {
    whole('CREATE PROCEDURE p() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; END; IF 1 THEN DELETE FROM a; END IF; END');
    whole('CREATE PROCEDURE p() BEGIN BEGIN SELECT 1; END; WHILE i < 2 DO SET i = i + 1; END WHILE; END');
    whole('CREATE PROCEDURE p() BEGIN SELECT CASE 1 WHEN 1 THEN 2 END, IF(1, 2, 3); DELETE FROM a; END');
    whole('CREATE PROCEDURE p() BEGIN SELECT r.end FROM ranges r; SELECT 3; END');
    whole('CREATE TRIGGER t BEFORE INSERT ON r FOR EACH ROW IF NEW.end < NEW.start THEN SET NEW.end = NEW.start; END IF');
    whole('CREATE PROCEDURE p() BEGIN IF r.loop THEN SELECT 1; END IF; WHILE r.loop DO SELECT 1; END WHILE; END');
    whole('CREATE PACKAGE BODY p AS PROCEDURE a() AS x INT; BEGIN SELECT 1; END; BEGIN SELECT 2; END');
  });

  test('keeps unfinished and wrong bodies together, up to the next program', () => {
    const wrong = [
      'CREATE PROCEDURE p() BEGIN IF a THEN DELETE FROM b; END; DELETE FROM c; END',
      'CREATE PROCEDURE p() BEGIN IF a THEN SELECT 1; END IF; END IF; DELETE FROM c; END',
      'CREATE PROCEDURE p() BEGIN WHILE a DO SELECT 1; END LOOP; DELETE FROM c; END WHILE; END',
      'CREATE PROCEDURE p() BEGIN IF a DELETE FROM b; END IF; DELETE FROM c; END',
      'CREATE PROCEDURE p() BEGIN SELECT (CASE WHEN 1 THEN 2; DELETE FROM c; END',
      'BEGIN DELETE FROM a; DELETE FROM c; END',
    ];
    for (const body of wrong) {
      const split = texts(`${body};`);
      assert.equal(split.filter((text) => text.startsWith('DELETE')).length, 0, body);
    }
    const next = 'CREATE PROCEDURE q() BEGIN SELECT 2; END';
    assert.deepEqual(texts(`CREATE PROCEDURE p() BEGIN SELECT 1; ${next}; SELECT 3`), [
      'CREATE PROCEDURE p() BEGIN SELECT 1;',
      next,
      'SELECT 3',
    ]);
    assert.deepEqual(texts(`CREATE PROCEDURE p() BEGIN SELECT 1;\nDELIMITER //\n${next}//`), [
      'CREATE PROCEDURE p() BEGIN SELECT 1;',
      next,
    ]);
  });

  test('ends the block before a CREATE that follows its BEGIN', () => {
    const created = 'CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET @x = 1';
    assert.deepEqual(texts(`BEGIN ${created}; SELECT 1`), ['BEGIN', created, 'SELECT 1']);
    const handler = 'CREATE PROCEDURE p() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION';
    assert.deepEqual(texts(`${handler} ${created}; SELECT 1`), [handler, created, 'SELECT 1']);
  });

  test('runs nothing of a piece between other delimiters alone where the ends of its program do not fit', () => {
    const wrong = 'CREATE PROCEDURE p() BEGIN IF a THEN SELECT 1; END; END; DELETE FROM c; END';
    assert.deepEqual(texts(`DELIMITER //\n${wrong}//`), [wrong]);
  });

  test('reads quotes by the sql_mode of the session', () => {
    const mysql = { ...NEWEST_MYSQL, ...modesOf('NO_BACKSLASH_ESCAPES') };
    assert.deepEqual(
      splitScript("SELECT 'C:\\'; SELECT 2", mysql).map(({ text }) => text),
      ["SELECT 'C:\\'", 'SELECT 2'],
    );
    const ansi = { ...NEWEST_MYSQL, ...modesOf('ANSI_QUOTES') };
    assert.deepEqual(
      splitScript('SELECT 1 AS "a\\"; SELECT 2', ansi).map(({ text }) => text),
      ['SELECT 1 AS "a\\"', 'SELECT 2'],
    );
    assert.deepEqual(texts("SET sql_mode = 'NO_BACKSLASH_ESCAPES'; SELECT 'C:\\'; SELECT 2").slice(1), ["SELECT 'C:\\'", 'SELECT 2']);
  });

  test('takes texts of any length and depth', () => {
    const parts = [`SELECT '${'a'.repeat(20_000_000)}'`, `SELECT ${'('.repeat(100_000)}1${')'.repeat(100_000)}`];
    assert.deepEqual(
      splitScript(parts.join(';')).map(({ end, start }) => end - start),
      parts.map(({ length }) => length),
    );
    const deep = `CREATE PROCEDURE p() ${'BEGIN '.repeat(100_000)}${'END; '.repeat(99_999)}END`;
    assert.equal(texts(`${deep};SELECT 1`).length, 2);
  }).timeout(60_000);

  test('whatever is typed, the parts are in order, do not overlap and are what the offsets say', () => {
    const piece = fc.constantFrom(
      'SELECT 1',
      ';',
      '\n',
      "'",
      '"',
      '`',
      '--',
      ' ',
      '#',
      '/*',
      '*/',
      'BEGIN',
      'END',
      'CREATE PROCEDURE p()',
      ' CREATE TRIGGER t FOR EACH ROW ',
      ' IF ',
      ' THEN ',
      ' CASE ',
      ' DECLARE x HANDLER FOR ',
      ' DO ',
      ' UNTIL ',
      ' LOOP ',
      ' l: ',
      '/*!50000 ',
      '\\g',
      '\\c',
      'use x\n',
      "SET sql_mode = 'ANSI_QUOTES'",
      'DELIMITER $$\n',
      '$$',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const script = pieces.join('');
        let before = 0;
        for (const { text, start, end } of splitScript(script)) {
          assert.ok(start >= before && end > start);
          assert.equal(script.slice(start, end), text);
          assert.equal(text.trimStart(), text);
          before = end;
        }
      }),
    );
  });

  test('a long script is read in slices, into the same statements, and others get their turn between them', async () => {
    for (const script of [
      'SELECT 1;\n'.repeat(10_000),
      `\uFEFFDELIMITER //\n${"CREATE PROCEDURE p() BEGIN SELECT ';'; END//\n".repeat(2000)}`,
      '('.repeat(40_000),
      '',
    ]) {
      let turns = 0;
      const statements = await splitScriptInSlices(script, undefined, () => Promise.resolve(turns++));
      assert.deepEqual(statements, splitScript(script));
      assert.ok(turns >= Math.floor(statements.length / STEPS_OF_SLICE), String(turns));
      if (script.startsWith('(')) assert.equal(turns, 40_000 / STEPS_OF_SLICE - 1);
    }
  });
});
