import { PilotError } from '../../engine/errors.ts';
import { editDistance, nearest } from '../../engine/schema/words.ts';
import { AGENT_COMMAND, RENDEZVOUS_FLAG } from '../../identity.ts';

export interface ListenAddress {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

/** What may be done with the credential agent. `run` stays in the foreground; `start` uses it. */
export const AGENT_ACTIONS = ['start', 'status', 'lock', 'stop', 'run'] as const;

export interface CommandLine {
  readonly what: 'help' | 'version' | 'check' | 'serve' | 'agent';
  /** For `agent`. */
  readonly action?: (typeof AGENT_ACTIONS)[number];
  /** Connections are those of VS Code, whichever window has them. */
  readonly vscode: boolean;
  readonly rendezvous: string | undefined;
  readonly config: string | undefined;
  /** Undefined: stdio. */
  readonly http: ListenAddress | undefined;
}

const DEFAULT_ADDRESS: ListenAddress = { host: '127.0.0.1', port: 3999 };
/** As many letters may be wrong in what is taken for a misspelled flag, and repeated. */
const MISSPELLED = 2;
const VSCODE_FLAG = '--vscode';
const FLAGS = ['--help', '-h', '--version', '-V', '--check', '--config', '--http', VSCODE_FLAG, RENDEZVOUS_FLAG];

export const USAGE = `Usage: mysql-pilot [--config FILE] [--http [HOST:PORT]]
       mysql-pilot --check [--config FILE]
       mysql-pilot --vscode
       mysql-pilot init [--client NAME]… [--help]
       mysql-pilot agent start|status|lock|stop

An MCP server that gives agents MySQL and MariaDB databases, read-only unless you say otherwise.
Without --config the connection comes from the environment: MYSQL_URL, or MYSQL_HOST, MYSQL_USER, MYSQL_PASSWORD, MYSQL_DB, …

  --config FILE        connections and settings of a JSON file
  --http [HOST:PORT]   Streamable HTTP instead of stdio, on ${DEFAULT_ADDRESS.host}:${String(DEFAULT_ADDRESS.port)} unless you say otherwise
  --check              connects, tells what it sees and what agents may do, and ends:
                       0 if all is well, 1 if not, 2 for a wrong configuration
  --vscode             connections of VS Code: from an open window, else from the credential agent
  --version, --help
  init                 adds the server to the configuration of MCP clients, with the connections of VS Code

The credential agent keeps what VS Code windows give it in memory, so that agents can connect while no window is open.
  agent start          starts it in the background; allows it again after a lock
  agent status         tells what it holds: 0 if it runs, 1 if not
  agent lock           overwrites what it holds and ends it; windows start it again only when you allow it
  agent stop           ends it; an open window may start it again
`;

/** Throws `input.invalid` for anything that is not known: a misspelled flag must not widen anything. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  if (args[0] === AGENT_COMMAND) return parseAgent(args.slice(1));
  const given = new Map<string, string | undefined>();
  for (let i = 0; i < args.length; i++) {
    const [flag = '', ...rest] = (args[i] ?? '').split('=');
    if (!FLAGS.includes(flag)) throw invalid(unknownArgument(flag));
    if (given.has(flag)) throw invalid(`${flag} is given twice.`);
    let value = rest.length > 0 ? rest.join('=') : undefined;
    const next = args[i + 1];
    if (value === undefined && next !== undefined && takesValue(flag) && !(flag === '--http' && next.startsWith('-'))) {
      value = next;
      i++;
    }
    if (flag !== '--http' && takesValue(flag) !== (value !== undefined && value !== ''))
      throw invalid(takesValue(flag) ? `${flag} needs a file path.` : `${flag} takes no value.`);
    given.set(flag, value);
  }
  const rendezvous = given.get(RENDEZVOUS_FLAG);
  if (rendezvous !== undefined && given.size > 1) throw invalid(`${RENDEZVOUS_FLAG} can't be combined with other flags.`);
  if (given.has(VSCODE_FLAG) && given.size > 1) throw invalid(`${VSCODE_FLAG} can't be combined with other flags.`);
  if (given.has('--check') && given.has('--http')) throw invalid("--check doesn't start an HTTP server. Remove --http.");
  return {
    what: what(given),
    rendezvous,
    vscode: given.has(VSCODE_FLAG),
    config: given.get('--config'),
    http: given.has('--http') ? parseAddress(given.get('--http')) : undefined,
  };
}

function parseAgent(args: readonly string[]): CommandLine {
  const [given, ...rest] = args;
  if (given !== undefined && ['--help', '-h', 'help'].includes(given))
    return { what: 'help', rendezvous: undefined, vscode: false, config: undefined, http: undefined };
  const action = AGENT_ACTIONS.find((one) => one === given);
  if (action === undefined || rest.length > 0)
    throw invalid(`${AGENT_COMMAND} needs one of: ${AGENT_ACTIONS.filter((one) => one !== 'run').join(', ')}.`);
  return { what: 'agent', action, rendezvous: undefined, vscode: false, config: undefined, http: undefined };
}

/** True for an address that only programs of this machine reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.(?:\d{1,3}\.){2}\d{1,3}$/.test(host);
}

function what(given: ReadonlyMap<string, unknown>): CommandLine['what'] {
  if (given.has('--help') || given.has('-h')) return 'help';
  if (given.has('--version') || given.has('-V')) return 'version';
  return given.has('--check') ? 'check' : 'serve';
}

function takesValue(flag: string): boolean {
  return ['--config', '--http', RENDEZVOUS_FLAG].includes(flag);
}

/** `host:port`, `[::1]:port`, `host` or `port`. */
function parseAddress(text: string | undefined): ListenAddress {
  if (text === undefined) return DEFAULT_ADDRESS;
  if (/^\d+$/.test(text)) return { ...DEFAULT_ADDRESS, port: portOf(text) };
  if (text === '') throw invalid('--http= has no address. Write HOST:PORT, or only --http.');
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/\s]+))(?::(\d+))?$/i.exec(text);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined) throw invalid(`${text} isn't a valid address. Write HOST:PORT, for example 127.0.0.1:3999 or [::1]:3999.`);
  return { host, port: match?.[3] === undefined ? DEFAULT_ADDRESS.port : portOf(match[3]) };
}

