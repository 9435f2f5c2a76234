import path from 'node:path';
import * as z from 'zod';
import { ENVIRONMENTS, TLS_MODES } from '../../engine/driver/profile.ts';
import { sshFiles, sshHop, ColumnRulesSchema, TableRulesSchema, TlsFilesSchema } from '../../engine/driver/profileSchema.ts';
import { PilotError } from '../../engine/errors.ts';
import { describeProblems, type ProblemWords } from '../../inputProblems.ts';
import { LOG_LEVELS } from '../../engine/observability/logger.ts';
import { AGENT_VISIBILITIES } from '../../engine/sql/agentVisibility.ts';
import { ACCESS_MODES, WRITE_CLASSES } from '../../engine/sql/statementClasses.ts';
import { CacheSchema, HealthSchema, LimitsSchema } from '../limits/limits.ts';
import { ProtectionSchema } from './protection.ts';
import { SavedQuerySchema } from '../../broker/savedQueries.ts';
import { schemaWords } from '../messages/schemaWords.ts';
import { EXPORT_ACCESS } from '../../broker/exportContract.ts';
import { APPROVAL_WAYS } from '../writes/approvalWays.ts';
import { SECRET } from './secrets.ts';

const secret = z
  .string()
  .regex(SECRET, "Write ${env:NAME} or ${file:path}. Secrets can't be stored in this file.")
  .refine(
    (reference) => path.isAbsolute(SECRET.exec(reference)?.[2] ?? '') || !reference.startsWith('${file:'),
    'The path must be absolute.',
  );
const absolutePath = z
  .string()
  .refine((name) => path.isAbsolute(name), 'The path must be absolute.')
  .meta({ absolutePath: true });
const name = z.string().min(1).max(64);

/** A name, or an IPv6 address with its colons: a port or a scheme belongs elsewhere, and no name has quotation marks or brackets. */
const HOST = /^(?:[^\s/@:*,;"'`<>(){}[\]\\$]+|[\da-f.]*(?::[\da-f.]*){2,}(?:%\S+)?)$/i;

const sshSecrets = () => ({
  password: secret.optional().describe('Password on the SSH server, as ${env:NAME} or ${file:path}.'),
  passphrase: secret.optional().describe('Passphrase of the key file, as ${env:NAME} or ${file:path}.'),
});
const sshServer = () => {
  const { host, ...rest } = sshHop();
  const alone = 'Write only a host name or IP address. Set `port` and `user` separately.';
  return { host: host.regex(HOST, alone).describe(host.description ?? ''), ...rest, ...sshSecrets() };
};
const SshSchema = z.strictObject({
  ...sshServer(),
  ...sshFiles(),
  jumps: z.array(z.strictObject(sshServer())).max(5).optional().describe('Jump hosts, in connection order.'),
});

/** As `isPrintableLine`, in a form that a start can check without the schema library: no control, no direction, nothing without width. */
const ONE_LINE = /^[\u0020-\u007e\u00a0-\u00ac\u00ae-\u061b\u061d-\u200a\u2010-\u2027\u202f-\u205f\u2070-\ufefe\uff00-\uffff]*$/;

const ConnectionSchema = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(200)
    .regex(ONE_LINE, 'Write one line of printable characters.')
    .describe('Name of the connection, which agents use.'),
  url: z.string().min(1).optional().describe('mysql://user@host:3306/database without the password, instead of the following parts.'),
  host: z
    .string()
    .min(1)
    .max(255)
    .regex(HOST, 'Write only a host name or IP address. Set `port` separately, or use `url`.')
    .optional()
    .describe('Default: 127.0.0.1.'),
  port: z.int().min(1).max(65535).optional().describe('Default: 3306.'),
  socket: z.string().min(1).max(255).optional().describe('Path of a Unix socket or name of a pipe, instead of host and port.'),
  user: z.string().max(255).optional().describe('User name of the account.'),
  database: name.optional().describe('Default database. Without it, statements must name their database.'),
  password: secret.optional().describe('Password of the account, as ${env:NAME} or ${file:path}.'),
  tls: z.enum(TLS_MODES).optional().describe('Default: preferred, or verify-ca if `tlsFiles` has `ca`.'),
  tlsFiles: TlsFilesSchema.optional().describe('PEM files for TLS, with absolute paths.'),
  serverPublicKeyFile: absolutePath
    .optional()
    .describe("PEM file of the server's RSA public key, which encrypts the password on connections without TLS."),
  ssh: SshSchema.optional().describe('SSH server to connect through. `host` and `port` of the database are as the SSH server sees them.'),
  poolSize: z.int().min(1).max(100).optional().describe('Maximum number of sessions. Default: 4, and 2 on production.'),
  connectTimeoutMs: z.int().min(100).max(120_000).optional().describe('Time limit for connecting, in milliseconds. Default: 10000.'),
  environment: z.enum(ENVIRONMENTS).optional().describe('production has stricter limits, and writes always need approval.'),
  writes: z
    .partialRecord(z.enum(WRITE_CLASSES), z.enum(ACCESS_MODES))
    .optional()
    .describe(
      'What agents can change: readOnly (default), ask (a person reviews each preview), or allow (no approval). Needs `writesFrom`.',
    ),
  unattendedProduction: z.boolean().optional().describe('Set to true to apply `allow` to production, too.'),
  dryRunOnProduction: z.boolean().optional().describe('Set to true to let previews run writes on production, then roll them back.'),
  agents: z
    .enum(AGENT_VISIBILITIES)
    .optional()
    .describe('What agents can see: none (the connection is hidden from them), schema (structure without rows), or data (default).'),
  tables: TableRulesSchema.refine(
    ({ allow, deny = [] }) => allow !== undefined || deny.length > 0,
    'Set `allow` or `deny`. Without entries, they protect nothing.',
  ).optional(),
  columns: ColumnRulesSchema.min(1).optional(),
  columnsKey: secret
    .optional()
    .describe('Key of at least 32 characters for the pseudonyms of columns. Without it, pseudonyms change at each start.'),
  allowUnenforcedReadOnly: z
    .boolean()
    .optional()
    .describe("Set to true to allow the connection although the server doesn't enforce read-only sessions."),
  scratchDatabase: name
    .optional()
    .describe(
      'Database in which index advice and forecasts of schema changes can create copies of tables. They drop the copies afterward.',
    ),
  allowedFunctions: z
    .array(z.strictObject({ database: name.describe('Database of the function.'), name: name.describe('Name of the function.') }))
    .optional()
    .describe('Stored functions that agents can call. Only functions that read are accepted.'),
});

