import { PilotError } from '../engine/errors.ts';
import { findInjectionSigns, type InjectionSign } from '../engine/policy/injectionSigns.ts';
import { createRateLimiter, type RateLimiter, type RateRules } from '../engine/policy/rateLimit.ts';
import { judgeByFilter, type FilterRules } from '../engine/policy/statementFilter.ts';
import type { Parameter } from '../engine/sql/parameters.ts';

/** What a call asks for, as far as it matters here. */
export interface GuardedCall {
  readonly tool: string;
  /** Undefined where there is none of that name, or more than one to choose from. */
  readonly connection: string | undefined;
  readonly sql: string | undefined;
  readonly parameters: readonly Parameter[];
}

/** What every statement is held against before it is judged. */
export interface GateRules {
  readonly injection: 'off' | 'flag' | 'block';
  readonly filter: FilterRules | undefined;
  readonly rate: RateRules | undefined;
  /** In characters. */
  readonly queryLength: number;
  readonly parameterLength: number | undefined;
}

/** Of an agent's text, in characters, where the rules say nothing: far above what agents write, and read and judged in less time than anybody notices. */
export const DEFAULT_QUERY_LENGTH = 256 * 1024;

/** Nothing but the length and the signs, which are told and harm nobody. */
export const OPEN_GATE: GateRules = {
  injection: 'flag',
  filter: undefined,
  rate: undefined,
  queryLength: DEFAULT_QUERY_LENGTH,
  parameterLength: undefined,
};

/** They look at this process only. */
const UNLIMITED = new Set(['mysql_status', 'mysql_connections']);

/** What stands before every call of an agent, beside the guard: it narrows what may be asked, and never widens what may be done. */
export class Gatekeeper {
  readonly #rules: GateRules;
  readonly #limiters = new Map<string, RateLimiter>();
  readonly #now: () => number;

  constructor(rules: GateRules, now = () => performance.now()) {
    this.#rules = rules;
    this.#now = now;
  }

  get limitsRate(): boolean {
    return this.#rules.rate !== undefined;
  }

  /** Returns the signs of injected SQL, where there are any and they are only told. Throws `statement.refused` and `rate.limited`. */
  admit(caller: string, { tool, connection, sql, parameters }: GuardedCall): readonly InjectionSign[] {
    this.#limitRate(caller, tool, connection);
    const { injection, filter, queryLength, parameterLength } = this.#rules;
    if (sql === undefined) return [];
    if (sql.length > queryLength)
      throw refused(
        `The text is longer than ${String(queryLength)} characters, the most that is allowed here`,
        'Shorten it, or split it over several calls.',
      );
    if (parameterLength !== undefined && parameters.some((value) => typeof value === 'string' && value.length > parameterLength))
      throw refused(`A parameter is longer than ${String(parameterLength)} characters, the most that is allowed here`, 'Shorten it.');
    const filtered = filter === undefined ? undefined : judgeByFilter(sql, filter);
    if (filtered !== undefined) throw refused(filtered, 'Ask another way, or ask the user, who has set this filter.');
    if (injection === 'off') return [];
    const signs = findInjectionSigns(sql, parameters);
    if (signs.length > 0 && injection === 'block')
      throw refused(
        `This looks like injected SQL (${signs.join(', ')}), which is blocked here`,
        'Write it without that, with values as parameters.',
      );
    return signs;
  }

  #limitRate(caller: string, tool: string, connection: string | undefined): void {
    const { rate } = this.#rules;
    if (rate === undefined || UNLIMITED.has(tool)) return;
    const key = JSON.stringify([caller, connection]);
    let limiter = this.#limiters.get(key);
    if (limiter === undefined) {
      limiter = createRateLimiter(rate);
      this.#limiters.set(key, limiter);
    }
    const waitMs = limiter.take(this.#now());
    if (waitMs === 0) return;
    const seconds = Math.ceil(waitMs / 1000);
    const { perMinute, burst, algorithm } = rate;
    const most =
      algorithm === 'token_bucket'
        ? `${String(burst)} calls at once and ${String(perMinute)} a minute`
        : `${String(perMinute)} calls a minute`;
    throw new PilotError('rate.limited', `The limit of ${most} is reached. Nothing was run.`, {
      nextStep: `Call again in ${String(seconds)} second${seconds === 1 ? '' : 's'}; several statements can go in one call.`,
    });
  }
}

function refused(message: string, nextStep: string): PilotError {
  return new PilotError('statement.refused', `${message}. Nothing was run.`, { nextStep });
}
