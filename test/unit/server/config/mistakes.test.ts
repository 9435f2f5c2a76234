import assert from 'node:assert/strict';
import * as z from 'zod';
import { isPilotError } from '../../../../src/engine/errors.ts';
import { ConfigSchema, parseConfig } from '../../../../src/server/config/configSchema.ts';
import type { Variable, VariableKind } from '../../../../src/server/config/connectionVariables.ts';
import { readEnvironment, type Environment } from '../../../../src/server/config/environment.ts';
import { VARIABLES } from '../../../../src/server/config/variables.ts';

const SCREEN_LINES = 12;

/** What is said at the start; '' where nothing is wrong. */
function said(read: () => unknown): string {
  try {
    read();
    return '';
  } catch (error) {
    assert.ok(isPilotError(error, 'input.invalid') || isPilotError(error, 'url.invalid'), String(error));
    assert.notEqual(error.nextStep, '');
    assert.ok(error.message.split('\n').length <= SCREEN_LINES, 'it fits on a screen');
    return error.message;
  }
}

/** As small as it may be, with one more variable. */
function starts(name: string, value: string): string {
  const account: Environment = name === 'MYSQL_URL' ? {} : { MYSQL_USER: 'app' };
  const needed: Record<string, string> = name.startsWith('MYSQL_ALLOW_') ? { MYSQL_WRITES_FROM: 'x' } : {};
  return said(() => readEnvironment({ ...account, ...needed, [name]: value }));
}

const WRONG: Readonly<Partial<Record<VariableKind, readonly string[]>>> = {
  integer: ['twelve', '1.5', '-1', '99999999999999'],
  seconds: ['soon', '1.5', '-1', '99999999999999'],
  switch: ['perhaps', '2'],
  access: ['perhaps', '2'],
  detection: ['perhaps'],
  lowerCase: ['no such word'],
  underscored: ['no such word'],
};
/** Of a `text`, and of lists, that is not free. */
const WRONG_TEXTS: Readonly<Record<string, string>> = {
  MYSQL_URL: 'hello',
  MYSQL_SSL_CA: 'ca.pem',
  MYSQL_SSL_CERT: 'cert.pem',
  MYSQL_SSL_KEY: 'key.pem',
  MYSQL_SERVER_PUBLIC_KEY_PATH: 'key.pem',
  MYSQL_SSH_KEY: 'id_ed25519',
  MYSQL_SSH_HOST_KEY: 'MD5:00',
  MYSQL_SSH_KNOWN_HOSTS: 'known_hosts',
  MYSQL_DATA_DIR: 'data',
  MYSQL_LOG_DIR: 'logs',
  MYSQL_OTLP_ENDPOINT: 'collector',
  MYSQL_HTTP_CERTIFICATE: 'cert.pem',
  MYSQL_HTTP_KEY: 'key.pem',
  MYSQL_TABLES_ALLOW: 'orders',
  MYSQL_TABLES_DENY: 'orders',
  MYSQL_DB: 'd'.repeat(65),
  MYSQL_SCRATCH_DATABASE: 's'.repeat(65),
  MYSQL_HOST: 'h'.repeat(256),
  MYSQL_SOCKET: `/${'s'.repeat(255)}`,
  MYSQL_USER: 'u'.repeat(256),
  MYSQL_FILTER_DENY: '(',
  MYSQL_FILTER_ALLOW: '(',
  MYSQL_MAX_QUERY_LENGTH: '0',
  MYSQL_MAX_PARAMETER_LENGTH: '0',
};
/** May be anything, or are read later. */
const FREE: readonly VariableKind[] = ['reference', 'file', 'lines', 'list', 'addresses'];
const FREE_TEXTS = ['MYSQL_SSH_HOST', 'MYSQL_SSH_USER'];

const wrongOf = ({ name, kind }: Variable): readonly string[] =>
  WRONG_TEXTS[name] === undefined ? (WRONG[kind] ?? []) : [WRONG_TEXTS[name]];

