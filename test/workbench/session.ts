import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { ROOT } from '../harness/root.ts';
import { loadSample, SAMPLE } from '../harness/servers/sample.ts';
import { startServer } from '../harness/servers/source.ts';
import { serverUrl, type TestServer } from '../harness/servers/testServer.ts';
import { launchBrowser } from '../harness/vscode/chromium.ts';
import { CodeServer, type CodeServerOptions } from '../harness/vscode/codeServer.ts';
import { packageScriptedModel, packageVsix } from '../harness/vscode/packages.ts';
import { VIEWPORT, Workbench } from '../harness/vscode/workbench.ts';

export const SCREENSHOTS = path.join(ROOT, 'out/screenshots');

/** A question that the scripted model answers from rows, and what its answer must hold. */
export const QUESTION = 'Please count the orders per status.';
export const ANSWER = 'new,250; paid,250; shipped,250; cancelled,250';
const PLANS = {
  'count the orders': [
    { tool: 'mysql_query', args: { sql: 'SELECT status, COUNT(*) AS n FROM orders GROUP BY status ORDER BY status' } },
    { say: 'Orders per status: {{0.rows}}.' },
  ],
};

/** A user's VS Code: the packaged extension is installed, no test driver answers dialogs, and a real MySQL has the sample. */
export class Session {
  readonly mysql: TestServer;
  readonly codeServer: CodeServer;
  readonly context: BrowserContext;
  readonly #browser: Browser;

  private constructor(mysql: TestServer, codeServer: CodeServer, browser: Browser, context: BrowserContext) {
    this.mysql = mysql;
    this.codeServer = codeServer;
    this.#browser = browser;
    this.context = context;
  }

  static async start(options: CodeServerOptions = {}): Promise<Session> {
    const mysql = await startServer();
    await loadSample(mysql);
    const codeServer = await CodeServer.start({
      vsix: [await packageVsix(), await packageScriptedModel()],
      models: [{ vendor: 'scripted', name: 'Scripted' }],
      ...options,
      env: { SCRIPTED_MODEL_PLANS: JSON.stringify(PLANS), ...options.env },
    });
    const browser = await launchBrowser();
    const context = await browser.newContext({ viewport: VIEWPORT });
    context.setDefaultTimeout(20_000);
    return new Session(mysql, codeServer, browser, context);
  }

  get url(): string {
    return serverUrl(this.mysql, SAMPLE.owner, SAMPLE.database);
  }

  /** A window on a folder of that name, or without a folder. */
  async openWindow(name?: string): Promise<Workbench> {
    const folder = name === undefined ? undefined : path.join(this.codeServer.folder, 'folders', name);
    if (folder !== undefined) await mkdir(folder, { recursive: true });
    const workbench = await Workbench.open(this.codeServer, this.context, { folder });
    await workbench.ready();
    return workbench;
  }

  async dispose(): Promise<void> {
    await this.#browser.close();
    await this.codeServer.dispose();
    await this.mysql.dispose();
  }
}
