import { PilotError } from '../../engine/errors.ts';
import { findInjectionSigns, type InjectionSign } from '../../engine/policy/injectionSigns.ts';
import { createRateLimiter, type RateLimiter, type RateRules } from '../../engine/policy/rateLimit.ts';
import { judgeByFilter, type FilterRules } from '../../engine/policy/statementFilter.ts';
import type { Parameter } from '../../engine/sql/parameters.ts';
import { cut } from '../../engine/text.ts';

export interface GuardedCall {
  readonly tool: string;
  /** As they came. */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Undefined where there is none of that name, or more than one to choose from. */
  readonly connection: string | undefined;
  readonly sql: string | undefined;
  readonly parameters: readonly Parameter[];
}

export interface RequestLimits {
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
export const NO_LIMITS: RequestLimits = {
  injection: 'flag',
  filter: undefined,
  rate: undefined,
  queryLength: DEFAULT_QUERY_LENGTH,
  parameterLength: undefined,
};

/** True for what looks at this process only. */
function isFree({ tool, arguments: given }: GuardedCall): boolean {
  return tool === 'mysql_status' || (tool === 'mysql_connections' && given['check'] !== true);
}

/** Above any name, also of an object with its database and doubled back-ticks. What is longer would go to the server, into messages and back, for nothing. */
const MAX_NAME = 1000;
/** Of our own tools, what holds statements and values. Tools of saved queries have limits of their own. */
const LONG = new Set(['sql', 'params']);
const OWN_TOOLS = 'mysql_';

/** Why some name among the arguments can be nobody's, in words. Looks as deep as tools take anything: what is deeper their schemas refuse. */
function problemOfNames(given: Readonly<Record<string, unknown>>): string | undefined {
  for (const [argument, value] of Object.entries(given)) {
    if (LONG.has(argument)) continue;
    for (const name of Array.isArray(value) ? value : [value]) {
      if (typeof name !== 'string') continue;
      if (name.length > MAX_NAME) return `${cut(argument, MAX_NAME)} is longer than ${String(MAX_NAME)} characters.`;
      if (!name.isWellFormed() || name.includes('\0')) return `${argument} contains an invalid character (NUL or a lone surrogate).`;
    }
  }
  return undefined;
}

/** What stands before every call of an agent, beside the guard: it narrows what may be asked, and never widens what may be done. */
export class RequestPolicy {
  readonly #rules: RequestLimits;
  readonly #limiters = new Map<string, RateLimiter>();
  readonly #now: () => number;

  constructor(rules: RequestLimits, now = () => performance.now()) {
    this.#rules = rules;
    this.#now = now;
  }

  get limitsRate(): boolean {
    return this.#rules.rate !== undefined;
  }

  /** Returns the signs of injected SQL, where there are any and they are only told. Throws `statement.refused`, `input.invalid` and `rate.limited`. */
  admit(caller: string, call: GuardedCall): readonly InjectionSign[] {
    if (!isFree(call)) this.admitRead(caller, call.connection);
    const { tool, sql, parameters, arguments: given } = call;
    const problem = tool.startsWith(OWN_TOOLS) ? problemOfNames(given) : undefined;
    if (problem !== undefined) throw new PilotError('input.invalid', problem, { nextStep: 'Fix the arguments and call again.' });
    const { injection, filter, queryLength, parameterLength } = this.#rules;
    if (sql === undefined) return [];
    if (sql.length > queryLength)
      throw refused(
        `The text is longer than the limit of ${String(queryLength)} characters`,
        'Shorten it, or split it across several calls.',
      );
    if (parameterLength !== undefined && parameters.some((value) => typeof value === 'string' && value.length > parameterLength))
      throw refused(`A parameter is longer than the limit of ${String(parameterLength)} characters`, 'Shorten it.');
    const filtered = filter === undefined ? undefined : judgeByFilter(sql, filter);
    if (filtered !== undefined) throw refused(filtered, 'Rewrite the statement, or ask the user to change this filter.');
    if (injection === 'off') return [];
    const signs = findInjectionSigns(sql, parameters);
    if (signs.length > 0 && injection === 'block')
      throw refused(`This looks like injected SQL (${signs.join(', ')}), which is blocked here`, 'Rewrite it with values as `params`.');
    return signs;
  }

  /** For what is no call of a tool, and reaches a database all the same. Throws `rate.limited`. */
  admitRead(caller: string, connection: string | undefined): void {
    const { rate } = this.#rules;
    if (rate === undefined) return;
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
        ? `${String(burst)} calls at once and ${String(perMinute)} per minute`
        : `${String(perMinute)} calls per minute`;
    throw new PilotError('rate.limited', `The limit of ${most} was reached. Nothing was run.`, {
      nextStep: `Call again in ${String(seconds)} second${seconds === 1 ? '' : 's'}. You can send several statements in one call.`,
    });
  }
}

function refused(message: string, nextStep: string): PilotError {
  return new PilotError('statement.refused', `${message}. Nothing was run.`, { nextStep });
}
