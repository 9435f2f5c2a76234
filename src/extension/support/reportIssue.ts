import * as vscode from 'vscode';
import type { ProfileStore } from '../connections/profileStore.ts';
import { issueSummary } from './issueSummary.ts';
import { showInformation } from '../ui/dialogs.ts';

interface Manifest {
  readonly version: string;
  readonly bugs: { readonly url: string };
  readonly contributes: { readonly configuration: { readonly properties: Readonly<Record<string, unknown>> } };
}

/** Shows the report that would be sent, and opens the page for it only when the person says so. */
export async function reportIssue(extension: vscode.Extension<unknown>, profiles: ProfileStore, errors: readonly string[]): Promise<void> {
  const manifest = extension.packageJSON as Manifest;
  const settings = vscode.workspace.getConfiguration();
  const changedSettings = Object.keys(manifest.contributes.configuration.properties).filter((key) => {
    const { globalValue, workspaceValue, workspaceFolderValue } = settings.inspect(key) ?? {};
    return [globalValue, workspaceValue, workspaceFolderValue].some((value) => value !== undefined);
  });
  const text = issueSummary({
    version: manifest.version,
    vscode: vscode.version,
    host: vscode.env.appHost,
    remote: vscode.env.remoteName,
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    trusted: vscode.workspace.isTrusted,
    profiles: await profiles.list(),
    changedSettings,
    errors,
  });
  const document = await vscode.workspace.openTextDocument({ language: 'markdown', content: text });
  await vscode.window.showTextDocument(document);
  const open = vscode.l10n.t('Open GitHub');
  const said = await showInformation(
    vscode.l10n.t(
      'The report contains only this text, with no names, addresses, statements, or messages. Complete it, then select "Open GitHub".',
    ),
    open,
  );
  if (said !== open) return;
  const page = vscode.Uri.parse(`${manifest.bugs.url}/new`).with({ query: `body=${encodeURIComponent(document.getText())}` });
  await vscode.env.openExternal(page);
}
