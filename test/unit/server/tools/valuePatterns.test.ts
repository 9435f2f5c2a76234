import assert from 'node:assert/strict';
import { jsonShape, textPatterns } from '../../../../src/server/tools/valuePatterns.ts';

suite('patterns of values', () => {
  test('each form of text is told from those that look alike', () => {
    for (const [value, expected] of [
      ['ana@example.com', 'e-mail 100 %'],
      ['not an@mail', ''],
      ['9b2f1c3e-7d4a-4a6b-8c1d-0f2e3d4c5b6a', 'UUID 100 %'],
      ['https://example.com/a?b=1', 'URL 100 %'],
      ['10.0.0.255', 'IP address 100 %'],
      ['fe80::1ff:fe23:4567:890a', 'IP address 100 %'],
      ['10.0.0.256', ''],
      ['DE89 3704 0044 0532 0130 00', 'IBAN 100 %'],
      ['DE88 3704 0044 0532 0130 00', ''],
      ['2025-01-31', 'date 100 %'],
      ['2025-01-31T10:00:00Z', 'date 100 %'],
      ['{"a": 1}', 'JSON 100 %'],
      ['{a}', ''],
      ['d41d8cd98f00b204e9800998ecf8427e', 'hash 100 %'],
      ['+49 30 901820', 'phone 100 %'],
      ['030/901820', 'phone 100 %'],
      ['555-123-4567', 'phone 100 %'],
      ['12345678', 'number 100 %'],
      ['12.5', 'number 100 %'],
      ['ring twice, #100', ''],
    ] as const)
      assert.equal(textPatterns([value]), expected, value);
  });

  test('patterns are listed by their share, and those of few values left out', () => {
    const mails = Array.from({ length: 70 }, (_, i) => `a${String(i)}@example.com`);
    const phones = Array.from({ length: 28 }, (_, i) => `+49 30 9018${String(i)}00`);
    assert.equal(textPatterns([...phones, ...mails, 'https://example.com', 'none']), 'e-mail 70 %, phone 28 %');
    assert.equal(textPatterns([]), '');
  });

  test('JSON is summed up by types and keys, the most frequent first', () => {
    assert.equal(
      jsonShape(['{"a": 1, "b": "x"}', '{"a": 1.5}', '{"a": null, "c": [1], "d": {}}', '[1]', 'null', '{"cut']),
      'object 3 or array 1 or null 1 or too long to be read 1; keys: "a" integer 1 or decimal 1 or null 1, "b" string 1, "c" array 1, "d" object 1',
    );
    const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`k${String(i)}`, true])));
    assert.match(jsonShape([wide]), /, "k19" boolean 1, … and 5 more$/);
  });
});
