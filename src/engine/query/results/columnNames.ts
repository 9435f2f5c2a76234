export interface UniqueNames {
  readonly names: readonly string[];
  /** What was renamed, for people: `id → id_2`. */
  readonly renamed: readonly string[];
}

/** Gives names that come again a number behind them. `fold` says when two names are the same for who reads them. */
export function uniqueNames(names: readonly string[], fold = (name: string): string => name): UniqueNames {
  const given = new Set(names.map(fold));
  const seen = new Set<string>();
  const next = new Map<string, number>();
  const renamed: string[] = [];
  const unique = names.map((name) => {
    const key = fold(name);
    if (!seen.has(key)) {
      seen.add(key);
      return name;
    }
    let number = next.get(key) ?? 2;
    while (given.has(fold(`${name}_${String(number)}`))) number++;
    next.set(key, number + 1);
    const other = `${name}_${String(number)}`;
    given.add(fold(other));
    renamed.push(`${name} → ${other}`);
    return other;
  });
  return { names: unique, renamed };
}

/** As MySQL compares names of columns, and Parquet's readers do. */
export function foldCase(name: string): string {
  return name.toLowerCase();
}
