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
  /** It mostly sleeps, as what it looks at are limits of time: it takes no lane. One such job at a time runs beside the lanes. */
  readonly sleeps?: boolean;
}

/** Runs every job once, in so many lanes. Jobs of `after` that are not in the list count as done. `run` must not throw. */
export async function runInLanes<T extends Job>(jobs: readonly T[], lanes: number, run: (job: T) => Promise<void>): Promise<void> {
  const ranks = ranksOf(jobs);
  const longest = (some: readonly T[]): T | undefined =>
    some.reduce<T | undefined>(
      (best, job) => (best === undefined || (ranks.get(job.name) ?? 0) > (ranks.get(best.name) ?? 0) ? job : best),
      undefined,
    );
  const waiting = new Set(jobs);
  const running = new Map<T, Promise<T>>();
  const hasRoom = (sleeps: boolean): boolean => {
    const sleeping = [...running.keys()].filter((job) => job.sleeps).length;
    return sleeps && lanes > 1 ? sleeping === 0 : running.size - (lanes > 1 ? sleeping : 0) < lanes;
  };
  while (waiting.size > 0 || running.size > 0) {
    for (;;) {
      const job = longest(startable(waiting, [...running.keys()], ({ sleeps = false }) => hasRoom(sleeps)));
      if (job === undefined) break;
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

/** Of the jobs that wait, those that may begin beside the ones that run: of a kind that is not running where there is one. */
function startable<T extends Job>(waiting: ReadonlySet<T>, running: readonly T[], hasRoom: (job: T) => boolean): readonly T[] {
  if (running.some(({ exclusive }) => exclusive)) return [];
  const undone = new Set([...waiting, ...running].map(({ name }) => name));
  const taken = new Set(running.flatMap(({ locks = [] }) => locks));
  const ready = [...waiting]
    .filter(hasRoom)
    .filter(({ after = [], locks = [] }) => !after.some((name) => undone.has(name)) && !locks.some((lock) => taken.has(lock)));
  const shared = ready.filter(({ exclusive }) => exclusive !== true);
  if (shared.length === 0) return running.length === 0 ? ready : []; // the exclusive ones come when no other is ready
  const kinds = new Set(running.map(({ kind }) => kind));
  const others = shared.filter(({ kind }) => !kinds.has(kind));
  return others.length > 0 ? others : shared;
}

/** How long it takes from the begin of each job to the end of the last one that waits for it. */
function ranksOf(jobs: readonly Job[]): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  const rank = ({ name, seconds }: Job): number => {
    const known = ranks.get(name);
    if (known !== undefined) return known;
    ranks.set(name, seconds); // where they wait for each other in a circle, too, this ends
    const behind = jobs.filter(({ after = [] }) => after.includes(name)).map(rank);
    ranks.set(name, seconds + Math.max(0, ...behind));
    return ranks.get(name) ?? seconds;
  };
  jobs.forEach(rank);
  return ranks;
}
