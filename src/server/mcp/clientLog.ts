import type { ServerContext } from '@modelcontextprotocol/server';
import { isAtLeast, type LogEntry, type LogLevel } from '../../engine/observability/logger.ts';
import type { ProtocolServer } from './mcpServer.ts';

/** MCP has the eight levels of RFC 5424, and we have four of them. */
const LEVELS = {
  debug: 'debug',
  info: 'info',
  notice: 'warning',
  warning: 'warning',
  error: 'error',
  critical: 'error',
  alert: 'error',
  emergency: 'error',
} as const satisfies Readonly<Record<string, LogLevel>>;

/** Sends an entry to the client; `context` is the request that it is about, in the era in which each request names its own level. */
export type ClientLog = (entry: LogEntry, context: ServerContext | undefined) => void;

/** Sends entries of the log to a client that has asked for them: one that has not would only pay for them. */
export function logToClient(server: ProtocolServer): ClientLog {
  let least: LogLevel | undefined;
  server.setRequestHandler('logging/setLevel', ({ params }) => {
    least = LEVELS[params.level];
    return {};
  });
  return ({ level, logger, message, context: about, metrics }, context) => {
    const data = { message, ...about, ...metrics };
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- clients of 2026-07-28 may ask for it until mid 2027
    if (context !== undefined) context.mcpReq.log(level, data, logger).catch(() => undefined);
    else if (least !== undefined && isAtLeast(level, least))
      server.notification({ method: 'notifications/message', params: { level, logger, data } }).catch(() => undefined);
  };
}
