/** The names that the predecessor's users know. */
export const EVICTIONS = ['lru', 'fifo', 'ttl'] as const;
/** From the widest to the narrowest; see `CacheOptions.invalidation`. */
export const INVALIDATIONS = ['aggressive', 'conservative', 'targeted'] as const;

export interface CacheOptions {
  readonly entries: number;
  /** How old an answer may become, in milliseconds. */
  readonly lifetimeMs: number;
  /** What goes when it is full: the answer that was unused for longest (`lru`), or the oldest (`fifo`, and `ttl`: all live equally long). */
  readonly eviction: (typeof EVICTIONS)[number];
  /** How often answers that are too old are thrown away, in milliseconds. */
  readonly sweepMs: number;
  /** What a write of ours makes void: everything, what was read from the same databases, or what was read from the same tables. */
  readonly invalidation: (typeof INVALIDATIONS)[number];
}
