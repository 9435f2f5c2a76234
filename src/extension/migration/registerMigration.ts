import * as vscode from 'vscode';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import { serverKey } from '../../engine/driver/profile.ts';
import { PilotError } from '../../engine/errors.ts';
import { usedDatabase } from '../../engine/sql/usedDatabase.ts';
import type { CommandTools } from '../connections/commandTools.ts';
import type { ProfileStore } from '../connections/profileStore.ts';
import { readSetting } from '../settings/settings.ts';
import { SQL_LANGUAGES, type EditorConnections } from '../sqlEditor/editorConnections.ts';
import type { FileSessions } from '../sqlEditor/fileSessions.ts';
import type { FileStatements } from '../sqlEditor/fileStatements.ts';
import { isLarge } from '../sqlEditor/largeDocuments.ts';
import { isRunnable, RUNNABLE_DOCUMENTS } from '../sqlEditor/runnableDocuments.ts';
import type { MigrationParts, MigrationReview } from './migrationPanel.ts';
import { migrationTool } from './migrationFile.ts';

export interface MigrationCommandParts {
  readonly tools: CommandTools;
  readonly places: EditorConnections;
  readonly fileSessions: FileSessions;
  readonly statements: FileStatements;
  readonly profiles: ProfileStore;
  readonly databases: DatabaseCache;
  readonly extension: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
}

/** *Review Migration*: in menus of SQL files, in the palette, and above files that look like migrations. */
export function registerMigration(parts: MigrationCommandParts): vscode.Disposable {
  const { tools, places, fileSessions } = parts;
  /** One tab for each file. */
  const open = new Set<MigrationReview>();
  return vscode.Disposable.from(
    tools.register(
      'reviewMigration',
      async (argument) => {
        const document = await documentOf(argument);
        requireReviewable(document);
        const place = await places.require(document.uri, vscode.l10n.t("Don't Review"));
        if (place === undefined) return;
        const chosen = fileSessions.databaseOf(document.uri, place) ?? (await askDatabase(document, parts));
        if (chosen === undefined) return;
        const database = chosen === NAMED ? undefined : chosen;
        const subject = { file: document.uri, profile: place.profile, database };
        const known = [...open].find(({ file }) => file.toString() === document.uri.toString());
        if (known !== undefined) {
          await known.show(subject);
          return;
        }
        const { openMigration } = await import('./migrationPanel.ts');
        const made = openMigration(panelParts(parts), subject, () => open.delete(made));
        open.add(made);
      },
      (argument) => argument instanceof vscode.Uri,
    ),
    vscode.languages.registerCodeLensProvider(RUNNABLE_DOCUMENTS, { provideCodeLenses: (document) => lenses(document, tools) }),
  );
}

function panelParts({ tools, places, profiles, databases, extension, log }: MigrationCommandParts): MigrationParts {
  return {
    ...{ databases, extension, log },
    current: (profile) => tools.current(profile),
    placeKey: async (file) => {
      const place = await places.get(file);
      return place === undefined ? '' : JSON.stringify([serverKey(place.profile), place.database]);
    },
    onDidChangePlaces: (listener) => vscode.Disposable.from(places.onDidChange(listener), profiles.onDidChange(listener)),
  };
}

/** The file names its database itself. */
const NAMED = Symbol('named');

async function askDatabase(
  document: vscode.TextDocument,
  { places, statements, databases }: MigrationCommandParts,
): Promise<string | typeof NAMED | undefined> {
  const place = await places.get(document.uri);
  const found = await statements.of(document);
  if (place === undefined || found.some(({ text }) => usedDatabase(text) !== undefined)) return NAMED;
  const { pickDatabase } = await import('../sqlEditor/chooseDatabase.ts');
  return pickDatabase(place, databases, vscode.l10n.t("Don't Review"));
}

/** The file of a menu; else that of the active editor. */
async function documentOf(argument: unknown): Promise<vscode.TextDocument> {
  if (argument instanceof vscode.Uri) return vscode.workspace.openTextDocument(argument);
  const { uri } = (argument as { readonly uri?: vscode.Uri } | undefined) ?? {};
  if (uri !== undefined) return vscode.workspace.openTextDocument(uri);
  const editor = vscode.window.activeTextEditor;
  if (editor !== undefined) return editor.document;
  throw new PilotError('input.invalid', vscode.l10n.t('No SQL file is active.'), {
    nextStep: vscode.l10n.t('Open an SQL file, then run the command again.'),
  });
}

function requireReviewable(document: vscode.TextDocument): void {
  if (!vscode.workspace.isTrusted)
    throw new PilotError('input.invalid', vscode.l10n.t('Migrations are reviewed only in trusted workspaces.'), {
      nextStep: vscode.l10n.t('Trust the workspace, or open the file in a trusted one.'),
    });
  if (!isRunnable(document) || !SQL_LANGUAGES.includes(document.languageId))
    throw new PilotError('input.invalid', vscode.l10n.t('This document is not an SQL file.'), {
      nextStep: vscode.l10n.t('Open an SQL file, then run the command again.'),
    });
  if (isLarge(document))
    throw new PilotError('input.invalid', vscode.l10n.t('The file is too large for a review.'), {
      nextStep: vscode.l10n.t('Split the file, or review its definitions in a file of their own.'),
    });
}

async function lenses(document: vscode.TextDocument, tools: CommandTools): Promise<vscode.CodeLens[]> {
  if (!(await readSetting('codeLens'))) return [];
  if (isLarge(document) || migrationTool(document.uri.path, document.getText()) === undefined) return [];
  const command = {
    title: `$(checklist) ${vscode.l10n.t('Review Migration')}`,
    command: 'mysqlPilot.reviewMigration',
    arguments: [tools.own.own({ uri: document.uri })],
  };
  return [new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), command)];
}
