import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { ZodType } from 'zod';
import { duringGesture } from '../ui/gestures.ts';

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

export interface PageMessages<T> {
  /** Of what the page says: anything else is left alone. Loaded with the first message where that saves time. */
  readonly schema: ZodType<T> | (() => Promise<ZodType<T>>);
  readonly log: vscode.LogOutputChannel;
  readonly receive: (message: T) => Promise<void> | void;
  /** Tells the person what `receive` has thrown. */
  readonly failed: (error: unknown) => void;
}

/**
 * Hears what a page says, which comes from outside: what no page of ours says is no message. It is not done, and the person is not told, who has asked for nothing and can do
 * nothing about it.
 */
export function receiveMessages<T>(webview: vscode.Webview, { schema, log, receive, failed }: PageMessages<T>): vscode.Disposable {
  const hear = async (given: unknown): Promise<void> => {
    const { success, data } = (typeof schema === 'function' ? await schema() : schema).safeParse(given);
    if (success) await receive(data);
    else log.warn('An invalid message from a page was ignored.');
  };
  return webview.onDidReceiveMessage((given: unknown) => {
    duringGesture(() => hear(given)).catch(failed);
  });
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
