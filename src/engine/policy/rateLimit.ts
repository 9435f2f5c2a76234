/** The names that the predecessor's users know. */
export const RATE_ALGORITHMS = ['token_bucket', 'sliding_window', 'fixed_window'] as const;

export interface RateRules {
  readonly perMinute: number;
  /** How many may come at once after a pause; for `token_bucket` alone. */
  readonly burst: number;
  readonly algorithm: (typeof RATE_ALGORITHMS)[number];
}

/** Decides about one caller. Times are milliseconds that never go back. */
export interface RateLimiter {
  /** 0 where the call may go on, which is then counted; else after how many milliseconds it may. */
  take(now: number): number;
}

const MINUTE_MS = 60_000;

export function createRateLimiter(rules: RateRules): RateLimiter {
  switch (rules.algorithm) {
    case 'token_bucket':
      return new TokenBucket(rules);
    case 'sliding_window':
      return new SlidingWindow(rules.perMinute);
    case 'fixed_window':
      return new FixedWindow(rules.perMinute);
  }
}

/** `burst` at once, then one each minute / `perMinute`. */
class TokenBucket implements RateLimiter {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #at: number | undefined;

  constructor({ perMinute, burst }: RateRules) {
    this.#perMs = perMinute / MINUTE_MS;
    this.#burst = burst;
    this.#tokens = burst;
  }

  take(now: number): number {
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - (this.#at ?? now)) * this.#perMs);
    this.#at = now;
    // What is missing by the width of a rounding error is there.
    if (this.#tokens < 1 - 1e-9) return Math.ceil((1 - this.#tokens) / this.#perMs);
    this.#tokens -= 1;
    return 0;
  }
}

/** So many within any minute. */
class SlidingWindow implements RateLimiter {
  readonly #perMinute: number;
  readonly #taken: number[] = [];

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  take(now: number): number {
    while ((this.#taken[0] ?? Infinity) <= now - MINUTE_MS) this.#taken.shift();
    const [oldest] = this.#taken;
    if (oldest !== undefined && this.#taken.length >= this.#perMinute) return oldest + MINUTE_MS - now;
    this.#taken.push(now);
    return 0;
  }
}

/** So many within each minute that begins where the one before has ended. */
class FixedWindow implements RateLimiter {
  readonly #perMinute: number;
  #began = -Infinity;
  #count = 0;

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  take(now: number): number {
    if (now >= this.#began + MINUTE_MS) {
      this.#began = now;
      this.#count = 0;
    }
    if (this.#count >= this.#perMinute) return this.#began + MINUTE_MS - now;
    this.#count++;
    return 0;
  }
}
