import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { ROOT } from '../harness/root.ts';
import { loadSample, SAMPLE } from '../harness/servers/sample.ts';
import { startServer } from '../harness/servers/source.ts';
import { serverUrl, type Flavor, type TestServer } from '../harness/servers/testServer.ts';
import { takeBrowserCoverage } from '../harness/vscode/browserCoverage.ts';
import { launchProfile } from '../harness/vscode/chromium.ts';
import { CodeServer, type CodeServerOptions } from '../harness/vscode/codeServer.ts';
import { packageScriptedModel, packageVsix } from '../harness/vscode/packages.ts';
import { CONTEXT, Workbench } from '../harness/vscode/workbench.ts';
import { WRITE } from './hostileWorld.ts';

export const SCREENSHOTS = path.join(ROOT, 'out/screenshots');

/** Below the folder of the VS Code: the profile of the browser that shows it. */
export const BROWSER_PROFILE = 'browser';

/** What the pictures of the product show. */
export const REVENUE = `-- Which countries bring in the most?
SELECT c.country, COUNT(DISTINCT o.id) AS orders, SUM(o.total) AS revenue
FROM orders o
JOIN customers c ON c.id = o.customer_id
WHERE o.status <> 'cancelled'
GROUP BY c.country
ORDER BY revenue DESC;
`;

/** A question that the scripted model answers from rows, and what its answer must hold. */
export const QUESTION = 'Please count the orders per status.';
export const ANSWER = 'new,250; paid,250; shipped,250; cancelled,250';
const PLANS = {
  'count the orders': [
    { tool: 'mysql_query', args: { sql: 'SELECT status, COUNT(*) AS n FROM orders GROUP BY status ORDER BY status' } },
    { say: 'Orders per status: {{0.rows}}.' },
  ],
  'export all orders': [
    { tool: 'mysql_export', args: { sql: 'SELECT * FROM orders', file: 'orders' } },
    { say: 'The orders are in the file.' },
  ],
  'mark the late orders': [
    { tool: 'mysql_execute', args: { sql: "UPDATE orders SET note = 'late' WHERE customer_id = 8 AND status <> 'cancelled'" } },
    { say: 'The tool said: {{0.text}}' },
  ],
  'change the odd row': [{ tool: 'mysql_execute', args: { sql: WRITE } }, { say: 'The tool said: {{0.text}}' }],
  'drop the strange table': [
    { tool: 'mysql_execute', args: { sql: 'DROP TABLE `Run 42-Row Update`' } },
    { say: 'The tool said: {{0.text}}' },
  ],
};

/** A user's VS Code: the packaged extension is installed, no test driver answers dialogs, and a real MySQL has the sample. */
export class Session {
  readonly mysql: TestServer;
  readonly codeServer: CodeServer;
  readonly context: BrowserContext;

  constructor(mysql: TestServer, codeServer: CodeServer, context: BrowserContext) {
    this.mysql = mysql;
    this.codeServer = codeServer;
    this.context = context;
  }

  static async start({ flavor = 'mysql', ...options }: CodeServerOptions & { readonly flavor?: Flavor } = {}): Promise<Session> {
    const vsix = [await packageVsix(), await packageScriptedModel()];
    const mysql = await startServer(flavor);
    let codeServer: CodeServer | undefined;
    try {
      await loadSample(mysql);
      codeServer = await CodeServer.start({
        vsix,
        models: [{ vendor: 'scripted', name: 'Scripted' }],
        ...options,
        env: { SCRIPTED_MODEL_PLANS: JSON.stringify(PLANS), ...options.env },
      });
      const context = await launchProfile(path.join(codeServer.folder, BROWSER_PROFILE), CONTEXT);
      context.setDefaultTimeout(90_000);
      return new Session(mysql, codeServer, context);
    } catch (error) {
      await codeServer?.dispose();
      await mysql.dispose();
      throw error;
    }
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
    for (const page of this.context.pages()) await takeBrowserCoverage(page).catch(() => undefined); // a blank page counts nothing
    await this.context.close();
    await this.codeServer.dispose();
    await this.mysql.dispose();
  }
}
