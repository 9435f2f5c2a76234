import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as z from 'zod';
import { describeProblems, pathName } from '../../src/inputProblems.ts';

const problems = (schema: z.ZodType, value: unknown): string[] => {
  const { error } = schema.safeParse(value);
  return error === undefined ? [] : describeProblems(error).split('\n');
};

suite('problems with an input, in words', () => {
  for (const [what, schema, value, expected] of [
    ['a type', z.object({ a: z.int() }), { a: 'x' }, ['a must be a number.']],
    ['a number with a fraction', z.object({ a: z.int() }), { a: 1.5 }, ['a must be a whole number.']],
    ['what is missing', z.object({ a: z.object({ b: z.string() }) }), { a: {} }, ['a.b is missing.']],
    ['a list', z.object({ a: z.array(z.string()) }), { a: ['x', 1] }, ['a[1] must be a text.']],
    [
      'the only values of a saved tool',
      z.object({ kind: z.union([z.literal('a'), z.literal(2)]) }),
      { kind: 'b' },
      ['kind must be a or 2.'],
    ],
    ['several types', z.object({ a: z.union([z.string(), z.number()]) }), { a: [] }, ['a must be a text or a number.']],
    [
      'the branch that was meant',
      z.object({ a: z.union([z.string(), z.object({ b: z.number() })]) }),
      { a: { b: 'x' } },
      ['a.b must be a number.'],
    ],
    ['unknown keys', z.strictObject({}), { x: 1, y: 2 }, ['x is unknown.', 'y is unknown.']],
    ['a message of ours', z.object({ a: z.string().refine(() => false, 'Write it so.') }), { a: 'x' }, ['a: Write it so.']],
    ['the whole', z.string(), 5, ['It must be a text.']],
  ] as const)
    test(`says ${what}`, () => {
      assert.deepEqual(problems(schema, value), expected);
    });

  test('never repeats what was given', () => {
    const schema = z.strictObject({ a: z.string().max(3), b: z.enum(['x']), c: z.int(), d: z.string().regex(/^y$/), e: z.url() });
    fc.assert(
      fc.property(fc.record({ a: fc.string(), b: fc.string(), c: fc.string(), d: fc.string(), e: fc.string() }), (value) => {
        const marked = Object.fromEntries(Object.entries(value).map(([key, text]) => [key, `§${text}§`]));
        assert.ok(!problems(schema, marked).join('\n').includes('§'));
      }),
    );
  });

  test('a path is written as in code', () => {
    assert.equal(pathName(['connections', 0, 'ssh', 'jumps', 1]), 'connections[0].ssh.jumps[1]');
  });
});
