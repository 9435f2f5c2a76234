import { spread, type Rounds, type Spread } from './figures.ts';

/** What one contestant has in one figure. */
export interface Value {
  readonly value: Spread;
  /** As a multiple of the baseline, where the figure has one. */
  readonly ratio?: Spread | undefined;
  /** What else is to be known. */
  readonly note?: string | undefined;
}

/** One figure of the page. */
export interface Figure {
  readonly figure: string;
  /** What exactly is measured: which client, which statement, with or without TLS. */
  readonly how: string;
  readonly unit: string;
  readonly goal: string;
  /** True where it is reached; left out where the goal is nobody's or was not measured. */
  readonly met?: boolean | undefined;
  readonly values: Readonly<Record<string, Value>>;
}

/** How one cost grows. */
export interface Curve {
  readonly figure: string;
  readonly n: string;
  readonly unit: string;
  readonly points: readonly { readonly n: number; readonly cost: number }[];
}

/** All of one run; what the page is made from. */
export interface Results {
  readonly machine: string;
  readonly database: string;
  readonly node: string;
  readonly date: string;
  readonly rounds: number;
  /** Arguments of the run. */
  readonly command: string;
  /** The highest load average of five minutes: above the number of processors the machine did other work, too. */
  readonly load: number;
  readonly contestants: readonly { readonly name: string; readonly checks: string }[];
  readonly figures: readonly Figure[];
  readonly curves: readonly Curve[];
}

/** Each contestant's values, and its ratios to the baseline round by round. */
export function valuesOf(rounds: Rounds, baseline?: string): Record<string, Value> {
  const base = baseline === undefined ? undefined : rounds.get(baseline);
  return Object.fromEntries(
    rounds.names.map((name) => {
      const values = rounds.get(name);
      const ratio = base === undefined ? undefined : spread(values.map((value, i) => value / (base[i] ?? NaN)));
      return [name, { value: spread(values), ratio }];
    }),
  );
}

/** One measurement that was made once. */
export const once = (value: number, note?: string): Value => ({ value: { median: value, lower: value, upper: value, rounds: 1 }, note });
