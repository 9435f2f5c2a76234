#!/usr/bin/env node
import path from 'node:path';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { BrokerClient } from '../broker/brokerClient.ts';
import { DatabaseCache } from '../engine/databaseCache.ts';
import { RENDEZVOUS_FLAG } from '../identity.ts';
import { WindowApprover } from './approver.ts';
import { CallJournal } from './callJournal.ts';
import { CallRegistry } from './callRegistry.ts';
import { ConfigSource } from './configSource.ts';
import { Connections } from './connections.ts';
import type { ConnectionSource } from './connectionSource.ts';
import { ElicitationApprover } from './elicitationApprover.ts';
import { ExportFolder } from './exportFolder.ts';
import { createMcpServer } from './mcpServer.ts';
import { TOOLS } from './tools/all.ts';
import { UndoFolder } from '../engine/writes/undoFolder.ts';

/** Replaced by the version of package.json when the bundle is built. */
declare const PILOT_VERSION: string;

const CONFIG_FLAG = '--config';

const USAGE = `mysql-pilot ${PILOT_VERSION}: an MCP server for MySQL and MariaDB.
  mysql-pilot ${CONFIG_FLAG} FILE   connections of a JSON file, for any MCP client
  mysql-pilot ${RENDEZVOUS_FLAG} FILE   those of a VS Code window, whose extension MySQL Pilot starts it so
`;

async function main(args: readonly string[]): Promise<void> {
  const [flag, file, ...rest] = args;
  if (file === undefined || rest.length > 0 || (flag !== RENDEZVOUS_FLAG && flag !== CONFIG_FLAG)) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
    return;
  }

  const calls = new CallRegistry();
  const client = (): string | undefined => server.getClientVersion()?.name;
  const window =
    flag === RENDEZVOUS_FLAG ? new BrokerClient(file, { onProfilesChanged, onStopCall: (call) => void calls.stop(call) }) : undefined;
  const source: ConnectionSource = window ?? (await ConfigSource.load(file, client));
  const journal = new CallJournal(source, client, warn);
  const databases = new DatabaseCache({ getSecret: (id) => source.getSecret(id), warn });
  const connections = new Connections(source, databases);
  const undo = new UndoFolder(async () => path.join((await journal.settings()).folder, 'undo'));
  const server: ReturnType<typeof createMcpServer> = createMcpServer({
    version: PILOT_VERSION,
    tools: TOOLS,
    connections,
    exports: new ExportFolder(() => source.getExportFolder()),
    calls,
    journal,
    approver: window === undefined ? new ElicitationApprover(() => server) : new WindowApprover(window),
    undo,
  });
  await server.connect(new StdioServerTransport());
  if (window === undefined) undo.sweep().catch(ignore); // a window does that itself

  function onProfilesChanged(): void {
    connections.invalidate();
    void journal.refresh();
    server.sendResourceListChanged().catch(() => undefined); // nobody listens yet, or any more
    server.sendToolListChanged().catch(() => undefined); // a connection may allow writes now, or none any more
  }

  /** The client is gone: stop what runs on the database servers, then end. */
  let ending: Promise<void> | undefined;
  const shutDown = (): void => {
    ending ??= connections
      .close()
      .then(() => journal.close())
      .finally(() => process.exit(0));
  };
  process.stdin.once('end', shutDown).once('close', shutDown);
  process.once('SIGTERM', shutDown).once('SIGINT', shutDown);
}

/** What could not be removed now is tried again with the next file. */
const ignore = (): void => undefined;

/** stdout belongs to the protocol; VS Code shows stderr in the server's log. */
function warn(message: string, error?: unknown): void {
  const detail = error instanceof Error ? ` ${error.message}` : '';
  process.stderr.write(`${message}${detail}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  warn('The server could not start.', error);
  process.exit(1);
});
