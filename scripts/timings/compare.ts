/** Ratios against something that runs beside it in the same run (raw mysql2, bare Node): a slow machine is slow for both. */
export type Ratios = Readonly<Record<string, number>>;

/** How much a ratio may rise before it is told: runs on one machine differ by up to a seventh (docs/deployment.md). */
export const TOLERANCE = 1.25;

/** What has become slower than recorded, or is no longer measured, or has no record. */
export function compareTimings(recorded: Ratios, measured: Ratios): string[] {
  const slower = Object.entries(recorded).flatMap(([what, before]) => {
    const now = measured[what];
    if (now === undefined) return [`${what}: recorded, and no longer measured`];
    return now > before * TOLERANCE ? [`${what}: ${now.toFixed(2)}, recorded ${before.toFixed(2)}`] : [];
  });
  const unknown = Object.keys(measured).filter((what) => !(what in recorded));
  return [...slower, ...unknown.map((what) => `${what}: measured, and not recorded (npm run timings -- --record)`)];
}

/** Of an odd or even number of values; NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}
