/** What has to happen before a review can be approved. Time is handed in, in milliseconds. */
export class ReviewGate {
  readonly #readingMs: number;
  readonly #hasWarnings: boolean;
  readonly #typed: string | undefined;
  /** In sight until now, without the stretch that lasts. */
  #seenMs = 0;
  #since: number | undefined;
  #warningsSeen = false;

  constructor({
    readingMs,
    hasWarnings,
    typed,
  }: {
    readonly readingMs: number;
    readonly hasWarnings: boolean;
    readonly typed: string | undefined;
  }) {
    this.#readingMs = readingMs;
    this.#hasWarnings = hasWarnings;
    this.#typed = typed;
  }

  /** The review is in front of somebody: its tab is visible and the window has the focus. */
  inSight(now: number): void {
    this.#since ??= now;
  }

  outOfSight(now: number): void {
    this.#seenMs += this.#stretch(now);
    this.#since = undefined;
  }

  /** Keys were pressed that were not meant for the review. */
  startAnew(now: number): void {
    this.#seenMs = 0;
    if (this.#since !== undefined) this.#since = now;
  }

  warningsSeen(): void {
    this.#warningsSeen = true;
  }

  /** How long it has to be in sight yet. */
  remainingMs(now: number): number {
    return Math.max(0, this.#readingMs - this.#seenMs - this.#stretch(now));
  }

  isRead(now: number): boolean {
    return this.remainingMs(now) === 0;
  }

  /** True where *Run* may be taken for a yes at this moment: the review is read, in sight, and the name is the one that was shown. */
  allows(typed: string, now: number): boolean {
    return (
      this.#since !== undefined &&
      this.isRead(now) &&
      (!this.#hasWarnings || this.#warningsSeen) &&
      (this.#typed === undefined || typed === this.#typed)
    );
  }

  #stretch(now: number): number {
    return this.#since === undefined ? 0 : Math.max(0, now - this.#since);
  }
}
