import { isPilotError, PilotError } from '../../engine/errors.ts';
import type { SshHop } from '../../engine/driver/profile.ts';
import { parseAddress } from '../../engine/driver/ssh/sshAddress.ts';
import { parseConnectionUrl } from '../../engine/driver/url.ts';
import { editDistance } from '../../engine/schema/words.ts';
import type { ProblemWords } from '../../inputProblems.ts';
import { invalidConfig, parseConfig, type Config } from './configSchema.ts';
import { FOREIGN } from './foreignVariables.ts';
import type { Variable, VariableKind } from './connectionVariables.ts';
import { isSecret, refuseEmptyProtection, refuseUnfinished } from './unfinishedValues.ts';
import { VARIABLES } from './variables.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentConfig {
  readonly config: Config;
  /** The one that stood in MYSQL_URL. */
  readonly urlPassword: string | undefined;
  /** Variables that begin with MYSQL_ and mean nothing here. */
  readonly ignored: readonly string[];
  /** The variables of the settings at a place. */
  readonly nameOf: (path: readonly PropertyKey[]) => string;
}

/** What is too long is told where it is given. */
const NAME_CHARACTERS = 200;
/** As many letters may be wrong in a name for it to be taken for a misspelled one of ours. */
const MISSPELLED = 2;
const SWITCHES: ReadonlyMap<string, boolean> = new Map([
  ...['true', '1', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', '0', 'no', 'off'].map((word) => [word, false] as const),
]);

/** True where the environment says where to connect to. */
export function describesConnection(environment: Environment): boolean {
  return ['MYSQL_URL', 'MYSQL_HOST', 'MYSQL_USER', 'MYSQL_SOCKET'].some((name) => (environment[name] ?? '') !== '');
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, NAME_CHARACTERS) : undefined;
}

/** Variables of ours, and those that look like one, that are set though a file says all, but for those that it refers to. */
export function unreadBesideFile(environment: Environment, config: Config): string[] {
  const referred = JSON.stringify(config);
  const slips = unknownNames(environment).filter((name) => meantBy(name, environment) !== undefined || name.startsWith('MYSQL_ALLOW_'));
  return [...namesSet(environment, VARIABLES), ...slips].filter((name) => !referred.includes(`\${env:${name}}`));
}

/** Files of variables and lists of clients often leave white space around a value. It may be part of a secret, which is read where it is needed. */
function withoutBlanks(environment: Environment): Environment {
  const secrets = VARIABLES.filter(isSecret).flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, secrets.includes(name) ? value : value?.trim()]));
}

function namesSet(environment: Environment, variables: readonly Variable[]): string[] {
  return variables.flatMap(({ name, aliases = [] }) => [name, ...aliases]).filter((name) => (environment[name] ?? '') !== '');
}

/** Reads one connection and all settings from MYSQL_* variables. An empty variable is one that is not set, unless it protects something. Throws `input.invalid`. */
export function readEnvironment(given: Environment): EnvironmentConfig {
  const ignored = foreignNames(given);
  const environment = withoutBlanks(given);
  const input: Record<string, unknown> = {};
  for (const variable of VARIABLES) {
    const found = [variable.name, ...(variable.aliases ?? [])].filter((name) => (environment[name] ?? '') !== '');
    const [name, second] = found;
    if (second !== undefined) throw invalidConfig(`${found.join(' and ')} have the same meaning. Set only one of them.`);
    refuseEmptyProtection(variable, given);
    if (name === undefined) continue;
    refuseUnfinished(variable, name, environment[name] ?? '');
    const value = read(variable.kind, name, environment[name] ?? '');
    if (Array.isArray(value) && value.length === 0) throw invalidConfig(`${name} has no entries: fill it in, or remove it.`);
    if (value !== undefined) place(input, variable, name, value);
  }
  const url = environment['MYSQL_URL'] ?? '';
  const ca = environment['MYSQL_SSL_CA'];
  const { target, password } =
    url === '' ? { target: undefined, password: undefined } : named('MYSQL_URL', () => parseConnectionUrl(url, ca));
  const [first] = (input['connections'] ?? [{}]) as Record<string, unknown>[];
  const { url: _, ...parts } = first ?? {};
  if (target !== undefined) {
    const said = ['host', 'port', 'socket', 'user', ...Object.keys({ ...target, ...(password === undefined ? {} : { password }) })];
    const free = url.includes('?') ? [] : ['tls']; // a mode that the URL does not name is only its default
    const twice = Object.keys(parts).filter((key) => said.includes(key) && !free.includes(key));
    const names = namesSet(
      environment,
      VARIABLES.filter(({ place: where }) => twice.some((key) => where === `connections.0.${key}`)),
    );
    if (twice.length > 0) throw invalidConfig(`MYSQL_URL can't be combined with ${names.join(', ')}. Use only one of them.`);
  }
  if (parts['writes'] !== undefined && input['writesFrom'] === undefined) {
    const allowing = namesSet(
      environment,
      VARIABLES.filter(
        ({ kind, name }) =>
          kind === 'access' && (environment[name] ?? '') !== '' && read(kind, name, environment[name] ?? '') !== undefined,
      ),
    );
    throw invalidConfig(`${allowing.join(', ')} lets agents write. Set MYSQL_WRITES_FROM to the names of the MCP clients that can write.`);
  }
  const connection: Record<string, unknown> = { ...target, ...parts };
  const name = textOf(connection['database']) ?? textOf(connection['socket'] === undefined ? connection['host'] : undefined) ?? 'mysql';
  if (connection['user'] === undefined) throw invalidConfig('MYSQL_USER is not set. Set it to the user name of the account.');
  const words = wordsOf(environment);
  const config = parseConfig({ ...input, connections: [{ name, ...connection }] }, 'The environment', words);
  return { config, urlPassword: password, ignored, nameOf: words.nameOf };
}

