import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { build } from 'esbuild';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BrowserContext, Frame, Page } from 'playwright-core';
import { ROOT } from '../root.ts';
import { until } from '../run.ts';
import { launchProfile } from '../vscode/chromium.ts';
import type { StdioClient } from './stdioClient.ts';

/** A client that shows MCP Apps in a browser, as the SDK's reference host does. */
export class AppHost {
  readonly page: Page;
  /** What the app has asked of the server, by the client. */
  readonly calls: { readonly name: string; readonly arguments?: Record<string, unknown> }[] = [];
  /** Texts of files that the app has handed to the person. */
  readonly files: string[] = [];
  /** What the app has told the model, the last at the end. */
  readonly told: string[] = [];
  /** What the policy of the page has stopped, and errors of its scripts. */
  readonly problems: string[] = [];
  /** Addresses that anything in the page has asked for. */
  readonly requests: string[] = [];
  readonly #context: BrowserContext;
  readonly #folder: string;

  private constructor(page: Page, context: BrowserContext, folder: string) {
    [this.page, this.#context, this.#folder] = [page, context, folder];
  }

  static async start(client: StdioClient): Promise<AppHost> {
    const folder = await mkdtemp(path.join(tmpdir(), 'mpt-app-'));
    const context = await launchProfile(path.join(folder, 'profile'), { viewport: { width: 900, height: 700 } });
    const page = context.pages()[0] ?? (await context.newPage());
    const host = new AppHost(page, context, folder);
    page.on('pageerror', (error) => host.problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') host.problems.push(message.text());
    });
    page.on('request', (request) => host.requests.push(request.url()));
    await page.exposeFunction('callServer', async (call: { name: string; arguments?: Record<string, unknown> }) => {
      host.calls.push(call);
      return client.client.callTool(call);
    });
    await page.exposeFunction('keepFile', (text: string) => void host.files.push(text));
    await page.exposeFunction('keepContext', (text: string) => void host.told.push(text));
    const { outputFiles } = await build({
      entryPoints: [path.join(ROOT, 'test/harness/mcp/appPage/appHost.entry.ts')],
      ...{ bundle: true, write: false, format: 'iife', platform: 'browser', target: 'es2022' },
    });
    await page.addScriptTag({ content: outputFiles[0]?.text ?? '' });
    return host;
  }

  /** Shows the result of a tool in the app; resolves to the frame of the app when it holds what the selector finds. */
  async show(html: string, result: CallToolResult, theme: 'light' | 'dark', selector: string): Promise<Frame> {
    await this.page.evaluate(
      ([text, shown, chosen]) =>
        (globalThis as unknown as { showApp: (...given: unknown[]) => Promise<void> }).showApp(text, shown, { theme: chosen }),
      [html, result, theme] as const,
    );
    const frame = await until(() => this.page.frames().find((one) => one !== this.page.mainFrame()), 'the frame of the app');
    await frame.locator(selector).first().waitFor();
    return frame;
  }

  async dispose(): Promise<void> {
    await this.#context.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
