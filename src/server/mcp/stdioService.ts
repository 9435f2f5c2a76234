import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { ClientSessions } from '../sessions/clientSessions.ts';
import type { SharedServices } from '../sessions/mcpSession.ts';
import { APPROVAL_MS, ApprovalStates } from './approvalStates.ts';
import { announceChange, createMcpServer } from './mcpServer.ts';
import { StdioTransport } from './stdioTransport.ts';
import { ProcessRecord } from './usedApprovals.ts';

/** Serves one pipe, in the era that its client begins with. Returns what ends the connection. */
export function serveClient(sessions: ClientSessions, { version, log, paged }: SharedServices): () => Promise<void> {
  const warn = (message: string): void => {
    log({ level: 'warning', logger: 'server', message });
  };
  const onerror = (error: Error): void => {
    log({ level: 'debug', logger: 'server', message: `Protocol error: ${error.name}.` }); // its message may quote what was sent
  };
  const approvals = new ApprovalStates(new ProcessRecord(APPROVAL_MS));
  const handle = serveStdio(
    () => {
      const server = createMcpServer({ version, sessions, approvals, paged });
      server.onerror = onerror;
      server.onclose = sessions.onListChanged((what) => {
        announceChange(server, what);
      });
      return server;
    },
    { transport: new StdioTransport(process.stdin, process.stdout, warn), onerror },
  );
  return () => handle.close();
}
