import type { BaseColumn, ColumnAction } from './baseColumn.ts';

/** Base columns behind a value, as a graph whose parts are shared: to copy sets would take time without end. May lead back to itself. */
export type Origin = BaseColumn | readonly Origin[];

/** What an expression gives. */
export interface Value {
  /** How the values are protected that it passes on as they are. What is computed has none: it is refused where a protected column goes into it. */
  readonly action: ColumnAction | undefined;
  readonly origin: Origin;
}

/** A column of a table, or of a query. */
export interface Column extends Value {
  /** Undefined for a name that the server makes up by rules that are not known here. */
  readonly name: string | undefined;
  /** Left out of `*`. */
  readonly invisible?: boolean | undefined;
}

const NOTHING: Origin = [];

export function plainValue(origin: Origin = NOTHING): Value {
  return { action: undefined, origin };
}

const STRICTNESS: Readonly<Record<ColumnAction, number>> = { pseudonym: 1, mask: 2, hide: 3 };

/** Of two rules on the same values. */
export function stricter(one: ColumnAction | undefined, other: ColumnAction | undefined): ColumnAction | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return STRICTNESS[one] >= STRICTNESS[other] ? one : other;
}

/**
 * Of a column with values of both. Pseudonyms beside values that somebody else chose would tell the pseudonym of a guess, and where it is equal to one: such a column is masked.
 */
export function mixed(one: ColumnAction | undefined, other: ColumnAction | undefined): ColumnAction | undefined {
  if (one === other) return one;
  return one === 'hide' || other === 'hide' ? 'hide' : 'mask';
}

/** One value of several, whichever it is. */
export function anyOf(values: readonly Value[]): Value {
  const [first, ...others] = values;
  if (first === undefined) return plainValue();
  if (others.length === 0) return { action: first.action, origin: first.origin };
  return {
    action: others.reduce<ColumnAction | undefined>((action, other) => mixed(action, other.action), first.action),
    origin: values.map(({ origin }) => origin),
  };
}

/** Every base column of an origin, each once. */
export function sourcesOf(origin: Origin): ReadonlySet<BaseColumn> {
  const found = new Set<BaseColumn>();
  const seen = new Set<readonly Origin[]>();
  const left: Origin[] = [origin];
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    if (!isParts(one)) found.add(one);
    else if (!seen.has(one)) {
      seen.add(one);
      for (const part of one) left.push(part);
    }
  }
  return found;
}

/** True where the server compares values of these as they are. Converted, equal ones may have other pseudonyms, and tell what they have in common. */
export function areOneKind(values: readonly Value[]): boolean {
  const kinds = new Set(values.flatMap(({ origin }) => [...sourcesOf(origin)].map(({ kind }) => kind)));
  return kinds.size <= 1;
}

/** True where rows may be told apart by it: it is plain, or has pseudonyms of one kind. */
export function tellsRows(value: Value): boolean {
  return value.action === undefined || (value.action === 'pseudonym' && areOneKind([value]));
}

function isParts(origin: Origin): origin is readonly Origin[] {
  return Array.isArray(origin);
}
