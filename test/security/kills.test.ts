import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { full } from '../harness/depth.ts';
import { AgentSetup } from '../harness/mcp/agentSetup.ts';
import { StdioClient } from '../harness/mcp/stdioClient.ts';
import { until } from '../harness/run.ts';
import { adminConnection } from '../harness/servers/testServer.ts';

/** Always, and in the full depth; `KILLS=1000 npm test -- kills` for as many and nothing else. */
const COUNTS =
  process.env['KILLS'] === undefined ? { always: [10], full: [60, 200] } : { always: [Number(process.env['KILLS'])], full: [] };

/** Runs that are not killed: what they take from the decision on is the time in which the others are. */
const WARM_UP = 3;
/** A session that nobody ends would stay for hours. */
const GONE_MS = 120_000;

interface AuditLine {
  readonly event: string;
  readonly session: string;
  readonly outcome?: string;
}

suite('the server is killed in the middle of a write', function () {
  let setup: AgentSetup;

  suiteSetup(async () => {
    setup = await AgentSetup.start('mysql', { profiles: () => [{ writes: { update: 'ask' } }] });
  });
  suiteTeardown(() => setup.dispose());

  const kill = (kills: number): Mocha.Test =>
    test(`${String(kills)} kills leave no open transaction, no change without its record, none that the record denies`, async function () {
      this.timeout(kills * 2000 + 20_000 + GONE_MS);
      const { broker, server } = setup;
      const admin = await adminConnection(server, 'shop');
      const folder = path.join(broker.folder, 'audit');
      const read = async (): Promise<AuditLine[]> => {
        const names = await readdir(folder).catch(() => []);
        const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
        return texts
          .flatMap((text) => text.split('\n'))
          .filter((line) => line.endsWith('}'))
          .map((line) => JSON.parse(line) as AuditLine);
      };
      const tally = { unchanged: 0, 'changed, told as committed': 0, 'changed, told as begun': 0 };
      const decided = { at: 0 };
      broker.decide = () => {
        decided.at = performance.now();
        return Promise.resolve('run');
      };
      let usual = 60;
      let committed = 0;
      const start = async (): Promise<StdioClient> => {
        const client = await StdioClient.start(broker.rendezvous);
        await client.call('mysql_query', { sql: 'SELECT 1' }); // so that most kills hit the write and not the login
        decided.at = 0;
        return client;
      };
      const write = (client: StdioClient, note: string): Promise<unknown> =>
        client.call('mysql_execute', { sql: `UPDATE orders SET note = '${note}' WHERE id BETWEEN 100 AND 300` }).catch(() => undefined);
      try {
        for (let i = 0; i < WARM_UP; i++) {
          const client = await start();
          await write(client, `warm ${String(i)}`);
          committed = Math.max(committed, performance.now() - decided.at);
          await client.close();
        }
        for (let i = 0; i < kills; i++) {
          const client = await start();
          const { pid } = client;
          const began = performance.now();
          const done = write(client, `kill ${String(i)} of ${String(kills)}`);
          // Half of them at any moment, half in the short time behind the decision, when there is something to lose.
          const early = i % 2 === 0;
          if (!early) {
            while (decided.at === 0) await sleep(1);
            usual = decided.at - began;
          }
          // Spread over the time, each at random in its part of it; the last one comes behind the answer.
          const share = (Math.floor(i / 2) + Math.random()) / Math.ceil(kills / 2);
          await sleep(share * (early ? usual : 1.5 * committed));
          if (i === kills - 1) await done;
          process.kill(pid, 'SIGKILL');
          await done;
          // Both are awaited: the process list leaves out a session from its last packet on, before its rollback is done.
          let left: unknown = [];
          const gone = until(
            async () => {
              await sleep(150); // InnoDB shows what it last told for as long as it is asked again within 100 ms
              const [sessions] = await admin.query(
                "SELECT id, command, time, state, info FROM information_schema.processlist WHERE user = 'app'",
              );
              const [open] = await admin.query(
                'SELECT trx_id, trx_state, trx_started, trx_mysql_thread_id FROM information_schema.innodb_trx',
              );
              left = [sessions, open];
              return (sessions as unknown[]).length + (open as unknown[]).length === 0;
            },
            'the sessions and their transactions to end',
            GONE_MS,
          );
          await gone.catch((error: unknown) => assert.fail(`${String(error)} ${JSON.stringify(left)}`));
          const [notes] = await admin.query(`SELECT COUNT(*) AS n FROM orders WHERE note = 'kill ${String(i)} of ${String(kills)}'`);
          const changed = (notes as { n: number }[])[0]?.n ?? 0;
          assert.ok(changed === 0 || changed === 201, 'all of it or nothing');
          const own = (await read()).filter(({ session }) => session.startsWith(`${String(pid)}-`));
          const events = own.map(({ event, outcome }) => outcome ?? event);
          if (changed > 0) assert.ok(events.includes('intent') && !events.includes('undone'), events.join());
          else assert.ok(!events.includes('committed'), events.join());
          tally[changed === 0 ? 'unchanged' : events.includes('committed') ? 'changed, told as committed' : 'changed, told as begun']++;
          await client.close();
        }
      } finally {
        await admin.end();
      }
      console.log(`      · ${JSON.stringify(tally)}`);
      assert.ok(
        tally.unchanged > 0 && tally['changed, told as committed'] + tally['changed, told as begun'] > 0,
        'the kills hit before and after the change',
      );
    });
  for (const count of COUNTS.always) kill(count);
  for (const count of COUNTS.full) full(kill(count));
});
