import { statSync } from 'node:fs';
import { UndoFolder } from '../../engine/writes/undoFolder.ts';
import { isAtLeast, type Log, type LogLevel } from '../../engine/observability/logger.ts';
import { pathName } from '../../inputProblems.ts';
import { problemOfQuery } from '../../broker/savedQueries.ts';
import { isLoopback, type CommandLine, type ListenAddress } from '../config/commandLine.ts';
import { readConfigFile } from '../config/configFile.ts';
import { invalidConfig, type Config, type HttpConfig } from '../config/configSchema.ts';
import type { OpenTelemetry } from '../observability/openTelemetry.ts';
import type { StructuredLog } from '../observability/structuredLog.ts';
import { requestLimits } from '../config/protection.ts';
import { ConfigSource } from '../config/configSource.ts';
import { describesConnection, foreignNames, readEnvironment, unreadBesideFile } from '../config/environment.ts';
import { FOREIGN } from '../config/foreignVariables.ts';
import { logMetrics } from '../observability/metricsLog.ts';
import { readSecret, SECRET } from '../config/secrets.ts';
import { oddSecrets } from '../config/unfinishedValues.ts';
import { unreadSettings } from '../config/unreadSettings.ts';
import { Connections } from '../connections/connections.ts';
import { wrapText } from '../messages/wrapText.ts';
import { cacheOf, limitsOf } from '../limits/limits.ts';
import { ClientSessions } from '../sessions/clientSessions.ts';
import { REJECTED } from '../calls/toolCalls.ts';
import { VERSION } from './version.ts';
import { checkConnections } from './checkReport.ts';
import { onProcessEnd, serveOverStdio } from './processEnd.ts';
import { closeServices, createServices, type Services } from './createServices.ts';
import { plainLog } from './plainLog.ts';

const FILE_BYTES = 100_000_000;
const FILES = 10;
/** The client waits for the list of tools first. */
const SWEEP_AFTER_MS = 1000;

interface Configured {
  readonly config: Config;
  readonly source: ConfigSource;
  /** What is to be said of variables that are set and mean nothing here. */
  readonly notes: readonly string[];
  /** The same of names that the server, its client or its images have given a meaning: nobody needs to hear of them at each start. */
  readonly usual: readonly string[];
}

/** For any client but VS Code, with connections of a file or of the environment. */
export async function serveConfig({ config: file, http }: CommandLine): Promise<void> {
  const { config, source, notes } = await configure(file, http);
  const log = await openLog(config, source, http === undefined && config.log?.metricsSeconds === undefined ? 'warning' : 'info');
  for (const message of notes) log.write({ level: 'warning', logger: 'server', message });
  const traces = await openTracing(config);
  const program = createServices({
    source,
    ...(traces === undefined ? {} : { tracing: traces }),
    scope: (profile, client) => source.scope(profile, client),
    limits: limitsOf(config.limits, config.health, config.cache?.enabled),
    results: cacheOf(config.cache),
    requestLimits: requestLimits(config.protection),
    approvalWay: http === undefined || isLoopback(http.host) ? (config.approvals ?? 'client') : undefined,
    recordReads: config.audit?.reads !== false,
    log: log.write,
  });
  program.observers.push((connection, { type, milliseconds, rows, error }) => {
    const metrics = { query_type: type, duration_ms: Math.round(milliseconds * 10) / 10, rows_affected: rows };
    log.write({ level: 'debug', logger: 'statements', message: 'query_executed', context: { connection, error }, metrics });
  });
  if (traces !== undefined)
    program.observers.push((connection, event) => {
      traces.observe(connection, event);
    });
  const { metricsSeconds } = config.log ?? {};
  const own = new Connections(source, program.databases, (profile) => profile);
  const stopMetrics = metricsSeconds === undefined ? undefined : logMetrics(() => own.activity(), log.write, metricsSeconds);
  const close = async (): Promise<void> => {
    stopMetrics?.();
    await traces?.close();
    await log.close();
  };
  setTimeout(() => {
    new UndoFolder(() => Promise.resolve(source.undoFolder)).sweep().catch(() => undefined); // tried again with the next script
  }, SWEEP_AFTER_MS).unref();
  if (http === undefined) await serveOverStdio(new ClientSessions(program), program, close);
  else await serveHttp(http, config.http ?? {}, program, { source, connections: own, close });
}