/** As in a header: an IPv6 address also in brackets. */
const HTTP_HOST = new RegExp(`${HOST.source}|^\\[[\\da-f:.]+\\]$`, 'i');
const ORIGIN = /^(?:[a-z][a-z\d+.-]*:\/\/[^\s/*]+\/?|null)$/i;

const HttpSchema = z
  .strictObject({
    tokens: z
      .array(secret)
      .min(1)
      .max(100)
      .optional()
      .describe('Accepted bearer tokens. If none is set, one is generated and the path of its file is logged.'),
    certificate: absolutePath.optional().describe('PEM file of the TLS certificate. Needs `key`.'),
    key: absolutePath.optional().describe('PEM file of the private key of the certificate.'),
    allowedHosts: z
      .array(z.string().min(1).regex(HTTP_HOST, "Write only host names or IP addresses, without scheme and port. * isn't supported."))
      .optional()
      .describe('Further host names that clients can use, besides loopback names.'),
    allowedOrigins: z
      .array(
        z
          .string()
          .min(1)
          .regex(ORIGIN, "Write origins as browsers send them, for example https://app.example:8443, without a path. * isn't supported."),
      )
      .optional()
      .describe(
        'Further origins of web pages that can call the server. Pages of this machine can, too, if it listens only on a loopback address.',
      ),
    approvalKey: secret
      .optional()
      .describe(
        'Key of at least 32 characters that signs write approvals. Several processes that answer the same clients share it, and `folder`.',
      ),
    maxSessions: z.int().min(1).max(10_000).optional().describe('Default: 64.'),
  })
  .refine(({ certificate, key }) => (certificate === undefined) === (key === undefined), 'Set both `certificate` and `key`.');

const TracingSchema = z.strictObject({
  enabled: z.boolean().optional().describe('Set to true to send spans to `endpoint`. Setting an endpoint also turns tracing on.'),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Address for OTLP over HTTP. Default: http://localhost:4318/v1/traces.'),
});

const LogSchema = z.strictObject({
  level: z.enum(LOG_LEVELS).optional().describe('Minimum level. Default: warning, or info with --http.'),
  toFiles: z.boolean().optional().describe('Whether to log to files, too.'),
  folder: absolutePath.optional().describe('Folder of the log files. Default: `logs` in `folder`.'),
  fileBytes: z.int().min(1000).optional().describe('Maximum size of a log file. Default: 100 MB.'),
  securityEvents: z.boolean().optional().describe('Whether patterns of injected SQL and exceeded rates are logged. Default: true.'),
  rejectedQueries: z.boolean().optional().describe('Whether refused statements are logged, without their values. Default: true.'),
  metricsSeconds: z.int().min(1).max(86_400).optional().describe('Interval for logging the metrics of each connection. Default: never.'),
  files: z.int().min(1).max(1000).optional().describe('Maximum number of log files. Default: 10.'),
});

/** The configuration file; what is unknown is refused, so that no limit is lost to a typing error. */
export const ConfigSchema = z.strictObject({
  $schema: z.string().optional().describe('JSON schema of this file, for editors.'),
  connections: z.array(ConnectionSchema).min(1).max(100).describe('Connections to databases.'),
  folder: absolutePath.optional().describe('Folder for exports, the audit log, and undo files. Default: ~/.mysql-pilot.'),
  fullStatements: z.boolean().optional().describe('Whether the audit log contains statements with their values. Default: false.'),
  writesFrom: z
    .array(
      z
        .string()
        .min(1)
        .refine((one) => one !== '*', "Write the names of MCP clients. * isn't supported."),
    )
    .optional()
    .describe('Names of the MCP clients that can write where a connection allows it, as the clients report them.'),
  approvals: z
    .enum(APPROVAL_WAYS)
    .optional()
    .describe(
      'Where a person approves writes and exports. client (default): in a form of the client, else on a page whose address the client shows. page: always on that page. browser: on the page, in the browser of this computer. stderr: on the page, whose address is printed on stderr.',
    ),
  exports: z
    .enum(EXPORT_ACCESS)
    .optional()
    .describe(
      'Whether agents can export to files: ask (default; a person approves each export, as set in `approvals`), allow (no approval), or deny.',
    ),
  limits: LimitsSchema.optional().describe('Limits for answers and statements.'),
  cache: CacheSchema.optional().describe('Cache of query results.'),
  protection: ProtectionSchema.optional().describe('Rate limits, filters, and patterns of injected SQL, for every call.'),
  health: HealthSchema.optional().describe('Thresholds from which mysql_status reports a connection as degraded.'),
  audit: z
    .strictObject({
      reads: z.boolean().optional().describe('Whether the audit log includes reads. Default: true.'),
      statementTags: z
        .boolean()
        .optional()
        .describe('Whether statements start with a comment that names the tool and the call, for the process list. Default: true.'),
    })
    .optional()
    .describe('Audit log.'),
  log: LogSchema.optional().describe('Log of the server, on stderr.'),
  tracing: TracingSchema.optional().describe('OpenTelemetry tracing.'),
  http: HttpSchema.optional().describe('Settings for --http.'),
  tools: z.array(SavedQuerySchema).max(100).optional().describe('Saved queries that agents can call as tools.'),
});

export type Config = z.infer<typeof ConfigSchema>;
export type HttpConfig = z.infer<typeof HttpSchema>;

/** A key of a connection that had another name before 1.0 is read under it, too. */
function withNewNames(input: unknown): unknown {
  const { connections } = (input ?? {}) as { readonly connections?: unknown };
  if (!Array.isArray(connections)) return input;
  const renamed = connections.map((one: unknown) => {
    const { acceptsOneFence, ...rest } = (one ?? {}) as Readonly<Record<string, unknown>>;
    return acceptsOneFence === undefined || 'allowUnenforcedReadOnly' in rest ? one : { ...rest, allowUnenforcedReadOnly: acceptsOneFence };
  });
  return { ...(input as object), connections: renamed };
}

function checkShape(input: unknown, where: string, words: ProblemWords): Config {
  const parsed = ConfigSchema.safeParse(withNewNames(input));
  if (parsed.success) return parsed.data;
  throw invalidConfig(
    `${where} is invalid:\n${describeProblems(parsed.error, { ...schemaWords(z.toJSONSchema(ConfigSchema, { io: 'input', unrepresentable: 'any' })), ...words })}`,
  );
}

function checkAddress({ name: which, url, user, host, port, socket, database, tls }: Config['connections'][number]): void {
  const refuse = (why: string): never => {
    throw invalidConfig(`The connection ${JSON.stringify(which)} is invalid: ${why}`);
  };
  if ((url === undefined) === (user === undefined)) refuse('set either `url`, or `user` and the parts of the address.');
  if (url !== undefined && [host, port, socket, database, tls].some((part) => part !== undefined))
    refuse('`url` already contains the address. Remove host, port, socket, database, and tls (in the URL, write TLS as ?ssl-mode=…).');
}

/** Checks what a file or the environment says. `where` names it in the message, `words` name its parts. Throws `input.invalid`. */
export function parseConfig(input: unknown, where: string, words: ProblemWords = {}): Config {
  const config = checkShape(input, where, words);
  config.connections.forEach(checkAddress);
  const names = config.connections.map((connection) => connection.name.toLowerCase());
  const twice = names.find((one, i) => names.indexOf(one) !== i);
  if (twice !== undefined) throw invalidConfig(`Two connections have the name ${JSON.stringify(twice)}.`);
  const { connections, tools = [] } = config;
  const same = tools.find(({ name }, i) => tools.findIndex((one) => one.name === name) !== i);
  if (same !== undefined) throw invalidConfig(`Two tools have the name ${same.name}.`);
  const lost = tools.find(({ connection }) =>
    connection === undefined ? connections.length > 1 : !names.includes(connection.toLowerCase()),
  );
  if (lost !== undefined) throw invalidConfig(`The tool ${lost.name} must name one of the connections.`);
  return config;
}

/** `input.invalid`, for whoever starts the server. */
export function invalidConfig(message: string): PilotError {
  return new PilotError('input.invalid', message, { nextStep: 'Fix it and start the server again.' });
}
