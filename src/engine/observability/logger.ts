/** As in RFC 5424, of which MCP has taken them; what it has besides is not used. */
export const LOG_LEVELS = ['debug', 'info', 'warning', 'error'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** One thing that happened. It holds no secret, no bound value, and no text of a statement with its values. */
export interface LogEntry {
  readonly level: LogLevel;
  /** Which part of the program speaks. */
  readonly logger: 'server' | 'calls' | 'statements' | 'security' | 'http' | 'metrics';
  readonly message: string;
  readonly context?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
  readonly metrics?: Readonly<Record<string, string | number | undefined>> | undefined;
  readonly error?: unknown;
}

/** Takes one entry; it neither throws nor waits. */
export type Log = (entry: LogEntry) => void;

/** True where an entry of `level` is as grave as `least`, or graver. */
export function isAtLeast(level: LogLevel, least: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(least);
}

/** An error without its stack and its causes, which may hold what the database said. */
export function errorText(error: unknown): string | undefined {
  if (error === undefined || typeof error === 'string') return error;
  return error instanceof Error ? error.message : JSON.stringify(error);
}
