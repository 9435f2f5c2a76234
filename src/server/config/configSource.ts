import { homedir } from 'node:os';
import path from 'node:path';
import type { Recording } from '../../broker/contracts.ts';
import type { ExportSettings } from '../../broker/exportContract.ts';
import type { SavedQuery } from '../../broker/savedQueries.ts';
import { visibleQueries } from '../../broker/visibleQueries.ts';
import type { ConnectionProfile, ConnectionTarget, SshSecret, SshTunnelSettings } from '../../engine/driver/profile.ts';
import { defaultTlsMode } from '../../engine/driver/tlsFiles.ts';
import { parseConnectionUrl, type ParsedUrl } from '../../engine/driver/url.ts';
import { isPilotError, PilotError } from '../../engine/errors.ts';
import { UNDO_FOLDER } from '../../engine/writes/undoFolder.ts';
import type { ConnectionSource } from '../connections/connectionSource.ts';
import { invalidConfig, type Config } from './configSchema.ts';
import { readSecret } from './secrets.ts';

/** Below that a key can be guessed. */
const KEY_CHARACTERS = 32;

interface Entry {
  readonly profile: ConnectionProfile;
  /** Where it comes from; undefined where there is none. */
  readonly password: string | undefined;
  /** Where the key of pseudonyms comes from; undefined where there is none. */
  readonly columnsKey: string | undefined;
  /** Of the SSH servers on the way. */
  readonly ssh: readonly SshSecret[];
}

/** Connections of a file or of the environment, for clients other than VS Code. */
export class ConfigSource implements ConnectionSource {
  readonly #config: Config;
  readonly #entries: readonly Entry[];
  readonly #urlPassword: string | undefined;

  /** `urlPassword` stood in an address from the environment. Throws `input.invalid`. */
  constructor(config: Config, urlPassword?: string) {
    this.#config = config;
    this.#urlPassword = urlPassword;
    this.#entries = config.connections.map((connection, i) => toEntry(connection, i));
  }

  listProfiles(): Promise<ConnectionProfile[]> {
    return Promise.resolve(this.#entries.map(({ profile }) => profile));
  }

  /** What a connection lets agents write, it lets only those programs that are named, too. */
  scope(profile: ConnectionProfile, client: string | undefined): ConnectionProfile {
    return this.#config.writesFrom?.includes(client ?? '') === true ? profile : { ...profile, writes: undefined };
  }

  async getSecret(id: string): Promise<string> {
    const entry = this.#entries.find(({ profile }) => profile.id === id);
    if (entry?.password === undefined) return this.#urlPassword ?? '';
    return readSecret(entry.password, `The password of ${JSON.stringify(entry.profile.name)}`);
  }

  async getSshSecrets(id: string): Promise<readonly SshSecret[]> {
    const entry = this.#entries.find(({ profile }) => profile.id === id);
    const name = JSON.stringify(entry?.profile.name);
    const read = async (reference: string | undefined, what: string): Promise<string | undefined> =>
      reference === undefined ? undefined : readSecret(reference, `The ${what} for SSH of ${name}`);
    return Promise.all(
      (entry?.ssh ?? []).map(async ({ password, passphrase }) => ({
        password: await read(password, 'password'),
        passphrase: await read(passphrase, 'passphrase'),
      })),
    );
  }

  async getPseudonymKey(id: string): Promise<string | undefined> {
    const entry = this.#entries.find(({ profile }) => profile.id === id);
    if (entry?.columnsKey === undefined) return undefined;
    const key = await readSecret(entry.columnsKey, `The key for pseudonyms of ${JSON.stringify(entry.profile.name)}`);
    if (key.length >= KEY_CHARACTERS) return key;
    throw new PilotError('secret.missing', `The key for pseudonyms of ${JSON.stringify(entry.profile.name)} is too short.`, {
      nextStep: 'Use at least 32 characters. `openssl rand -hex 32` generates a key.',
    });
  }

  listSavedQueries(): Promise<readonly SavedQuery[]> {
    const profiles = this.#entries.map(({ profile }) => profile);
    return Promise.resolve(visibleQueries(this.#config.tools ?? [], profiles));
  }

  getExports(): Promise<ExportSettings> {
    return Promise.resolve({ folder: path.join(this.#folder, 'exports'), access: this.#config.exports ?? 'ask' });
  }

  getRecording(): Promise<Recording> {
    const { fullStatements = false, audit = {} } = this.#config;
    return Promise.resolve({ folder: this.#folder, fullStatements, statementTags: audit.statementTags !== false });
  }

  announceCall(): Promise<void> {
    return Promise.resolve();
  }

  reportCall(): Promise<void> {
    return Promise.resolve();
  }

  reportReceipt(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    // there is nothing to close
  }

  get undoFolder(): string {
    return path.join(this.#folder, UNDO_FOLDER);
  }

  get tokenFile(): string {
    return path.join(this.#folder, 'http-token');
  }

  /** Of the approvals that were used, where several processes answer the same clients. */
  get approvalFolder(): string {
    return path.join(this.#folder, 'approvals');
  }

  get logFolder(): string {
    return path.join(this.#folder, 'logs');
  }

  get #folder(): string {
    return this.#config.folder ?? path.join(homedir(), '.mysql-pilot');
  }
}

function toEntry({ url, password, ssh: way, columnsKey, ...rest }: Config['connections'][number], order: number): Entry {
  const id = `00000000-0000-0000-0000-${String(order).padStart(12, '0')}`; // of this process alone
  const ca = rest.tlsFiles?.ca;
  const usual = { host: '127.0.0.1', port: 3306, tls: defaultTlsMode(ca), user: '' };
  const address = url === undefined ? usual : targetOf(url, rest.name, ca, order);
  const [ssh, secrets] = way === undefined ? [undefined, []] : withoutSecrets(way);
  return { profile: { ...address, ...withoutGaps(rest), ssh, id, createdAt: order }, password, columnsKey, ssh: secrets };
}

type Given<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };

/** What is left out is not there: it would stand over what the address says. */
function withoutGaps<T extends object>(value: T): Given<T> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Given<T>;
}

/** The references to its secrets apart: those of the jumps in order, then its own. */
function withoutSecrets({
  password,
  passphrase,
  jumps = [],
  ...server
}: NonNullable<Config['connections'][number]['ssh']>): [SshTunnelSettings, SshSecret[]] {
  const secrets = [...jumps, { password, passphrase }].map((one) => ({ password: one.password, passphrase: one.passphrase }));
  return [{ ...server, jumps: jumps.map(({ password: _, passphrase: __, ...jump }) => jump) }, secrets];
}

function targetOf(url: string, name: string, ca: string | undefined, order: number): ConnectionTarget {
  const { target, password } = parsedUrl(url, ca, order);
  if (password === undefined) return target;
  throw invalidConfig(
    `The address of ${JSON.stringify(name)} contains a password. Set it in \`password\` as \${env:NAME} or \${file:path}.`,
  );
}

function parsedUrl(url: string, ca: string | undefined, order: number): ParsedUrl {
  try {
    return parseConnectionUrl(url, ca);
  } catch (error) {
    if (!isPilotError(error)) throw error;
    throw new PilotError(error.code, `connections[${String(order)}].url: ${error.message}`, { advice: error.advice });
  }
}
