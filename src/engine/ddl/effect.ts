/** What a statement does to rows, to other statements, or beyond what a forecast looks at. */
export type Effect =
  | {
      readonly kind: 'dropsTable' | 'emptiesTable' | 'deletesRows' | 'replacesRows' | 'dropsDatabase' | 'dropsHistory';
      readonly name: string;
    }
  | { readonly kind: 'overwrites'; readonly name: string; readonly columns: readonly string[]; readonly all: boolean }
  | { readonly kind: 'dropsValues' | 'dropsPartitions'; readonly name: string; readonly parts: readonly string[] }
  /** A note says which. */
  | { readonly kind: 'changesValues' }
  /** Its statements, or what they do, aren't read. */
  | { readonly kind: 'runsProcedure'; readonly name: string }
  | { readonly kind: 'changesServer' | 'writesFile' | 'locksTables' | 'rebuildsTables' };

const LOSSES = new Set<Effect['kind']>([
  ...(['dropsTable', 'emptiesTable', 'deletesRows', 'replacesRows', 'dropsDatabase', 'dropsHistory'] as const),
  ...(['overwrites', 'dropsValues', 'dropsPartitions', 'changesValues'] as const),
]);

export function isLoss({ kind }: Effect): boolean {
  return LOSSES.has(kind);
}
