import { errorText, isAtLeast, type LogEntry } from '../../engine/observability/logger.ts';

/** VS Code shows stderr as the server's log; calls stand in Agent Activity. */
export function plainLog({ level, logger, message, error }: LogEntry): void {
  if (logger === 'server' && isAtLeast(level, 'warning'))
    process.stderr.write(`${[message, errorText(error)].filter((part) => part !== undefined).join(' ')}\n`);
}
