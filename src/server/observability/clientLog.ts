import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { SetLevelRequestSchema, type LoggingLevel } from '@modelcontextprotocol/sdk/types.js';
import { isAtLeast, type Log, type LogEntry, type LogLevel } from '../../engine/observability/logger.ts';

/** MCP has the eight levels of RFC 5424, and we have four of them. */
const LEVELS: Readonly<Record<LoggingLevel, LogLevel>> = {
  debug: 'debug',
  info: 'info',
  notice: 'warning',
  warning: 'warning',
  error: 'error',
  critical: 'error',
  alert: 'error',
  emergency: 'error',
};

/* eslint-disable @typescript-eslint/no-deprecated -- as in mcpServer.ts */

/** Writes into our own log, and to the client if it has asked for messages: one that has not would only pay for them. */
export function logToClient(server: Server, log: Log): Log {
  let least: LogLevel | undefined;
  server.setRequestHandler(SetLevelRequestSchema, ({ params }) => {
    least = LEVELS[params.level];
    return {};
  });
  return (entry: LogEntry) => {
    log(entry);
    if (least === undefined || !isAtLeast(entry.level, least)) return;
    const { level, logger, message, context, metrics } = entry;
    server.sendLoggingMessage({ level, logger, data: { message, ...context, ...metrics } }).catch(() => undefined); // it is gone
  };
}
