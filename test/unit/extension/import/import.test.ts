import assert from 'node:assert/strict';
import type { ConnectionProfile } from '../../../../src/engine/driver/profile.ts';
import { readEnvFile } from '../../../../src/extension/import/envFile.ts';
import type { ImportCandidate } from '../../../../src/extension/import/importCandidate.ts';
import { readJsonFile, writeJsonFile } from '../../../../src/extension/import/jsonFile.ts';
import { readOptionFile } from '../../../../src/extension/import/myCnf.ts';
import { readSqlTools } from '../../../../src/extension/import/sqlTools.ts';

const brief = (found: readonly ImportCandidate[]): unknown[] =>
  found.map(({ name, target: { host, port, user, database, socket, tls }, password }) =>
    [name, `${user}@${socket ?? `${host}:${String(port)}`}/${database ?? ''}`, tls, password].filter((part) => part !== undefined),
  );

suite('connections in files of other programs', () => {
  test('.env: URLs under any name, drivers in their scheme, and nothing of other databases', () => {
    const text = `
      DATABASE_URL="mysql://app:p%40ss@db.example:3307/shop?pool=5"
      OTHER=mysql+pymysql://u:p@h/d
      JDBC=jdbc:mariadb://root@localhost/test
      PG=postgres://a:b@c/d
      TEMPLATE=mysql://\${USER}@/x
    `;
    assert.deepEqual(brief(readEnvFile(text, '.env')), [
      ['shop', 'app@db.example:3307/shop', 'preferred', 'p@ss'],
      ['test', 'root@localhost:3306/test', 'preferred'],
      ['d', 'u@h:3306/d', 'preferred', 'p'],
    ]);
  });

  test('.env: variables of frameworks and images', () => {
    const laravel = 'DB_CONNECTION=mysql\nDB_HOST=127.0.0.1\nDB_PORT=3306\nDB_DATABASE=shop\nDB_USERNAME=sail\nDB_PASSWORD=secret # local';
    assert.deepEqual(brief(readEnvFile(laravel, '.env')), [['shop', 'sail@127.0.0.1:3306/shop', 'preferred', 'secret']]);
    assert.deepEqual(readEnvFile(laravel.replace('=mysql', '=pgsql'), '.env'), []);
    assert.deepEqual(brief(readEnvFile('MYSQL_ROOT_PASSWORD=x\nMYSQL_DATABASE=d', '.env')), [
      ['d', 'root@127.0.0.1:3306/d', 'preferred', 'x'],
    ]);
    assert.deepEqual(readEnvFile('DB_HOST=h\nDB_PORT=99999\nDB_USER=u', '.env'), []);
    assert.deepEqual(readEnvFile('', '.env'), []);
  });

  test('.env: variables in variables, not in single quotes, and nothing where one is missing', () => {
    const text = `
      ROOT=s3cret
      MYSQL_USER=app
      MYSQL_PASSWORD="\${ROOT}-x"
      MYSQL_DATABASE=\${NAME:-shop}
      URL=mysql://\${MYSQL_USER}:\${MYSQL_PASSWORD}@h/d
      LITERAL='mysql://u:\${ROOT}@h2/d2'
      OPEN=mysql://u:\${NOWHERE}@h3/d3
      DOLLAR=mysql://u:pa$word@h4/d4
      LOOP=\${LOOP}
    `;
    const found = [...readEnvFile(text, '.env')].sort((a, b) => (a.name < b.name ? -1 : 1));
    assert.deepEqual(brief(found), [
      ['d', 'app@h:3306/d', 'preferred', 's3cret-x'],
      ['d2', 'u@h2:3306/d2', 'preferred', '${ROOT}'],
      ['d4', 'u@h4:3306/d4', 'preferred', 'pa$word'],
      ['shop', 'app@127.0.0.1:3306/shop', 'preferred', 's3cret-x'],
    ]);
    const unknown = readEnvFile('DB_HOST=h\nDB_USER=u\nDB_PASSWORD=${NOWHERE}', '.env');
    assert.deepEqual(brief(unknown), [['h', 'u@h:3306/', 'preferred']]);
  });

  test('an option file of the mysql client, with groups by suffix', () => {
    const text = `
# mine
[client]
user = me
password="s#cret\\s1"
host=db.example # the old one
ssl-mode=VERIFY_CA
[mysql]
database=shop
[mysqldump]
user=backup
[client_staging]
host=staging.example
port=3310
`;
    assert.deepEqual(brief(readOptionFile(text, '~/.my.cnf')), [
      ['shop', 'me@db.example:3306/shop', 'verify-ca', 's#cret 1'],
      ['staging', 'me@staging.example:3310/shop', 'verify-ca', 's#cret 1'],
    ]);
    assert.deepEqual(brief(readOptionFile('[client]\nuser=me\nsocket=/run/mysqld.sock', 'f')), [
      ['localhost', 'me@/run/mysqld.sock/', 'preferred'],
    ]);
    assert.deepEqual(readOptionFile('[client]\nport=1', 'f'), []);
  });

  test('SQLTools: MySQL and MariaDB alone [F35]', () => {
    const setting = [
      { driver: 'MySQL', name: 'Shop', server: 'h', port: 3306, database: 'shop', username: 'u', password: 'p', askForPassword: false },
      { driver: 'PostgreSQL', name: 'Other', server: 'h', username: 'u' },
      { driver: 'MariaDB', name: 'Incomplete' },
      'nonsense',
    ];
    assert.deepEqual(brief(readSqlTools(setting, 'SQLTools')), [['Shop', 'u@h:3306/shop', 'preferred', 'p']]);
    assert.deepEqual(readSqlTools(undefined, 'SQLTools'), []);
  });

  test('an authority verifies, and no mode of TLS becomes a weaker one', () => {
    const tlsOf = ([found]: readonly ImportCandidate[]): unknown => [found?.target.tls, found?.target.tlsFiles];
    const options = (lines: string): unknown => tlsOf(readOptionFile(`[client]\nuser=me\nhost=h\n${lines}`, 'f'));
    const variables = (lines: string): unknown => tlsOf(readEnvFile(`DB_HOST=h\nDB_USER=u\n${lines}`, 'f'));
    const tools = (mysqlOptions: object): unknown =>
      tlsOf(readSqlTools([{ driver: 'MySQL', name: 'x', server: 'h', username: 'u', mysqlOptions }], 'f'));
    const ca = { ca: '/ca.pem' };
    for (const [found, mode, files] of [
      [options(''), 'preferred'],
      [options('ssl-ca=/ca.pem'), 'verify-ca', ca],
      [options('ssl_ca = "/ca.pem"'), 'verify-ca', ca],
      [options('ssl-ca=ca.pem'), 'verify-ca'],
      [options('ssl-ca=/ca.pem\nssl-mode=REQUIRED'), 'required', ca],
      [options('ssl-ca=/ca.pem\nssl-mode=VERIFY_IDENTITY'), 'verify-identity', ca],
      [options('ssl-mode=VERIFY_EVERYTHING'), 'verify-identity'],
      [options('ssl'), 'required'],
      [options('ssl\nssl-ca=/ca.pem'), 'verify-ca', ca],
      [options('ssl-verify-server-cert\nssl-ca=/ca.pem'), 'verify-identity', ca],
      [options('ssl-verify-server-cert=0'), 'preferred'],
      [options('skip-ssl'), 'disabled'],
      [options('ssl=0'), 'disabled'],
      [options('ssl-ca=/ca.pem\nssl-cert=/c.pem\nssl-key=/k.pem'), 'verify-ca', { ...ca, certificate: '/c.pem', key: '/k.pem' }],
      [options('ssl-cert=/c.pem'), 'preferred'],
      [variables('DB_SSL_CA=/ca.pem'), 'verify-ca', ca],
      [variables('MYSQL_ATTR_SSL_CA=/ca.pem'), 'verify-ca', ca],
      [variables('DB_SSLMODE=verify_identity'), 'verify-identity'],
      [variables('DB_SSL_MODE='), 'preferred'],
      [tools({}), 'preferred'],
      [tools({ enableSsl: 'Enabled' }), 'required'],
      [tools({ ssl: true }), 'required'],
      [tools({ ssl: { ca: '/ca.pem' } }), 'verify-identity', ca],
      [tools({ ssl: { rejectUnauthorized: false } }), 'required'],
    ])
      assert.deepEqual(found, [mode, files]);
  });

  test('our own file carries limits, and neither secrets nor rights [F37]', () => {
    const profile: ConnectionProfile = {
      ...{ id: '6f2a9d1e-0000-4000-8000-000000000001', name: 'shop', host: 'h', port: 3306, user: 'u', tls: 'required', createdAt: 5 },
      ...{ environment: 'production', readOnly: true, tables: { deny: ['shop.cards'] } },
      ...{
        writes: { delete: 'allow' },
        unattendedProduction: true,
        allowUnenforcedReadOnly: true,
        allowedFunctions: [{ database: 'a', name: 'f' }],
      },
    };
    const text = writeJsonFile([profile]);
    assert.doesNotMatch(text, /writes|unattended|OneFence|allowedFunctions|createdAt|6f2a9d1e/);
    const [found] = readJsonFile(text, 'x.json');
    assert.deepEqual(found?.target, {
      ...{ host: 'h', port: 3306, user: 'u', tls: 'required' },
      ...{ environment: 'production', readOnly: true, tables: { deny: ['shop.cards'] } },
    });
    const forged = JSON.stringify({
      connections: [{ name: 'x', host: 'h', port: 1, user: 'u', tls: 'disabled', writes: { ddl: 'allow' } }],
    });
    assert.equal(readJsonFile(forged, 'x.json')[0]?.target.writes, undefined);
  });

  test('a file that is none of ours is refused as a whole', () => {
    for (const text of ['', '{}', '{"connections": [{"host": 5}]}', '[1]'])
      assert.throws(() => readJsonFile(text, 'x.json'), /x\.json contains no MySQL Pilot connections/);
  });
});
