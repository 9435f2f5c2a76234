import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { ConfigSchema, parseConfig } from '../../../../src/server/config/configSchema.ts';
import { ROOT } from '../../../harness/root.ts';
import { ANY_NAME, schemaKeys, type SchemaNode } from '../../../harness/schemaKeys.ts';

suite('the schema of the configuration', () => {
  test('describes every key, for editors', () => {
    const keys = [...schemaKeys(z.toJSONSchema(ConfigSchema, { io: 'input' }) as SchemaNode)];
    assert.ok(keys.length > 100, String(keys.length));
    assert.deepEqual(
      keys
        // The classes of writes are described with all of them.
        .filter(({ node: { description = '' }, parent }) => description === '' && parent.additionalProperties === false)
        .map(({ path: at }) => at.join('.')),
      [],
    );
  });

  test('holds no key that nothing reads', () => {
    const folder = path.join(ROOT, 'src');
    const code = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /^(?:server|engine|broker)\b.*\.ts$/.test(file) && !/Schema\.ts$|variables\.ts$/i.test(file))
      .map((file) => readFileSync(path.join(folder, file), 'utf8'))
      // In a schema of its own file a key is followed by a colon and `z`.
      .map((text) => text.replaceAll(/^\s+\w+: z\b/gm, ''))
      .join('\n');
    const names = new Set(
      [...schemaKeys(z.toJSONSchema(ConfigSchema, { io: 'input' }) as SchemaNode)].map(({ path: at }) => String(at.at(-1))),
    );
    assert.deepEqual(
      [...names].filter((name) => name !== '$schema' && name !== ANY_NAME && !new RegExp(`\\b${name}\\b`).test(code)),
      [],
    );
  });

  test('reads allowUnenforcedReadOnly under its former name, and refuses both', () => {
    const read = (keys: object): unknown =>
      parseConfig({ connections: [{ name: 'shop', url: 'mysql://u@h', ...keys }] }, 'c.json').connections[0]?.allowUnenforcedReadOnly;
    assert.equal(read({ acceptsOneFence: true }), true);
    assert.throws(() => read({ acceptsOneFence: true, allowUnenforcedReadOnly: false }));
    assert.equal(read({}), undefined);
  });

  test('an address is given in one way', () => {
    const connection = (parts: object): object => ({ connections: [{ name: 'shop', ...parts }] });
    assert.throws(() => parseConfig(connection({}), 'The file'), /set either `url`, or `user`/);
    assert.throws(() => parseConfig(connection({ url: 'mysql://a@b', user: 'a' }), 'The file'), /set either `url`, or `user`/);
    assert.throws(() => parseConfig(connection({ url: 'mysql://a@b', port: 1 }), 'The file'), /`url` already contains the address/);
  });
});