function portOf(text: string): number {
  const port = Number(text);
  if (port > 65535) throw invalid(`${text} isn't a valid port.`);
  return port;
}

/** Flags of MySQL's own programs, and what takes their place. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  ...{
    host: 'MYSQL_HOST',
    port: 'MYSQL_PORT',
    socket: 'MYSQL_SOCKET',
    user: 'MYSQL_USER',
    password: 'MYSQL_PASSWORD',
    database: 'MYSQL_DB',
  },
  ...{
    url: 'MYSQL_URL',
    uri: 'MYSQL_URL',
    dsn: 'MYSQL_URL',
    'ssl-mode': 'MYSQL_SSL_MODE',
    'ssl-ca': 'MYSQL_SSL_CA',
    token: 'MYSQL_HTTP_TOKEN',
  },
  ...{
    'http-token': 'MYSQL_HTTP_TOKEN',
    'data-dir': 'MYSQL_DATA_DIR',
    u: 'MYSQL_USER',
    p: 'MYSQL_PASSWORD',
    P: 'MYSQL_PORT',
    D: 'MYSQL_DB',
    S: 'MYSQL_SOCKET',
  },
};

/** Repeats the name of a flag and nothing else: `-pSECRET`, `--password=SECRET` and an address hold passwords. */
function unknownArgument(given: string): string {
  const flag = /^(?:--[a-z][a-z-]{0,40}|-[a-z](?=$|[^a-z])|-p)/i.exec(given)?.[0];
  const variable = flag === undefined ? undefined : ELSEWHERE[flag.replace(/^-+/, '')];
  if (variable !== undefined) return `${flag ?? ''} is unknown. Set the variable ${variable}, or use a file with --config.`;
  const slip = FLAGS.find((one) => given.length > MISSPELLED && editDistance(given, one, MISSPELLED) <= MISSPELLED);
  if (slip !== undefined) return `${given} is unknown. Did you mean ${slip}?`;
  const [best] = flag === undefined ? [] : nearest(flag, FLAGS, 1);
  if (flag !== undefined) return `${flag} is unknown.${best === undefined ? '' : ` Did you mean ${best}?`}`;
  return 'Only flags are supported. Use --config FILE for a file, or variables such as MYSQL_URL for the connection.';
}

function invalid(message: string): PilotError {
  return new PilotError('input.invalid', message, { nextStep: 'See mysql-pilot --help.' });
}
