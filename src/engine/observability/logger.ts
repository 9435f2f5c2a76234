import { isOfThisMachine, isPilotError, isUntrusted } from '../errors.ts';

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

/**
 * What a log says of an error. The words of a server, a library or a peer may quote what they could not read: a statement with its values, a line of a file with a password. So only our
 * own words are kept, and those of a call of the system; of all others the name, the codes and the place in our code.
 */
export function errorText(error: unknown): string | undefined {
  if (error === undefined || typeof error === 'string') return error;
  if (!(error instanceof Error)) return 'unknown error';
  if (isOfThisMachine(error) || (isPilotError(error) && !isUntrusted(error))) return error.message;
  const { name, code, errno, sqlState } = error as Partial<Record<'code' | 'errno' | 'sqlState', unknown>> & Error;
  const codes = [code, errno, sqlState].filter((part) => typeof part === 'number' || (typeof part === 'string' && CODE.test(part)));
  const frame = FRAME.exec(error.stack?.slice(0, MAX_STACK) ?? '')?.[1];
  return [CODE.test(name) ? name : 'Error', ...codes.map(String), ...(frame === undefined ? [] : [`at ${frame}`])].join(' ');
}

const CODE = /^[A-Za-z][\w.-]{0,60}$|^[0-9A-Z]{5}$/;
/** Of a place in a file: the message before it may have lines of its own. */
const FRAME = /^ {4}at (?:async )?(?:[\w.#<>$ [\]]{1,100} )?\(?((?:file:\/\/)?[^\s()'"]{1,200}:\d+:\d+)\)?$/m;
const MAX_STACK = 10_000;
