import assert from 'node:assert/strict';
import * as z from 'zod';
import { lazySchema, made as itself, shapeFor, shapeOf } from '../../src/lazySchema.ts';

suite('schemas that are made when they are needed', () => {
  test('made once, at the first use, and then like any other', () => {
    let made = 0;
    const Name = lazySchema(() => {
      made++;
      return z.string().min(2);
    });
    const Person = lazySchema(() => z.strictObject({ name: itself(Name), other: Name.optional() }));
    assert.equal(made, 0);
    assert.deepEqual(Person.parse({ name: 'Ann' }), { name: 'Ann' });
    assert.equal(made, 1);
    assert.equal(Person.safeParse({ name: 'A' }).success, false);
    assert.equal(Person.safeParse({ name: 'Ann', more: 1 }).success, false);
    assert.deepEqual(Person.shape.other.parse(undefined), undefined);
    assert.ok('parse' in Name);
    assert.deepEqual(z.toJSONSchema(z.object({ name: itself(Name), list: z.array(itself(Name)) })).properties?.['name'], {
      type: 'string',
      minLength: 2,
    });
    assert.equal(made, 1);
  });

  test('of many fields those that are given, and those that must be there', () => {
    const fields = { a: () => z.string(), b: () => z.number().optional(), c: () => z.boolean() };
    assert.deepEqual(Object.keys(shapeOf(fields)), ['a', 'b', 'c']);
    assert.deepEqual(Object.keys(shapeFor(fields, ['b', 'strange'], ['a'])), ['a', 'b']);
    const parsed = z.strictObject(shapeFor(fields, ['strange'], ['a'])).safeParse({ strange: 1 });
    assert.deepEqual(parsed.error?.issues.map(({ code }) => code).sort(), ['invalid_type', 'unrecognized_keys']);
  });
});
