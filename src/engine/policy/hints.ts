import type { Token } from '../sql/lexer.ts';
import { refuse, type Refusal } from './verdict.ts';

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

const CALL = /([A-Z_]+)\s*(?:\(([^()]*)\))?/giy;

/** An optimizer hint: lowering a limit is honest, lifting one is not; what is not known is refused. */
export function judgeHint(token: Token): Refusal | undefined {
  const text = token.text.slice(3, -2);
  let at = 0;
  for (;;) {
    at += /^[\s,]*/.exec(text.slice(at))?.[0].length ?? 0;
    if (at >= text.length) return undefined;
    CALL.lastIndex = at;
    const [all, name = '', argument = ''] = CALL.exec(text) ?? [];
    if (all === undefined || !isHarmless(name.toUpperCase(), argument.trim())) {
      return refuse(`The hint ${name}`.trimEnd(), token, 'Leave the hint out, or use one that only chooses a plan.');
    }
    at += all.length;
  }
}

function isHarmless(name: string, argument: string): boolean {
  if (PLAN_HINTS.has(name)) return true;
  if (name === 'MAX_EXECUTION_TIME') return isBelow(argument, MAX_MS);
  if (name !== 'SET_VAR') return false;
  const [, variable = '', value = ''] = /^(\w+)\s*=\s*(.*)$/s.exec(argument) ?? [];
  if (PLAN_VARIABLES.has(variable.toLowerCase())) return true;
  if (variable.toLowerCase() === 'max_execution_time') return isBelow(value, MAX_MS);
  return BUFFERS.has(variable.toLowerCase()) && isBelow(value, MAX_BYTES);
}

/** Zero means "no limit". */
function isBelow(text: string, limit: number): boolean {
  return /^\d{1,9}$/.test(text) && Number(text) > 0 && Number(text) <= limit;
}
