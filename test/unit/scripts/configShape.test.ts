import assert from 'node:assert/strict';
import fc from 'fast-check';
import { configShape } from '../../../scripts/configShape.ts';
import { ConfigSchema, parseConfig } from '../../../src/server/config/configSchema.ts';
import { readEnvironment } from '../../../src/server/config/environment.ts';
import { surelyFits } from '../../../src/server/surelyFits.ts';

const shape = configShape();
const HOME = process.platform === 'win32' ? 'C:\\data' : '/data';

/** Parts of configurations, some of them wrong, and what each is called. */
const CONNECTION: Readonly<Record<string, readonly unknown[]>> = {
  url: ['mysql://app@db', ''],
  host: ['db', '', 'x'.repeat(256), 1],
  port: [3306, 0, 70_000, 1.5, '3306'],
  socket: ['/run/mysqld.sock', ''],
  user: ['app', '', null],
  database: ['shop', ''],
  password: ['${env:PW}', '${file:/run/pw}', 'hunter2', '${env:PW}x'],
  tls: ['required', 'maybe'],
  tlsFiles: [{ ca: `${HOME}/ca.pem` }, { ca: 'ca.pem' }, { certificate: `${HOME}/c.pem` }, {}],
  serverPublicKeyFile: [`${HOME}/public_key.pem`, 'public_key.pem'],
  poolSize: [4, 0, 101],
  environment: ['production', 'moon'],
  writes: [{ insert: 'ask' }, { insert: 'never' }, {}],
  tables: [{ deny: ['shop.secrets'] }, { deny: ['secrets'] }],
  allowedFunctions: [[{ database: 'shop', name: 'vat' }], [{ database: '', name: 'vat' }]],
  ssh: [{ host: 'bastion' }, { host: 'bastion', keyFile: 'id' }, { host: 'bastion', hostKey: 'x' }, {}],
  typo: [1],
};
const SECTIONS: Readonly<Record<string, readonly unknown[]>> = {
  folder: [HOME, 'here'],
  fullStatements: [true, 'yes'],
  writesFrom: [['agent'], ['']],
  limits: [{ rows: 10 }, { rows: 0 }, { rows: '10' }],
  cache: [{ enabled: true }, { enabled: 1 }],
  protection: [{ queryLength: 100 }, { filter: { mode: 'blacklist', deny: ['drop'] } }, { filter: { mode: 'blacklist', deny: ['('] } }],
  log: [{ level: 'debug' }, { folder: HOME }, { folder: 'logs' }],
  tracing: [{ endpoint: 'http://localhost:4318' }, { endpoint: 'localhost' }],
  http: [{ allowedHosts: ['db'] }, { certificate: `${HOME}/c.pem` }],
  typo: [1],
};

const some = (parts: Readonly<Record<string, readonly unknown[]>>) =>
  fc.record(Object.fromEntries(Object.entries(parts).map(([key, values]) => [key, fc.constantFrom(...values)])), { requiredKeys: [] });
const few = (parts: Readonly<Record<string, readonly unknown[]>>) =>
  fc.tuple(some(parts), fc.subarray(Object.keys(parts), { maxLength: 3 })).map(([all, keys]) => {
    return Object.fromEntries(keys.flatMap((key) => (key in all ? [[key, all[key]]] : [])));
  });
const config = fc
  .tuple(few(SECTIONS), fc.array(few(CONNECTION), { maxLength: 2 }))
  .map(([sections, connections]) => ({ ...sections, connections: connections.map((one, i) => ({ name: `c${String(i)}`, ...one })) }));

suite('the shape of a configuration', () => {
  test('what surely fits is right, and is what the schema would make of it (property)', () => {
    let fitting = 0;
    fc.assert(
      fc.property(config, (input) => {
        if (!surelyFits(shape, input)) return;
        fitting++;
        assert.deepEqual(ConfigSchema.parse(input), input);
      }),
      { numRuns: 5000 },
    );
    assert.ok(fitting > 200, `some do: ${String(fitting)}`);
  });

  test('a start from the environment needs no schema', () => {
    const environments = [
      { MYSQL_URL: 'mysql://app:pw@db.example:3306/shop?ssl-mode=required' },
      { MYSQL_HOST: 'db', MYSQL_PORT: '3307', MYSQL_USER: 'app', MYSQL_PASSWORD: 'pw', MYSQL_DB: 'shop', MYSQL_DATA_DIR: HOME },
    ];
    for (const environment of environments) assert.ok(surelyFits(shape, readEnvironment(environment).config), JSON.stringify(environment));
  });

  test('an address is given in one way', () => {
    const where = 'The file';
    const connection = (parts: object) => ({ connections: [{ name: 'shop', ...parts }] });
    assert.throws(() => parseConfig(connection({}), where), /give either `url`, or `user`/);
    assert.throws(() => parseConfig(connection({ url: 'mysql://a@b', user: 'a' }), where), /give either `url`, or `user`/);
    assert.throws(() => parseConfig(connection({ url: 'mysql://a@b', port: 1 }), where), /is in `url` already/);
  });
});
