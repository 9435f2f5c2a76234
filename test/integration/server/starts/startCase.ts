import assert from 'node:assert/strict';
import * as z from 'zod';
import { ConfigSchema } from '../../../../src/server/config/configSchema.ts';
import { currentDepth } from '../../../harness/depth.ts';
import type { Ended, Start } from '../../../harness/mcp/startMany.ts';
import { schemaKeys, type SchemaNode, type SchemaPath } from '../../../harness/schemaKeys.ts';

/** Must never be told. */
export const SECRET = 'S3CRET';
const LINES = 24;
const COLUMNS = 120;

export interface Case {
  readonly title: string;
  readonly start: Start;
  readonly check: (said: string, ended: Ended) => void;
}

/** Nobody answers there, at once. */
const NOWHERE = { host: '127.0.0.1', port: 1 };
export const ENVIRONMENT = { MYSQL_HOST: NOWHERE.host, MYSQL_PORT: '1', MYSQL_USER: 'app', MYSQL_PASSWORD: SECRET };
export const CONNECTION = { name: 'a', user: 'app', ...NOWHERE };
const SCHEMA = z.toJSONSchema(ConfigSchema, { io: 'input', unrepresentable: 'any' }) as SchemaNode;
export const KEYS = [...schemaKeys(SCHEMA)].filter(({ path }) => path[0] !== '$schema');

export const nameOf = (path: SchemaPath): string =>
  path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${String(key)}]` : text === '' ? key : `${text}.${key}`), '');
export const placeOf = (path: SchemaPath): string => path.join('.');

/** What every message of a start is: short, without traces, secrets and places in our code. */
export function checkForm({ stdout, stderr }: Ended): string {
  const said = `${stdout}${stderr}`;
  assert.ok(!said.includes(SECRET), said);
  assert.doesNotMatch(said, /^\s+at /m);
  const lines = said.trimEnd().split('\n');
  assert.ok(lines.length <= LINES, said);
  assert.deepEqual(
    lines.filter((line) => line.length > COLUMNS),
    [],
  );
  return said.replaceAll(/\n {2,}(?=\S)/g, ' ');
}

/** The problems of a refused start, one for each. */
export function problemsOf(ended: Ended): string[] {
  const said = checkForm(ended);
  assert.equal(ended.status, 2, said);
  assert.equal(ended.stdout, '');
  assert.match(said, /\nNext step: \S/);
  assert.doesNotMatch(said, /\b(?:expected|received|undefined|NaN)\b|Invalid|→|✖/, said);
  return said.split('\nNext step: ')[0]?.split('\n') ?? [];
}

/** Two neighbors change places; for a pull request those in the middle. */
export function slipsOf(name: string, from = 0): string[] {
  const swapped = Array.from({ length: name.length - 1 }, (_, i) => i)
    .filter((i) => i >= from && name[i] !== name[i + 1])
    .map((i) => `${name.slice(0, i)}${name[i + 1] ?? ''}${name[i] ?? ''}${name.slice(i + 2)}`);
  return currentDepth() === 'full' ? swapped : swapped.slice(Math.floor((swapped.length - 1) / 2)).slice(0, 1);
}