/** Prints what it sees; resolves to the exit code. */
export async function check({ config: file }: CommandLine): Promise<number> {
  const { config, source, notes, usual } = await configure(file, 'any');
  const program = createServices({ source, scope: (profile) => profile, log: plainLog });
  const { text, healthy } = await checkConnections(await source.listProfiles(), program.databases, config, [...notes, ...usual]);
  process.stdout.write(`${wrapText(text)}\n`);
  await closeServices(program, () => Promise.resolve());
  return healthy ? 0 : 1;
}

async function configure(file: string | undefined, http: ListenAddress | 'any' | undefined): Promise<Configured> {
  if (file !== undefined) {
    const config = await readConfigFile(file);
    await requireReads(config);
    requireFolder(config, pathName);
    requireNearby(config, pathName, http);
    const notes = [
      ...unreadNotes(unreadBesideFile(process.env, config), `the configuration file ${file} is used`),
      ...unreadSettings(config, pathName, http !== undefined),
    ];
    return { config, source: new ConfigSource(config), notes, usual: [] };
  }
  if (!describesConnection(process.env)) {
    foreignNames(process.env); // where one of them is a slip, it says more
    const other = ['DATABASE_URL', 'DB_HOST', 'DB_USER', 'MARIADB_HOST', 'MARIADB_USER'].filter((name) => (process.env[name] ?? '') !== '');
    throw invalidConfig(
      `No connection is configured. Set MYSQL_URL, or MYSQL_HOST and MYSQL_USER, or use --config FILE.${other.length === 0 ? '' : ` Not read: ${other.join(', ')}.`}`,
    );
  }
  const { config, urlPassword, ignored, nameOf } = readEnvironment(process.env);
  requireFolder(config, nameOf);
  requireNearby(config, nameOf, http);
  const usual = ignored.filter((name) => FOREIGN.includes(name));
  const others = ignored.filter((name) => !FOREIGN.includes(name));
  const notes = [
    ...oddSecrets(process.env),
    ...(others.length === 0 ? [] : [`Unknown variables, ignored: ${others.join(', ')}.`]),
    ...unreadSettings(config, nameOf, http !== undefined),
  ];
  return {
    ...{ config, source: new ConfigSource(config, urlPassword), notes },
    usual: usual.length === 0 ? [] : [`Variables of other programs, ignored: ${usual.join(', ')}.`],
  };
}

/** It is made with the first file in it, which may be hours later. */
function requireFolder({ folder }: Config, nameOf: (path: readonly PropertyKey[]) => string): void {
  if (folder === undefined || (statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? true)) return;
  throw invalidConfig(`${nameOf(['folder'])}: ${folder} is not a folder.`);
}

/** A page of this computer is for people who sit at it. */
function requireNearby(
  { approvals = 'client' }: Config,
  nameOf: (path: readonly PropertyKey[]) => string,
  http: ListenAddress | 'any' | undefined,
): void {
  if (approvals === 'client' || http === undefined || http === 'any' || isLoopback(http.host)) return;
  throw invalidConfig(
    `${nameOf(['approvals'])}: ${approvals} needs a loopback address for --http. Approval pages are for people at this computer, and ${http.host} is for others, too.`,
  );
}

function unreadNotes(names: readonly string[], why: string): string[] {
  return names.length === 0 ? [] : [`Variables that are set but not used, because ${why}: ${names.join(', ')}.`];
}

/** The parser of SQL is loaded only where there are queries to read. */
async function requireReads({ tools = [] }: Config): Promise<void> {
  for (const [i, query] of tools.entries()) {
    const problem = await problemOfQuery(query);
    if (problem !== undefined) throw invalidConfig(`tools[${String(i)}].sql: ${problem}`);
  }
}

