#!/usr/bin/env node
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { BrokerClient } from '../broker/brokerClient.ts';
import { DatabaseCache } from '../engine/databaseCache.ts';
import { describeError, isPilotError } from '../engine/errors.ts';
import { UndoFolder } from '../engine/writes/undoFolder.ts';
import { WindowApprover } from './approver.ts';
import { checkConnections } from './check.ts';
import { isLoopback, parseCommandLine, USAGE, type CommandLine, type ListenAddress } from './commandLine.ts';
import { readConfigFile } from './config/configFile.ts';
import { invalidConfig, type Config, type HttpConfig } from './config/configSchema.ts';
import { ConfigSource } from './config/configSource.ts';
import { readSecret } from './config/secrets.ts';
import { describesConnection, readEnvironment } from './config/environment.ts';
import type { ConnectionSource } from './connectionSource.ts';
import { ExportFolder } from './exportFolder.ts';
import { tokenOfFile } from './http/tokenFile.ts';
import { limitsOf } from './limits.ts';
import { McpSession, type Shared } from './mcpSession.ts';
import { allTools } from './tools/all.ts';

/** Replaced by the version of package.json when the bundle is built. */
declare const PILOT_VERSION: string;

async function main(args: readonly string[]): Promise<void> {
  const command = parseCommandLine(args);
  if (command.what === 'help') process.stdout.write(USAGE);
  else if (command.what === 'version') process.stdout.write(`${PILOT_VERSION}\n`);
  else if (command.rendezvous !== undefined) await serveWindow(command.rendezvous);
  else if (command.what === 'check') await check(command);
  else await serveConfig(command);
}

/** For agents of one VS Code window, which knows the connections and asks the user. */
async function serveWindow(rendezvous: string): Promise<void> {
  const window = new BrokerClient(rendezvous, {
    onProfilesChanged: () => {
      session.profilesChanged();
    },
    onStopCall: (call) => void session.calls.stop(call),
  });
  const shared = share(window, { scope: (profile) => profile, approver: new WindowApprover(window) });
  const session = new McpSession(shared);
  await serveStdio(session, shared);
}

/** For any other client, with connections of a file or of the environment. */
async function serveConfig({ config: file, http }: CommandLine): Promise<void> {
  const { config, source } = await configure(file);
  const scope: Shared['scope'] = (profile, client) => source.scope(profile, client);
  const shared = share(source, { scope, limits: config.limits });
  new UndoFolder(() => Promise.resolve(source.undoFolder)).sweep().catch(() => undefined); // tried again with the next script
  if (http === undefined) await serveStdio(new McpSession(shared), shared);
  else await serveHttp(http, config.http ?? {}, shared, source);
}

async function serveHttp(
  address: ListenAddress,
  { tokens = [], ...config }: HttpConfig,
  shared: Shared,
  source: ConfigSource,
): Promise<void> {
  const { HttpService } = await import('./http/httpService.ts');
  const { databases } = shared;
  const made = tokens.length === 0 ? await tokenOfFile(source.tokenFile) : undefined;
  const service = await HttpService.start({
    address,
    config,
    tokens: made === undefined ? await Promise.all(tokens.map((token) => readSecret(token, 'A token for HTTP'))) : [made],
    openSession: () => new McpSession(shared),
    ready: async () => {
      await Promise.all((await source.listProfiles()).map(async (profile) => (await databases.get(profile)).check()));
      return true;
    },
    warn,
  });
  warn(`Listening on ${service.url}${made === undefined ? '' : `; the token is in ${source.tokenFile}`}`);
  if (!isLoopback(address.host) && config.certificate === undefined)
    warn('WARNING: tokens and rows cross the network unencrypted: give a certificate, or put a proxy with TLS before it.');
  onEnd([], async () => {
    await databases.close();
    await service.close();
  });
}

async function check({ config: file }: CommandLine): Promise<void> {
  const { config, source, ignored } = await configure(file);
  const { databases } = share(source, { scope: (profile) => profile });
  const { text, healthy } = await checkConnections(await source.listProfiles(), databases, config, ignored);
  process.stdout.write(`${text}\n`);
  process.exitCode = healthy ? 0 : 1;
  await databases.close();
}

async function configure(file: string | undefined): Promise<{ config: Config; source: ConfigSource; ignored: readonly string[] }> {
  if (file !== undefined) {
    const config = await readConfigFile(file);
    return { config, source: new ConfigSource(config), ignored: [] };
  }
  if (!describesConnection(process.env)) {
    throw invalidConfig('Nothing says where to connect to: set MYSQL_URL, or MYSQL_HOST and MYSQL_USER, or give --config FILE.');
  }
  const { config, urlPassword, ignored } = readEnvironment(process.env);
  return { config, source: new ConfigSource(config, urlPassword), ignored };
}

type Rights = Pick<Shared, 'scope' | 'approver'> & { readonly limits?: Config['limits'] };

function share(source: ConnectionSource, { scope, approver, limits: wanted }: Rights): Shared {
  const limits = limitsOf(wanted);
  return {
    version: PILOT_VERSION,
    source,
    scope,
    approver,
    limits,
    tools: allTools(limits),
    databases: new DatabaseCache({ getSecret: (id) => source.getSecret(id), warn }),
    exports: new ExportFolder(() => source.getExportFolder()),
    warn,
  };
}

async function serveStdio(session: McpSession, { databases, source }: Shared): Promise<void> {
  await session.connect(new StdioServerTransport());
  // The client is gone: stop what runs on the database servers, then end.
  onEnd([process.stdin], async () => {
    await databases.close();
    await session.close();
    source.close();
  });
}

/** Runs `end` once, at a signal or when one of the streams is over, and then ends the process. */
function onEnd(streams: readonly NodeJS.ReadableStream[], end: () => Promise<void>): void {
  let ending: Promise<void> | undefined;
  const shutDown = (): void => {
    ending ??= end().finally(() => process.exit(0));
  };
  for (const stream of streams) stream.once('end', shutDown).once('close', shutDown);
  process.once('SIGTERM', shutDown).once('SIGINT', shutDown);
}

/** stdout belongs to the protocol; VS Code shows stderr in the server's log. */
function warn(message: string, error?: unknown): void {
  const detail = error instanceof Error ? ` ${error.message}` : '';
  process.stderr.write(`${message}${detail}\n`);
}

/** The oldest that the bundles are made for. */
const OLDEST_NODE = 22;
if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  process.stderr.write(`Node ${String(OLDEST_NODE)} or newer is needed, and this is ${process.versions.node}.\n`);
  process.exit(1);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${isPilotError(error) ? describeError(error) : `The server could not start. ${String(error)}`}\n`);
  process.exit(isPilotError(error, 'input.invalid') || isPilotError(error, 'url.invalid') ? 2 : 1);
});
