import assert from 'node:assert/strict';
import fc from 'fast-check';
import { splitScript, statementAt } from '../../../../src/engine/sql/script.ts';

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

  test('what is open at the end goes to the end', () => {
    assert.deepEqual(texts("SELECT 1; SELECT 'a; b"), ['SELECT 1', "SELECT 'a; b"]);
    assert.deepEqual(texts('SELECT 1 /* ; b'), ['SELECT 1']);
  });

  test('the cursor means the statement around it, before it on the line, or behind it', () => {
    const script = 'SELECT 1;  -- one\n\nSELECT 2;\n\n';
    const statements = splitScript(script);
    const at = (offset: number): string | undefined => statementAt(statements, offset, script)?.text;
    assert.equal(at(3), 'SELECT 1');
    assert.equal(at(14), 'SELECT 1');
    assert.equal(at(18), 'SELECT 2');
    assert.equal(at(script.length), 'SELECT 2');
    assert.equal(statementAt([], 0, ''), undefined);
  });

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
});
