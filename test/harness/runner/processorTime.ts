import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second for programs, whatever its own clock is. */
const TICKS_PER_SECOND = 100;
const SAMPLE_MS = 500;

interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  /** A process has used these ticks itself, without its children. */
  readonly ticks: number;
  /** Tells it from a later one with the same number. */
  readonly started: string;
}

/**
 * What suites use of a processor, with everything that they start: servers, browsers, and what outlives its parent. Processes are looked at twice a second, so the last
 * moments of each are missing; the times that a parent is told of its children would leave out whoever is killed with its group. Counts nothing outside of Linux.
 */
export class ProcessorTime {
  readonly #suites = new Map<string, string>();
  readonly #ticks = new Map<string, { suite: string; ticks: number }>();
  #timer: NodeJS.Timeout | undefined;

  start(): void {
    this.#timer = setInterval(() => {
      this.sample();
    }, SAMPLE_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** From now on the process and its descendants count for the suite. */
  add(suite: string, pid: number): void {
    for (const one of readStat(pid)) this.#suites.set(keyOf(one), suite);
  }

  sample(): void {
    const processes = new Map(readProcesses().map((one) => [one.pid, one]));
    for (const one of processes.values()) {
      const suite = this.#suiteOf(one, processes);
      if (suite !== undefined) this.#ticks.set(keyOf(one), { suite, ticks: one.ticks });
    }
  }

  seconds(suite: string): number {
    return [...this.#ticks.values()].reduce((sum, one) => (one.suite === suite ? sum + one.ticks : sum), 0) / TICKS_PER_SECOND;
  }

  /** The suite of the nearest ancestor that has one; an orphan keeps that of its parent. */
  #suiteOf(one: ProcessStat, processes: ReadonlyMap<number, ProcessStat>): string | undefined {
    const known = this.#suites.get(keyOf(one));
    const parent = processes.get(one.parent);
    const suite = known ?? (parent === undefined ? undefined : this.#suiteOf(parent, processes));
    if (suite !== undefined) this.#suites.set(keyOf(one), suite);
    return suite;
  }
}

const keyOf = ({ pid, started }: ProcessStat): string => `${String(pid)} ${started}`;

function readProcesses(): ProcessStat[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)));
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function readStat(pid: number): ProcessStat[] {
  let text: string;
  try {
    text = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
  } catch {
    return []; // it has ended meanwhile
  }
  const [, parent, , , , , , , , , , user, system, , , , , , , started = ''] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return [{ pid, parent: Number(parent), ticks: Number(user) + Number(system), started }];
}
