#!/usr/bin/env node
import path from 'node:path';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { BrokerClient } from '../broker/brokerClient.ts';
import { DatabaseCache } from '../engine/databaseCache.ts';
import { RENDEZVOUS_FLAG } from '../identity.ts';
import { WindowApprover } from './approver.ts';
import { CallJournal } from './callJournal.ts';
import { CallRegistry } from './callRegistry.ts';
import { Connections } from './connections.ts';
import { ExportFolder } from './exportFolder.ts';
import { createMcpServer } from './mcpServer.ts';
import { TOOLS } from './tools/all.ts';
import { UndoFolder } from './undoFolder.ts';

/** Replaced by the version of package.json when the bundle is built. */
declare const PILOT_VERSION: string;

const USAGE = `mysql-pilot ${PILOT_VERSION}: the MCP server of the VS Code extension MySQL Pilot, which starts it with ${RENDEZVOUS_FLAG} FILE.\n`;

async function main(args: readonly string[]): Promise<void> {
  const [flag, rendezvous, ...rest] = args;
  if (flag !== RENDEZVOUS_FLAG || rendezvous === undefined || rest.length > 0) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
    return;
  }

  const calls = new CallRegistry();
  const broker = new BrokerClient(rendezvous, {
    onProfilesChanged: () => {
      connections.invalidate();
      void journal.refresh();
      server.sendResourceListChanged().catch(() => undefined); // nobody listens yet, or any more
      server.sendToolListChanged().catch(() => undefined); // a connection may allow writes now, or none any more
    },
    onStopCall: (call) => void calls.stop(call),
  });
  const journal: CallJournal = new CallJournal(broker, () => server.getClientVersion()?.name, warn);
  const databases = new DatabaseCache({ getSecret: (id) => broker.getSecret(id), warn });
  const connections: Connections = new Connections(broker, databases);
  const server: ReturnType<typeof createMcpServer> = createMcpServer({
    version: PILOT_VERSION,
    tools: TOOLS,
    connections,
    exports: new ExportFolder(() => broker.getExportFolder()),
    calls,
    journal,
    approver: new WindowApprover(broker),
    undo: new UndoFolder(async () => path.join((await journal.settings()).folder, 'undo')),
  });
  await server.connect(new StdioServerTransport());

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

/** stdout belongs to the protocol; VS Code shows stderr in the server's log. */
function warn(message: string, error?: unknown): void {
  const detail = error instanceof Error ? ` ${error.message}` : '';
  process.stderr.write(`${message}${detail}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  warn('The server could not start.', error);
  process.exit(1);
});
