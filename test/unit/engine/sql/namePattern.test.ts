import assert from 'node:assert/strict';
import { namesInText } from '../../../../src/engine/sql/namePattern.ts';

suite('names in a text', () => {
  const has = (text: string, name: string): boolean => namesInText(text).includes(name);

  test('are words and names in quotes, in one spelling', () => {
    assert.ok(has('SELECT `Home Address`, t.SSN FROM t', 'home address'));
    assert.ok(has('SELECT `Home Address`, t.SSN FROM t', 'ssn'));
    assert.ok(has('SELECT `a``b`', 'a`b'));
    assert.ok(has('SELECT "Home Address"', 'home address'));
    assert.ok(!has('SELECT `ssn2`', 'ssn'));
  });

  test('are found also where a text value holds a back-tick', () => {
    assert.ok(has("SET m = '`'; SELECT ssn FROM t; SET m = '`'", 'ssn'));
    assert.ok(has("SELECT '`', `home address` FROM t", 'home address'));
  });
});
