import * as vscode from 'vscode';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import type { SearchObject } from '../../engine/schema/searchIndex.ts';
import type { NamedTable } from '../../engine/sql/completionContext.ts';
import type { ExecutionTarget } from '../results/resultTabs.ts';
import { Disposable } from '../base/disposable.ts';
import type { Explanations } from './completionItems.ts';
import { SQL_LANGUAGES, type EditorConnections } from './editorConnections.ts';
import type { FileStatements } from './fileStatements.ts';
import { isLarge } from './largeDocuments.ts';
import { Shortlist } from './shortlist.ts';

export interface SchemaHelpParts {
  readonly places: EditorConnections;
  readonly databases: DatabaseCache;
  readonly statements: FileStatements;
  /** Whether a connection can be opened without asking the person for a password. */
  readonly canConnect: (place: ExecutionTarget) => Promise<boolean>;
  readonly log: vscode.LogOutputChannel;
}

const WORD = /[\p{L}\p{N}_$]+/u;
const NOWHERE = new vscode.Range(0, 0, 0, 0);
/** What is longer is data: it is read anew with each letter that somebody types into it. */
const MAX_STATEMENT = 100_000;

/** Completion and hover in SQL files, from the schema of the connection that the file runs on. */
export class SchemaHelp extends Disposable implements vscode.CompletionItemProvider, vscode.HoverProvider {
  readonly #parts: SchemaHelpParts;
  readonly #explanations: Explanations = new WeakMap();

  constructor(parts: SchemaHelpParts) {
    super();
    this.#parts = parts;
    const selector = SQL_LANGUAGES.map((language) => ({ language }));
    this.register(vscode.languages.registerCompletionItemProvider(selector, this, '.', '`'));
    this.register(vscode.languages.registerHoverProvider(selector, this));
  }

