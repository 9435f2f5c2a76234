import assert from 'node:assert/strict';
import { functionPolicy, isHarmlessSysFunction } from '../../../../../src/engine/guard/builtins/functionPolicy.ts';
import { parseNameList, writeNameEntry } from '../../../../../src/engine/sql/reserved/nameList.ts';
import { isNative } from '../../../../../src/engine/guard/builtins/nativeFunctions.ts';
import { isReserved } from '../../../../../src/engine/sql/reserved/reservedWords.ts';
import { shadowedNativesSql } from '../../../../../src/engine/guard/builtins/shadowedNatives.ts';
import { PLAIN_MODES, type Dialect } from '../../../../../src/engine/sql/lexer/dialect.ts';

const dialect = (flavor: Dialect['flavor'], version: number): Dialect => ({ flavor, version, ...PLAIN_MODES });
const MYSQL = dialect('mysql', 90704);
const MARIADB = dialect('mariadb', 101114);
const CALL = { blankBefore: false, quoted: false, argumentCount: 1 };

suite('built-in functions of a server', () => {
  test('a function of the other flavor is not native', () => {
    for (const name of ['NVL', 'TO_CHAR', 'DECODE', 'MD5', 'SFORMAT']) assert.equal(isNative(name, MYSQL, CALL), false, name);
    for (const name of ['ANY_VALUE', 'REGEXP_LIKE', 'BIN_TO_UUID', 'GROUPING']) assert.equal(isNative(name, MARIADB, CALL), false, name);
    assert.ok(isNative('nvl', MARIADB, CALL));
    assert.ok(isNative('Any_Value', MYSQL, CALL));
  });

  test('a function is native only in the versions that have it', () => {
    assert.equal(isNative('JSON_VALUE', dialect('mysql', 80020), CALL), false);
    assert.ok(isNative('JSON_VALUE', dialect('mysql', 80021), CALL));
    assert.ok(isNative('MD5', dialect('mysql', 80400), CALL));
    assert.equal(isNative('UUID_V7', dialect('mariadb', 110403), CALL), false);
  });

  test('a quoted name or a blank calls a stored function where the server reads keywords', () => {
    assert.equal(isNative('COUNT', MYSQL, { ...CALL, blankBefore: true }), false);
    assert.ok(isNative('COUNT', { ...MYSQL, ignoreSpace: true }, { ...CALL, blankBefore: true }));
    assert.equal(isNative('IF', MYSQL, { ...CALL, quoted: true }), false);
    assert.ok(isNative('IF', MYSQL, { ...CALL, blankBefore: true }));
    assert.ok(isNative('ABS', MYSQL, { ...CALL, quoted: true }));
  });

  test('constructors of shapes are native on MariaDB only with the right count of arguments', () => {
    assert.equal(isNative('POINT', MARIADB, { ...CALL, argumentCount: 1 }), false);
    assert.ok(isNative('POINT', MARIADB, { ...CALL, argumentCount: 2 }));
    assert.equal(isNative('LINESTRING', MARIADB, { ...CALL, argumentCount: 0 }), false);
    assert.ok(isNative('POINT', MYSQL, { ...CALL, argumentCount: 1 }));
  });

  test('letters that only some servers fold are other letters', () => {
    for (const name of ['SİN', 'ſIN', 'ABS\u0000', 'ＡＢＳ']) assert.equal(isNative(name, MYSQL, CALL), false, name);
    assert.equal(isNative('constructor', MYSQL, CALL), false);
  });

  test('functions that nobody has reviewed are unknown, and refused ones say why', () => {
    assert.equal(functionPolicy('abs', MYSQL), 'harmless');
    assert.equal(functionPolicy('INTERNAL_TABLE_ROWS', MYSQL), 'unknown');
    assert.equal(functionPolicy('NVL', MYSQL), 'unknown');
    assert.deepEqual(functionPolicy('sleep', MARIADB), { refused: 'waits' });
    assert.deepEqual(functionPolicy('sys_exec', MYSQL), { refused: 'reachesOut' });
    assert.ok(isHarmlessSysFunction('ps_thread_id', false));
    assert.equal(isHarmlessSysFunction('ps_thread_id', true), false);
  });

  test('reserved words depend on flavor and version', () => {
    assert.ok(isReserved('RANK', MYSQL));
    assert.equal(isReserved('RANK', MARIADB), false);
    assert.equal(isReserved('RANK', dialect('mysql', 50744)), false);
    assert.ok(isReserved('OFFSET', MARIADB));
    assert.equal(isReserved('OFFSET', dialect('mariadb', 100529)), false);
    assert.equal(isReserved('NAME', MYSQL), false);
  });

  test('the query for stored functions of native names is one statement of plain literals', () => {
    const sql = shadowedNativesSql(MYSQL);
    assert.match(sql, /^SELECT .* IN \('[A-Z]\w*'(?:,'[A-Z_]\w*')+\) LIMIT 1000$/);
    assert.ok(sql.includes("'ABS'") && !sql.includes("'NVL'"));
  });

  test('entries are read as they are written, and nothing else is read', () => {
    for (const text of ['A', 'A:u', 'A:p[2-2]@100-200', 'A[1-]', 'A@-5', 'A@5-']) {
      const [[name = '', [entry] = []] = []] = parseNameList(text);
      assert.ok(entry !== undefined);
      assert.equal(writeNameEntry(name, entry), text);
    }
    for (const text of ['A:x', 'A@', '-', 'A[2]']) assert.throws(() => parseNameList(text));
  });
});
