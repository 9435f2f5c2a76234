import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { currentDepth } from './depth.ts';
import { ROOT } from './root.ts';
import { connectionsSoFar } from './servers/connectionsSoFar.ts';
import { loadSample, SAMPLE } from './servers/sample.ts';
import { startServer } from './servers/source.ts';
import { execute, serverUrl, type Flavour } from './servers/testServer.ts';
import { addConnection, expand, openView } from './vscode/steps.ts';
import { Workbench } from './vscode/workbench.ts';
import { runHostSuite, type HostOutcome } from './vscode/hostSuite.ts';
import { packageVsix, SCRIPTED_MODEL } from './vscode/packages.ts';

/** The suites inside a real extension host, by their names in the list of all suites. */
export const EXTENSION_SUITES: Readonly<Record<string, () => Promise<HostOutcome>>> = {
  'extension: main path, from source, MySQL': () => mainPath('mysql', false),
  'extension: main path, installed VSIX, MySQL': () => mainPath('mysql', true),
  'extension: main path, from source, MariaDB': () => mainPath('mariadb', false),
  'extension: agent mode': () => agentMode(),
  'extension: activation': () => activation(),
  'extension: twenty adds from two windows': () => manyAdds(),
  'extension: the window holds': () => windowHolds(),
};

async function mainPath(flavour: Flavour, installed: boolean): Promise<HostOutcome> {
  const server = await startServer(flavour);
  try {
    await loadSample(server);
    return await runHostSuite({
      suite: 'main',
      developmentExtension: installed ? SCRIPTED_MODEL : ROOT,
      vsix: installed ? [await packageVsix()] : [],
      hostEnv: {
        PILOT_URL: serverUrl(server, SAMPLE.owner, SAMPLE.database),
        PILOT_FLAVOUR: flavour,
        PILOT_INSTALLED: installed ? '1' : '0',
      },
      screenshots: path.join(ROOT, 'out/screenshots'),
      onLine: console.log,
      inspect: async (workbench) => {
        await expand(workbench, 'app@127.0.0.1', 'information_schema');
        await workbench.page.locator('.pane-body .monaco-list-row[aria-label^="database shop"]').click();
        await expand(workbench, 'customers', 'email');
        for (const label of [
          'table, order_items, ~2,000 rows',
          'view, open_orders',
          'column id, int',
          'column email, varchar(190), unique key, not null',
        ]) {
          await workbench.page.locator(`.pane-body .monaco-list-row[aria-label^="${label}"]`).first().waitFor({ timeout: 10_000 });
        }
      },
    });
  } finally {
    await server.dispose();
  }
}

const PLANS = {
  'count the orders': [
    { tool: 'mysql_describe', args: { tables: ['orders'] } },
    { tool: 'mysql_query', args: { sql: 'SELECT status, COUNT(*) AS n FROM orders GROUP BY status ORDER BY status' } },
    { say: 'Orders per status: {{1.rows}}.' },
  ],
  'delete everything': [{ tool: 'mysql_query', args: { sql: 'DELETE FROM orders' } }, { say: 'That is not possible.' }],
};

const agentMode = (): Promise<HostOutcome> => laterSession('agent');
/** `hostEnv` is for the suite. */
export const activation = (onLine?: (line: string) => void, hostEnv?: Readonly<Record<string, string>>): Promise<HostOutcome> =>
  laterSession('activation', onLine, hostEnv);

/** A suite for a user who saved a connection by hand in an earlier session, and has not opened our view in this one. */
async function laterSession(
  suite: string,
  onLine: (line: string) => void = console.log,
  hostEnv: Readonly<Record<string, string>> = {},
): Promise<HostOutcome> {
  const server = await startServer();
  const url = serverUrl(server, SAMPLE.owner, SAMPLE.database);
  const env: Record<string, string> = { SCRIPTED_MODEL_PLANS: JSON.stringify(PLANS), PILOT_URL: url, ...hostEnv };
  try {
    await loadSample(server);
    return await runHostSuite({
      suite,
      developmentExtension: SCRIPTED_MODEL,
      vsix: [await packageVsix()],
      models: [{ vendor: 'scripted', name: 'Scripted' }],
      hostEnv: env,
      screenshots: path.join(ROOT, 'out/screenshots'),
      onLine,
      prepare: async (codeServer, context) => {
        const folder = await mkdtemp(path.join(tmpdir(), 'mpt-earlier-'));
        const workbench = await Workbench.open(codeServer, context, { folder });
        await workbench.ready();
        await openView(workbench);
        await addConnection(workbench, url, SAMPLE.database);
        await workbench.close();
        await rm(folder, { recursive: true });
        env['PILOT_CONNECTIONS'] = String(await connectionsSoFar(url));
      },
    });
  } finally {
    await server.dispose();
  }
}

async function manyAdds(): Promise<HostOutcome> {
  const server = await startServer();
  const signals = await mkdtemp(path.join(tmpdir(), 'mpt-signals-'));
  try {
    await loadSample(server);
    return await runHostSuite({
      suite: 'manyAdds',
      windows: 2,
      developmentExtension: SCRIPTED_MODEL,
      vsix: [await packageVsix()],
      hostEnv: { PILOT_URL: serverUrl(server, SAMPLE.owner, SAMPLE.database), PILOT_SIGNALS: signals },
      onLine: console.log,
    });
  } finally {
    await server.dispose();
    await rm(signals, { recursive: true });
  }
}

/** So many that nobody scrolls through them; at full depth as many as the largest schemas have. */
const MANY = currentDepth() === 'full' ? 20_000 : 2000;

async function windowHolds(): Promise<HostOutcome> {
  const server = await startServer();
  try {
    await loadSample(server);
    await execute(server, "SET GLOBAL innodb_flush_log_at_trx_commit = 0; CREATE DATABASE a_wide; GRANT SELECT ON a_wide.* TO 'app'@'%'");
    for (let i = 0; i < MANY; i += 1000)
      await execute(
        server,
        Array.from({ length: 1000 }, (_, j) => `CREATE VIEW a_wide.view_${String(i + j)} AS SELECT 1 AS id, 'a' AS name`).join(';'),
      );
    return await runHostSuite({
      suite: 'window',
      developmentExtension: SCRIPTED_MODEL,
      vsix: [await packageVsix()],
      hostEnv: { PILOT_URL: serverUrl(server, SAMPLE.owner, SAMPLE.database), PILOT_TABLES: String(MANY) },
      timeoutMs: 600_000,
      onLine: console.log,
    });
  } finally {
    await server.dispose();
  }
}