  async provideCompletionItems(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.CompletionList> {
    const names = new Shortlist(document.getText(document.getWordRangeAtPosition(position, WORD)?.with({ end: position }) ?? NOWHERE));
    const items = isLarge(document) ? [] : await this.#propose(document, position, names);
    return new vscode.CompletionList(items, names.isCut);
  }

  async #propose(document: vscode.TextDocument, position: vscode.Position, names: Shortlist): Promise<vscode.CompletionItem[]> {
    const { completionContext, typedQuotedName } = await import('../../engine/sql/completionContext.ts');
    const { CompletionItems } = await import('./completionItems.ts');
    const { statement, offset, start } = await this.#around(document, position);
    if (statement.length > MAX_STATEMENT) return [];
    const dialect = await this.#parts.statements.dialect(document.uri);
    const typed = typedQuotedName(statement, offset, dialect);
    const quoted = typed === undefined ? undefined : { quote: statement.charAt(typed.start), range: rangeOf(document, start, typed) };
    const items = new CompletionItems(dialect, quoted, this.#explanations);
    const context =
      typed === undefined
        ? completionContext(statement, offset, dialect)
        : completionContext(statement.slice(0, typed.start) + statement.slice(typed.end), typed.start, dialect);
    if (context.place === 'nothing') return [];
    const words = context.place === 'expression' ? items.words() : [];
    const place = await this.#parts.places.likely(document.uri);
    if (place === undefined) return words;
    const tablesOf = (objects: readonly SearchObject[]): vscode.CompletionItem[] =>
      names.of(objects, ({ name }) => name).flatMap((object) => items.table(object));
    switch (context.place) {
      case 'table':
        return [
          ...tablesOf(await this.#objects(place, place.database)),
          ...names.of(await this.#databases(place), String).map((name) => items.database(name)),
        ];
      case 'member': {
        const named = context.tables.find(({ alias }) => same(alias, context.qualifier));
        const table = named === undefined ? undefined : await this.#find(place, named);
        if (table !== undefined) return table.columns.map((column, i) => items.column(column, i));
        const database = (await this.#databases(place)).find((name) => same(name, context.qualifier));
        return database === undefined ? [] : tablesOf(await this.#objects(place, database));
      }
      case 'expression': {
        const tables = await Promise.all(context.tables.map((named) => this.#find(place, named)));
        const columns = tables.flatMap((table) => (table?.columns ?? []).map((column, i) => items.column(column, i, table?.name)));
        const aliases = context.tables.filter(({ alias, table }) => alias !== table).map((named) => items.alias(named));
        const objects = await this.#objects(place, place.database);
        return [...columns, ...aliases, ...tablesOf(objects), ...words];
      }
    }
  }

  async resolveCompletionItem(item: vscode.CompletionItem): Promise<vscode.CompletionItem> {
    const { withDocumentation } = await import('./completionItems.ts');
    return withDocumentation(item, this.#explanations);
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    if (isLarge(document)) return undefined;
    const range = document.getWordRangeAtPosition(position, /`[^`]+`|[\p{L}\p{N}_$]+/u);
    const place = range === undefined ? undefined : await this.#parts.places.likely(document.uri);
    if (range === undefined || place === undefined) return undefined;
    const { completionContext } = await import('../../engine/sql/completionContext.ts');
    const { describe } = await import('./completionItems.ts');
    const word = document.getText(range).replaceAll('`', '');
    const { statement, offset } = await this.#around(document, range.start);
    if (statement.length > MAX_STATEMENT) return undefined;
    const dialect = await this.#parts.statements.dialect(document.uri);
    const { place: kind, qualifier, tables } = completionContext(statement, offset, dialect);
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

  /** The statement at a position of a document, where the position is in it, and where it begins. */
  async #around(document: vscode.TextDocument, position: vscode.Position): Promise<{ statement: string; offset: number; start: number }> {
    const script = document.getText();
    const offset = document.offsetAt(position);
    const found = await this.#parts.statements.at(document, offset);
    // Behind the last word there are blanks that belong to no statement, and there people go on writing.
    const all = found === undefined || found.start > offset ? await this.#parts.statements.of(document) : [];
    const before = all.findLast(({ through }) => through <= offset);
    const start = found === undefined || found.start > offset ? unfinishedStart(before, script) : found.start;
    const end = found === undefined || found.start > offset ? offset : Math.max(found.end, offset);
    return { statement: script.slice(start, end), offset: offset - start, start };
  }

  /** Empty where the schema cannot be read: completion is no place for an error. */
  async #objects(place: ExecutionTarget, database: string | undefined): Promise<readonly SearchObject[]> {
    if (database === undefined) return [];
    return (await this.#read(place, async () => (await this.#parts.databases.get(place.profile)).schema.schemaOf(database))) ?? [];
  }

  async #databases(place: ExecutionTarget): Promise<readonly string[]> {
    return (await this.#read(place, async () => (await this.#parts.databases.get(place.profile)).schema.databases())) ?? [];
  }

  async #find(place: ExecutionTarget, { database = place.database, table }: NamedTable): Promise<SearchObject | undefined> {
    return (await this.#objects(place, database)).find(({ name, kind }) => same(name, table) && (kind === 'table' || kind === 'view'));
  }

  async #read<T>(place: ExecutionTarget, read: () => Promise<T>): Promise<T | undefined> {
    if (!(await this.#parts.canConnect(place))) return undefined;
    try {
      return await read();
    } catch (error) {
      this.#parts.log.debug("The schema couldn't be read for completion.", error);
      return undefined;
    }
  }
}

function rangeOf(
  document: vscode.TextDocument,
  from: number,
  { start, end }: { readonly start: number; readonly end: number },
): vscode.Range {
  return new vscode.Range(document.positionAt(from + start), document.positionAt(from + end));
}

/** Where people go on writing: in the statement before, if nothing ends it, else behind its delimiter. */
function unfinishedStart(
  before: { readonly start: number; readonly end: number; readonly through: number } | undefined,
  script: string,
): number {
  if (before === undefined) return 0;
  return /\S/.test(script.slice(before.end, before.through)) ? before.through : before.start;
}

/** The server's names of columns do not depend on letter case, and those of tables only sometimes: here one that fits is enough. */
function same(a: string, b: string | undefined): boolean {
  return a.toLowerCase() === b?.toLowerCase();
}
