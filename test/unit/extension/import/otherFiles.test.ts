import assert from 'node:assert/strict';
import { createCipheriv, randomBytes } from 'node:crypto';
import { readComposeFile } from '../../../../src/extension/import/composeFile.ts';
import { readDevContainer } from '../../../../src/extension/import/devContainer.ts';
import type { ImportCandidate } from '../../../../src/extension/import/importCandidate.ts';
import { readLoginPaths } from '../../../../src/extension/import/loginPath.ts';
import { readWorkbench } from '../../../../src/extension/import/mysqlWorkbench.ts';
import { workbenchFile } from '../../../../src/extension/import/workbenchFile.ts';

const brief = (found: readonly ImportCandidate[]): unknown[] =>
  found.map(({ name, target: { host, port, user, database, socket }, password }) =>
    [name, `${user}@${socket ?? `${host}:${String(port)}`}/${database ?? ''}`, password].filter((part) => part !== undefined),
  );

const COMPOSE = `
services:
  db:
    image: mysql:9.7
    environment:
      MYSQL_DATABASE: shop
      MYSQL_USER: app
      MYSQL_PASSWORD: \${APP_PASSWORD:-fallback}
      MYSQL_ROOT_PASSWORD: root
    ports: ["127.0.0.1:\${DB_PORT}:3306", "33060:33060"]
  second:
    image: docker.io/library/mariadb@sha256:00
    environment:
      - MARIADB_ROOT_PASSWORD=a$$b
    ports:
      - { target: 3306, published: "3308" }
  hidden:
    image: percona/percona-server:8
    environment: { MYSQL_ROOT_PASSWORD: x }
  web:
    image: my-mysql-admin:1
    ports: ["8080:3306"]
`;

