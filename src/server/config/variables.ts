/** How the text of a variable is read. */
export type VariableKind =
  | 'text'
  | 'lowerCase'
  | 'underscored'
  | 'integer'
  | 'seconds'
  | 'switch'
  | 'access'
  | 'list'
  | 'lines'
  | 'detection'
  | 'reference'
  | 'file';

export interface Variable {
  readonly name: `MYSQL_${string}`;
  /** Names that other servers use for the same. */
  readonly aliases?: readonly string[];
  readonly kind: VariableKind;
  /** Its place in the configuration (`connections.0` is the one connection that the environment describes). */
  readonly place: string;
  readonly description: string;
}

const connection = (key: string): string => `connections.0.${key}`;

/** Every variable that means something here; the table in the documentation is made from this. */
export const VARIABLES: readonly Variable[] = [
  {
    name: 'MYSQL_URL',
    kind: 'text',
    place: connection('url'),
    description: '`mysql://user:password@host:3306/database?ssl-mode=REQUIRED`, instead of the next ones.',
  },
  { name: 'MYSQL_HOST', kind: 'text', place: connection('host'), description: 'Host name or address, 127.0.0.1 by default.' },
  { name: 'MYSQL_PORT', kind: 'integer', place: connection('port'), description: '3306 by default.' },
  { name: 'MYSQL_SOCKET', kind: 'text', place: connection('socket'), description: 'A unix socket instead of host and port.' },
  { name: 'MYSQL_USER', kind: 'text', place: connection('user'), description: 'The account.' },
  { name: 'MYSQL_PASSWORD', aliases: ['MYSQL_PASS'], kind: 'reference', place: connection('password'), description: 'Its password.' },
  { name: 'MYSQL_PASSWORD_FILE', kind: 'file', place: connection('password'), description: 'A file that holds the password.' },
  {
    name: 'MYSQL_DB',
    aliases: ['MYSQL_DATABASE'],
    kind: 'text',
    place: connection('database'),
    description: 'The default database; without it statements name theirs.',
  },
  {
    name: 'MYSQL_SSL_MODE',
    kind: 'lowerCase',
    place: connection('tls'),
    description: '`disabled`, `preferred` (default), `required`, `verify-ca` or `verify-identity`.',
  },
  { name: 'MYSQL_SSL_CA', kind: 'text', place: connection('tlsFiles.ca'), description: 'PEM file of the authorities to trust.' },
  { name: 'MYSQL_SSL_CERT', kind: 'text', place: connection('tlsFiles.certificate'), description: 'PEM file of the client certificate.' },
  { name: 'MYSQL_SSL_KEY', kind: 'text', place: connection('tlsFiles.key'), description: 'PEM file of its key.' },
  {
    name: 'MYSQL_POOL_SIZE',
    kind: 'integer',
    place: connection('poolSize'),
    description: 'The most sessions at a time, 4 by default and 2 on production.',
  },
  {
    name: 'MYSQL_CONNECT_TIMEOUT',
    kind: 'integer',
    place: connection('connectTimeoutMs'),
    description: 'For connecting, in milliseconds, 10000 by default.',
  },
  {
    name: 'MYSQL_QUERY_TIMEOUT',
    kind: 'seconds',
    place: 'limits.seconds',
    description: 'For a statement, in milliseconds, 30000 by default and 60000 at most.',
  },
  {
    name: 'MYSQL_ENVIRONMENT',
    kind: 'lowerCase',
    place: connection('environment'),
    description: '`development`, `staging` or `production` (tighter limits, no write unasked).',
  },
  ...(['INSERT', 'UPDATE', 'DELETE', 'DDL', 'CALL', 'ADMINISTRATION'] as const).map((one): Variable => {
    return {
      name: `MYSQL_ALLOW_${one}`,
      kind: 'access',
      place: connection(`writes.${one.toLowerCase()}`),
      description: `${one}: \`false\` (default), \`ask\` (a person sees a preview and decides) or \`true\` (unasked). Needs MYSQL_WRITES_FROM.`,
    };
  }),
  {
    name: 'MYSQL_WRITES_FROM',
    kind: 'list',
    place: 'writesFrom',
    description: 'The programs that may write where the variables above allow it, by the name that they give themselves; with commas.',
  },
  {
    name: 'MYSQL_TABLES_ALLOW',
    kind: 'list',
    place: connection('tables.allow'),
    description: 'Where set, the only tables whose rows agents reach: `shop.*, stock.items`, with commas; `*` stands for any characters.',
  },
  {
    name: 'MYSQL_TABLES_DENY',
    kind: 'list',
    place: connection('tables.deny'),
    description: 'Tables whose rows they never reach, in views neither; wins over the other.',
  },
  {
    name: 'MYSQL_PAGINATION_DEFAULT_SIZE',
    kind: 'integer',
    place: 'limits.rows',
    description: 'Rows of an answer, 200 by default.',
  },
  {
    name: 'MYSQL_PAGINATION_MAX_SIZE',
    kind: 'integer',
    place: 'limits.maxRows',
    description: 'The most that an agent may ask for, 10000 by default.',
  },
  {
    name: 'MYSQL_STREAMING_CHUNK_SIZE',
    kind: 'integer',
    place: 'limits.spooledRows',
    description: 'Rows that are read on and kept behind a page, for its cursor; ten pages by default.',
  },
  {
    name: 'MYSQL_CACHE_ENABLED',
    kind: 'switch',
    place: 'cache.enabled',
    description: 'Answers are kept for a while: `false` by default, since they may be old. What comes from the cache says so.',
  },
  { name: 'MYSQL_CACHE_MAX_SIZE', kind: 'integer', place: 'cache.entries', description: 'The most answers, 1000 by default.' },
  {
    name: 'MYSQL_CACHE_TTL',
    kind: 'seconds',
    place: 'cache.seconds',
    description: 'How old one may become, in milliseconds, 60000 by default.',
  },
  {
    name: 'MYSQL_CACHE_EVICTION_POLICY',
    kind: 'lowerCase',
    place: 'cache.eviction',
    description: 'What goes when it is full: the one unused for longest (`lru`, default) or the oldest (`fifo` and `ttl`).',
  },
  {
    name: 'MYSQL_CACHE_CLEANUP_INTERVAL',
    kind: 'integer',
    place: 'cache.sweepSeconds',
    description: 'How often old ones are thrown away, in seconds, 60 by default.',
  },
  {
    name: 'MYSQL_CACHE_INVALIDATION_MODE',
    kind: 'lowerCase',
    place: 'cache.invalidation',
    description:
      'What a write of ours makes void: all (`aggressive`, default), what its databases (`conservative`) or its tables (`targeted`) gave.',
  },
  {
    name: 'MYSQL_ENABLE_SECURITY',
    kind: 'switch',
    place: 'protection.enabled',
    description: '`false` turns off the next ones, and never what keeps statements read-only.',
  },
  {
    name: 'MYSQL_ENABLE_INJECTION_DETECTION',
    kind: 'detection',
    place: 'protection.injection',
    description:
      'What looks like injected SQL: `flag` (default) tells the agent and the record, `block` or `true` refuses it, `off` or `false` does nothing.',
  },
  { name: 'MYSQL_FILTER_MODE', kind: 'lowerCase', place: 'protection.filter.mode', description: '`blacklist`, `whitelist` or `combined`.' },
  {
    name: 'MYSQL_FILTER_DENY',
    kind: 'lines',
    place: 'protection.filter.deny',
    description: 'Regular expressions, one a line, over statements with `?` for values: what matches is refused.',
  },
  {
    name: 'MYSQL_FILTER_ALLOW',
    kind: 'lines',
    place: 'protection.filter.allow',
    description: 'The same: what matches none of them is refused.',
  },
  {
    name: 'MYSQL_RATE_LIMIT_RPM',
    kind: 'integer',
    place: 'protection.rateLimit.perMinute',
    description: 'Calls a minute, for each client and connection; 60 if one of these three is set, else no limit.',
  },
  {
    name: 'MYSQL_RATE_LIMIT_BURST',
    kind: 'integer',
    place: 'protection.rateLimit.burst',
    description: 'Calls at once after a pause, 10 by default.',
  },
  {
    name: 'MYSQL_RATE_LIMIT_ALGORITHM',
    kind: 'underscored',
    place: 'protection.rateLimit.algorithm',
    description: '`token_bucket` (default), `sliding_window` or `fixed_window`.',
  },
  {
    name: 'MYSQL_MAX_QUERY_LENGTH',
    kind: 'integer',
    place: 'protection.queryLength',
    description: 'The longest text of a statement, in characters.',
  },
  {
    name: 'MYSQL_MAX_PARAMETER_LENGTH',
    kind: 'integer',
    place: 'protection.parameterLength',
    description: 'The longest parameter, in characters.',
  },
  {
    name: 'MYSQL_AUDIT_ALL_QUERIES',
    kind: 'switch',
    place: 'audit.reads',
    description: 'Reads are recorded, too: `true` by default. Writes always are.',
  },
  {
    name: 'MYSQL_LOG_SECURITY_EVENTS',
    kind: 'switch',
    place: 'log.securityEvents',
    description: 'Signs of injected SQL and exceeded rates go into the log: `true` by default.',
  },
  {
    name: 'MYSQL_LOG_REJECTED_QUERIES',
    kind: 'switch',
    place: 'log.rejectedQueries',
    description: 'Refused statements go into the log, without their values: `true` by default.',
  },
  { name: 'MYSQL_LOG_LEVEL', kind: 'lowerCase', place: 'log.level', description: '`debug`, `info`, `warning` (default) or `error`.' },
  {
    name: 'MYSQL_ENABLE_FILE_LOGGING',
    kind: 'switch',
    place: 'log.toFiles',
    description: 'The log goes into files, too: 100 MB each, 10 are kept, errors apart.',
  },
  { name: 'MYSQL_LOG_DIR', kind: 'text', place: 'log.folder', description: 'Folder of these files.' },
  {
    name: 'MYSQL_ENABLE_TRACING',
    kind: 'switch',
    place: 'tracing.enabled',
    description: 'Sends a span of each call and each statement to a collector (OpenTelemetry).',
  },
  {
    name: 'MYSQL_OTLP_ENDPOINT',
    kind: 'text',
    place: 'tracing.endpoint',
    description: 'Where: OTLP over HTTP, http://localhost:4318/v1/traces by default.',
  },
  { name: 'MYSQL_DATA_DIR', kind: 'text', place: 'folder', description: 'Folder for exports, the record of calls and undo scripts.' },
  {
    name: 'MYSQL_HTTP_TOKEN',
    kind: 'reference',
    place: 'http.tokens.0',
    description: 'With --http: the bearer token that clients must send.',
  },
  { name: 'MYSQL_HTTP_CERTIFICATE', kind: 'text', place: 'http.certificate', description: 'With --http: PEM file, for TLS.' },
  { name: 'MYSQL_HTTP_KEY', kind: 'text', place: 'http.key', description: 'With --http: PEM file of its key.' },
  {
    name: 'MYSQL_HTTP_ALLOWED_HOSTS',
    kind: 'list',
    place: 'http.allowedHosts',
    description: 'With --http: host names that clients may call it by, beside those of the loopback.',
  },
  {
    name: 'MYSQL_HTTP_ALLOWED_ORIGINS',
    kind: 'list',
    place: 'http.allowedOrigins',
    description: 'With --http: origins of web pages that may call it, beside those of this machine.',
  },
];
