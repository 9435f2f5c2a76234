import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { isPilotError } from '../../../../src/engine/errors.ts';
import { ConfigSource } from '../../../../src/server/config/configSource.ts';
import { readEnvironment, type EnvironmentConfig } from '../../../../src/server/config/environment.ts';
import { FOREIGN } from '../../../../src/server/config/foreignVariables.ts';
import { VARIABLES } from '../../../../src/server/config/variables.ts';

const ACCOUNT = { MYSQL_USER: 'app' };

suite('configuration by the environment', () => {
  const read = (environment: Record<string, string>): EnvironmentConfig => readEnvironment({ PATH: '/bin', ...environment });
  const refuses = (environment: Record<string, string>, expected: RegExp): void => {
    assert.throws(
      () => read(environment),
      (error) => isPilotError(error) && ['input.invalid', 'url.invalid'].includes(error.code) && expected.test(error.message),
      JSON.stringify(environment),
    );
  };

  test('every variable has its effect [P07]', () => {
    const { config } = read({
      MYSQL_HOST: 'db',
      MYSQL_PORT: '3307',
      MYSQL_USER: 'app',
      MYSQL_PASSWORD: 'geheim',
      MYSQL_DB: 'shop',
      MYSQL_SSL_MODE: 'VERIFY_CA',
      MYSQL_SSL_CA: '/ca.pem',
      MYSQL_SSL_CERT: '/cert.pem',
      MYSQL_SSL_KEY: '/key.pem',
      MYSQL_SERVER_PUBLIC_KEY_PATH: '/public_key.pem',
      MYSQL_SCRATCH_DATABASE: 'spare',
      MYSQL_POOL_SIZE: '10',
      MYSQL_CONNECT_TIMEOUT: '5000',
      MYSQL_QUERY_TIMEOUT: '1500',
      MYSQL_ENVIRONMENT: 'production',
      MYSQL_ALLOW_INSERT: 'true',
      MYSQL_ALLOW_UPDATE: 'ask',
      MYSQL_ALLOW_DELETE: 'false',
      MYSQL_ALLOW_DDL: 'ask',
      MYSQL_ALLOW_CALL: 'no',
      MYSQL_ALLOW_ADMINISTRATION: '0',
      MYSQL_WRITES_FROM: 'claude-ai, cursor',
      MYSQL_APPROVALS: 'Browser',
      MYSQL_EXPORTS: 'Deny',
      MYSQL_PAGINATION_DEFAULT_SIZE: '10',
      MYSQL_PAGINATION_MAX_SIZE: '1000',
      MYSQL_STREAMING_CHUNK_SIZE: '500',
      MYSQL_SSH_HOST: 'bastion',
      MYSQL_SSH_PORT: '2222',
      MYSQL_SSH_USER: 'tunnel',
      MYSQL_SSH_KEY: '/id',
      MYSQL_SSH_PASSPHRASE: 'p',
      MYSQL_SSH_PASSWORD: 'q',
      MYSQL_SSH_HOST_KEY: 'SHA256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
      MYSQL_SSH_KNOWN_HOSTS: '/known',
      MYSQL_SSH_JUMPS: 'me@first:22, second',
      MYSQL_AGENTS: 'SCHEMA',
      MYSQL_TABLES_ALLOW: 'shop.*, stock.items',
      MYSQL_TABLES_DENY: 'shop.salaries',
      MYSQL_COLUMNS: 'shop.customers.email=mask, *.users.name=pseudonym',
      MYSQL_COLUMNS_KEY: 'k',
      MYSQL_CACHE_ENABLED: 'true',
      MYSQL_CACHE_MAX_SIZE: '500',
      MYSQL_CACHE_TTL: '30000',
      MYSQL_CACHE_EVICTION_POLICY: 'FIFO',
      MYSQL_CACHE_CLEANUP_INTERVAL: '10',
      MYSQL_CACHE_INVALIDATION_MODE: 'targeted',
      MYSQL_DATA_DIR: '/data',
      MYSQL_METRICS_EXPORT_INTERVAL: '60',
      MYSQL_ENABLE_TRACING: 'true',
      MYSQL_OTLP_ENDPOINT: 'http://collector:4318/v1/traces',
      MYSQL_LOG_LEVEL: 'DEBUG',
      MYSQL_ENABLE_FILE_LOGGING: 'yes',
      MYSQL_LOG_DIR: '/logs',
      MYSQL_LOG_SECURITY_EVENTS: 'false',
      MYSQL_LOG_REJECTED_QUERIES: '0',
      MYSQL_AUDIT_ALL_QUERIES: 'off',
      MYSQL_STATEMENT_TAGS: 'no',
      MYSQL_ENABLE_SECURITY: 'true',
      MYSQL_ENABLE_INJECTION_DETECTION: 'true',
      MYSQL_FILTER_MODE: 'COMBINED',
      MYSQL_FILTER_DENY: '^SHOW\\b\nfrom secrets',
      MYSQL_FILTER_ALLOW: '^SELECT',
      MYSQL_RATE_LIMIT_RPM: '30',
      MYSQL_RATE_LIMIT_BURST: '5',
      MYSQL_RATE_LIMIT_ALGORITHM: 'SLIDING_WINDOW',
      MYSQL_MAX_QUERY_LENGTH: '10000',
      MYSQL_MAX_PARAMETER_LENGTH: '1000',
      MYSQL_HTTP_TOKEN: 'x',
      MYSQL_HTTP_APPROVAL_KEY: 'k',
      MYSQL_HTTP_CERTIFICATE: '/c',
      MYSQL_HTTP_KEY: '/k',
      MYSQL_HTTP_ALLOWED_HOSTS: 'a.example,b.example',
      MYSQL_HTTP_ALLOWED_ORIGINS: 'https://a.example',
    });
    assert.deepEqual(config, {
      connections: [
        {
          name: 'shop',
          host: 'db',
          port: 3307,
          user: 'app',
          password: '${env:MYSQL_PASSWORD}',
          database: 'shop',
          tls: 'verify-ca',
          tlsFiles: { ca: '/ca.pem', certificate: '/cert.pem', key: '/key.pem' },
          serverPublicKeyFile: '/public_key.pem',
          scratchDatabase: 'spare',
          poolSize: 10,
          connectTimeoutMs: 5000,
          ssh: {
            ...{ host: 'bastion', port: 2222, user: 'tunnel', keyFile: '/id', knownHostsFile: '/known' },
            ...{ passphrase: '${env:MYSQL_SSH_PASSPHRASE}', password: '${env:MYSQL_SSH_PASSWORD}' },
            hostKey: `SHA256:${'a'.repeat(43)}`,
            jumps: [{ host: 'first', port: 22, user: 'me' }, { host: 'second' }],
          },
          environment: 'production',
          agents: 'schema',
          tables: { allow: ['shop.*', 'stock.items'], deny: ['shop.salaries'] },
          columns: ['shop.customers.email=mask', '*.users.name=pseudonym'],
          columnsKey: '${env:MYSQL_COLUMNS_KEY}',
          writes: { insert: 'allow', update: 'ask', ddl: 'ask' },
        },
      ],
      writesFrom: ['claude-ai', 'cursor'],
      approvals: 'browser',
      exports: 'deny',
      limits: { rows: 10, maxRows: 1000, spooledRows: 500, seconds: 1.5 },
      cache: { enabled: true, entries: 500, seconds: 30, eviction: 'fifo', sweepSeconds: 10, invalidation: 'targeted' },
      folder: '/data',
      protection: {
        enabled: true,
        injection: 'block',
        filter: { mode: 'combined', deny: [/^SHOW\b/is, /from secrets/is], allow: [/^SELECT/is] },
        rateLimit: { perMinute: 30, burst: 5, algorithm: 'sliding_window' },
        queryLength: 10_000,
        parameterLength: 1000,
      },
      audit: { reads: false, statementTags: false },
      tracing: { enabled: true, endpoint: 'http://collector:4318/v1/traces' },
      log: { level: 'debug', toFiles: true, folder: '/logs', metricsSeconds: 60, securityEvents: false, rejectedQueries: false },
      http: {
        tokens: ['${env:MYSQL_HTTP_TOKEN}'],
        approvalKey: '${env:MYSQL_HTTP_APPROVAL_KEY}',
        certificate: '/c',
        key: '/k',
        allowedHosts: ['a.example', 'b.example'],
        allowedOrigins: ['https://a.example'],
      },
    });
  });

  test('that table of variables is whole', async () => {
    const text = await readFile(import.meta.filename, 'utf8');
    for (const { name } of VARIABLES) assert.match(text, new RegExp(`\\b${name}: '`), `${name} is not tried`);
  });

  test('what is left out has its default, and nothing may write [P08]', async () => {
    const [profile] = await new ConfigSource(read(ACCOUNT).config).listProfiles();
    assert.deepEqual(
      [profile?.host, profile?.port, profile?.tls, profile?.database, profile?.writes],
      ['127.0.0.1', 3306, 'preferred', undefined, undefined],
    );
  });

  test('a URL, with its password apart', async () => {
    const { config, urlPassword } = read({ MYSQL_URL: 'mysql://app:ge%23heim@db:3310/shop', MYSQL_SSL_MODE: 'required' });
    assert.equal(urlPassword, 'ge#heim');
    assert.doesNotMatch(JSON.stringify(config), /heim/);
    const source = new ConfigSource(config, urlPassword);
    const [profile] = await source.listProfiles();
    assert.deepEqual([profile?.host, profile?.port, profile?.database, profile?.tls], ['db', 3310, 'shop', 'required']);
    assert.equal(await source.getSecret(profile?.id ?? ''), 'ge#heim');
  });

  for (const [given, tls] of [
    [{ MYSQL_SSL_CA: '/ca.pem' }, 'verify-ca'],
    [{ MYSQL_SSL_CA: '/ca.pem', MYSQL_SSL_MODE: 'REQUIRED' }, 'required'],
    [{ MYSQL_SSL_CA: '/ca.pem', MYSQL_SSL_MODE: 'VERIFY_IDENTITY' }, 'verify-identity'],
    [{ MYSQL_SSL_CA: '' }, 'preferred'],
    [{ MYSQL_URL: 'mysql://app@db/shop', MYSQL_USER: '', MYSQL_SSL_CA: '/ca.pem' }, 'verify-ca'],
    [{ MYSQL_URL: 'mysql://app@db/shop?ssl-mode=required', MYSQL_USER: '', MYSQL_SSL_CA: '/ca.pem' }, 'required'],
  ] as const)
    test(`an authority verifies unless a mode is named: ${JSON.stringify(given)}`, async () => {
      const [profile] = await new ConfigSource(read({ ...ACCOUNT, ...given }).config).listProfiles();
      assert.equal(profile?.tls, tls);
    });

  test('a socket, and a password in a file', () => {
    const [one] = read({
      ...ACCOUNT,
      MYSQL_SOCKET: '/run/mysqld.sock',
      MYSQL_PASSWORD_FILE: '/run/secrets/db',
      MYSQL_COLUMNS_KEY_FILE: '/key',
    }).config.connections;
    assert.deepEqual([one?.socket, one?.password, one?.columnsKey], ['/run/mysqld.sock', '${file:/run/secrets/db}', '${file:/key}']);
  });

  test("other servers' names for the same are taken, but not both", () => {
    assert.equal(read({ ...ACCOUNT, MYSQL_DATABASE: 'shop' }).config.connections[0]?.database, 'shop');
    assert.equal(read({ ...ACCOUNT, MYSQL_PASS: 'x' }).config.connections[0]?.password, '${env:MYSQL_PASS}');
    refuses({ ...ACCOUNT, MYSQL_DB: 'a', MYSQL_DATABASE: 'b' }, /MYSQL_DB and MYSQL_DATABASE have the same meaning/);
    refuses(
      { ...ACCOUNT, MYSQL_PASSWORD: 'a', MYSQL_PASSWORD_FILE: '/b' },
      /MYSQL_PASSWORD_FILE has the same meaning as MYSQL_PASSWORD or MYSQL_PASS/,
    );
    refuses({ MYSQL_URL: 'mysql://a@b', MYSQL_USER: 'c' }, /MYSQL_URL can't be combined with MYSQL_USER/);
    refuses({ MYSQL_URL: 'mysql://a:p@b', MYSQL_PASSWORD: 'c' }, /MYSQL_URL can't be combined with MYSQL_PASSWORD/);
  });

  test('a slip is an error, and never a default that widens rights', () => {
    refuses({ ...ACCOUNT, MYSQL_ALOW_INSERT: 'true' }, /MYSQL_ALOW_INSERT is unknown. Did you mean MYSQL_ALLOW_INSERT\?/);
    refuses({ ...ACCOUNT, MYSQL_PASWORD: 'x' }, /Did you mean MYSQL_PASSWORD/);
    refuses({ ...ACCOUNT, MYSQL_ALLOW_EVERYTHING_OF_IT: 'true' }, /doesn't start with unknown permissions/);
    refuses({ ...ACCOUNT, MYSQL_ALLOW_INSERT: 'maybe', MYSQL_WRITES_FROM: 'x' }, /must be true or false, or ask/);
    refuses({ ...ACCOUNT, MYSQL_ALLOW_INSERT: 'true' }, /Set MYSQL_WRITES_FROM to the names/);
    refuses({ ...ACCOUNT, mysql_host: 'db' }, /mysql_host is unknown\. Did you mean MYSQL_HOST\?/);
    refuses({ ...ACCOUNT, MYSQL_HOST: 'db:3307' }, /MYSQL_HOST: Write only a host name or IP address\. Set MYSQL_PORT separately/);
    refuses({ ...ACCOUNT, MYSQL_PORT: '70000' }, /MYSQL_PORT/);
    refuses({ ...ACCOUNT, MYSQL_PORT: 'tcp://10.0.0.1:3306' }, /Kubernetes/);
    refuses({ ...ACCOUNT, MYSQL_POOL_SIZE: '1e9' }, /MYSQL_POOL_SIZE must be a number from 1 to 100/);
    refuses({ ...ACCOUNT, MYSQL_QUERY_TIMEOUT: '90000' }, /MYSQL_QUERY_TIMEOUT .* milliseconds/);
    refuses({ ...ACCOUNT, MYSQL_SSL_MODE: 'strict' }, /MYSQL_SSL_MODE must be disabled/);
    refuses({ ...ACCOUNT, MYSQL_SSL_CERT: '/c.pem' }, /Set both MYSQL_SSL_CERT and MYSQL_SSL_KEY/);
    refuses({ ...ACCOUNT, MYSQL_FILTER_MODE: 'blacklist' }, /needs patterns in MYSQL_FILTER_DENY/);
    refuses({ ...ACCOUNT, MYSQL_FILTER_MODE: 'whitelist', MYSQL_FILTER_ALLOW: '(' }, /isn't a valid regular expression/);
    refuses({ ...ACCOUNT, MYSQL_ENABLE_INJECTION_DETECTION: 'perhaps' }, /must be true or false/);
    refuses({ MYSQL_URL: 'postgres://a@b' }, /instead of mysql:/);
  });

  test('names that others have given a meaning are left alone, and told', () => {
    const names = Object.fromEntries(FOREIGN.map((name) => [name, '1']));
    const { config, ignored } = read({ ...ACCOUNT, ...names, MYSQL_SOMETHING_OF_A_TOOL: 'x' });
    assert.deepEqual(ignored, [...FOREIGN, 'MYSQL_SOMETHING_OF_A_TOOL'].sort());
    assert.deepEqual(config, read(ACCOUNT).config);
    const own = VARIABLES.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
    assert.deepEqual(
      FOREIGN.filter((name) => own.includes(name)),
      [],
    );
  });

  test('an empty variable is one that is not set', () => {
    assert.deepEqual(read({ ...ACCOUNT, MYSQL_DB: '', MYSQL_ALLOW_DELETE: '' }).config, read(ACCOUNT).config);
  });

  test('a protection that is set to nothing ends the start', () => {
    for (const name of ['MYSQL_AGENTS', 'MYSQL_TABLES_ALLOW', 'MYSQL_TABLES_DENY', 'MYSQL_COLUMNS'])
      for (const value of ['', ' ', '\t\n']) refuses({ ...ACCOUNT, [name]: value }, new RegExp(`^${name} is set but empty`));
    refuses({ ...ACCOUNT, MYSQL_COLUMNS: ' , ' }, /^MYSQL_COLUMNS has no entries/);
  });
});
