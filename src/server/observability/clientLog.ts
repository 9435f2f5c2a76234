import type { LoggingLevel } from '@modelcontextprotocol/sdk/types.js';
import { isAtLeast, type Log, type LogEntry, type LogLevel } from '../../engine/observability/logger.ts';
import { RPC_CODES, RpcError, textParam } from '../protocol/rpc.ts';
import type { RpcPeer } from '../protocol/rpcPeer.ts';

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

/** Writes into our own log, and to the client if it has asked for messages: one that has not would only pay for them. */
export function logToClient(peer: RpcPeer, log: Log): Log {
  let least: LogLevel | undefined;
  peer.handle('logging/setLevel', (params) => {
    const level = textParam(params, 'level');
    if (!Object.hasOwn(LEVELS, level)) throw new RpcError(RPC_CODES.invalidParams, `There is no level ${level}.`);
    least = LEVELS[level as LoggingLevel];
    return {};
  });
  return (entry: LogEntry) => {
    log(entry);
    if (least === undefined || !isAtLeast(entry.level, least)) return;
    const { level, logger, message, context, metrics } = entry;
    void peer.notify('notifications/message', { level, logger, data: { message, ...context, ...metrics } });
  };
}
