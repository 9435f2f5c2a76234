import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findForms, formsOf } from '../../harness/leakSearch.ts';

const CANARY = 'Zq7/Kanari#ä+w0rd';

suite('leak search', () => {
  const encoders: Record<string, (text: string) => Buffer> = {
    'UTF-8': (text) => Buffer.from(text),
    'UTF-16': (text) => Buffer.from(text, 'utf16le'),
    base64: (text) => Buffer.from(Buffer.from(text).toString('base64')),
    hex: (text) => Buffer.from(Buffer.from(text).toString('hex')),
    'upper-case hex': (text) => Buffer.from(Buffer.from(text).toString('hex').toUpperCase()),
    URL: (text) => Buffer.from(encodeURIComponent(text)),
    JSON: (text) => Buffer.from(JSON.stringify({ text })),
  };
  for (const [name, encode] of Object.entries(encoders)) {
    test(`finds the text in ${name}, wherever it stands (property)`, () => {
      fc.assert(
        fc.property(fc.string(), fc.string(), (before, after) => {
          assert.notDeepEqual(findForms(encode(before + CANARY + after), formsOf(CANARY)), []);
        }),
      );
    });
    test(`finds nothing in ${name} where it is not (property)`, () => {
      fc.assert(
        fc.property(fc.string(), (text) => {
          assert.deepEqual(findForms(encode(text), formsOf(CANARY)), []);
        }),
      );
    });
  }
});
