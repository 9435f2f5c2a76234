/** What the scheduler has to know of a job. */
export interface Job {
  readonly name: string;
  /** How long it usually takes: the longest begin first. */
  readonly seconds: number;
  /** What it mostly waits for; two of one kind run beside each other only where nothing else is left. */
  readonly kind: string;
  /** Names of the jobs that have to end before. */
  readonly after?: readonly string[];
  /** Things that it changes or must find unchanged; two jobs with the same one never run beside each other. */
  readonly locks?: readonly string[];
  /** Never beside any other: it stops processes, or measures time. */
  readonly exclusive?: boolean;
}

/** Runs every job once, in so many lanes. Jobs of `after` that are not in the list count as done. `run` must not throw. */
export async function runInLanes<T extends Job>(jobs: readonly T[], lanes: number, run: (job: T) => Promise<void>): Promise<void> {
  const waiting = new Set(jobs);
  const running = new Map<T, Promise<T>>();
  while (waiting.size > 0 || running.size > 0) {
    for (let next = pick(waiting, running, lanes); next !== undefined; next = pick(waiting, running, lanes)) {
      const job = next;
      waiting.delete(job);
      running.set(
        job,
        run(job).then(() => job),
      );
    }
    if (running.size === 0) throw new Error(`These wait for each other: ${[...waiting].map(({ name }) => name).join(', ')}.`);
    running.delete(await Promise.race(running.values()));
  }
}

function pick<T extends Job>(waiting: ReadonlySet<T>, running: ReadonlyMap<T, unknown>, lanes: number): T | undefined {
  const now = [...running.keys()];
  if (now.length >= lanes || now.some(({ exclusive }) => exclusive)) return undefined;
  const undone = new Set([...waiting, ...now].map(({ name }) => name));
  const taken = new Set(now.flatMap(({ locks = [] }) => locks));
  const ready = [...waiting].filter(
    ({ after = [], locks = [] }) => !after.some((name) => undone.has(name)) && !locks.some((lock) => taken.has(lock)),
  );
  const shared = ready.filter(({ exclusive }) => exclusive !== true);
  if (shared.length === 0) return now.length === 0 ? longest(ready) : undefined; // the exclusive ones come when no other is ready
  const kinds = new Set(now.map(({ kind }) => kind));
  return longest(shared.filter(({ kind }) => !kinds.has(kind))) ?? longest(shared);
}

function longest<T extends Job>(jobs: readonly T[]): T | undefined {
  return jobs.reduce<T | undefined>((best, job) => (best === undefined || job.seconds > best.seconds ? job : best), undefined);
}