/** Problems are told by the names of variables, in their units. */
function wordsOf(environment: Environment): ProblemWords & Required<Pick<ProblemWords, 'nameOf'>> {
  const nameIn = ({ name, aliases = [] }: Variable): string => [name, ...aliases].find((one) => (environment[one] ?? '') !== '') ?? name;
  const at = (where: string): readonly Variable[] => VARIABLES.filter(({ place }) => place === where);
  const isSet = (variable: Variable): boolean => (environment[nameIn(variable)] ?? '') !== '';
  return {
    nameOf: (path) => {
      const where = path.join('.');
      // Something in what one variable says, or something of several variables.
      const inside = path.map((_, i) => at(path.slice(0, path.length - i).join('.'))).find((found) => found.length > 0);
      const about = inside ?? VARIABLES.filter(({ place }) => place.startsWith(`${where}.`));
      const told = about.some(isSet) ? about.filter(isSet) : about;
      return told.length === 0 ? where : told.map(nameIn).join(', ');
    },
    keyName: (path, key) => [`${path.join('.')}.${key}`, [...path.slice(0, -1), key].join('.')].flatMap(at).map(nameIn)[0],
    unitOf: (path) => {
      const where = path.join('.');
      if (at(where)[0]?.kind === 'seconds') return { times: 1000, unit: 'milliseconds' };
      return where.endsWith('Ms')
        ? { times: 1, unit: 'milliseconds' }
        : where.endsWith('Seconds')
          ? { times: 1, unit: 'seconds' }
          : undefined;
    },
  };
}

const OWN = VARIABLES.flatMap(({ name, aliases = [] }) => [name, ...aliases]);

/** What other programs call ours, too far from it to be taken for a slip of the fingers. */
const MEANT: ReadonlyMap<string, string> = new Map([
  ...['URI', 'DSN', 'CONNECTION_STRING', 'CONNECTION_URL', 'DATABASE_URL'].map((name) => [`MYSQL_${name}`, 'MYSQL_URL'] as const),
  ...['USERNAME', 'LOGIN', 'ACCOUNT'].map((name) => [`MYSQL_${name}`, 'MYSQL_USER'] as const),
  ...['HOSTNAME', 'SERVER', 'ADDRESS', 'ADDR', 'SERVICE'].map((name) => [`MYSQL_${name}`, 'MYSQL_HOST'] as const),
  ...['PASSWD', 'PASSPHRASE', 'SECRET'].map((name) => [`MYSQL_${name}`, 'MYSQL_PASSWORD'] as const),
  ...['DBNAME', 'DB_NAME', 'DATABASE_NAME', 'SCHEMA'].map((name) => [`MYSQL_${name}`, 'MYSQL_DB'] as const),
  ...['TLS', 'TLS_MODE', 'SSL', 'SSLMODE', 'USE_SSL'].map((name) => [`MYSQL_${name}`, 'MYSQL_SSL_MODE'] as const),
  ...['CA', 'TLS_CA', 'ATTR_SSL_CA', 'SSL_CA_FILE', 'SSL_CA_PATH'].map((name) => [`MYSQL_${name}`, 'MYSQL_SSL_CA'] as const),
]);

