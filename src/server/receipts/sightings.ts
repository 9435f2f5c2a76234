import type { ReadSources, Receiver, Seen, ServerFacts } from '../../engine/query/results/readSources.ts';
import type { QualifiedName } from '../../engine/sql/identifiers.ts';

/** One thing that a call has got of a connection. */
export type Sighting =
  | { readonly kind: 'rows'; readonly sources: ReadSources; readonly count: number; readonly receiver: Receiver }
  | { readonly kind: 'structure'; readonly names: readonly QualifiedName[] }
  | { readonly kind: 'facts'; readonly what: ServerFacts | 'exports' };

/** In the place of a connection, for what may be of any. */
export const ANY_CONNECTION = '';

/** What one call gets, by the name of the connection, until it is known whether the call answers. */
export class CallSightings {
  readonly #found = new Map<string, Sighting[]>();

  /** Hears what the engine gives of this connection. */
  of(connection: string): Seen {
    return {
      rows: (sources, count, receiver) => {
        this.add(connection, { kind: 'rows', sources, count, receiver });
      },
      structure: (names) => {
        this.add(connection, { kind: 'structure', names });
      },
      facts: (what) => {
        this.add(connection, { kind: 'facts', what });
      },
    };
  }

  add(connection: string, sighting: Sighting): void {
    const found = this.#found.get(connection);
    if (found === undefined) this.#found.set(connection, [sighting]);
    else found.push(sighting);
  }

  /** Of a call that has failed its rows reached nobody; its error may name tables and say what a plan says. */
  settle(failed: boolean): ReadonlyMap<string, readonly Sighting[]> {
    if (!failed) return this.#found;
    const left = [...this.#found].map(([connection, found]) => [connection, found.filter(isToldByErrors)] as const);
    return new Map(left.filter(([, found]) => found.length > 0));
  }
}

function isToldByErrors(sighting: Sighting): boolean {
  return sighting.kind === 'structure' || (sighting.kind === 'rows' && sighting.sources.plan);
}
