import assert from 'node:assert/strict';
import * as z from 'zod';
import { ConfigSchema, parseConfig } from '../../../../src/server/config/configSchema.ts';

interface Shape {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly additionalProperties?: Shape | boolean;
  readonly anyOf?: readonly Shape[];
}

/** Each key of a schema with its place. */
function* keysOf(shape: Shape, at = ''): Generator<readonly [place: string, key: Shape]> {
  for (const [name, key] of Object.entries(shape.properties ?? {})) {
    const place = `${at}${at === '' ? '' : '.'}${name}`;
    yield [place, key];
    yield* keysOf(key, place);
  }
  if (shape.items !== undefined) yield* keysOf(shape.items, `${at}[]`);
  if (typeof shape.additionalProperties === 'object') yield* keysOf(shape.additionalProperties, `${at}.*`);
  for (const one of shape.anyOf ?? []) yield* keysOf(one, at);
}

suite('the schema of the configuration', () => {
  test('describes every key, for editors', () => {
    const keys = [...keysOf(z.toJSONSchema(ConfigSchema, { io: 'input' }) as Shape)];
    assert.ok(keys.length > 100, String(keys.length));
    assert.deepEqual(
      keys.filter(([, { description = '' }]) => description === '').map(([place]) => place),
      [],
    );
  });

  test('an address is given in one way', () => {
    const connection = (parts: object): object => ({ connections: [{ name: 'shop', ...parts }] });
    assert.throws(() => parseConfig(connection({}), 'The file'), /give either `url`, or `user`/);
    assert.throws(() => parseConfig(connection({ url: 'mysql://a@b', user: 'a' }), 'The file'), /give either `url`, or `user`/);
    assert.throws(() => parseConfig(connection({ url: 'mysql://a@b', port: 1 }), 'The file'), /is in `url` already/);
  });
});
