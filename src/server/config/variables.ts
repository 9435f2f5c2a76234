import { CONNECTION_VARIABLES, type Variable } from './connectionVariables.ts';

/** Every variable that means something here; the table in the documentation is made from this. */
export const VARIABLES: readonly Variable[] = [
  ...CONNECTION_VARIABLES,
  {
    name: 'MYSQL_QUERY_TIMEOUT',
    kind: 'seconds',
    place: 'limits.seconds',
    description: 'For a statement, in milliseconds, 30000 by default and 60000 at most.',
  },
  {
    name: 'MYSQL_WRITES_FROM',
    kind: 'list',
    place: 'writesFrom',
    description: 'The programs that may write where the variables above allow it, by the name that they give themselves; with commas.',
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
    description: 'The longest text of a statement, in characters; 262144 by default.',
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
    name: 'MYSQL_METRICS_EXPORT_INTERVAL',
    kind: 'integer',
    place: 'log.metricsSeconds',
    description:
      'Every so many seconds the figures of each connection go into the log, which then begins at `info`; with --http there is /metrics.',
  },
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
    description: 'With --http: the bearer token that clients must send, of at least 16 characters.',
  },
  {
    name: 'MYSQL_HTTP_APPROVAL_KEY',
    kind: 'reference',
    place: 'http.approvalKey',
    description:
      'With --http: at least 32 characters, the same for several processes that answer the same clients (with the same MYSQL_DATA_DIR): signs questions about writes.',
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
