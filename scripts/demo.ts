import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { say } from '../test/harness/cache.ts';
import { ROOT } from '../test/harness/root.ts';
import { run } from '../test/harness/run.ts';
import { loadSample, SAMPLE } from '../test/harness/servers/sample.ts';
import { startServer } from '../test/harness/servers/source.ts';
import { serverUrl } from '../test/harness/servers/testServer.ts';
import { launchBrowser } from '../test/harness/vscode/chromium.ts';
import { CodeServer } from '../test/harness/vscode/codeServer.ts';
import { packageScriptedModel, packageVsix } from '../test/harness/vscode/packages.ts';
import { addConnection, ask, expand, openView, photograph } from '../test/harness/vscode/steps.ts';
import { VIEWPORT, Workbench } from '../test/harness/vscode/workbench.ts';

/**
 * `npm run demo`: the main job on a real MySQL in a real VS Code. A connection is added by hand, the tree is opened, and an
 * agent conversation answers a question from real rows. The model is scripted (no account is needed): what it calls is
 * fixed, what it answers is taken from the results. `-- --open` keeps the workbench open afterwards.
 */

const OUTPUT = path.join(ROOT, 'demo-output');
const LOG = path.join(OUTPUT, 'model-requests.jsonl');
const QUESTION = 'Which country brings in the most revenue?';
const SQL =
  'SELECT c.country, COUNT(*) AS orders, SUM(o.total) AS revenue FROM orders o JOIN customers c ON c.id = o.customer_id ' +
  "WHERE o.status <> 'cancelled' GROUP BY c.country ORDER BY revenue DESC LIMIT 3";
const PLANS = {
  'most revenue': [
    { tool: 'mysql_connections', args: {} },
    { tool: 'mysql_describe', args: { tables: ['orders', 'customers'] } },
    { tool: 'mysql_query', args: { sql: SQL } },
    { say: 'Customers from {{2.0.0}} bring in the most: {{2.0.2}} in {{2.0.1}} orders. The first three: {{2.rows}}.' },
  ],
};

interface LoggedRequest {
  readonly step: { readonly tool?: string; readonly args?: object };
  readonly called?: string;
  readonly results: readonly string[];
}

const { values } = parseArgs({ options: { open: { type: 'boolean', default: false } } });
await rm(OUTPUT, { recursive: true, force: true });
await mkdir(OUTPUT, { recursive: true });

say('· building');
await run(process.execPath, ['esbuild.js'], { cwd: ROOT });
const vsix = [await packageVsix(), await packageScriptedModel()];

const mysql = await startServer();
let codeServer: CodeServer | undefined;
try {
  await loadSample(mysql);
  say('· starting VS Code');
  codeServer = await CodeServer.start({
    vsix,
    models: [{ vendor: 'scripted', name: 'Scripted' }],
    env: { SCRIPTED_MODEL_PLANS: JSON.stringify(PLANS), SCRIPTED_MODEL_LOG: LOG },
  });
  const folder = path.join(codeServer.folder, 'workspace');
  await mkdir(folder);
  await show(codeServer, folder);
  if (values.open) await keepOpen(codeServer, folder);
} finally {
  await codeServer?.dispose();
  await mysql.dispose();
  say('· cleaned up');
}

async function show(server: CodeServer, folder: string): Promise<void> {
  const browser = await launchBrowser();
  const context = await browser.newContext({ viewport: VIEWPORT });
  const workbench = await Workbench.open(server, context, { folder });
  try {
    await workbench.ready();

    say('· adding a connection by its URL');
    await openView(workbench);
    await addConnection(workbench, serverUrl(mysql, SAMPLE.owner, SAMPLE.database), SAMPLE.database);
    await expand(workbench, 'app@127.0.0.1', 'information_schema');
    // The row of the connection is drawn anew, with a warning, when its account has been looked at; a click before that may be lost.
    const row = (label: string): ReturnType<Workbench['treeRow']> =>
      workbench.page.locator(`.pane-body .monaco-list-row[aria-label${label}]`).first();
    await row('*="warning: this account can write"').waitFor();
    await workbench.page.waitForTimeout(500);
    await row(`^="database ${SAMPLE.database}"`).click();
    await workbench.treeRow('order_items').waitFor();
    await expand(workbench, 'customers', 'email');

    say(`· asking the agent: ${QUESTION}`);
    const answer = await ask(workbench, QUESTION, 'bring in the most');
    for (const file of await photograph(workbench, OUTPUT, 'demo')) say(`· screenshot: ${path.relative(ROOT, file)}`);
    await printTranscript(answer);
  } catch (error) {
    say(`· it failed; what was on screen: ${await workbench.screenshot(path.join(OUTPUT, 'failed.png'))}`);
    throw error;
  } finally {
    await browser.close();
  }
}

/** Each tool call with its arguments and its result, as the model saw them; fails if the answer is not from those rows. */
async function printTranscript(answer: string): Promise<void> {
  const requests = (await readFile(LOG, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as LoggedRequest);
  const results = requests.at(-1)?.results ?? [];
  console.log(`\nUser: ${QUESTION}`);
  for (const [i, result] of results.entries()) {
    const request = requests.find(({ called, results: before }) => called !== undefined && before.length === i);
    console.log(`\nModel calls ${request?.called ?? '?'} ${JSON.stringify(request?.step.args ?? {})}\n${result.replaceAll(/^/gm, '    ')}`);
  }
  const text = answer.slice(answer.indexOf('Customers from')).split('\n')[0] ?? '';
  console.log(`\nModel: ${text}\n`);
  // The first line bounds what comes from the database, the second one is the header.
  const [country, orders, revenue] = (results[2]?.split('\n')[2] ?? '').split(',');
  if (
    country === undefined ||
    orders === undefined ||
    revenue === undefined ||
    ![country, orders, revenue].every((cell) => text.includes(cell))
  ) {
    throw new Error('The answer does not hold the rows of the database.');
  }
}

async function keepOpen(server: CodeServer, folder: string): Promise<void> {
  console.log(`VS Code: http://${server.authority}/?folder=${encodeURIComponent(folder)}`);
  console.log(`The connection "shop" is there. Your browser keeps its own passwords, so it is asked for once: ${SAMPLE.owner.password}`);
  console.log(`The scripted model knows one question: ${QUESTION}\nCtrl+C ends it and cleans up.`);
  await new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
}
