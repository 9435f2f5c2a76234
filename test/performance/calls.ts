import type { Pool } from 'mysql2/promise';
import { startCaller, startLight, type ClientKind } from './callers.ts';
import type { Contestant } from './contestants.ts';
import { median, Rounds } from './figures.ts';
import { usageOf } from './usage.ts';

/** How much is measured. */
export interface Effort {
  readonly rounds: number;
  readonly calls: number;
}

/** Of 1,000 orders, each time another one: no cache of any server helps. */
const look = (n: number): string => `SELECT id, customer_id, status, total, placed_at FROM orders WHERE id = ${String((n % 1000) + 1)}`;
const ORDER = /\b(?:paid|shipped|cancelled|new)\b/;

/** Another order in each round: who comes first has the warmer or the colder machine. */
const shuffled = <T>(items: readonly T[], round: number): T[] => items.map((_, i) => items[(i + round) % items.length] as T);

interface Running<C> {
  readonly caller: C;
  readonly contestant: Contestant;
}

async function startAll<C>(contestants: readonly Contestant[], start: (one: Contestant) => Promise<C>): Promise<Map<string, Running<C>>> {
  const running = new Map<string, Running<C>>();
  for (const contestant of contestants) running.set(contestant.name, { caller: await start(contestant), contestant });
  return running;
}

/** Milliseconds of one look-up by primary key, one after the other: the median of each round. */
export async function lookUps(
  raw: Pool,
  contestants: readonly Contestant[],
  client: ClientKind,
  { rounds, calls }: Effort,
): Promise<Rounds> {
  const callers = await startAll(contestants, (one) => startCaller(one, client));
  const found = new Rounds();
  const one = async (name: string, n: number): Promise<void> => {
    const running = callers.get(name);
    if (running === undefined) await raw.query(look(n));
    else if (!ORDER.test(await running.caller.call(running.contestant.query(look(n)))))
      throw new Error(`${name} did not answer with the row.`);
  };
  const names = ['raw', ...callers.keys()];
  for (const name of names) for (let n = 0; n < calls; n++) await one(name, n); // warm
  for (let round = 0; round < rounds; round++) {
    for (const name of shuffled(names, round)) {
      const times: number[] = [];
      for (let n = 0; n < calls; n++) {
        const started = performance.now();
        await one(name, n);
        times.push(performance.now() - started);
      }
      found.add(name, median(times));
    }
  }
  for (const { caller } of callers.values()) await caller.close();
  return found;
}

/** Calls per second with so many on the way at a time, and milliseconds of CPU that the server's process has used for each. */
export async function throughput(
  raw: Pool,
  contestants: readonly Contestant[],
  client: ClientKind,
  { rounds, calls, atATime = 16 }: Effort & { readonly atATime?: number },
): Promise<{ readonly perSecond: Rounds; readonly cpuMs: Rounds }> {
  const callers = await startAll(contestants, (one) => startCaller(one, client));
  const perSecond = new Rounds();
  const cpuMs = new Rounds();
  const batch = async (name: string): Promise<void> => {
    const running = callers.get(name);
    let sent = 0;
    const worker = async (): Promise<void> => {
      while (sent < calls) {
        const sql = look(sent++);
        await (running === undefined ? raw.query(sql) : running.caller.call(running.contestant.query(sql)));
      }
    };
    await Promise.all(Array.from({ length: atATime }, worker));
  };
  const cpu = (name: string): number => {
    const { user, system } = process.cpuUsage();
    const running = callers.get(name);
    return running === undefined ? (user + system) / 1000 : usageOf(running.caller.pid).cpuMs;
  };
  const names = ['raw', ...callers.keys()];
  for (const name of names) await batch(name); // warm
  for (let round = 0; round < rounds; round++) {
    for (const name of shuffled(names, round)) {
      const before = cpu(name);
      const started = performance.now();
      await batch(name);
      perSecond.add(name, (1000 * calls) / (performance.now() - started));
      cpuMs.add(name, (cpu(name) - before) / calls);
    }
  }
  for (const { caller } of callers.values()) await caller.close();
  return { perSecond, cpuMs };
}

/** What one answer to a long read held. */
export interface LongAnswer {
  readonly bytes: number;
  readonly rows: number;
}

/** Milliseconds of a result of 10,000 rows, and what the answers held; raw is rows as objects, written as JSON. */
export async function longResults(
  raw: Pool,
  contestants: readonly Contestant[],
  { rounds, sql }: { readonly rounds: number; readonly sql: string },
): Promise<{ readonly ms: Rounds; readonly answers: ReadonlyMap<string, LongAnswer> }> {
  const ms = new Rounds();
  const answers = new Map<string, LongAnswer>();
  const rowsIn = (text: string): number => text.match(/Customer number \d/g)?.length ?? 0;
  const clients = await startAll(contestants, startLight);
  const names = ['raw', ...clients.keys()];
  for (let round = -2; round < rounds; round++) {
    for (const name of shuffled(names, round + 2)) {
      const running = clients.get(name);
      const started = performance.now();
      const text =
        running === undefined
          ? JSON.stringify((await raw.query(sql))[0])
          : await running.caller.call((running.contestant.allRows ?? running.contestant.query)(sql));
      const ended = performance.now();
      answers.set(name, { bytes: running?.caller.lastBytes ?? Buffer.byteLength(text), rows: rowsIn(text) });
      if (round >= 0) ms.add(name, ended - started);
    }
  }
  for (const { caller } of clients.values()) await caller.close();
  return { ms, answers };
}