suite('connections in files of other programs: services and tools', () => {
  test('compose: images of MySQL and MariaDB by their published ports, with values of .env', () => {
    const variables = { DB_PORT: '3307', APP_PASSWORD: 'from .env' };
    assert.deepEqual(brief(readComposeFile(COMPOSE, 'compose.yaml', { variables, inside: false })), [
      ['shop', 'app@127.0.0.1:3307/shop', 'from .env'],
      ['second', 'root@127.0.0.1:3308/', 'a$b'],
    ]);
  });

  test('compose: a name without a value is no password, and merge keys are read', () => {
    const text = `
x-db: &db
  image: mysql:9
  ports: ["3306:3306"]
x-login: &login { MYSQL_USER: app, MYSQL_PASSWORD: secret }
services:
  listed:
    <<: *db
    environment:
      - MYSQL_DATABASE=listed
      - MYSQL_USER=app
      - MYSQL_PASSWORD
  mapped:
    <<: *db
    environment:
      MYSQL_DATABASE: mapped
      MYSQL_USER: app
      MYSQL_PASSWORD:
  merged:
    <<: *db
    environment:
      <<: *login
      MYSQL_DATABASE: merged
  empty:
    <<: *db
    environment: { MYSQL_DATABASE: empty, MYSQL_USER: app, MYSQL_PASSWORD: "" }
`;
    assert.deepEqual(brief(readComposeFile(text, 'x', { variables: {}, inside: false })), [
      ['listed', 'app@127.0.0.1:3306/listed'],
      ['mapped', 'app@127.0.0.1:3306/mapped'],
      ['merged', 'app@127.0.0.1:3306/merged', 'secret'],
      ['empty', 'app@127.0.0.1:3306/empty', ''],
    ]);
    const [listed] = readComposeFile(text, 'x', { variables: { MYSQL_PASSWORD: 'of .env' }, inside: false });
    assert.equal(listed?.password, 'of .env');
  });

  test('compose: inside a development container by the names of the services', () => {
    assert.deepEqual(brief(readComposeFile(COMPOSE, 'compose.yaml', { variables: {}, inside: true })), [
      ['shop', 'app@db:3306/shop', 'fallback'],
      ['second', 'root@second:3306/', 'a$b'],
      ['hidden', 'root@hidden:3306/', 'x'],
    ]);
  });

  test('compose: what is none gives nothing, what is no YAML is an error', () => {
    const surroundings = { variables: {}, inside: false };
    for (const text of ['', '[]', 'services: 5', 'services: { a: 5, b: { image: [] } }'])
      assert.deepEqual(readComposeFile(text, 'x', surroundings), []);
    assert.throws(() => readComposeFile('a: b: c', 'x', surroundings));
  });

  test('compose: a large file that says much by aliases is read, and one of more aliases than people write says so', () => {
    const surroundings = { variables: {}, inside: false };
    const db =
      'x: &db {image: mysql, environment: &login {MYSQL_USER: app}, ports: ["3306:3306"]}\nx-note: "' +
      'n'.repeat(30_000) +
      '"\nservices:\n';
    const services = (count: number): string =>
      db + Array.from({ length: count }, (_, i) => `  s${String(i)}: {<<: *db, environment: *login}\n`).join('');
    assert.equal(readComposeFile(services(200), 'x', surroundings).length, 200);
    assert.throws(() => readComposeFile(services(300), 'x', surroundings), /It has 600 aliases \(\*name\)/);
    assert.throws(() => readComposeFile('- &a [*a]\n'.repeat(4000), 'x', surroundings), /It has 4000 aliases/);
  });

  test('devcontainer.json, with comments: the environment of the container', () => {
    const text = '{ // comment\n "containerEnv": { "DB_HOST": "db", "DB_USER": "app", "DB_NAME": "shop", "NOTHING": null, }, }';
    assert.deepEqual(brief(readDevContainer(text, 'x')), [['shop', 'app@db:3306/shop']]);
    assert.deepEqual(readDevContainer('5', 'x'), []);
  });

  test('login paths: each group with what [client] says for all [F34]', () => {
    const file = hide('[client]\nuser = me\n[production]\nhost = "db.example"\npassword = "p#1"\nport = 3307\n');
    assert.deepEqual(brief(readLoginPaths(file, 'x')), [
      ['localhost', 'me@localhost:3306/'],
      ['production', 'me@db.example:3307/', 'p#1'],
    ]);
    assert.throws(() => readLoginPaths(Buffer.concat([file, Buffer.from([16, 0, 0, 0, 1, 2])]), 'x'));
    assert.deepEqual(readLoginPaths(Buffer.alloc(3), 'x'), []);
  });

  test('MySQL Workbench: hosts, sockets, certificates, SSH', () => {
    const value = (key: string, text: string | number): string => `<value type="string" key="${key}">${String(text)}</value>`;
    const connection = (name: string, ...values: readonly string[]): string =>
      `<value type="object" struct-name="db.mgmt.Connection" id="{1}"><link type="object" key="driver">x</link>
       <value type="dict" key="parameterValues">${values.join('')}</value>${value('name', name)}</value>`;
    const xml = `<?xml version="1.0"?><data grt_format="2.0"><value type="list" content-type="object">${[
      connection(
        'Shop &amp; more',
        value('hostName', 'db.example'),
        value('port', 3307),
        value('userName', 'app'),
        value('schema', 'shop'),
        value('useSSL', 4),
        value('sslCA', '/ca.pem'),
      ),
      connection(
        'Local',
        value('socket', '/run/mysqld.sock'),
        value('userName', 'me'),
        value('useSSL', 0),
        value('sslCert', 'relative.pem'),
      ),
      connection(
        'Tunnel',
        value('hostName', '127.0.0.1'),
        value('userName', 'app'),
        value('sshHost', 'bastion:2222'),
        value('sshUserName', 'ops'),
        value('sshKeyFile', '/k'),
        value('useSSL', 1),
        value('sslCA', '/ca.pem'),
      ),
      connection('By password', value('hostName', 'h'), value('userName', 'app'), value('sshHost', 'bastion'), value('sshKeyFile', '')),
      connection('Nobody', value('hostName', 'h')),
    ].join('')}</value></data>`;
    const found = readWorkbench(xml, 'x');
    assert.deepEqual(brief(found), [
      ['Shop & more', 'app@db.example:3307/shop'],
      ['Local', 'me@/run/mysqld.sock/'],
      ['Tunnel', 'app@127.0.0.1:3306/'],
      ['By password', 'app@h:3306/'],
    ]);
    assert.deepEqual(
      found.map(({ target: { tls, tlsFiles, ssh } }) => ({ tls, tlsFiles, ssh })),
      [
        { tls: 'verify-identity', tlsFiles: { ca: '/ca.pem' }, ssh: undefined },
        { tls: 'disabled', tlsFiles: undefined, ssh: undefined },
        { tls: 'verify-ca', tlsFiles: { ca: '/ca.pem' }, ssh: { host: 'bastion', port: 2222, user: 'ops', keyFile: '/k' } },
        { tls: 'preferred', tlsFiles: undefined, ssh: { host: 'bastion', secret: 'password', agent: false } },
      ],
    );
    assert.throws(() => readWorkbench('<a>', 'x'));
  });

  test('MySQL Workbench keeps them elsewhere on each system', () => {
    assert.equal(workbenchFile('linux', '/home/me', undefined), '/home/me/.mysql/workbench/connections.xml');
    assert.equal(workbenchFile('darwin', '/Users/me', undefined), '/Users/me/Library/Application Support/MySQL/Workbench/connections.xml');
    assert.match(workbenchFile('win32', 'C:/Users/me', 'C:/Users/me/AppData/Roaming'), /Roaming.MySQL.Workbench.connections\.xml$/);
  });
});

/** As `mysql_config_editor` does; the file of the real one is read in `test/workbench/imports.test.ts`. */
function hide(text: string): Buffer {
  const head = Buffer.concat([Buffer.alloc(4), randomBytes(20)]);
  const key = Buffer.alloc(16);
  head.subarray(4).forEach((byte, i) => {
    key[i % 16] = (key[i % 16] ?? 0) ^ byte;
  });
  const lines = text.split(/(?<=\n)/).filter((line) => line !== '');
  const hidden = lines.flatMap((line) => {
    const cipher = createCipheriv('aes-128-ecb', key, null);
    const body = Buffer.concat([cipher.update(line), cipher.final()]);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(body.length);
    return [length, body];
  });
  return Buffer.concat([head, ...hidden]);
}
