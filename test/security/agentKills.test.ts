import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentHome, fedConnection } from '../harness/mcp/agentHome.ts';
import { until } from '../harness/run.ts';
import { loadSample, SAMPLE } from '../harness/servers/sample.ts';
import { startServer } from '../harness/servers/source.ts';
import { adminConnection, type TestServer } from '../harness/servers/testServer.ts';

/** `KILLS=200` for as many. */
const KILLS = Number(process.env['KILLS'] ?? 9);
const ROWS = 201;
const PASSWORD = SAMPLE.owner.password;

suite('agent, server or client is killed while a write waits for its approval', function () {
  this.timeout(KILLS * 10_000 + 120_000);
  let mysql: TestServer;
  let home: AgentHome;

  suiteSetup(async () => {
    mysql = await startServer();
    await loadSample(mysql);
    home = await AgentHome.open();
  });
  suiteTeardown(async () => {
    await home.dispose();
    await mysql.dispose();
  });

  test(`${String(KILLS)} kills leave all rows changed or none, none without a yes, and no password in a file`, async () => {
    const admin = await adminConnection(mysql, 'shop');
    const tally: Record<string, number> = {};
    const fed = fedConnection(mysql, { writes: { update: 'ask' } });
    try {
      for (let i = 0; i < KILLS; i++) {
        const window = home.window(() => home.feed([fed]));
        await window.changed();
        await window.close();
        const agent = await until(() => home.running(), 'the agent to run');
        const note = `agent kill ${String(i)}`;
        const asked = Promise.withResolvers<true>();
        const answers: string[] = [];
        const client = await home.client(['--vscode'], {
          elicit: async (question) => {
            asked.resolve(true);
            await sleep(Math.random() * 60);
            const choice = /"(run [0-9a-f]+)"/.exec(JSON.stringify(question))?.[1];
            answers.push('yes');
            return { action: 'accept', content: { decision: String(choice) } };
          },
        });
        const { pid } = client;
        const done = client
          .call('mysql_execute', { sql: `UPDATE orders SET note = '${note}' WHERE id BETWEEN 100 AND 300` })
          .then(({ text }) => text, String);
        await asked.promise;
        await sleep(Math.random() * 150);
        const victim = (['agent', 'server', 'client'] as const)[i % 3] ?? 'agent';
        if (victim === 'agent') process.kill(agent.pid, 'SIGKILL');
        else if (victim === 'server') process.kill(pid, 'SIGKILL');
        else await client.close(); // its pipes end, as when it is killed
        const answer = await done;
        await client.close();
        await until(async () => {
          await sleep(150); // InnoDB shows what it last told for as long as it is asked again within 100 ms
          const [open] = await admin.query('SELECT 1 FROM information_schema.innodb_trx');
          const [sessions] = await admin.query(`SELECT 1 FROM information_schema.processlist WHERE user = '${SAMPLE.owner.user}'`);
          return (open as unknown[]).length + (sessions as unknown[]).length === 0;
        }, 'the sessions to end');
        const [notes] = await admin.query(`SELECT COUNT(*) AS n FROM orders WHERE note = '${note}'`);
        const changed = (notes as { n: number }[])[0]?.n ?? -1;
        assert.ok(changed === 0 || changed === ROWS, `all of it or nothing, and not ${String(changed)}`);
        if (answers.length === 0) assert.equal(changed, 0);
        if (answer.startsWith('COMMITTED')) assert.equal(changed, ROWS);
        const key = `${victim}: ${changed === 0 ? 'unchanged' : 'changed'}`;
        tally[key] = (tally[key] ?? 0) + 1;
      }
      for (const entry of await readdir(home.folder, { recursive: true, withFileTypes: true }))
        if (entry.isFile()) assert.ok(!(await readFile(`${entry.parentPath}/${entry.name}`, 'latin1')).includes(PASSWORD), entry.name);
    } finally {
      await admin.end();
    }
    console.log(`      · ${JSON.stringify(tally)}`);
  });
});
