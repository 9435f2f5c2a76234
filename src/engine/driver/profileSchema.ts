import path from 'node:path';
import * as z from 'zod';
import { ACCESS_MODES, WRITE_CLASSES } from '../sql/statementClasses.ts';
import { CONNECTION_COLORS, ENVIRONMENTS, PASSWORD_KEEPING, SSH_SECRETS, TLS_MODES, type ConnectionProfile } from './profile.ts';
import { isPrintableLine } from './printableLine.ts';

const file = z.string().refine((name) => path.isAbsolute(name), 'The path must be absolute.');

export const TlsFilesSchema = z
  .strictObject({
    ca: file.optional().describe('The authorities to trust.'),
    certificate: file.optional().describe('The client certificate.'),
    key: file.optional().describe('Its key.'),
  })
  .refine(
    ({ certificate, key }) => (certificate === undefined) === (key === undefined),
    'A certificate and its key come together: set `certificate` and `key`.',
  );

const port = z.int().min(1).max(65535);

export const sshHop = () => ({
  host: z.string().min(1).max(255).describe('A name or address, or the name of a Host in ~/.ssh/config.'),
  port: port.optional().describe('22 by default.'),
  user: z.string().min(1).max(255).optional().describe('The account there.'),
  keyFile: file.optional().describe('A private key. Without it those of ~/.ssh are tried.'),
  agent: z.boolean().optional().describe('false: no agent is asked.'),
  hostKey: z
    .string()
    .regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/, 'Write it as ssh-keygen -l does: SHA256:…')
    .optional()
    .describe('The only key that the server may show, instead of those of known_hosts.'),
});
export const sshFiles = () => ({
  configFile: z
    .union([file, z.literal(false)])
    .optional()
    .describe('Instead of ~/.ssh/config; false for none.'),
  knownHostsFile: file.optional().describe('Instead of those of ssh.'),
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
  .regex(/^[^.]+\..+$/s, 'Write database.table; * stands for any characters.');

export const TableRulesSchema = z
  .strictObject({
    allow: z.array(pattern).max(1000).optional().describe('Where given, nothing else is in reach.'),
    deny: z.array(pattern).max(1000).optional().describe('Wins over `allow`.'),
  })
  .describe('Tables whose rows agents may reach, as database.table with * for any characters. Their names and columns stay visible.');

const NOT_A_LINE = 'One line of visible characters.';
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
  tables: TableRulesSchema.optional(),
  allowUnenforcedReadOnly: z.boolean().optional(),
  scratchDatabase: z.string().min(1).max(64).optional(),
  readOnly: z.boolean().optional(),
  writes: z.partialRecord(z.enum(WRITE_CLASSES), z.enum(ACCESS_MODES)).optional(),
  unattendedProduction: z.boolean().optional(),
  dryRunOnProduction: z.boolean().optional(),
  keepPassword: z.enum(PASSWORD_KEEPING).optional(),
  cleartextPassword: z.boolean().optional(),
  timeZone: z
    .string()
    .regex(/^(?:[+-]\d{2}:\d{2}|[A-Za-z_]+(?:[/+-][A-Za-z0-9_+-]+)*)$/)
    .max(64)
    .optional(),
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
