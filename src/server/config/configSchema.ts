import path from 'node:path';
import * as z from 'zod';
import { ENVIRONMENTS, TLS_MODES } from '../../engine/driver/profile.ts';
import { sshFiles, sshHop, TableRulesSchema, TlsFilesSchema } from '../../engine/driver/profileSchema.ts';
import { PilotError } from '../../engine/errors.ts';
import { describeProblems, type ProblemWords } from '../../inputProblems.ts';
import { LOG_LEVELS } from '../../engine/observability/logger.ts';
import { ACCESS_MODES, WRITE_CLASSES } from '../../engine/sql/statementClasses.ts';
import { CacheSchema, HealthSchema, LimitsSchema } from '../limits/limits.ts';
import { ProtectionSchema } from './protection.ts';
import { SavedQuerySchema } from '../../broker/savedQueries.ts';
import { schemaWords } from '../messages/schemaWords.ts';
import { SECRET } from './secrets.ts';

const secret = z
  .string()
  .regex(SECRET, 'Write ${env:NAME} or ${file:path}: a secret itself has no place in this file.')
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
  password: secret.optional().describe('The password there, as ${env:NAME} or ${file:path}.'),
  passphrase: secret.optional().describe('Of the key file, as ${env:NAME} or ${file:path}.'),
});
const sshServer = () => {
  const { host, ...rest } = sshHop();
  const alone = 'Write a name or an address alone; `port` and `user` have the rest.';
  return { host: host.regex(HOST, alone).describe(host.description ?? ''), ...rest, ...sshSecrets() };
};
const SshSchema = z.strictObject({
  ...sshServer(),
  ...sshFiles(),
  jumps: z.array(z.strictObject(sshServer())).max(5).optional().describe('Servers before it, in order.'),
});

/** As `isPrintableLine`, in a form that a start can check without the schema library: no control, no direction, nothing without width. */
const ONE_LINE = /^[\u0020-\u007e\u00a0-\u00ac\u00ae-\u061b\u061d-\u200a\u2010-\u2027\u202f-\u205f\u2070-\ufefe\uff00-\uffff]*$/;

const ConnectionSchema = z.strictObject({
  name: z.string().min(1).max(200).regex(ONE_LINE, 'One line of visible characters.').describe('What agents call the connection.'),
  url: z.string().min(1).optional().describe('mysql://user@host:3306/database, without the password; instead of the parts below.'),
  host: z
    .string()
    .min(1)
    .max(255)
    .regex(HOST, 'Write a name or an address alone; `port` has the port, and `url` takes a whole address.')
    .optional()
    .describe('127.0.0.1 by default.'),
  port: z.int().min(1).max(65535).optional().describe('3306 by default.'),
  socket: z.string().min(1).max(255).optional().describe('Path of a unix socket or name of a pipe, instead of host and port.'),
  user: z.string().max(255).optional().describe('The account.'),
  database: name.optional().describe('The default database; without it statements name theirs.'),
  password: secret.optional().describe('Of the account, as ${env:NAME} or ${file:path}.'),
  tls: z.enum(TLS_MODES).optional().describe('preferred by default, verify-ca where `tlsFiles` names an authority.'),
  tlsFiles: TlsFilesSchema.optional().describe('PEM files for TLS, with absolute paths.'),
  serverPublicKeyFile: absolutePath
    .optional()
    .describe("PEM file of the server's RSA public key: how a password reaches a server without TLS."),
  ssh: SshSchema.optional().describe('The way to the database; host and port of the database are those that the SSH server sees.'),
  poolSize: z.int().min(1).max(100).optional().describe('The most sessions at a time; 4 by default, 2 on production.'),
  connectTimeoutMs: z.int().min(100).max(120_000).optional().describe('For connecting, in milliseconds; 10000 by default.'),
  environment: z.enum(ENVIRONMENTS).optional().describe('production has tighter limits, and no write there is unasked.'),
  writes: z
    .partialRecord(z.enum(WRITE_CLASSES), z.enum(ACCESS_MODES))
    .optional()
    .describe('What agents may change: readOnly (default), ask (a person sees a preview and decides) or allow. Needs `writesFrom`.'),
  unattendedProduction: z.boolean().optional().describe('true: allow asks nobody on production, either.'),
  dryRunOnProduction: z.boolean().optional().describe('true: writes may be tried and rolled back for their preview on production, too.'),
  tables: TableRulesSchema.optional(),
  allowUnenforcedReadOnly: z
    .boolean()
    .optional()
    .describe('true: use the connection although the server does not enforce read-only sessions.'),
  scratchDatabase: name.optional().describe('A database where advice on indexes may make copies of a table, and drop them again.'),
  allowedFunctions: z
    .array(z.strictObject({ database: name.describe('Its database.'), name: name.describe('Its name.') }))
    .optional()
    .describe('Stored functions that reads may call, if their bodies only read.'),
});

