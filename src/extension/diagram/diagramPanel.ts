import * as vscode from 'vscode';
import * as z from 'zod';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { mermaid } from '../../engine/schema/mermaid.ts';
import type { Relationships } from '../../engine/schema/relationships.ts';
import type { DiagramStrings, FromDiagramView, ToDiagramView } from '../../webview/diagram/messages.ts';
import type { ReadOnlyDocuments } from '../files/readOnlyDocuments.ts';
import { definitionOf } from '../tree/definitions.ts';
import { saveWhole } from '../files/saveWhole.ts';
import { PagePanel } from '../panels/pagePanel.ts';
import { around, diagramOf, MAX_TABLES, partOf } from './diagramData.ts';
import { showInformation } from '../ui/dialogs.ts';
import { pick } from '../ui/picks.ts';
import { plainLine } from '../../engine/foreignText.ts';

export interface DiagramParts {
  readonly databases: DatabaseCache;
  readonly documents: ReadOnlyDocuments;
  readonly extension: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  /** The tab to fill; a new one if left out. */
  readonly panel?: vscode.WebviewPanel;
}

/** What a diagram is of: a database, or a table with what belongs to it. */
export interface DiagramSubject {
  readonly profile: ConnectionProfile;
  readonly database: string;
  readonly table?: string | undefined;
  /** These, and nothing around them. */
  readonly tables?: readonly string[] | undefined;
}

const MessageSchema: z.ZodType<FromDiagramView> = z.union([
  z.strictObject({ type: z.enum(['ready', 'choose', 'refresh']) }),
  z.strictObject({ type: z.literal('definition'), table: z.string() }),
  z.strictObject({ type: z.literal('mermaid'), supposed: z.boolean() }),
  z.strictObject({ type: z.literal('save'), format: z.enum(['svg', 'png']), data: z.string() }),
]);

/** What is known of a database: its tables without views, and how they belong together. */
interface Known {
  readonly tables: readonly string[];
  readonly relationships: Relationships;
}

/** Draws how the tables of a database belong together; where they are too many, the person chooses first. */
export async function openDiagram(parts: DiagramParts, subject: DiagramSubject): Promise<void> {
  const known = await read(parts, subject, false);
  const chosen =
    subject.tables !== undefined
      ? new Set(subject.tables)
      : subject.table !== undefined
        ? around(subject.table, known.relationships)
        : known.tables.length <= MAX_TABLES
          ? new Set(known.tables)
          : await choose(known.tables, new Set());
  if (chosen !== undefined) new DiagramPanel(parts, subject, known, chosen);
}

async function read({ databases }: DiagramParts, { profile, database }: DiagramSubject, refresh: boolean): Promise<Known> {
  const source = await databases.get(profile);
  const [tables, relationships] = await Promise.all([source.schema.tables(database), source.schema.relationships(database, { refresh })]);
  return { tables: tables.filter(({ kind }) => kind === 'table').map(({ name }) => name), relationships };
}

/** Undefined where nothing was chosen. */
async function choose(tables: readonly string[], before: ReadonlySet<string>): Promise<Set<string> | undefined> {
  const { t } = vscode.l10n;
  const picked = await pick(
    tables.map((label) => ({ label, picked: before.has(label) })),
    {
      canPickMany: true,
      title: t('Tables in the diagram'),
      placeHolder: tables.length > MAX_TABLES ? t('Select at most {0} of {1} tables', MAX_TABLES, tables.length) : t('Select tables'),
    },
  );
  if (picked === undefined || picked.length === 0) return undefined;
  if (picked.length <= MAX_TABLES) return new Set(picked.map(({ label }) => label));
  void showInformation(t('A diagram can show at most {0} tables. The first {0} are shown.', MAX_TABLES));
  return new Set(picked.slice(0, MAX_TABLES).map(({ label }) => label));
}

class DiagramPanel extends PagePanel<FromDiagramView, ToDiagramView> {
  readonly #parts: DiagramParts;
  readonly #subject: DiagramSubject;
  #known: Known;
  #chosen: ReadonlySet<string>;

