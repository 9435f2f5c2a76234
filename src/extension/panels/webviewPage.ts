import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

export interface PageParts {
  /** Of its script and styles in `dist/webview`. */
  readonly name: string;
  readonly title: string;
  /** For the script, as JSON in an attribute of the body. */
  readonly strings?: unknown;
  /** The script makes pictures of its own, as `data:` addresses. */
  readonly pictures?: boolean;
}

/** Gives a webview its page: scripts and styles of ours, and nothing from anywhere else. */
export function openPage(webview: vscode.Webview, extension: vscode.Uri, { name, title, strings = {}, pictures = false }: PageParts): void {
  const folder = vscode.Uri.joinPath(extension, 'dist', 'webview');
  webview.options = { enableScripts: true, localResourceRoots: [folder] };
  const nonce = randomBytes(16).toString('base64');
  const file = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString();
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${webview.cspSource} 'nonce-${nonce}'; font-src ${webview.cspSource}${pictures ? '; img-src data:' : ''}`;
  webview.html = `<!DOCTYPE html>
<html lang="${vscode.env.language}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <link rel="stylesheet" href="${file(`${name}.css`)}">
    <title>${escape(title)}</title>
  </head>
  <body data-nonce="${nonce}" data-strings="${escape(JSON.stringify(strings))}">
    <script nonce="${nonce}" src="${file(`${name}.js`)}"></script>
  </body>
</html>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
