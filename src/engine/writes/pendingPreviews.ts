import { PilotError } from '../errors.ts';
import type { WritePreview } from './writePreview.ts';

/** A decision is about what was seen just now. */
export const DECISION_MS = 120_000;

/** Previews that wait for a decision. Each can be taken once, and not for long. */
export class PendingPreviews {
  readonly #keptMs: number;
  readonly #pending = new Map<string, { readonly preview: WritePreview; readonly at: number }>();

  constructor(keptMs = DECISION_MS) {
    this.#keptMs = keptMs;
  }

  add(preview: WritePreview): void {
    this.#sweep();
    this.#pending.set(preview.id, { preview, at: performance.now() });
  }

  /** Throws `approval.expired` for one that is not there, or not any more. */
  take(id: string): WritePreview {
    this.#sweep();
    const found = this.#pending.get(id);
    this.#pending.delete(id);
    if (found !== undefined) return found.preview;
    throw new PilotError('approval.expired', 'The decision came too late, or was already made. Nothing was changed.', {
      advice: 'write.previewAgain',
    });
  }

  /** Somebody still looks at it: the time begins anew. */
  renew(id: string): void {
    this.#sweep();
    const found = this.#pending.get(id);
    if (found !== undefined) this.#pending.set(id, { ...found, at: performance.now() });
  }

  drop(id: string): void {
    this.#pending.delete(id);
  }

  #sweep(): void {
    const now = performance.now();
    for (const [id, { at }] of this.#pending) if (now - at > this.#keptMs) this.#pending.delete(id);
  }
}
