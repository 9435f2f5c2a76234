import * as vscode from 'vscode';
import type { DatabaseCache } from '../../engine/databaseCache.ts';
import type { SearchObject } from '../../engine/schema/searchIndex.ts';
import { completionContext, type NamedTable } from '../../engine/sql/completionContext.ts';
import { writeIdentifier } from '../../engine/sql/identifiers.ts';
import { splitScript, statementAt } from '../../engine/sql/script.ts';
import type { RunPlace } from '../results/resultTabs.ts';
import { Disposable } from '../disposable.ts';
import { SQL_LANGUAGES, type EditorPlaces } from './editorPlaces.ts';
import { FUNCTIONS, KEYWORDS } from './sqlWords.ts';
import { Markup } from '../ui/surfaces.ts';
import { plainLine } from '../ui/foreignText.ts';

/** What completion and hover need. */
export interface SchemaHelpParts {
  readonly places: EditorPlaces;
  readonly databases: DatabaseCache;
  /** Whether a connection can be opened without asking the person for a password. */
  readonly canConnect: (place: RunPlace) => Promise<boolean>;
  readonly log: vscode.LogOutputChannel;
}

type Column = SearchObject['columns'][number];

/** Completion and hover in SQL files, from the schema of the connection that the file runs on. */
export class SchemaHelp extends Disposable implements vscode.CompletionItemProvider, vscode.HoverProvider {
  readonly #parts: SchemaHelpParts;

  constructor(parts: SchemaHelpParts) {
    super();
    this.#parts = parts;
    const selector = SQL_LANGUAGES.map((language) => ({ language }));
    this.register(vscode.languages.registerCompletionItemProvider(selector, this, '.', '`'));
    this.register(vscode.languages.registerHoverProvider(selector, this));
  }

