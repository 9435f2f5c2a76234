import type { AggregateCall, Call, SpecialCall } from '../../sql/ast/expressions.ts';
import type { Node } from '../../sql/walk.ts';

/**
 * No limit of a session counts the documents that JSON functions build in memory, on either server: about 100 MB for each second of an aggregate,
 * and 300 MB where a recursive query puts a column into itself. So their time is limited instead.
 */
export const COLLECTING_MS = 5000;
export const RECURSIVE_DOCUMENTS_MS = 2000;

const COLLECTS: ReadonlySet<string> = new Set(['JSON_ARRAYAGG', 'JSON_OBJECTAGG']);

/** Takes each node of a statement, by who walks it anyway. */
export class DocumentGrowth {
  readonly #kinds = new Set<Growth>();

  add(node: Node): void {
    const kind = growthOf(node);
    if (kind !== undefined) this.#kinds.add(kind);
  }

  /** For how many milliseconds the statement may build documents at most; undefined where it builds none that grow with its rows. */
  get time(): number | undefined {
    const kinds = this.#kinds;
    if (kinds.has('recursive') && (kinds.has('document') || kinds.has('collects'))) return RECURSIVE_DOCUMENTS_MS;
    return kinds.has('collects') ? COLLECTING_MS : undefined;
  }
}

type Growth = 'recursive' | 'collects' | 'document';

function growthOf(node: Node): Growth | undefined {
  if (node.kind === 'with') return (node as unknown as { readonly recursive: boolean }).recursive ? 'recursive' : undefined;
  if (node.kind === 'aggregate') return COLLECTS.has((node as AggregateCall).name) ? 'collects' : undefined;
  return makesDocument(node) ? 'document' : undefined;
}

/** Any function of JSON: a list of those that build would have to know those of servers to come. */
function makesDocument(node: Node): boolean {
  if (node.kind === 'call') return (node as Call).name.name.toUpperCase().startsWith('JSON_');
  return node.kind === 'special' && (node as SpecialCall).name.startsWith('JSON_');
}
