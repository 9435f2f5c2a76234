import { readFileSync, readdirSync } from 'node:fs';

export interface ProcessInfo {
  /** Arguments, separated by NUL. */
  readonly commandLine: string;
  /** `NAME=value` pairs, separated by NUL. */
  readonly environment: string;
}

/** Every process that may be looked at, from Linux's /proc. */
export function listProcesses(): ProcessInfo[] {
  const read = (pid: string, name: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${name}`, 'utf8');
    } catch {
      return ''; // ended meanwhile, or another user's
    }
  };
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => ({ commandLine: read(pid, 'cmdline'), environment: read(pid, 'environ') }));
}
