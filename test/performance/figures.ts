/** What many rounds of one measurement say. */
export interface Spread {
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
  readonly rounds: number;
}

/** The value below which this part of all values lies, by linear interpolation. */
function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = part * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? NaN;
  const above = sorted[Math.ceil(at)] ?? NaN;
  return below + (above - below) * (at - Math.floor(at));
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Median and quartiles. */
export function spread(values: readonly number[]): Spread {
  return { median: median(values), lower: quantile(values, 0.25), upper: quantile(values, 0.75), rounds: values.length };
}

/** The exponent k of the power law `cost ≈ a·n^k` that fits best: 1 is linear. */
export function growth(points: readonly { readonly n: number; readonly cost: number }[]): number {
  const logs = points.map(({ n, cost }) => [Math.log(n), Math.log(cost)] as const);
  const mean = (pick: 0 | 1): number => logs.reduce((sum, pair) => sum + pair[pick], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const [over, under] = logs.reduce(([o, u], [a, b]) => [o + (a - x) * (b - y), u + (a - x) ** 2], [0, 0]);
  return over / under;
}

/** Values of one figure by contestant, one for each round. */
export class Rounds {
  readonly #values = new Map<string, number[]>();

  add(name: string, value: number): void {
    const values = this.#values.get(name) ?? [];
    values.push(value);
    this.#values.set(name, values);
  }

  get(name: string): readonly number[] {
    return this.#values.get(name) ?? [];
  }

  get names(): readonly string[] {
    return [...this.#values.keys()];
  }
}
