import * as vscode from 'vscode';
import type { SearchObject } from '../../engine/schema/searchIndex.ts';
import type { NamedTable } from '../../engine/sql/completionContext.ts';
import type { Dialect } from '../../engine/sql/lexer/dialect.ts';
import { quoteIdentifier } from '../../engine/sql/identifiers.ts';
import { writeIdentifier } from '../../engine/sql/writtenNames.ts';
import { plainLine } from '../../engine/foreignText.ts';
import { completionItem, Markup } from '../ui/surfaces.ts';
import { FUNCTIONS, KEYWORDS } from './sqlWords.ts';

type CompletionLabel = Exclude<Parameters<typeof completionItem>[0], string>;
type Column = SearchObject['columns'][number];
interface Details extends Partial<Pick<vscode.CompletionItem, 'insertText' | 'filterText' | 'sortText'>> {
  /** Made when somebody looks at the item: a database may have tens of thousands. */
  readonly explain?: () => vscode.MarkdownString;
}

/** What items are about, as VS Code asks for those that are looked at. */
export type Explanations = WeakMap<vscode.CompletionItem, () => vscode.MarkdownString>;

export function withDocumentation(item: vscode.CompletionItem, explanations: Explanations): vscode.CompletionItem {
  const explain = explanations.get(item);
  if (explain !== undefined) item.documentation = explain();
  return item;
}

const { Keyword, Function: Callable, Interface, Class, Field, Variable, Module } = vscode.CompletionItemKind;

/** What is proposed, as it is written for one server. */
export class CompletionItems {
  readonly #server: Dialect | undefined;
  /** What a quoted name that is being typed takes the place of, and its quote. */
  readonly #quoted: { readonly range: vscode.Range; readonly quote: string } | undefined;

  readonly #explanations: Explanations;

  constructor(
    server: Dialect | undefined,
    quoted: { readonly range: vscode.Range; readonly quote: string } | undefined,
    explanations: Explanations,
  ) {
    this.#server = server;
    this.#quoted = quoted;
    this.#explanations = explanations;
  }

  /** Sorted behind what the schema has; none in quotes, where only names may stand. */
  words(): vscode.CompletionItem[] {
    if (this.#quoted !== undefined) return [];
    return [
      ...KEYWORDS.map((word) => item(word, Keyword, { sortText: `4${word}` })),
      ...FUNCTIONS.map((name) =>
        item(`${name}()`, Callable, { filterText: name, sortText: `3${name}`, insertText: new vscode.SnippetString(`${name}($0)`) }),
      ),
    ];
  }

  table({ name, kind, comment, columns }: SearchObject): vscode.CompletionItem[] {
    if (kind !== 'table' && kind !== 'view') return [];
    const explain = (): vscode.MarkdownString => describe(`${kind} ${name}`, comment, columns);
    return [this.#name({ label: name, description: kind }, kind === 'view' ? Interface : Class, name, { sortText: `1${name}`, explain })];
  }

  /** In the order of the table. */
  column({ name, type, comment }: Column, place: number, table?: string): vscode.CompletionItem {
    return this.#name({ label: name, description: table === undefined ? type : `${table} · ${type}` }, Field, name, {
      sortText: `0${String(place).padStart(5, '0')}`,
      explain: () => describe(`${name} ${type}`, comment),
    });
  }

  alias({ alias, table }: NamedTable): vscode.CompletionItem {
    return this.#name({ label: alias, description: table }, Variable, alias, { sortText: `1${alias}` });
  }

  database(name: string): vscode.CompletionItem {
    return this.#name({ label: name }, Module, name, { sortText: `2${name}` });
  }

  #name(label: CompletionLabel, kind: vscode.CompletionItemKind, name: string, more: Details): vscode.CompletionItem {
    const insertText = this.#quoted === undefined ? writeIdentifier(name, this.#server) : quoteIdentifier(name);
    // The text of the range up to the cursor is compared with the filter.
    const filterText = this.#quoted === undefined ? name : `${this.#quoted.quote}${name}`;
    const { explain, ...details } = more;
    const proposed = item(label, kind, { insertText, filterText, ...details });
    if (explain !== undefined) this.#explanations.set(proposed, explain);
    if (this.#quoted !== undefined) proposed.range = this.#quoted.range;
    return proposed;
  }
}

function item(label: string | CompletionLabel, kind: vscode.CompletionItemKind, more: Omit<Details, 'explain'>): vscode.CompletionItem {
  return Object.assign(completionItem(label, kind), more);
}

const SHOWN_COLUMNS = 30;

/** Names and comments are shown as text: a comment of a table is no markup. */
export function describe(head: string, comment: string, columns: readonly Column[] = []): vscode.MarkdownString {
  const lines = [
    head,
    ...columns.slice(0, SHOWN_COLUMNS).map(({ name, type }) => `  ${name} ${type}`),
    ...(columns.length > SHOWN_COLUMNS ? ['  …'] : []),
  ];
  const text = new Markup().code(lines.map((line) => plainLine(line)).join('\n'), 'sql');
  if (comment !== '') text.text(comment);
  return text.markdown;
}
