import type { Alteration } from './alterTable.ts';
import type { DdlContext } from './ddlContext.ts';
import { same, type ColumnModel, type TableModel } from './tableModel.ts';

/** How a server makes a change: the cheapest that it accepts. */
export interface Way {
  readonly algorithm: 'INSTANT' | 'INPLACE' | 'COPY';
  readonly lock: 'NONE' | 'SHARED' | 'EXCLUSIVE';
  readonly rebuilds: boolean;
}

export const INSTANT: Way = { algorithm: 'INSTANT', lock: 'NONE', rebuilds: false };
export const IN_PLACE: Way = { algorithm: 'INPLACE', lock: 'NONE', rebuilds: false };
export const IN_PLACE_SHARED: Way = { ...IN_PLACE, lock: 'SHARED' };
export const REBUILD: Way = { ...IN_PLACE, rebuilds: true };
export const REBUILD_SHARED: Way = { ...REBUILD, lock: 'SHARED' };
export const COPY: Way = { algorithm: 'COPY', lock: 'SHARED', rebuilds: true };

const ALGORITHMS = ['INSTANT', 'INPLACE', 'COPY'] as const;
const LOCKS = ['NONE', 'SHARED', 'EXCLUSIVE'] as const;

export function compareWays(a: Way, b: Way): Way {
  return {
    algorithm: ALGORITHMS[Math.max(ALGORITHMS.indexOf(a.algorithm), ALGORITHMS.indexOf(b.algorithm))] ?? 'COPY',
    lock: LOCKS[Math.max(LOCKS.indexOf(a.lock), LOCKS.indexOf(b.lock))] ?? 'SHARED',
    rebuilds: a.rebuilds || b.rebuilds,
  };
}

/** An alteration where it is made. */
export interface WayScene extends Alteration {
  readonly context: DdlContext;
  readonly isMysql: boolean;
}

export function isVirtual({ generated }: ColumnModel): boolean {
  return generated !== undefined && !generated.stored;
}

export function hasIndexedVirtual(table: TableModel): boolean {
  return table.columns.some(
    (column) => isVirtual(column) && table.keys.some(({ parts }) => parts.some((part) => same(part.column, column.name))),
  );
}