  constructor(parts: DiagramParts, subject: DiagramSubject, known: Known, chosen: ReadonlySet<string>) {
    const title = vscode.l10n.t('Diagram of {0}', subject.table ?? subject.database);
    super(
      parts.panel ??
        vscode.window.createWebviewPanel('mysqlPilot.diagram', plainLine(title, 200), vscode.ViewColumn.Active, {
          retainContextWhenHidden: true,
        }),
    );
    this.register(this.panel);
    [this.#parts, this.#subject, this.#known, this.#chosen] = [parts, subject, known, chosen];
    const { extension, log } = parts;
    this.open({ ...{ extension, log, schema: MessageSchema }, name: 'diagram', title, strings: strings(), pictures: true });
  }

  protected async receive(message: FromDiagramView): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.#show();
        return;
      case 'refresh':
        await this.#refresh();
        return;
      case 'choose': {
        const chosen = await choose(this.#known.tables, this.#chosen);
        if (chosen === undefined) return;
        this.#chosen = chosen;
        this.#show();
        return;
      }
      case 'definition':
        await this.#showDefinition(message.table);
        return;
      case 'mermaid': {
        const { tables, relations } = partOf(this.#source);
        const shown = relations.filter(({ declared }) => declared || message.supposed);
        await this.#save('mmd', 'Mermaid', Buffer.from(`${mermaid(shown, tables)}\n`));
        return;
      }
      case 'save':
        await this.#save(
          message.format,
          message.format.toUpperCase(),
          Buffer.from(message.data, message.format === 'svg' ? 'utf8' : 'base64'),
        );
    }
  }

  get #source(): Parameters<typeof diagramOf>[0] {
    return { database: this.#subject.database, relationships: this.#known.relationships, chosen: this.#chosen };
  }

  /** What is new is drawn where all were drawn before. */
  async #refresh(): Promise<void> {
    const whole = this.#chosen.size >= this.#known.tables.length;
    this.#known = await read(this.#parts, this.#subject, true);
    const tables = new Set(this.#known.tables);
    this.#chosen = whole ? new Set([...tables].slice(0, MAX_TABLES)) : new Set([...this.#chosen].filter((name) => tables.has(name)));
    this.#show();
  }

  #show(): void {
    this.post({ type: 'diagram', diagram: diagramOf(this.#source, this.#known.tables.length) });
  }

  async #showDefinition(name: string): Promise<void> {
    if (!this.#known.tables.includes(name)) return; // of another database
    const { profile, database } = this.#subject;
    const text = await definitionOf(profile, { kind: 'table', database, name }, this.#parts.databases);
    await this.#parts.documents.show({ name, ending: '.sql', text }, { viewColumn: vscode.ViewColumn.Beside });
  }

  async #save(ending: string, kind: string, data: Uint8Array): Promise<void> {
    const name = `${(this.#subject.table ?? this.#subject.database).replaceAll(/[^\p{L}\p{N}_-]+/gu, '_')}.${ending}`;
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const target = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Save diagram'),
      filters: { [kind]: [ending] },
      ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) }),
    });
    if (target !== undefined) await saveWhole(target, data);
  }
}

function strings(): DiagramStrings {
  const { t } = vscode.l10n;
  return {
    diagram: t('Diagram'),
    search: t('Find a table or column'),
    noMatch: t('No results found'),
    match: t('{0} of {1}'),
    columns: t('Visible columns'),
    allColumns: t('All columns'),
    keyColumns: t('Key columns only'),
    noColumns: t('Names only'),
    supposed: t('Inferred relationships'),
    help: t("Relationships that aren't declared as foreign keys, inferred from column names and types"),
    zoomIn: t('Zoom In'),
    zoomOut: t('Zoom Out'),
    fit: t('Zoom to Fit'),
    choose: t('Select Tables'),
    refresh: t('Refresh Diagram'),
    svg: t('Save as SVG'),
    png: t('Save as PNG'),
    mermaid: t('Save as Mermaid'),
    count: t('Tables: {0} · Relationships: {1}'),
    partial: t('not all tables are shown'),
    empty: t('This database has no tables.'),
    label: t('{0}, columns: {1}'),
    refersTo: t('References {0}'),
    referredBy: t('Referenced by {0}'),
  };
}