/** The names that are left alone. Throws for those that look like a slip. */
export function foreignNames(environment: Environment): string[] {
  const own = OWN;
  const unknown = unknownNames(environment);
  // Windows reads `mysql_host` as MYSQL_HOST, others do not.
  for (const name of Object.keys(environment).filter((one) => !own.includes(one) && own.includes(one.toUpperCase())))
    if (environment[name.toUpperCase()] === undefined) throw invalidConfig(`${name} is unknown. Did you mean ${name.toUpperCase()}?`);
  for (const name of unknown.filter((one) => !FOREIGN.includes(one))) {
    const meant = meantBy(name, environment);
    if (meant !== undefined) throw invalidConfig(`${name} is unknown. Did you mean ${meant}?`);
    if (name.startsWith('MYSQL_ALLOW_'))
      throw invalidConfig(`${name} is unknown. For safety, the server doesn't start with unknown permissions.`);
  }
  return unknown.sort();
}

function unknownNames(environment: Environment): string[] {
  return Object.keys(environment).filter((name) => name.startsWith('MYSQL_') && !OWN.includes(name));
}

/** The variable that was meant by a name. Names of other programs mean nothing. */
function meantBy(name: string, environment: Environment): string | undefined {
  if (FOREIGN.includes(name)) return undefined;
  const known = MEANT.get(name);
  // Beside the right one it belongs to another program.
  return misspelled(name, OWN) ?? (known !== undefined && !environment[known] ? known : undefined);
}

function misspelled(name: string, own: readonly string[]): string | undefined {
  const distances = own.map((one) => ({ one, distance: editDistance(name, one, MISSPELLED) })).sort((a, b) => a.distance - b.distance);
  return distances.find(({ distance }) => distance <= MISSPELLED)?.one;
}

function read(kind: VariableKind, name: string, value: string): unknown {
  switch (kind) {
    case 'text':
      return value;
    case 'lowerCase':
      return value.toLowerCase().replaceAll('_', '-');
    case 'underscored':
      return value.toLowerCase();
    case 'detection':
      if (['flag', 'block', 'off'].includes(value.toLowerCase())) return value.toLowerCase();
      return readSwitch(name, value) ? 'block' : 'off';
    case 'lines':
      return value
        .split('\n')
        .map((one) => one.trim())
        .filter((one) => one !== '');
    case 'integer':
      return readNumber(name, value);
    case 'seconds':
      return inSeconds(readNumber(name, value));
    case 'switch':
      return readSwitch(name, value);
    case 'access':
      if (value.toLowerCase() === 'ask') return 'ask';
      return readSwitch(name, value) ? 'allow' : undefined;
    case 'list':
      return value
        .split(',')
        .map((one) => one.trim())
        .filter((one) => one !== '');
    case 'addresses':
      return value.split(',').map((one) => readAddress(name, one.trim()));
    case 'reference':
      return `\${env:${name}}`;
    case 'file':
      return `\${file:${value}}`;
  }
}

/** An error of a value begins with the name of its variable. */
function named<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw isPilotError(error) ? new PilotError(error.code, `${name}: ${error.message}`, { advice: error.advice }) : error;
  }
}

/** What was given is not repeated: somebody may have put a password into it. */
function readAddress(name: string, text: string): SshHop {
  try {
    return parseAddress(text);
  } catch {
    throw invalidConfig(`${name} must be a comma-separated list of SSH servers: user@host:port.`);
  }
}

function readNumber(name: string, value: string): number | string {
  if (/^\d{1,15}$/.test(value)) return Number(value);
  if (name === 'MYSQL_PORT' && value.startsWith('tcp://')) {
    throw invalidConfig(
      'MYSQL_PORT is an address instead of a number. Kubernetes sets it for a service named "mysql". Set MYSQL_PORT yourself, or set enableServiceLinks: false for the pod.',
    );
  }
  return value; // the schema says what it may be
}

function inSeconds(milliseconds: number | string): number | string {
  return typeof milliseconds === 'number' ? milliseconds / 1000 : milliseconds;
}

function readSwitch(name: string, value: string): boolean {
  const found = SWITCHES.get(value.toLowerCase());
  if (found !== undefined) return found;
  throw invalidConfig(`${name} must be true or false${name.startsWith('MYSQL_ALLOW_') ? ', or ask' : ''}.`);
}

/** Puts a value where `place` says; numbers in it are indexes. */
function place(input: Record<string, unknown>, { place: where }: Variable, name: string, value: unknown): void {
  const path = where.split('.');
  const last = path.pop() ?? '';
  let at: Record<string, unknown> = input;
  for (const [i, key] of path.entries()) {
    at[key] ??= /^\d+$/.test(path[i + 1] ?? last) ? [] : {};
    at = at[key] as Record<string, unknown>;
  }
  if (at[last] !== undefined) {
    const others = VARIABLES.filter((one) => one.place === where && one.name !== name).flatMap((one) => [one.name, ...(one.aliases ?? [])]);
    throw invalidConfig(`${name} has the same meaning as ${others.join(' or ')}. Set only one of them.`);
  }
  at[last] = value;
}
