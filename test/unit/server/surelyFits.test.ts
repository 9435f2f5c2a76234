import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { surelyFits } from '../../../src/server/surelyFits.ts';
import { allTools } from '../../../src/server/tools/all.ts';
import { limitsOf } from '../../../src/server/limits.ts';
import type { ToolContext } from '../../../src/server/tools/tool.ts';

/** Values near what schemas ask for: right ones, and ones that are wrong in one way. */
const VALUES = fc.oneof(
  fc.constantFrom<unknown>(
    '',
    'csv',
    'json',
    'x',
    'x'.repeat(40),
    'x'.repeat(65),
    '😀'.repeat(33),
    0,
    1,
    -1,
    0.5,
    9,
    10,
    99,
    1e9,
    2 ** 60,
    true,
    null,
    [],
  ),
  fc.array(fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.constant({})), { maxLength: 3 }),
  fc.string(),
  fc.integer(),
  fc.jsonValue(),
);

class Taken extends Error {}

/** A tool that has taken its arguments asks for something here. */
const CONTEXT = new Proxy({} as ToolContext, {
  get: () => {
    throw new Taken();
  },
});

suite('arguments that surely fit', () => {
  for (const tool of allTools(limitsOf())) {
    test(`${tool.name}: whatever passes is taken by the tool`, async () => {
      const { properties, required = [] } = tool.inputSchema as unknown as {
        readonly properties: Readonly<Record<string, unknown>>;
        readonly required?: readonly string[];
      };
      const usual = Object.fromEntries(required.map((name) => [name, 'SELECT 1'])); // else hardly any would pass
      const names = fc.constantFrom(...Object.keys(properties), 'other', '__proto__');
      let passed = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(names, VALUES), { maxLength: 4 }), async (entries) => {
          const given: unknown = JSON.parse(JSON.stringify({ ...usual, ...Object.fromEntries(entries) }));
          if (!surelyFits(tool.inputSchema, given)) return;
          passed++;
          await assert.rejects(tool.call(given, CONTEXT), Taken);
        }),
        { numRuns: 2000 },
      );
      assert.ok(passed > 0, 'some do');
    });
  }

  test('what does not fit does not pass', () => {
    const schema = {
      type: 'object',
      properties: {
        text: { type: 'string', minLength: 1, maxLength: 3 },
        number: { type: 'integer', minimum: 1, maximum: 5 },
        seconds: { type: 'number', exclusiveMinimum: 0 },
        one: { enum: ['a', 'b'] },
        list: { type: 'array', minItems: 1, maxItems: 2, items: { type: ['string', 'null'] } },
        code: { type: 'string', pattern: '^[a-z]+$' },
        place: { type: 'string', absolutePath: true },
      },
      required: ['text'],
      additionalProperties: false,
    };
    const place = path.resolve('here');
    assert.ok(surelyFits(schema, { text: 'abc', number: 5, seconds: 0.1, one: 'b', list: ['x', null], code: 'z', place }));
    for (const wrong of [
      {},
      [],
      null,
      'text',
      { text: '' },
      { text: 'abcd' },
      { text: 1 },
      { text: 'a', number: 0 },
      { text: 'a', number: 6 },
      { text: 'a', number: 1.5 },
      { text: 'a', seconds: 0 },
      { text: 'a', one: 'c' },
      { text: 'a', list: ['x', 1] },
      { text: 'a', list: ['x', 'y', 'z'] },
      { text: 'a', list: { 0: 'x' } },
      { text: 'a', list: [] },
      { text: 'a', code: 'a1' },
      { text: 'a', code: 1 },
      { text: 'a', place: 'here' },
      { text: 'a', other: 1 },
      JSON.parse('{"text": "a", "__proto__": 1}') as unknown,
    ])
      assert.ok(!surelyFits(schema, wrong), JSON.stringify(wrong));
    assert.ok(!surelyFits({ type: 'string', contentEncoding: 'base64' }, 'YQ=='), 'nor what is said in words that are not known');
  });
});
