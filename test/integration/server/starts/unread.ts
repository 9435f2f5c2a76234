import { one, type Mistake } from './conflicts.ts';

const cache = { entries: 5, seconds: 5, eviction: 'lru', sweepSeconds: 5, invalidation: 'targeted' };

/** Do not end the start, which then fails to connect. */
export const UNREAD: readonly Mistake[] = (
  [
    {
      title: 'a port beside a socket',
      env: { MYSQL_SOCKET: '/s' },
      says: ['MYSQL_SOCKET already specifies the server', ': MYSQL_HOST, MYSQL_PORT.'],
    },
    {
      title: 'an authority without TLS',
      env: { MYSQL_SSL_MODE: 'disabled', MYSQL_SSL_CA: '/c' },
      says: ['MYSQL_SSL_MODE is disabled: MYSQL_SSL_CA.'],
    },
    {
      title: 'an authority that nobody asks',
      env: { MYSQL_SSL_MODE: 'required', MYSQL_SSL_CA: '/c' },
      says: ['MYSQL_SSL_MODE is required: MYSQL_SSL_CA.', 'verify-ca'],
    },
    {
      title: 'a file of keys beside the key',
      env: {
        MYSQL_SSH_HOST: '127.0.0.1',
        MYSQL_SSH_PORT: '1',
        MYSQL_SSH_HOST_KEY: `SHA256:${'a'.repeat(43)}`,
        MYSQL_SSH_KNOWN_HOSTS: '/k',
      },
      says: ['MYSQL_SSH_HOST_KEY', ': MYSQL_SSH_KNOWN_HOSTS.'],
    },
    {
      title: 'copies of tables whose rows agents do not see',
      file: one({ agents: 'schema', scratchDatabase: 's' }),
      says: ['agents is schema, so agents reach no rows', 'scratchDatabase.'],
    },
    {
      title: 'a key of no pseudonyms',
      env: { MYSQL_COLUMNS: 'a.b.c=mask', MYSQL_COLUMNS_KEY: 'k'.repeat(32) },
      says: ['no rule of MYSQL_COLUMNS has the action pseudonym: MYSQL_COLUMNS_KEY.'],
    },
    {
      title: 'file: a key without rules',
      file: one({ columnsKey: '${env:K}' }),
      says: ['no rule of connections[0].columns has the action pseudonym: connections[0].columnsKey.'],
    },
    {
      title: 'approvals without rights',
      env: { MYSQL_APPROVALS: 'browser', MYSQL_EXPORTS: 'allow' },
      says: ['no connection lets agents write, and MYSQL_EXPORTS is not ask: MYSQL_APPROVALS.'],
    },
    { title: 'programs without rights', env: { MYSQL_WRITES_FROM: 'x' }, says: ['no connection lets agents write: MYSQL_WRITES_FROM.'] },
    { title: 'a size of no cache', env: { MYSQL_CACHE_TTL: '500' }, says: ['MYSQL_CACHE_ENABLED is not true: MYSQL_CACHE_TTL.'] },
    {
      title: 'patterns of another mode',
      env: { MYSQL_FILTER_MODE: 'blacklist', MYSQL_FILTER_DENY: 'x', MYSQL_FILTER_ALLOW: 'y' },
      says: ['MYSQL_FILTER_MODE is blacklist: MYSQL_FILTER_ALLOW.'],
    },
    {
      title: 'a burst of another algorithm',
      env: { MYSQL_RATE_LIMIT_BURST: '5', MYSQL_RATE_LIMIT_ALGORITHM: 'fixed_window' },
      says: ['MYSQL_RATE_LIMIT_ALGORITHM is fixed_window: MYSQL_RATE_LIMIT_BURST.'],
    },
    {
      title: 'protection that is off',
      env: { MYSQL_ENABLE_SECURITY: 'false', MYSQL_MAX_QUERY_LENGTH: '5' },
      says: ['MYSQL_ENABLE_SECURITY is false: MYSQL_MAX_QUERY_LENGTH.'],
    },
    {
      title: 'a folder of no files',
      env: { MYSQL_ENABLE_FILE_LOGGING: 'false', MYSQL_LOG_DIR: '/l' },
      says: ['MYSQL_ENABLE_FILE_LOGGING is not true: MYSQL_LOG_DIR.'],
    },
    {
      title: 'figures that nobody sees',
      env: { MYSQL_LOG_LEVEL: 'error', MYSQL_METRICS_EXPORT_INTERVAL: '5' },
      says: ['MYSQL_LOG_LEVEL is error', ': MYSQL_METRICS_EXPORT_INTERVAL.'],
    },
    {
      title: 'an endpoint of nothing',
      env: { MYSQL_ENABLE_TRACING: 'false', MYSQL_OTLP_ENDPOINT: 'http://x' },
      says: ['MYSQL_ENABLE_TRACING is false: MYSQL_OTLP_ENDPOINT.'],
    },
    {
      title: 'a name that may be of another program',
      env: { MYSQL_OF_SOMEBODY: '1' },
      says: ['Unknown variables, ignored: MYSQL_OF_SOMEBODY.'],
    },
    { title: 'a name of the servers', env: { MYSQL_HOME: '/x' }, says: ['ignored: MYSQL_HOME.'] },
    { title: 'a password in quotes', env: { MYSQL_PASSWORD: '"S3CRET"' }, says: ['MYSQL_PASSWORD is in quotation marks'] },
    { title: 'a password with a blank', env: { MYSQL_PASSWORD: 'S3CRET ' }, says: ['MYSQL_PASSWORD starts or ends with white space'] },
    {
      title: 'file: a slip beside it',
      env: { MYSQL_HOTS: 'h', MYSQL_ALLOW_ALL: '1' },
      file: {},
      says: ['is used: MYSQL_HOTS, MYSQL_ALLOW_ALL.'],
    },
    { title: 'file: variables beside it', env: { MYSQL_HOST: 'h' }, file: {}, says: ['is used: MYSQL_HOST.'] },
    {
      title: 'file: a port beside a socket',
      file: { connections: [{ name: 'a', user: 'u', socket: '/s', port: 1 }] },
      says: ['connections[0].socket already specifies the server', ': connections[0].port.'],
    },
    {
      title: 'file: TLS files without TLS',
      file: one({ tls: 'disabled', tlsFiles: { ca: '/c', certificate: '/c', key: '/k' } }),
      says: [
        'connections[0].tls is disabled: connections[0].tlsFiles.ca, connections[0].tlsFiles.certificate, connections[0].tlsFiles.key.',
      ],
    },
    {
      title: 'file: a key of a server that has TLS',
      file: one({ tls: 'required', serverPublicKeyFile: '/k' }),
      says: ['TLS is required', ': connections[0].serverPublicKeyFile.'],
    },
    {
      title: 'file: rights without programs',
      file: one({ writes: { update: 'ask' } }),
      says: ['writesFrom is empty: connections[0].writes.update.'],
    },
    {
      title: 'file: production that is none',
      file: one({ unattendedProduction: true, dryRunOnProduction: true }),
      says: ['connections[0].environment is not production: connections[0].unattendedProduction, connections[0].dryRunOnProduction.'],
    },
    {
      title: 'file: unattended, and nothing is allowed',
      file: one({ environment: 'production', unattendedProduction: true }),
      says: ['no entry of connections[0].writes is allow: connections[0].unattendedProduction.'],
    },
    {
      title: 'file: no cache',
      file: { cache, health: { cacheHitShare: 0.5 } },
      says: [
        'cache.enabled is not true: cache.entries, cache.seconds, cache.eviction, cache.sweepSeconds, cache.invalidation.',
        ': health.cacheHitShare.',
      ],
    },
    {
      title: 'file: no log files',
      file: { log: { files: 2, fileBytes: 5000 } },
      says: ['log.toFiles is not true: log.fileBytes, log.files.'],
    },
    {
      title: 'file: no protection',
      file: { protection: { enabled: false, injection: 'block', queryLength: 5, parameterLength: 5 } },
      says: ['protection.enabled is false: protection.injection, protection.queryLength, protection.parameterLength.'],
    },
  ] satisfies Mistake[]
).map((mistake) => ({ ...mistake, status: 1 }));
