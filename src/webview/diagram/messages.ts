export interface DiagramColumn {
  readonly name: string;
  readonly type: string;
  readonly primary: boolean;
  /** Refers to another table. */
  readonly foreign: boolean;
}

export interface DiagramTable {
  readonly name: string;
  /** Empty for a table of another database. */
  readonly columns: readonly DiagramColumn[];
}

export interface DiagramRelation {
  readonly from: string;
  readonly columns: readonly string[];
  readonly to: string;
  readonly toColumns: readonly string[];
  /** A foreign key; else it is supposed by names and types. */
  readonly declared: boolean;
}

/** What is drawn. Each relation is between two of the tables. */
export interface Diagram {
  readonly title: string;
  readonly tables: readonly DiagramTable[];
  readonly relations: readonly DiagramRelation[];
  /** There are more tables than these. */
  readonly partial: boolean;
}

export interface ToDiagramView {
  readonly type: 'diagram';
  readonly diagram: Diagram;
}

/** From the view. `supposed`: with relations that nobody declared. */
export type FromDiagramView =
  | { readonly type: 'ready' | 'choose' | 'refresh' }
  | { readonly type: 'definition'; readonly table: string }
  | { readonly type: 'mermaid'; readonly supposed: boolean }
  /** `data`: the SVG's text, or the PNG in base64. */
  | { readonly type: 'save'; readonly format: 'svg' | 'png'; readonly data: string };

/** The words of the view, in the user's language. `{0}` and `{1}` stand for numbers and names. */
export type DiagramStrings = Readonly<
  Record<
    | 'diagram'
    | 'search'
    | 'noMatch'
    | 'match'
    | 'columns'
    | 'allColumns'
    | 'keyColumns'
    | 'noColumns'
    | 'supposed'
    | 'zoomIn'
    | 'zoomOut'
    | 'fit'
    | 'choose'
    | 'refresh'
    | 'svg'
    | 'png'
    | 'mermaid'
    | 'count'
    | 'partial'
    | 'empty'
    | 'label'
    | 'refersTo'
    | 'referredBy'
    | 'help',
    string
  >
>;
