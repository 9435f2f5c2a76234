import type { Hint } from '../sql/ast/queries.ts';
import { refuse, type Refusal } from './makeRefusal.ts';

/** Above what the sessions allow, a hint would lift the limit. */
const MAX_MS = 60_000;
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Hints that choose a plan, and nothing else.
 * @see https://dev.mysql.com/doc/refman/9.7/en/optimizer-hints.html
 */
const PLAN_HINTS = new Set(
  (
    'BKA NO_BKA BNL NO_BNL DERIVED_CONDITION_PUSHDOWN NO_DERIVED_CONDITION_PUSHDOWN GROUP_INDEX NO_GROUP_INDEX HASH_JOIN NO_HASH_JOIN INDEX ' +
    'NO_INDEX INDEX_MERGE NO_INDEX_MERGE JOIN_FIXED_ORDER JOIN_INDEX NO_JOIN_INDEX JOIN_ORDER JOIN_PREFIX JOIN_SUFFIX MERGE NO_MERGE MRR ' +
    'NO_MRR NO_ICP NO_RANGE_OPTIMIZATION ORDER_INDEX NO_ORDER_INDEX QB_NAME SEMIJOIN NO_SEMIJOIN SKIP_SCAN NO_SKIP_SCAN SUBQUERY ' +
    'SPLIT_MATERIALIZED NO_SPLIT_MATERIALIZED ROWID_FILTER NO_ROWID_FILTER'
  ).split(' '),
);

const PLAN_VARIABLES = new Set(['optimizer_switch', 'optimizer_prune_level', 'optimizer_search_depth', 'eq_range_index_dive_limit']);
const BUFFERS = new Set(['join_buffer_size', 'sort_buffer_size', 'read_rnd_buffer_size', 'range_optimizer_max_mem_size']);

/** Lowering a limit is honest, lifting one is not; what is not known is refused. */
export function checkHint(hint: Hint): Refusal | undefined {
  if (isHarmless(hint)) return undefined;
  return refuse(`The hint ${hint.name}`, hint, 'leaveOut.hint');
}

function isHarmless({ name, args }: Hint): boolean {
  if (PLAN_HINTS.has(name)) return true;
  const [first, sign, value, more] = args;
  if (name === 'MAX_EXECUTION_TIME') return sign === undefined && first?.type === 'number' && isBelow(first.text, MAX_MS);
  if (name !== 'SET_VAR' || first?.type !== 'name' || sign?.type !== '=' || value === undefined || more !== undefined) return false;
  const variable = first.text.toLowerCase();
  if (PLAN_VARIABLES.has(variable)) return true;
  if (variable === 'max_execution_time') return isBelow(value.text, MAX_MS);
  return BUFFERS.has(variable) && isBelow(value.text, MAX_BYTES);
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** Zero means "no limit". */
function isBelow(text: string, limit: number): boolean {
  const [, digits, unit = ''] = /^(\d{1,9})([KMG]?)$/i.exec(text) ?? [];
  const value = Number(digits) * (UNITS[unit.toUpperCase()] ?? NaN);
  return value > 0 && value <= limit;
}
