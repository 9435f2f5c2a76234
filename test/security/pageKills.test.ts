import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { full } from '../harness/depth.ts';
import { PageHand } from '../harness/mcp/approvalPage.ts';
import { StandaloneSetup } from '../harness/mcp/standaloneSetup.ts';
import { URL_CLIENTS } from '../harness/mcp/urlClients.ts';
import { until } from '../harness/run.ts';
import { SAMPLE } from '../harness/servers/sample.ts';
import { adminConnection } from '../harness/servers/testServer.ts';

/** Always, and in the full depth; `KILLS=200` for as many and nothing else. */
const COUNTS = process.env['KILLS'] === undefined ? { always: [4], full: [30] } : { always: [Number(process.env['KILLS'])], full: [] };
const { '2025-11-25 over stdio': older, '2026-07-28 over stdio': newer } = URL_CLIENTS;
const ROWS = 201;

suite('the server is killed while a write is decided in its page', function () {
  let setup: StandaloneSetup;

  suiteSetup(async () => {
    setup = await StandaloneSetup.start();
  });
  suiteTeardown(() => setup.dispose());

  const kill = (kills: number): Mocha.Test =>
    test(`${String(kills)} kills leave all rows changed or none, and none without a yes and its record`, async function () {
      this.timeout(kills * 20_000 + 60_000);
      const { user: MYSQL_USER, password: MYSQL_PASSWORD } = SAMPLE.owner;
      const env = { ...setup.env, MYSQL_USER, MYSQL_PASSWORD, MYSQL_ALLOW_UPDATE: 'ask', MYSQL_WRITES_FROM: 'trusted' };
      const admin = await adminConnection(setup.server, 'shop');
      const tally = { undecided: 0, unchanged: 0, changed: 0 };
      const eventsOf = async (pid: number): Promise<string[]> => {
        const folder = path.join(setup.folder, 'audit');
        const texts = await Promise.all((await readdir(folder).catch(() => [])).map((name) => readFile(path.join(folder, name), 'utf8')));
        const lines = texts.flatMap((text) => text.split('\n')).filter((line) => line.endsWith('}'));
        const all = lines.map((line) => JSON.parse(line) as { session: string; event: string; outcome?: string });
        return all.filter(({ session }) => session.startsWith(`${String(pid)}-`)).map(({ event, outcome }) => outcome ?? event);
      };
      let usual = 60;
      try {
        for (let i = 0; i < kills; i++) {
          const note = `page kill ${String(i)} of ${String(kills)}`;
          const shown = Promise.withResolvers<string>();
          const client = await (i % 2 === 0 ? older : newer)({
            env,
            open: ({ url }) => {
              shown.resolve(url);
              return Promise.resolve('accept');
            },
          });
          const pid = client.pid();
          const done = client
            .call('mysql_execute', { sql: `UPDATE orders SET note = '${note}' WHERE id BETWEEN 100 AND 300` })
            .catch(() => 'gone');
          const page = await PageHand.open(await shown.promise);
          // A quarter of them before the decision, the others at a moment behind it; the first one is not killed before its end.
          const early = i % 4 === 3;
          await page.read();
          const decided = performance.now();
          if (!early) await page.say({ type: 'run', ticket: page.ticket, typed: page.review?.typed?.value ?? '' });
          if (i === 0) {
            assert.match(await done, /^COMMITTED/);
            usual = performance.now() - decided;
          } else await sleep(2.5 * usual * Math.random());
          process.kill(pid, 'SIGKILL');
          await done;
          await until(async () => {
            await sleep(150);
            const [open] = await admin.query('SELECT 1 FROM information_schema.innodb_trx');
            const [sessions] = await admin.query(`SELECT 1 FROM information_schema.processlist WHERE user = '${MYSQL_USER}'`);
            return (open as unknown[]).length + (sessions as unknown[]).length === 0;
          }, 'the sessions to end');
          const [notes] = await admin.query(`SELECT COUNT(*) AS n FROM orders WHERE note = '${note}'`);
          const changed = (notes as { n: number }[])[0]?.n ?? -1;
          assert.ok(changed === 0 || changed === ROWS, `all of it or nothing, and not ${String(changed)}`);
          const events = await eventsOf(pid);
          if (early) assert.equal(changed, 0, 'nobody has said yes');
          if (changed > 0) assert.ok(events.includes('intent') && !events.includes('undone'), events.join());
          else assert.ok(!events.includes('committed'), events.join());
          tally[early ? 'undecided' : changed === 0 ? 'unchanged' : 'changed']++;
          await client.close();
        }
      } finally {
        await admin.end();
      }
      console.log(`      · ${JSON.stringify(tally)}`);
      assert.ok(tally.changed > 0 && tally.undecided > 0);
    });
  for (const count of COUNTS.always) kill(count);
  for (const count of COUNTS.full) full(kill(count));
});
