import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { currentDepth } from './depth.ts';
import { ROOT } from './root.ts';
import { connectionsSoFar } from './servers/connectionsSoFar.ts';
import { loadSample, SAMPLE } from './servers/sample.ts';
import { startServer } from './servers/source.ts';
import { execute, serverUrl, type Flavor, type TestServer } from './servers/testServer.ts';
import type { CodeServer } from './vscode/codeServer.ts';
import { addConnection, expand, openView } from './vscode/steps.ts';
import { Workbench } from './vscode/workbench.ts';
import { runHostSuite, type HostOutcome, type HostStage, type HostSuite } from './vscode/hostSuite.ts';
import { packageVsix, SCRIPTED_MODEL } from './vscode/packages.ts';

/** The suites inside a real extension host, by their names in the list of all suites. */
export const EXTENSION_SUITES: Readonly<Record<string, () => Promise<HostOutcome>>> = {
  'extension: main path, from source, MySQL': () => mainPath('mysql'),
  'extension: installed VSIX, MySQL': () => installed(),
  'extension: main path, from source, MariaDB': () => mainPath('mariadb'),
  'extension: the window holds': () => windowHolds(),
};

async function mainPath(flavor: Flavor): Promise<HostOutcome> {
  const server = await startServer(flavor);
  try {
    await loadSample(server);
    return await runHostSuite({
      stages: [mainStage(server, '0')],
      developmentExtension: ROOT,
      screenshots: path.join(ROOT, 'out/screenshots'),
      onLine: console.log,
    });
  } finally {
    await server.dispose();
  }
}

function mainStage(server: TestServer, isInstalled: '0' | '1'): HostStage {
  return {
    // The sweep over all that the window is given follows in the same window, where the VSIX is.
    windows: [isInstalled === '1' ? ['main', 'window', 'runnable'] : ['main']],
    hostEnv: {
      PILOT_URL: serverUrl(server, SAMPLE.owner, SAMPLE.database),
      PILOT_FLAVOR: server.flavor,
      PILOT_INSTALLED: isInstalled,
      PILOT_TABLES: String(FEW),
    },
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
  };
}

const PLANS = {
  'Say hello': [{ say: 'Hello.' }],
  'count the orders': [
    { tool: 'mysql_describe', args: { tables: ['orders'] } },
    { tool: 'mysql_query', args: { sql: 'SELECT status, COUNT(*) AS n FROM orders GROUP BY status ORDER BY status' } },
    { say: 'Orders per status: {{1.rows}}.' },
  ],
  'delete everything': [{ tool: 'mysql_query', args: { sql: 'DELETE FROM orders' } }, { say: 'That is not possible.' }],
};

/**
 * The sessions of a user who has installed the VSIX. In the first one a connection is saved. In the next one nobody opens our view: the extension only starts, an agent
 * is asked, and at last it and a second window add connections at the same time.
 */
async function installed(): Promise<HostOutcome> {
  const server = await startServer();
  const url = serverUrl(server, SAMPLE.owner, SAMPLE.database);
  const signals = await mkdtemp(path.join(tmpdir(), 'mpt-signals-'));
  const hostEnv: Record<string, string> = { PILOT_URL: url, PILOT_SIGNALS: signals };
  try {
    await loadSample(server);
    await makeWide(server, FEW);
    return await runHostSuite({
      stages: [
        mainStage(server, '1'),
        {
          windows: [['activation', 'agent', 'manyAdds'], ['manyAdds']],
          hostEnv,
          prepare: async () => {
            hostEnv['PILOT_CONNECTIONS'] = String(await connectionsSoFar(url));
          },
        },
      ],
      timeoutMs: 600_000,
      ...(await withModel()),
      onLine: console.log,
    });
  } finally {
    await server.dispose();
    await rm(signals, { recursive: true });
  }
}

/** For `npm run bench:activation`: a user who saved a connection by hand in an earlier session, and has not opened our view in this one. `hostEnv` is for the suite. */
export async function activation(onLine: (line: string) => void, hostEnv: Readonly<Record<string, string>>): Promise<HostOutcome> {
  const server = await startServer();
  const url = serverUrl(server, SAMPLE.owner, SAMPLE.database);
  const env: Record<string, string> = { PILOT_URL: url, ...hostEnv };
  try {
    await loadSample(server);
    const prepare = async (codeServer: CodeServer, context: BrowserContext): Promise<void> => {
      const folder = await mkdtemp(path.join(tmpdir(), 'mpt-earlier-'));
      const workbench = await Workbench.open(codeServer, context, { folder });
      await workbench.ready();
      await openView(workbench);
      await addConnection(workbench, url, SAMPLE.database);
      await workbench.close();
      await rm(folder, { recursive: true });
      env['PILOT_CONNECTIONS'] = String(await connectionsSoFar(url));
    };
    return await runHostSuite({ stages: [{ windows: [['activation']], hostEnv: env, prepare }], ...(await withModel()), onLine });
  } finally {
    await server.dispose();
  }
}

/** So many that nobody scrolls through them; at full depth as many as the largest schemas have, in a window of their own. */
const FEW = 2000;
const MANY = currentDepth() === 'full' ? 20_000 : FEW;

/** Views take a server less time than tables do, and are the same to a tree and to completion. */
async function makeWide(server: TestServer, count: number): Promise<void> {
  await execute(server, "SET GLOBAL innodb_flush_log_at_trx_commit = 0; CREATE DATABASE a_wide; GRANT SELECT ON a_wide.* TO 'app'@'%'");
  for (let i = 0; i < count; i += 1000)
    await execute(
      server,
      Array.from({ length: 1000 }, (_, j) => `CREATE VIEW a_wide.view_${String(i + j)} AS SELECT 1 AS id, 'a' AS name`).join(';'),
    );
}

async function windowHolds(): Promise<HostOutcome> {
  const server = await startServer();
  const home = await mkdtemp(path.join(tmpdir(), 'mpt-home-'));
  try {
    await loadSample(server);
    await makeWide(server, MANY);
    return await runHostSuite({
      stages: [
        {
          windows: [['window', 'hostileFiles']],
          hostEnv: { PILOT_URL: serverUrl(server, SAMPLE.owner, SAMPLE.database), PILOT_TABLES: String(MANY), PILOT_HOME: home },
        },
      ],
      env: { HOME: home },
      developmentExtension: SCRIPTED_MODEL,
      vsix: [await packageVsix()],
      timeoutMs: 600_000,
      onLine: console.log,
    });
  } finally {
    await server.dispose();
    await rm(home, { recursive: true });
  }
}

async function withModel(): Promise<Omit<HostSuite, 'stages'>> {
  return {
    developmentExtension: SCRIPTED_MODEL,
    vsix: [await packageVsix()],
    models: [{ vendor: 'scripted', name: 'Scripted' }],
    env: { SCRIPTED_MODEL_PLANS: JSON.stringify(PLANS) },
    screenshots: path.join(ROOT, 'out/screenshots'),
  };
}
