// In a page of a browser: a client that shows an MCP App, made of the SDK's own bridge. Bundled by appHost.ts.
import { AppBridge, PostMessageTransport, type McpUiHostContext } from '@modelcontextprotocol/ext-apps/app-bridge';
import type { CallToolRequest, CallToolResult } from '@modelcontextprotocol/client';

declare global {
  interface Window {
    /** Of the test: hands a call of the app to the server. */
    callServer(call: CallToolRequest['params']): Promise<CallToolResult>;
    keepFile(text: string): Promise<void>;
    keepContext(text: string): Promise<void>;
    showApp(html: string, result: CallToolResult, context: McpUiHostContext): Promise<void>;
  }
}

/** What clients allow an app that asks for nothing: https://github.com/modelcontextprotocol/ext-apps. */
const POLICY =
  "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; media-src 'self' data:; connect-src 'none'";

window.showApp = async (html, result, context) => {
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.setAttribute('allow', 'clipboard-write');
  frame.style.cssText = 'width: 100%; height: 300px; border: 0';
  document.body.replaceChildren(frame);
  const app = frame.contentWindow;
  if (app === null) throw new Error('The frame has no window.');
  const bridge = new AppBridge(
    null,
    { name: 'reference host', version: '1' },
    { serverTools: {}, downloadFile: {}, updateModelContext: { text: {} } },
    { hostContext: context },
  );
  bridge.oncalltool = (params) => window.callServer(params);
  bridge.ondownloadfile = async ({ contents }) => {
    const [file] = contents;
    if (file?.type === 'resource' && 'text' in file.resource) await window.keepFile(file.resource.text);
    return {};
  };
  bridge.onupdatemodelcontext = async ({ content = [] }) => {
    await window.keepContext(content.map((part) => (part.type === 'text' ? part.text : '')).join('\n'));
    return {};
  };
  bridge.addEventListener('sizechange', ({ height }) => {
    if (height !== undefined) frame.style.height = `${String(height)}px`;
  });
  const ready = new Promise<void>((resolve) => {
    bridge.addEventListener('initialized', () => {
      resolve();
    });
  });
  await bridge.connect(new PostMessageTransport(app, app));
  frame.srcdoc = html.replace(
    '<meta charset="utf-8">',
    `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
  );
  await ready;
  await bridge.sendToolInput({ arguments: {} });
  await bridge.sendToolResult(result);
};
