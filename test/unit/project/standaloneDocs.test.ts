import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { parseCommandLine } from '../../../src/server/config/commandLine.ts';
import { ConfigSchema, parseConfig } from '../../../src/server/config/configSchema.ts';
import { readEnvironment } from '../../../src/server/config/environment.ts';
import { VARIABLES } from '../../../src/server/config/variables.ts';
import { limitsOf } from '../../../src/server/limits/limits.ts';
import { allTools } from '../../../src/server/tools/builtInTools.ts';
import { MAX_ANSWER } from '../../../src/server/messages/dataBoundary.ts';
import { DEFAULT_CELL } from '../../../src/server/tools/resultText.ts';
import { ROOT } from '../../harness/root.ts';

const page = (name: string): string => readFileSync(path.join(ROOT, 'docs', name), 'utf8');
const reference = page('reference.md');
const text = page('standalone.md') + page('operating.md') + reference.slice(reference.indexOf('<!-- variables -->'));
const code = [...text.matchAll(/`([^`\n]+)`/g)].map(([, inside = '']) => inside);
const json = [...text.matchAll(/```json\n([^]*?)```/g)].map(([, block = '']) => JSON.parse(block) as Record<string, unknown>);
const holding = (key: string): Record<string, unknown> => {
  const found = json.find((block) => key in block);
  assert.ok(found !== undefined, key);
  return found;
};

/** Names of keys, at any depth. */
function keysOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {} } = schema as { properties?: object };
  return [...Object.keys(properties), ...Object.values(schema).flatMap(keysOf)];
}

suite('the pages about the standalone server', () => {
  test('names no variable, tool or flag that is not there', () => {
    const variables = new Set(VARIABLES.flatMap(({ name, aliases = [] }) => [name, ...aliases]));
    const foreign = new Set(['MYSQL_HOME', 'MYSQL_ROOT_PASSWORD']); // named as such
    const compose = readFileSync(path.join(ROOT, 'docs/compose.yaml'), 'utf8');
    const named = (text + compose).match(/\bMYSQL_[A-Z_]+\b(?!_?…)/g) ?? [];
    assert.ok(named.length > 80);
    assert.deepEqual(
      named.filter((name) => !variables.has(name) && !foreign.has(name) && !name.endsWith('_')),
      [],
    );
    const tools = new Set(allTools(limitsOf()).map(({ name }) => name));
    assert.deepEqual(
      (text.match(/\bmysql_[a-z_]+\b/g) ?? []).filter((name) => !tools.has(name)),
      [],
    );
    for (const words of code.filter((one) => one.startsWith('npx mysql-pilot --')).map((one) => one.split(' ').slice(2)))
      parseCommandLine(words.map((word) => word.replace('HOST:PORT', '127.0.0.1:1').replace('FILE', '/f.json')));
  });

  test('each variable is tried at the built server', () => {
    const files = ['integration/server', 'integration/engine', 'security'].flatMap((folder) =>
      globSync('*.test.ts', { cwd: path.join(ROOT, 'test', folder) }).map((file) => path.join(ROOT, 'test', folder, file)),
    );
    const tests = files
      .filter((file) => !file.endsWith('mistakenStarts.test.ts'))
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    assert.deepEqual(
      VARIABLES.map(({ name }) => name).filter((name) => !tests.includes(name)),
      [],
      'Show what it does in test/integration/server/variables.test.ts.',
    );
  });

  test('names no key of the configuration that is not there', () => {
    const known = new Set(keysOf(z.toJSONSchema(ConfigSchema, { io: 'input' })));
    const dotted = code.filter((one) => /^(?:cache|http|log|protection|health|audit|tracing)(?:\.[a-zA-Z]+)+$/.test(one));
    assert.ok(dotted.length >= 5, dotted.join());
    assert.deepEqual(
      dotted.filter((one) => one.split('.').some((key) => !known.has(key))),
      [],
    );
  });

  test('has examples that the server takes', () => {
    const config = holding('connections');
    const { connections } = parseConfig(config, 'the example');
    assert.equal(connections.length, 2);
    parseConfig({ connections: [{ name: 'shop', user: 'me', ...holding('ssh') }] }, 'the example of SSH');
    parseConfig({ ...config, ...holding('tools') }, 'the example of tools');
    const { mcpServers } = z
      .object({ mcpServers: z.record(z.string(), z.object({ env: z.record(z.string(), z.string()) })) })
      .parse(holding('mcpServers'));
    const filledIn = (env: Readonly<Record<string, string>>): Record<string, string> =>
      Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replace('…', 'secret')]));
    for (const { env } of Object.values(mcpServers)) {
      assert.throws(() => readEnvironment(env), /MYSQL_PASSWORD contains a placeholder/); // as it is copied
      readEnvironment(filledIn(env));
    }
    const [, set = ''] = /```sh\n((?:MYSQL_\w+=\S+ )+)npx mysql-pilot --check/.exec(text) ?? [];
    const pairs = set
      .trim()
      .split(' ')
      .map((one) => one.split('=') as [string, string]);
    readEnvironment(filledIn(Object.fromEntries(pairs)));
  });

  test('tells the limits that are in force', () => {
    const number = (value: number): string => value.toLocaleString('en-US');
    const { rows } = limitsOf();
    assert.match(text, new RegExp(`at most ${number(MAX_ANSWER)} characters, and ${number(rows)} rows`));
    assert.match(text, new RegExp(`Cells are truncated to\\s+${number(DEFAULT_CELL)} characters`));
  });
});
