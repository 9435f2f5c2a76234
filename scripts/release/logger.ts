import type { Logger } from 'release-please';

/** release-please tells each step; the caller wants what went wrong. */
export const logger: Logger = {
  error: console.error,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  trace: () => undefined,
};
