import type { ClientSessions } from '../sessions/clientSessions.ts';
import { closeServices, type Services } from './createServices.ts';

/** Runs `end` once, at a signal or when one of the streams is over, and then ends the process. */
export function onProcessEnd(streams: readonly NodeJS.ReadableStream[], end: () => Promise<void>): void {
  let ending: Promise<void> | undefined;
  const shutDown = (): void => {
    ending ??= end().finally(() => process.exit(0));
  };
  for (const stream of streams) stream.once('end', shutDown).once('close', shutDown);
  process.once('SIGTERM', shutDown).once('SIGINT', shutDown);
}

/** One client on stdin and stdout; when it is gone, what it left running is stopped. */
export async function serveOverStdio(sessions: ClientSessions, program: Services, atEnd: () => Promise<void>): Promise<void> {
  const { serveClient } = await import('../mcp/stdioService.ts');
  const disconnect = serveClient(sessions, program);
  onProcessEnd([process.stdin], () =>
    closeServices(program, async () => {
      await sessions.close(disconnect);
      await atEnd();
    }),
  );
}
