import type { McpSession } from '../mcpSession.ts';
import { StdioWire } from '../protocol/stdioWire.ts';
import { endProgram, type Program } from './shared.ts';

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
export async function serveStdio(session: McpSession, program: Program, atEnd: () => Promise<void>): Promise<void> {
  const warn = (message: string): void => {
    program.log({ level: 'warning', logger: 'server', message });
  };
  await session.connect(new StdioWire(process.stdin, process.stdout, warn));
  onProcessEnd([process.stdin], () =>
    endProgram(program, async () => {
      await session.close();
      await atEnd();
    }),
  );
}
