import { LRUCache } from 'lru-cache';
import { keyOfName, type QualifiedName } from '../../sql/identifiers.ts';
import type { CacheOptions } from './cacheOptions.ts';
import type { ResultSet } from '../results/resultSet.ts';

export interface CacheMetrics {
  readonly hits: number;
  readonly misses: number;
  /** Answers that had to make room. */
  readonly evictions: number;
  readonly entries: number;
  /** Of all cells that are kept. */
  readonly characters: number;
}

interface Entry {
  readonly results: readonly ResultSet[];
  readonly tables: readonly QualifiedName[];
  /** When its statements began, on the clock of `performance.now()`. */
  readonly since: number;
}

/** Of all answers together, and of one: a cache is for what is asked often, and that is small. */
const MAX_CHARACTERS = 32_000_000;
const MAX_ENTRY_CHARACTERS = 1_000_000;

/** Answers of one connection, for a short time. What others write is not noticed before their time is over. */
export class ResultCache {
  readonly #options: CacheOptions;
  readonly #entries: LRUCache<string, Entry>;
  readonly #sweep: NodeJS.Timeout;
  #epoch = 0;
  #hits = 0;
  #misses = 0;
  #evictions = 0;

  constructor(options: CacheOptions) {
    this.#options = options;
    this.#entries = new LRUCache({
      max: options.entries,
      maxSize: MAX_CHARACTERS,
      maxEntrySize: MAX_ENTRY_CHARACTERS,
      sizeCalculation: ({ results }) => 1 + results.reduce((sum, { characters }) => sum + characters, 0),
      ttl: options.lifetimeMs,
      ttlResolution: 0,
      dispose: (_, __, reason) => {
        if (reason === 'evict') this.#evictions++;
      },
    });
    this.#sweep = setInterval(() => this.#entries.purgeStale(), options.sweepMs);
    this.#sweep.unref();
  }

  get figures(): CacheMetrics {
    const { size: entries, calculatedSize } = this.#entries;
    return { hits: this.#hits, misses: this.#misses, evictions: this.#evictions, entries, characters: calculatedSize - entries };
  }

  /** Changes with each write: what was read before one may not be kept behind it. */
  get epoch(): number {
    return this.#epoch;
  }

  get(key: string): readonly ResultSet[] | undefined {
    const entry = this.#options.eviction === 'lru' ? this.#entries.get(key) : this.#entries.peek(key);
    if (entry === undefined) return undefined;
    this.#hits++;
    const ageMs = performance.now() - entry.since;
    return entry.results.map((result) => ({ ...result, ageMs }));
  }

  /** Counts an answer that might have been kept and was not there. */
  missed(): void {
    this.#misses++;
  }

  /** Keeps whole results that read these tables, unless something was written since `epoch`. */
  put(key: string, entry: Entry, epoch: number): void {
    if (epoch !== this.#epoch || entry.results.some(({ cutBy, rest }) => cutBy !== undefined || rest !== undefined)) return;
    this.#entries.set(key, entry);
  }

  /** To be called when a write of ours has ended, however; `tables` are those that it may have changed, undefined where nobody knows. */
  written(tables: readonly QualifiedName[] | undefined): void {
    this.#epoch++;
    const { invalidation } = this.#options;
    if (tables === undefined || invalidation === 'aggressive') {
      this.#entries.clear();
      return;
    }
    const place = invalidation === 'targeted' ? keyOfName : ({ database }: QualifiedName) => database.toLowerCase();
    const changed = new Set(tables.map(place));
    for (const [key, entry] of this.#entries.entries())
      if (entry.tables.some((table) => changed.has(place(table)))) this.#entries.delete(key);
  }

  close(): void {
    clearInterval(this.#sweep);
    this.#entries.clear();
  }
}
