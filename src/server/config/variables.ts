import { CONNECTION_VARIABLES, type Variable } from './connectionVariables.ts';

/** Every variable that means something here; the table in the documentation is made from this. */
export const VARIABLES: readonly Variable[] = [
  ...CONNECTION_VARIABLES,
  {
    name: 'MYSQL_QUERY_TIMEOUT',
    kind: 'seconds',
    place: 'limits.seconds',
    description: 'Time limit of a statement in milliseconds. Default: 30000; maximum: 60000.',
  },
  {
    name: 'MYSQL_WRITES_FROM',
    kind: 'list',
    place: 'writesFrom',
    description: 'Comma-separated names of MCP clients that can write where the variables above allow it.',
  },
  {
    name: 'MYSQL_APPROVALS',
    kind: 'underscored',
    place: 'approvals',
    description:
      'Where a person approves writes and exports. `client` (default): in a form of the client, else on a page whose address the client shows. `page`: always on that page. `browser`: on the page, in the browser of this computer. `stderr`: on the page, whose address is printed on stderr.',
  },
  {
    name: 'MYSQL_EXPORTS',
    kind: 'lowerCase',
    place: 'exports',
    description:
      'Whether agents can export to files. `ask` (default): a person approves each export, as set in MYSQL_APPROVALS. `allow`: without approval. `deny`: not at all.',
  },
  {
    name: 'MYSQL_PAGINATION_DEFAULT_SIZE',
    kind: 'integer',
    place: 'limits.rows',
    description: 'Rows in an answer unless the agent requests another number. Default: 200.',
  },
  {
    name: 'MYSQL_PAGINATION_MAX_SIZE',
    kind: 'integer',
    place: 'limits.maxRows',
    description: 'Maximum number of rows that an agent can request. Default: 10000.',
  },
  {
    name: 'MYSQL_STREAMING_CHUNK_SIZE',
    kind: 'integer',
    place: 'limits.spooledRows',
    description: 'Rows to read ahead and keep for a cursor. Default: ten pages.',
  },
  {
    name: 'MYSQL_CACHE_ENABLED',
    kind: 'switch',
    place: 'cache.enabled',
    description:
      'Whether answers can come from a cache. Default: `false`, because cached answers can be out of date. A cached answer says so.',
  },
  {
    name: 'MYSQL_CACHE_MAX_SIZE',
    kind: 'integer',
    place: 'cache.entries',
    description: 'Maximum number of cached answers. Default: 1000.',
  },
  {
    name: 'MYSQL_CACHE_TTL',
    kind: 'seconds',
    place: 'cache.seconds',
    description: 'Lifetime of a cached answer in milliseconds. Default: 60000.',
  },
  {
    name: 'MYSQL_CACHE_EVICTION_POLICY',
    kind: 'lowerCase',
    place: 'cache.eviction',
    description: 'What a full cache removes: the least recently used answer (`lru`, default) or the oldest (`fifo` and `ttl`).',
  },
  {
    name: 'MYSQL_CACHE_CLEANUP_INTERVAL',
    kind: 'integer',
    place: 'cache.sweepSeconds',
    description: 'Interval for removing expired answers, in seconds. Default: 60.',
  },
  {
    name: 'MYSQL_CACHE_INVALIDATION_MODE',
    kind: 'lowerCase',
    place: 'cache.invalidation',
    description:
      'What a write through this server invalidates: all answers (`aggressive`, default), those about its databases (`conservative`), or its tables (`targeted`).',
  },
  {
    name: 'MYSQL_ENABLE_SECURITY',
    kind: 'switch',
    place: 'protection.enabled',
    description: 'Set to `false` to turn off the following variables. The checks that keep statements read-only stay on.',
  },
  {
    name: 'MYSQL_ENABLE_INJECTION_DETECTION',
    kind: 'detection',
    place: 'protection.injection',
    description:
      'Patterns of injected SQL: `flag` (default) reports them in answers and the audit log. `block` or `true` refuses the statement, `off` or `false` ignores them.',
  },
  { name: 'MYSQL_FILTER_MODE', kind: 'lowerCase', place: 'protection.filter.mode', description: '`blacklist`, `whitelist` or `combined`.' },
  {
    name: 'MYSQL_FILTER_DENY',
    kind: 'lines',
    place: 'protection.filter.deny',
    description: 'Regular expressions, one per line, for statements with `?` for values. Matching statements are refused.',
  },
  {
    name: 'MYSQL_FILTER_ALLOW',
    kind: 'lines',
    place: 'protection.filter.allow',
    description: 'Regular expressions, one per line. Statements that match none of them are refused.',
  },
  {
    name: 'MYSQL_RATE_LIMIT_RPM',
    kind: 'integer',
    place: 'protection.rateLimit.perMinute',
    description: 'Calls per minute for each client and connection. Default: 60 if one of these three is set, otherwise no limit.',
  },
  {
    name: 'MYSQL_RATE_LIMIT_BURST',
    kind: 'integer',
    place: 'protection.rateLimit.burst',
    description: 'Calls at once after a pause. Default: 10.',
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
    description: 'Maximum length of a statement in characters. Default: 262144.',
  },
  {
    name: 'MYSQL_MAX_PARAMETER_LENGTH',
    kind: 'integer',
    place: 'protection.parameterLength',
    description: 'Maximum length of a parameter in characters.',
  },
  {
    name: 'MYSQL_AUDIT_ALL_QUERIES',
    kind: 'switch',
    place: 'audit.reads',
    description: 'Whether the audit log includes reads. Default: `true`. Writes are always logged.',
  },
  {
    name: 'MYSQL_STATEMENT_TAGS',
    kind: 'switch',
    place: 'audit.statementTags',
    description: 'Whether statements start with a comment that names the tool and the call, for the process list. Default: `true`.',
  },
  {
    name: 'MYSQL_LOG_SECURITY_EVENTS',
    kind: 'switch',
    place: 'log.securityEvents',
    description: 'Whether patterns of injected SQL and exceeded rates are logged. Default: `true`.',
  },
  {
    name: 'MYSQL_LOG_REJECTED_QUERIES',
    kind: 'switch',
    place: 'log.rejectedQueries',
    description: 'Whether refused statements are logged, without their values. Default: `true`.',
  },
  { name: 'MYSQL_LOG_LEVEL', kind: 'lowerCase', place: 'log.level', description: '`debug`, `info`, `warning` (default), or `error`.' },
  {
    name: 'MYSQL_ENABLE_FILE_LOGGING',
    kind: 'switch',
    place: 'log.toFiles',
    description: 'Whether to log to files, too: 100 MB each, 10 are kept, and errors are logged separately.',
  },
  {
    name: 'MYSQL_LOG_DIR',
    kind: 'text',
    place: 'log.folder',
    description: 'Folder of the log files, which turns them on. Default: `logs` in MYSQL_DATA_DIR.',
  },
  {
    name: 'MYSQL_METRICS_EXPORT_INTERVAL',
    kind: 'integer',
    place: 'log.metricsSeconds',
    description:
      'Interval in seconds for logging the metrics of each connection; the log level is then `info`. With --http, /metrics has the same metrics.',
  },
  {
    name: 'MYSQL_ENABLE_TRACING',
    kind: 'switch',
    place: 'tracing.enabled',
    description: 'Whether to send a span for each call and statement to an OpenTelemetry collector.',
  },
  {
    name: 'MYSQL_OTLP_ENDPOINT',
    kind: 'text',
    place: 'tracing.endpoint',
    description: "The collector's address (OTLP over HTTP). Default: http://localhost:4318/v1/traces. It turns tracing on.",
  },
  {
    name: 'MYSQL_DATA_DIR',
    kind: 'text',
    place: 'folder',
    description: 'Folder for exports, the audit log, and undo files. Default: `~/.mysql-pilot`.',
  },
  {
    name: 'MYSQL_HTTP_TOKEN',
    kind: 'reference',
    place: 'http.tokens.0',
    description: 'With --http: bearer token that clients must send; at least 16 characters.',
  },
  {
    name: 'MYSQL_HTTP_APPROVAL_KEY',
    kind: 'reference',
    place: 'http.approvalKey',
    description:
      'With --http: key of at least 32 characters that signs write approvals. Several processes that answer the same clients share it, and MYSQL_DATA_DIR.',
  },
  { name: 'MYSQL_HTTP_CERTIFICATE', kind: 'text', place: 'http.certificate', description: 'With --http: PEM file of the TLS certificate.' },
  { name: 'MYSQL_HTTP_KEY', kind: 'text', place: 'http.key', description: 'With --http: PEM file of the private key of the certificate.' },
  {
    name: 'MYSQL_HTTP_ALLOWED_HOSTS',
    kind: 'list',
    place: 'http.allowedHosts',
    description: 'With --http: further host names that clients can use, besides loopback names.',
  },
  {
    name: 'MYSQL_HTTP_ALLOWED_ORIGINS',
    kind: 'list',
    place: 'http.allowedOrigins',
    description: 'With --http: further origins of web pages that can call the server, besides those of this machine.',
  },
];
