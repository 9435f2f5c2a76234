import path from 'node:path';
import * as z from 'zod';
import { AGENT_VISIBILITIES } from '../sql/agentVisibility.ts';
import { isColumnRule, parseColumnRule } from '../sql/columnRule.ts';
import { ACCESS_MODES, WRITE_CLASSES } from '../sql/statementClasses.ts';
import { CONNECTION_COLORS, ENVIRONMENTS, PASSWORD_KEEPING, SSH_SECRETS, TIME_ZONE, TLS_MODES, type ConnectionProfile } from './profile.ts';
import { isPrintableLine } from './printableLine.ts';

const file = z.string().refine((name) => path.isAbsolute(name), 'The path must be absolute.');

export const TlsFilesSchema = z
  .strictObject({
    ca: file.optional().describe('PEM file of the certificate authorities to trust.'),
    certificate: file.optional().describe('PEM file of the client certificate.'),
    key: file.optional().describe('PEM file of the private key of the certificate.'),
  })
  .refine(({ certificate, key }) => (certificate === undefined) === (key === undefined), 'Set both `certificate` and `key`.');

const port = z.int().min(1).max(65535);

export const sshHop = () => ({
  host: z.string().min(1).max(255).describe('Host name, IP address, or Host entry of ~/.ssh/config.'),
  port: port.optional().describe('Default: 22.'),
  user: z.string().min(1).max(255).optional().describe('User name on the SSH server.'),
  keyFile: file.optional().describe('Private key file. Default: the keys in ~/.ssh.'),
  agent: z.boolean().optional().describe('Set to false to ignore the SSH agent.'),
  hostKey: z
    .string()
    .regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/, 'Use the format that ssh-keygen -l prints: SHA256:…')
    .optional()
    .describe('The only accepted host key, instead of those in known_hosts.'),
});
export const sshFiles = () => ({
  configFile: z
    .union([file, z.literal(false)])
    .optional()
    .describe('File to use instead of ~/.ssh/config; false for none.'),
  knownHostsFile: file.optional().describe('File to use instead of ~/.ssh/known_hosts.'),
});

const SshTunnelSchema = z.strictObject({
  ...sshHop(),
  ...sshFiles(),
  jumps: z.array(z.strictObject(sshHop())).max(5).optional(),
  secret: z.enum(SSH_SECRETS).optional(),
});

const pattern = z
  .string()
  .max(200)
  .regex(/^[^.]+\..+$/s, 'Write database.table; * matches any characters.');

export const TableRulesSchema = z
  .strictObject({
    allow: z.array(pattern).max(1000).optional().describe('If set, agents can access only rows of these tables.'),
    deny: z.array(pattern).max(1000).optional().describe('Takes precedence over `allow`.'),
  })
  .describe('Tables whose rows agents can access, as database.table; * matches any characters. Table and column names stay visible.');

export const ColumnRulesSchema = z
  .array(
    z
      .string()
      .max(400)
      .refine(
        (text) => isColumnRule(parseColumnRule(text)),
        'Write database.table.column=action; the action is hide, mask, or pseudonym, and * matches any characters.',
      ),
  )
  .max(1000)
  .describe('Columns that agents see only as the action says: database.table.column=hide, =mask, or =pseudonym; * matches any characters.');

const NOT_A_LINE = 'Write one line of printable characters.';
/** What stands in questions, lists and the preview of a write. */
const line = (max: number) => z.string().min(1).max(max).refine(isPrintableLine, NOT_A_LINE);

/** Profiles come from files and sockets. Apart from `profile.ts`, so that the engine's bundle holds no schema library. */
export const ConnectionProfileSchema: z.ZodType<ConnectionProfile> = z.strictObject({
  id: z.string().regex(/^[0-9a-f-]{36}$/),
  name: line(200),
  host: line(255),
  port: port,
  socket: line(255).optional(),
  user: z.string().max(255).refine(isPrintableLine, NOT_A_LINE),
  database: z.string().min(1).max(64).optional(),
  tls: z.enum(TLS_MODES),
  tlsFiles: TlsFilesSchema.optional(),
  serverPublicKeyFile: file.optional(),
  ssh: SshTunnelSchema.optional(),
  poolSize: z.int().min(1).max(100).optional(),
  connectTimeoutMs: z.int().min(100).max(120_000).optional(),
  environment: z.enum(ENVIRONMENTS).optional(),
  allowedFunctions: z
    .array(z.strictObject({ database: z.string().min(1).max(64), name: z.string().min(1).max(64) }))
    .max(1000)
    .optional(),
  agents: z.enum(AGENT_VISIBILITIES).optional(),
  tables: TableRulesSchema.optional(),
  columns: ColumnRulesSchema.optional(),
  allowUnenforcedReadOnly: z.boolean().optional(),
  scratchDatabase: z.string().min(1).max(64).optional(),
  readOnly: z.boolean().optional(),
  writes: z.partialRecord(z.enum(WRITE_CLASSES), z.enum(ACCESS_MODES)).optional(),
  unattendedProduction: z.boolean().optional(),
  dryRunOnProduction: z.boolean().optional(),
  keepPassword: z.enum(PASSWORD_KEEPING).optional(),
  cleartextPassword: z.boolean().optional(),
  timeZone: z.string().regex(TIME_ZONE).max(64).optional(),
  collation: z
    .string()
    .regex(/^utf8mb4_[a-z0-9_]+$/)
    .max(64)
    .optional(),
  group: line(100).optional(),
  color: z.enum(CONNECTION_COLORS).optional(),
  position: z.number().optional(),
  createdAt: z.int().min(0),
});
