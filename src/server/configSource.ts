import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import type { Recording } from '../broker/contracts.ts';
import type { ConnectionProfile } from '../engine/driver/profile.ts';
import { ConnectionProfileSchema } from '../engine/driver/profileSchema.ts';
import { parseConnectionUrl } from '../engine/driver/url.ts';
import { PilotError } from '../engine/errors.ts';
import { ACCESS_MODES, WRITE_CLASSES } from '../engine/sql/statementClasses.ts';
import type { ConnectionSource } from './connectionSource.ts';

const SECRET = /^\$\{(env|file):([^}]+)\}$/;

const ConnectionSchema = z.strictObject({
  name: z.string().min(1).max(200),
  url: z.string().min(1),
  password: z.string().regex(SECRET, 'Write ${env:NAME} or ${file:path}: the password itself has no place in this file.').optional(),
  environment: z.enum(['development', 'staging', 'production']).optional(),
  writes: z.partialRecord(z.enum(WRITE_CLASSES), z.enum(ACCESS_MODES)).optional(),
  unattendedProduction: z.boolean().optional(),
  dryRunOnProduction: z.boolean().optional(),
  acceptsOneFence: z.boolean().optional(),
  scratchDatabase: z.string().min(1).max(64).optional(),
  allowedFunctions: z.array(z.strictObject({ database: z.string().min(1).max(64), name: z.string().min(1).max(64) })).optional(),
});

const ConfigSchema = z.strictObject({
  connections: z.array(ConnectionSchema).min(1).max(100),
  /** For exports, the record of calls and the scripts that undo writes. */
  folder: z
    .string()
    .refine((folder) => path.isAbsolute(folder), 'The path must be absolute.')
    .optional(),
  fullStatements: z.boolean().optional(),
  /** The programs that may write where a connection lets them, by the name that they give themselves. */
  writesFrom: z.array(z.string().min(1)).optional(),
});

type Config = z.infer<typeof ConfigSchema>;

interface Entry {
  readonly profile: ConnectionProfile;
  readonly password: string | undefined;
}

/** Connections of a JSON file, for clients other than VS Code. An unknown key is an error: a misspelt one must not widen anything. */
export class ConfigSource implements ConnectionSource {
  readonly #config: Config;
  readonly #entries: readonly Entry[];
  readonly #client: () => string | undefined;

  private constructor(config: Config, client: () => string | undefined) {
    this.#config = config;
    this.#client = client;
    this.#entries = config.connections.map((connection, i) => toEntry(connection, i));
    const names = this.#entries.map(({ profile }) => profile.name.toLowerCase());
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) throw invalid(`Two connections are called ${JSON.stringify(twice)}.`);
  }

  /** `client` names the program at the other end, once it has said so. Throws `input.invalid`. */
  static async load(file: string, client: () => string | undefined): Promise<ConfigSource> {
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      throw invalid(`${file} cannot be read: ${(error as Error).message}`);
    });
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch (error) {
      throw invalid(`${file} is not JSON: ${(error as Error).message}`);
    }
    const parsed = ConfigSchema.safeParse(json);
    if (!parsed.success) throw invalid(`${file} is not right:\n${z.prettifyError(parsed.error)}`);
    return new ConfigSource(parsed.data, client);
  }

  /** What a connection lets agents write, it lets only those programs that the file names, too. */
  listProfiles(): Promise<ConnectionProfile[]> {
    const named = this.#config.writesFrom?.includes(this.#client() ?? '') === true;
    return Promise.resolve(this.#entries.map(({ profile }) => (named ? profile : { ...profile, writes: undefined })));
  }

  async getSecret(id: string): Promise<string> {
    const entry = this.#entries.find(({ profile }) => profile.id === id);
    const [, kind, name = ''] = SECRET.exec(entry?.password ?? '') ?? [];
    if (kind === undefined) return '';
    const secret = kind === 'env' ? process.env[name] : await readFile(name, 'utf8').catch(() => undefined);
    if (secret !== undefined) return secret.replace(/\r?\n$/, '');
    throw new PilotError(
      'secret.missing',
      `The password of ${JSON.stringify(entry?.profile.name)} is to come from ${kind}:${name}, and there is none.`,
      {
        nextStep: 'Set the variable or write the file, and start the server again.',
      },
    );
  }

  getExportFolder(): Promise<string> {
    return Promise.resolve(path.join(this.#folder, 'exports'));
  }

  getRecording(): Promise<Recording> {
    return Promise.resolve({ folder: this.#folder, fullStatements: this.#config.fullStatements === true });
  }

  announceCall(): Promise<void> {
    return Promise.resolve();
  }

  reportCall(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    // there is nothing to close
  }

  get #folder(): string {
    return this.#config.folder ?? path.join(homedir(), '.mysql-pilot');
  }
}

function toEntry({ url, password, ...rest }: Config['connections'][number], order: number): Entry {
  const parsed = parseConnectionUrl(url);
  if (parsed.password !== undefined)
    throw invalid(
      `The address of ${JSON.stringify(rest.name)} holds a password: put it into \`password\` as \${env:NAME} or \${file:path}.`,
    );
  const hash = createHash('sha256').update(rest.name).digest('hex');
  const id = [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join('-');
  return { profile: ConnectionProfileSchema.parse({ ...parsed.target, ...rest, id, createdAt: order }), password };
}

function invalid(message: string): PilotError {
  return new PilotError('input.invalid', message, { nextStep: 'Correct the file and start the server again.' });
}