/** Loaded with the first line that is grave enough, which most processes never write. */
async function openLog({ log = {} }: Config, source: ConfigSource, usual: LogLevel): Promise<{ write: Log; close: () => Promise<void> }> {
  const { level = usual, folder, toFiles = folder !== undefined, fileBytes = FILE_BYTES, files = FILES } = log;
  const { rejectedQueries = true, securityEvents = true } = log;
  let opened: Promise<StructuredLog> | undefined;
  const open = async (): Promise<StructuredLog> => {
    const loaded = await import('../observability/structuredLog.ts');
    return new loaded.StructuredLog({
      level,
      folder: toFiles ? (folder ?? source.logFolder) : undefined,
      fileBytes,
      files,
      version: VERSION,
    });
  };
  if (toFiles) await (opened = open()); // what is wrong with the folder is told at the start
  return {
    write: (entry) => {
      const wanted = entry.logger !== 'security' || (entry.message === REJECTED ? rejectedQueries : securityEvents);
      if (!wanted || !isAtLeast(entry.level, level)) return;
      opened ??= open();
      void opened.then((ready) => {
        ready.write(entry);
      });
    },
    close: async () => {
      await (await opened)?.close();
    },
  };
}

async function openTracing({ tracing = {} }: Config): Promise<OpenTelemetry | undefined> {
  const { endpoint, enabled = endpoint !== undefined } = tracing;
  if (!enabled) return undefined;
  const loaded = await import('../observability/openTelemetry.ts');
  return new loaded.OpenTelemetry({ endpoint: endpoint ?? 'http://localhost:4318/v1/traces', version: VERSION });
}

/** Below that a key can be guessed. */
const KEY_CHARACTERS = 32;

async function readApprovalKey(reference: string): Promise<string> {
  const key = await readSecret(reference, 'The key for approvals');
  if (key.length >= KEY_CHARACTERS) return key;
  throw invalidConfig(
    `The key for approvals in ${placeOf(reference)} must have at least ${String(KEY_CHARACTERS)} characters. \`openssl rand -hex 32\` generates one.`,
  );
}

/** Anybody on the network may try tokens: one must be too long to be found. */
const TOKEN_CHARACTERS = 16;

async function readToken(reference: string): Promise<string> {
  const token = await readSecret(reference, 'A token for HTTP');
  if (token.length >= TOKEN_CHARACTERS && /^[\x21-\x7e]+$/.test(token)) return token;
  throw invalidConfig(
    `The token for HTTP in ${placeOf(reference)} must have at least ${String(TOKEN_CHARACTERS)} characters, ` +
      'without spaces and accents. `openssl rand -hex 32` generates one.',
  );
}

function placeOf(reference: string): string {
  const [, kind = '', name = ''] = SECRET.exec(reference) ?? [];
  return kind === 'env' ? name : `the file ${name}`;
}

interface Owner {
  readonly source: ConfigSource;
  readonly connections: Connections;
  readonly close: () => Promise<void>;
}

async function serveHttp(
  address: ListenAddress,
  { tokens = [], approvalKey, ...config }: HttpConfig,
  program: Services,
  { source, connections, close }: Owner,
): Promise<void> {
  const { HttpService } = await import('../http/httpService.ts');
  const { databases, log } = program;
  const made = tokens.length === 0 ? await (await import('../http/tokenFile.ts')).tokenOfFile(source.tokenFile) : undefined;
  const service = await HttpService.start({
    address,
    config,
    tokens: made === undefined ? await Promise.all(tokens.map(readToken)) : [made],
    approvals: approvalKey === undefined ? undefined : { key: await readApprovalKey(approvalKey), folder: source.approvalFolder },
    program,
    ready: async () => {
      await Promise.all((await connections.list()).map(async (profile) => (await databases.get(profile)).check()));
      return true;
    },
    activity: () => connections.activity(),
  });
  program.observers.push((connection, event) => {
    service.metrics.observe(connection, event);
  });
  const tokenFile = made === undefined ? undefined : source.tokenFile;
  log({ level: 'info', logger: 'http', message: `Listening on ${service.url}`, context: { tokenFile } });
  if (!isLoopback(address.host) && config.certificate === undefined) {
    const message = 'Tokens and rows are sent over the network unencrypted. Set a certificate, or use a proxy with TLS.';
    log({ level: 'warning', logger: 'http', message });
  }
  onProcessEnd([], () =>
    closeServices(program, async () => {
      await service.close();
      await close();
    }),
  );
}
