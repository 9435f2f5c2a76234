import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 5;

/**
 * How long the host was busy at a stretch while this went on: nobody else is answered meanwhile. The clock counts what other programs of the machine took, so the
 * processor's time of this very thread stands beside it, with the part of the work in which it was. Both are said, and fail nothing.
 */
export async function measured<T>(name: string, work: (at: (part: string) => void) => PromiseLike<T>): Promise<T> {
  let [clock, busy, part, longest] = [0, 0, '', ''];
  const started = performance.now();
  let last = { at: started, used: process.threadCpuUsage() };
  const note = (): void => {
    const [now, used] = [performance.now(), process.threadCpuUsage(last.used)];
    clock = Math.max(clock, now - last.at - EVERY_MS);
    const spent = (used.user + used.system) / 1000;
    if (spent > busy) [busy, longest] = [spent, part];
    last = { at: now, used: process.threadCpuUsage() };
  };
  const timer = setInterval(note, EVERY_MS);
  try {
    return await work((one) => {
      part = one;
    });
  } finally {
    await sleep(2 * EVERY_MS);
    clearInterval(timer);
    const [most, own, all] = [clock, busy, performance.now() - started].map((ms) => ms.toFixed(0));
    console.log(
      `[T]       ${name}: at a stretch ${String(most)} ms, of which ${String(own)} ms of the processor${longest && ` (${longest})`}; ${String(all)} ms in all`,
    );
  }
}
