import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { checkSetting, SETTINGS, type SettingKey } from '../../../../src/extension/settings/settingsSchema.ts';
import { ROOT } from '../../../harness/root.ts';

const PropertySchema = z.looseObject({
  type: z.string(),
  default: z.unknown(),
  scope: z.string(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  enum: z.array(z.string()).optional(),
});
const ManifestSchema = z.object({
  contributes: z.object({ configuration: z.object({ properties: z.record(z.string(), PropertySchema) }) }),
});

const HOSTILE: readonly unknown[] = [
  '5, GLOBAL max_connections = 1',
  '5',
  -1,
  1.5,
  1e300,
  Number.NaN,
  null,
  {},
  { toString: '5' },
  ['5'],
  [5],
  'relative/folder',
  '/tmp/\0x',
  'full, too',
  'true',
];

suite('settings', () => {
  const manifest = ManifestSchema.parse(JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')));
  const { properties } = manifest.contributes.configuration;
  const keys = Object.keys(SETTINGS) as SettingKey[];

  test('each of the manifest has a schema with the same default, and no other has one', () => {
    assert.deepEqual(keys.map((key) => `mysqlPilot.${key}`).sort(), Object.keys(properties).sort());
    for (const key of keys) assert.deepEqual(SETTINGS[key].fallback, properties[`mysqlPilot.${key}`]?.default, key);
  });

  test('each is read somewhere', () => {
    const folder = path.join(ROOT, 'src/extension');
    const code = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('settingsSchema.ts'))
      .map((file) => readFileSync(path.join(folder, file), 'utf8'))
      .join('\n');
    assert.deepEqual(
      keys.filter((key) => !code.includes(`'${key}'`)),
      [],
    );
  });

  test('what reaches a server or a file cannot come from a workspace', () => {
    const ofWorkspaces = Object.entries(properties).filter(([, { scope }]) => !['application', 'machine'].includes(scope));
    assert.deepEqual(
      ofWorkspaces.map(([key]) => key),
      ['mysqlPilot.codeLens'], // only shows or hides the lenses
    );
  });

  for (const key of keys) {
    test(`a hostile value of ${key} is refused, and the limits of the manifest hold`, () => {
      const { type, minimum, maximum, enum: choices } = properties[`mysqlPilot.${key}`] ?? { type: '' };
      const jsonType = { integer: 'number', array: 'object' }[type] ?? type;
      for (const value of HOSTILE) {
        const fits = checkSetting(key, value);
        if (fits === undefined) continue;
        assert.equal(typeof value, jsonType, `${key} takes ${JSON.stringify(value)}`);
        if (type === 'array') assert.ok(Array.isArray(value));
        if (choices !== undefined) assert.ok(choices.includes(String(value)));
      }
      for (const edge of [minimum, maximum]) if (edge !== undefined) assert.deepEqual(checkSetting(key, edge), { value: edge });
      if (minimum !== undefined) assert.equal(checkSetting(key, minimum - 1), undefined);
      if (maximum !== undefined) assert.equal(checkSetting(key, maximum + 1), undefined);
      assert.deepEqual(checkSetting(key, SETTINGS[key].fallback), { value: SETTINGS[key].fallback });
    });
  }
});