/** As in a header: an IPv6 address also in brackets. */
const HTTP_HOST = new RegExp(`${HOST.source}|^\\[[\\da-f:.]+\\]$`, 'i');
const ORIGIN = /^(?:[a-z][a-z\d+.-]*:\/\/[^\s/*]+\/?|null)$/i;

const HttpSchema = z
  .strictObject({
    tokens: z.array(secret).min(1).max(100).optional().describe('Any of them opens the door; without one, one is made and its file named.'),
    certificate: absolutePath.optional().describe('PEM file; with `key` the server speaks TLS.'),
    key: absolutePath.optional().describe('PEM file of its key.'),
    allowedHosts: z
      .array(z.string().min(1).regex(HTTP_HOST, 'Write names or addresses alone, without scheme and port; * has no meaning.'))
      .optional()
      .describe('Host names that clients may call it by, beside those of the loopback.'),
    allowedOrigins: z
      .array(
        z.string().min(1).regex(ORIGIN, 'Write origins as browsers send them, https://app.example:8443, without a path; * has no meaning.'),
      )
      .optional()
      .describe('Web pages that may call it, beside those of this machine where it listens to nobody else.'),
    approvalKey: secret
      .optional()
      .describe(
        'Shared by several processes that answer the same clients, with `folder`: signs questions about writes. At least 32 characters.',
      ),
    maxSessions: z.int().min(1).max(10_000).optional().describe('64 by default.'),
  })
  .refine(
    ({ certificate, key }) => (certificate === undefined) === (key === undefined),
    'A certificate and its key come together: set `certificate` and `key`.',
  );

const TracingSchema = z.strictObject({
  enabled: z.boolean().optional().describe('true sends spans to the endpoint; so does an endpoint alone.'),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('OTLP over HTTP; http://localhost:4318/v1/traces by default.'),
});

const LogSchema = z.strictObject({
  level: z.enum(LOG_LEVELS).optional().describe('The least that is told; warning by default, info with --http.'),
  toFiles: z.boolean().optional().describe('Besides stderr, into files.'),
  folder: absolutePath.optional().describe('For these files; `logs` in `folder` by default.'),
  fileBytes: z.int().min(1000).optional().describe('Of one file before the next begins; 100 MB by default.'),
  securityEvents: z.boolean().optional().describe('Signs of injected SQL and exceeded rates; true by default.'),
  rejectedQueries: z.boolean().optional().describe('Refused statements, without their values; true by default.'),
  metricsSeconds: z.int().min(1).max(86_400).optional().describe('So often the figures of each connection are told; never by default.'),
  files: z.int().min(1).max(1000).optional().describe('That are kept; 10 by default.'),
});

/** The configuration file; what is unknown is refused, so that no limit is lost to a typing error. */
export const ConfigSchema = z.strictObject({
  $schema: z.string().optional().describe('The schema of this file, for editors.'),
  connections: z.array(ConnectionSchema).min(1).max(100).describe('The databases.'),
  folder: absolutePath.optional().describe('For exports, the record of calls and the scripts that undo writes; ~/.mysql-pilot by default.'),
  fullStatements: z.boolean().optional().describe('The record of calls holds statements with their values.'),
  writesFrom: z
    .array(
      z
        .string()
        .min(1)
        .refine((one) => one !== '*', 'Name the programs: * names none.'),
    )
    .optional()
    .describe('The programs that may write where a connection lets them, by the name that they give themselves.'),
  limits: LimitsSchema.optional().describe('Of an answer and of the time for a statement.'),
  cache: CacheSchema.optional().describe('Of the answers to queries.'),
  protection: ProtectionSchema.optional().describe('Rates, filters and signs of injected SQL, for every call.'),
  health: HealthSchema.optional().describe('From where on mysql_status calls a connection degraded.'),
  audit: z
    .strictObject({ reads: z.boolean().optional().describe('Reads are recorded, too; true by default.') })
    .optional()
    .describe('The record of calls.'),
  log: LogSchema.optional().describe('What the server says about itself, on stderr.'),
  tracing: TracingSchema.optional().describe('Spans for OpenTelemetry.'),
  http: HttpSchema.optional().describe('For --http alone.'),
  tools: z.array(SavedQuerySchema).max(100).optional().describe('Queries of yours that agents get as tools.'),
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
    `${where} is not right:\n${describeProblems(parsed.error, { ...schemaWords(z.toJSONSchema(ConfigSchema, { io: 'input', unrepresentable: 'any' })), ...words })}`,
  );
}

function checkAddress({ name: which, url, user, host, port, socket, database, tls }: Config['connections'][number]): void {
  const refuse = (why: string): never => {
    throw invalidConfig(`The connection ${JSON.stringify(which)} is not right: ${why}`);
  };
  if ((url === undefined) === (user === undefined)) refuse('give either `url`, or `user` with the parts of the address.');
  if (url !== undefined && [host, port, socket, database, tls].some((part) => part !== undefined))
    refuse('the address is in `url` already: leave host, port, socket, database and tls out (TLS goes into the URL as ?ssl-mode=…).');
}

/** Checks what a file or the environment says. `where` names it in the message, `words` name its parts. Throws `input.invalid`. */
export function parseConfig(input: unknown, where: string, words: ProblemWords = {}): Config {
  const config = checkShape(input, where, words);
  config.connections.forEach(checkAddress);
  const names = config.connections.map((connection) => connection.name.toLowerCase());
  const twice = names.find((one, i) => names.indexOf(one) !== i);
  if (twice !== undefined) throw invalidConfig(`Two connections are called ${JSON.stringify(twice)}.`);
  const { connections, tools = [] } = config;
  const same = tools.find(({ name }, i) => tools.findIndex((one) => one.name === name) !== i);
  if (same !== undefined) throw invalidConfig(`Two tools are called ${same.name}.`);
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
