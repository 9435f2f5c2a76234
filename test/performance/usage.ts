import { readFileSync } from 'node:fs';

const CLOCK_TICKS = 100; // a second; sysconf(_SC_CLK_TCK) is 100 on every Linux that Node runs on

/** What a process has used so far. */
export interface Usage {
  /** CPU time in user and system mode. */
  readonly cpuMs: number;
  /** Memory now and at most. */
  readonly residentMb: number;
  readonly peakMb: number;
}

/** From /proc, so that it is the same for every program. */
export function usageOf(pid: number): Usage {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  const megabytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
  return {
    cpuMs: ((Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS) * 1000,
    residentMb: megabytes('VmRSS'),
    peakMb: megabytes('VmHWM'),
  };
}