suite('one mistake in a variable', () => {
  for (const variable of VARIABLES) {
    const { name } = variable;

    test(`${name}: a slip in its name is told with the right one`, () => {
      const slip = `${name.slice(0, -2)}${name.at(-1) ?? ''}${name.at(-2) ?? ''}x`.replace('MYSQL_X', 'MYSQL_');
      assert.match(starts(slip, 'x'), new RegExp(`^${slip} is unknown\\. Did you mean MYSQL_\\w+\\?`));
    });

    test(`${name}: a wrong value is told by its name, with what is allowed`, () => {
      const wrong = wrongOf(variable);
      if (wrong.length === 0) assert.ok(FREE.includes(variable.kind) || FREE_TEXTS.includes(name), `${name} takes anything?`);
      for (const value of wrong) {
        const text = starts(name, value);
        if (name === 'MYSQL_URL') assert.match(text, /connection URL/);
        else assert.match(text, new RegExp(`\\b${name}\\b`), `${value}: ${text}`);
        assert.doesNotMatch(text, /Invalid (?!regular)|expected|received|→|✖|connections?[.[]|limits\.|tlsFiles/, `${value}: ${text}`);
        if (value.length > 2 && name !== 'MYSQL_FILTER_DENY' && name !== 'MYSQL_FILTER_ALLOW')
          assert.ok(!text.includes(value), 'it may be a secret in the wrong place');
      }
    });
  }

  for (const [given, text] of [
    [{ MYSQL_QUERY_TIMEOUT: '120000' }, /^MYSQL_QUERY_TIMEOUT must be a number up to 60000 milliseconds\.$/m],
    [{ MYSQL_PORT: '70000' }, /^MYSQL_PORT must be a number from 1 to 65535\.$/m],
    [{ MYSQL_PORT: 'x' }, /^MYSQL_PORT must be a number from 1 to 65535\.$/m],
    [{ MYSQL_DATABASE: 'd'.repeat(65) }, /^MYSQL_DATABASE must have at most 64 characters\.$/m],
    [{ MYSQL_ENVIRONMENT: 'live' }, /^MYSQL_ENVIRONMENT must be development, staging, or production\.$/m],
    [{ MYSQL_SSL_CERT: '/c.pem' }, /^MYSQL_SSL_CERT: Set both MYSQL_SSL_CERT and MYSQL_SSL_KEY\.$/m],
    [{ MYSQL_FILTER_MODE: 'blacklist' }, /^MYSQL_FILTER_MODE: A blacklist needs patterns in MYSQL_FILTER_DENY\.$/m],
    [{ MYSQL_TABLES_DENY: 'shop.*,orders' }, /^MYSQL_TABLES_DENY: Write database\.table/m],
  ] as const)
    test(`says ${String(text)}`, () => {
      assert.match(
        said(() => readEnvironment({ MYSQL_USER: 'app', ...given })),
        text,
      );
    });

  test('says which name is missing, and what others call it', () => {
    const text = (environment: Environment): string => said(() => readEnvironment(environment));
    assert.match(text({ MYSQL_HOST: 'db' }), /^MYSQL_USER is not set/);
    assert.match(text({ MYSQL_HOST: 'db', MYSQL_USERNAME: 'app' }), /^MYSQL_USERNAME is unknown\. Did you mean MYSQL_USER\?/);
    assert.match(text({ MYSQL_USER: 'app', MYSQL_URI: 'mysql://h' }), /Did you mean MYSQL_URL\?/);
    assert.equal(text({ MYSQL_USER: 'app', MYSQL_USERNAME: 'of another program' }), '');
  });
});

interface Node {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly Node[];
}

interface Key {
  readonly path: readonly (string | number)[];
  readonly node: Node;
}

function keysOf(node: Node, path: readonly (string | number)[] = []): Key[] {
  const below = node.items?.properties === undefined ? node : node.items;
  const at = below === node ? path : [...path, 0];
  return Object.entries(below.properties ?? {}).flatMap(([key, inner]) => [
    { path: [...at, key], node: inner },
    ...keysOf(inner, [...at, key]),
  ]);
}

/** The smallest file with one value at a place. */
function fileWith(path: readonly (string | number)[], value: unknown): unknown {
  const file: Record<string, unknown> = { connections: [{ name: 'a', user: 'app' }] };
  let at: Record<string | number, unknown> = file;
  for (const [i, key] of path.slice(0, -1).entries()) {
    at[key] ??= typeof path[i + 1] === 'number' ? [] : {};
    at = at[key] as Record<string | number, unknown>;
  }
  at[path.at(-1) ?? ''] = value;
  return file;
}

const nameOf = (path: readonly (string | number)[]): string =>
  path.map((key, i) => (typeof key === 'number' ? `[${String(key)}]` : i === 0 ? key : `.${key}`)).join('');

suite('one mistake in a file', () => {
  const keys = keysOf(z.toJSONSchema(ConfigSchema, { io: 'input', unrepresentable: 'any' }) as Node).filter(
    ({ path }) => path[0] !== '$schema',
  );
  const told = (path: readonly (string | number)[], value: unknown): string => said(() => parseConfig(fileWith(path, value), 'The file'));

  test('the keys are found', () => {
    assert.ok(keys.length > 90, String(keys.length));
  });

  for (const { path, node } of keys) {
    const name = nameOf(path);

    test(`${name}: a slip in its name, a wrong type and a value out of range are told`, () => {
      const key = String(path.at(-1));
      const slip = [...path.slice(0, -1), `${key}x`];
      const expected = `${nameOf(slip)} is unknown. Did you mean ${key}?`;
      if (!['user', 'connections'].includes(name)) assert.ok(told(slip, 1).split('\n').includes(expected), `${expected}\n${told(slip, 1)}`);
      for (const wrong of [{ nothing: 'of it' }, ['no'], 'n o', 1.5, null].filter((value) => !fits(node, value))) {
        const text = told(path, wrong);
        assert.match(text, new RegExp(`^${name.replaceAll(/[[\].$]/g, '\\$&')}\\b`, 'm'), `${JSON.stringify(wrong)}: ${text}`);
        assert.doesNotMatch(text, /Invalid|expected|received|→|✖/, text);
      }
      for (const bound of [node.minimum, node.maximum]) {
        if (bound === undefined || Math.abs(bound) >= Number.MAX_SAFE_INTEGER) continue;
        const text = told(path, bound === node.minimum ? bound - 1 : bound + 1);
        assert.ok(text.includes(String(bound)) && text.includes(name), text);
      }
    });
  }
});

/** Whether a value is one that a key may have. */
function fits(node: Node, value: unknown): boolean {
  return z.fromJSONSchema(node as z.core.JSONSchema.JSONSchema).safeParse(value).success;
}