  async provideCompletionItems(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.CompletionItem[]> {
    const { statement, offset } = around(document, position);
    const context = completionContext(statement, offset);
    if (context.place === 'nothing') return [];
    const words = context.place === 'expression' ? plainWords() : [];
    const place = await this.#parts.places.likely(document.uri);
    if (place === undefined) return words;
    switch (context.place) {
      case 'table':
        return [
          ...(await this.#objects(place, place.database)).flatMap(toTableItem),
          ...(await this.#databases(place)).map(toDatabaseItem),
        ];
      case 'member': {
        const named = context.tables.find(({ alias }) => same(alias, context.qualifier));
        const table = named === undefined ? undefined : await this.#find(place, named);
        if (table !== undefined) return table.columns.map((column, i) => toColumnItem(column, i));
        const database = (await this.#databases(place)).find((name) => same(name, context.qualifier));
        return database === undefined ? [] : (await this.#objects(place, database)).flatMap(toTableItem);
      }
      case 'expression': {
        const tables = await Promise.all(context.tables.map((named) => this.#find(place, named)));
        const columns = tables.flatMap((table) => (table?.columns ?? []).map((column, i) => toColumnItem(column, i, table?.name)));
        const aliases = context.tables.filter(({ alias, table }) => alias !== table).map(toAliasItem);
        return [...columns, ...aliases, ...(await this.#objects(place, place.database)).flatMap(toTableItem), ...words];
      }
    }
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const range = document.getWordRangeAtPosition(position, /`[^`]+`|[\p{L}\p{N}_$]+/u);
    const place = range === undefined ? undefined : await this.#parts.places.likely(document.uri);
    if (range === undefined || place === undefined) return undefined;
    const word = document.getText(range).replaceAll('`', '');
    const { statement, offset } = around(document, range.start);
    const { place: kind, qualifier, tables } = completionContext(statement, offset);
    if (kind === 'nothing') return undefined;
    for (const named of tables) {
      if (qualifier !== undefined && !same(named.alias, qualifier)) continue;
      const table = await this.#find(place, named);
      const column = table?.columns.find(({ name }) => same(name, word));
      if (column !== undefined && kind !== 'table')
        return new vscode.Hover(describe(`${table?.name ?? ''}.${column.name} ${column.type}`, column.comment), range);
      if (table !== undefined && (same(named.table, word) || same(named.alias, word)))
        return new vscode.Hover(describe(`${table.kind} ${table.database}.${table.name}`, table.comment, table.columns), range);
    }
    return undefined;
  }

  /** Empty where the schema cannot be read: completion is no place for an error. */
  async #objects(place: RunPlace, database: string | undefined): Promise<readonly SearchObject[]> {
    if (database === undefined) return [];
    return (await this.#read(place, async () => (await this.#parts.databases.get(place.profile)).schemaOf(database))) ?? [];
  }

  async #databases(place: RunPlace): Promise<readonly string[]> {
    return (await this.#read(place, async () => (await this.#parts.databases.get(place.profile)).databases())) ?? [];
  }

  async #find(place: RunPlace, { database = place.database, table }: NamedTable): Promise<SearchObject | undefined> {
    return (await this.#objects(place, database)).find(({ name, kind }) => same(name, table) && (kind === 'table' || kind === 'view'));
  }

  async #read<T>(place: RunPlace, read: () => Promise<T>): Promise<T | undefined> {
    if (!(await this.#parts.canConnect(place))) return undefined;
    try {
      return await read();
    } catch (error) {
      this.#parts.log.debug('The schema could not be read for completion.', error);
      return undefined;
    }
  }
}

/** The statement at a position of a document, and where the position is in it. */
function around(document: vscode.TextDocument, position: vscode.Position): { statement: string; offset: number } {
  const script = document.getText();
  const offset = document.offsetAt(position);
  const found = statementAt(splitScript(script), offset, script);
  // Behind the last word there are blanks that belong to no statement, and there people go on writing.
  if (found === undefined || found.start > offset) return { statement: script.slice(0, offset), offset };
  const statement = script.slice(found.start, Math.max(found.end, offset));
  return { statement, offset: offset - found.start };
}

/** The server's names of columns do not depend on letter case, and those of tables only sometimes: here one that fits is enough. */
function same(a: string, b: string | undefined): boolean {
  return a.toLowerCase() === b?.toLowerCase();
}

function item(
  label: string | vscode.CompletionItemLabel,
  kind: vscode.CompletionItemKind,
  more: Partial<Pick<vscode.CompletionItem, 'insertText' | 'filterText' | 'sortText' | 'documentation'>>,
): vscode.CompletionItem {
  return Object.assign(new vscode.CompletionItem(label, kind), more);
}

const { Keyword, Function: Callable, Interface, Class, Field, Variable, Module } = vscode.CompletionItemKind;

/** Sorted behind what the schema has. */
function plainWords(): vscode.CompletionItem[] {
  return [
    ...KEYWORDS.map((word) => item(word, Keyword, { sortText: `4${word}` })),
    ...FUNCTIONS.map((name) =>
      item(`${name}()`, Callable, { filterText: name, sortText: `3${name}`, insertText: new vscode.SnippetString(`${name}($0)`) }),
    ),
  ];
}

function toTableItem({ name, kind, comment, columns }: SearchObject): vscode.CompletionItem[] {
  if (kind !== 'table' && kind !== 'view') return [];
  const documentation = describe(`${kind} ${name}`, comment, columns);
  return [
    item({ label: name, description: kind }, kind === 'view' ? Interface : Class, {
      insertText: writeIdentifier(name),
      sortText: `1${name}`,
      documentation,
    }),
  ];
}

/** In the order of the table. */
function toColumnItem({ name, type, comment }: Column, place: number, table?: string): vscode.CompletionItem {
  return item({ label: name, description: table === undefined ? type : `${table} · ${type}` }, Field, {
    ...{ insertText: writeIdentifier(name), filterText: name, sortText: `0${String(place).padStart(5, '0')}` },
    documentation: describe(`${name} ${type}`, comment),
  });
}

function toAliasItem({ alias, table }: NamedTable): vscode.CompletionItem {
  return item({ label: alias, description: table }, Variable, { insertText: writeIdentifier(alias), sortText: `1${alias}` });
}

function toDatabaseItem(name: string): vscode.CompletionItem {
  return item(name, Module, { insertText: writeIdentifier(name), sortText: `2${name}` });
}

const SHOWN_COLUMNS = 30;

/** Names and comments are shown as text: a comment of a table is no markup. */
function describe(head: string, comment: string, columns: readonly Column[] = []): vscode.MarkdownString {
  const lines = [
    head,
    ...columns.slice(0, SHOWN_COLUMNS).map(({ name, type }) => `  ${name} ${type}`),
    ...(columns.length > SHOWN_COLUMNS ? ['  …'] : []),
  ];
  const text = new Markup().code(lines.map((line) => plainLine(line)).join('\n'), 'sql');
  if (comment !== '') text.text(comment);
  return text.markdown;
}
