import assert from 'node:assert/strict';
import { AgentSetup, asRoot } from '../../harness/mcp/agentSetup.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StdioClient } from '../../harness/mcp/stdioClient.ts';
import { withoutMarks } from '../../harness/mcp/stdioClient.ts';
import { until } from '../../harness/run.ts';
import { SAMPLE } from '../../harness/servers/sample.ts';
import { adminConnection, execute, type Flavor, type TestServer } from '../../harness/servers/testServer.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

/** A schema with everything that can be wrong in one. */
const SICK = `
  DROP DATABASE IF EXISTS sick;
  CREATE DATABASE sick CHARACTER SET utf8mb4;
  CREATE TABLE sick.keyless (a INT);
  CREATE TABLE sick.twice (id INT PRIMARY KEY, a INT, b INT, KEY ix_a (a), KEY ix_a_b (a, b));
  CREATE TABLE sick.expressions (id INT PRIMARY KEY, a INT, b INT AS (a + 1), KEY ix_a_b (a, b DESC), UNIQUE KEY uq_a (a), KEY ix_hidden (a) {invisible});
  CREATE TABLE sick.full_up (id TINYINT AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT = 120;
  CREATE TABLE sick.old (id INT PRIMARY KEY) ENGINE = MyISAM;
  CREATE TABLE sick.one (code VARCHAR(10) COLLATE utf8mb4_bin PRIMARY KEY);
  CREATE TABLE sick.other (id INT PRIMARY KEY, code VARCHAR(10) COLLATE utf8mb4_general_ci, KEY ix_code (code));
  CREATE TABLE sick.manual (id INT PRIMARY KEY) STATS_AUTO_RECALC = 0;
  CREATE TABLE sick.wide (id INT PRIMARY KEY, ${Array.from({ length: 130 }, (_, i) => `c${String(i)} INT`).join(', ')});
  ANALYZE TABLE sick.full_up;
`;

for (const flavor of flavors) {
  suite(`mysql_diagnose on ${flavor}`, () => {
    let setup: AgentSetup;
    let server: TestServer;
    let client: StdioClient;

    const diagnose = async (args: Record<string, unknown>): Promise<string> => {
      const { text, isError } = await client.call('mysql_diagnose', args);
      assert.ok(!isError, text);
      return withoutMarks(text);
    };

    suiteSetup(async () => {
      setup = await AgentSetup.start(flavor, {
        prepare: (server) => execute(server, SICK.replace('{invisible}', flavor === 'mysql' ? 'INVISIBLE' : 'IGNORED')),
        serverOptions: ['--performance-schema=ON'],
        profiles: (server) => [
          { ...asRoot(server), name: 'root' },
          { ...SAMPLE.reader, name: 'reader' },
        ],
      });
      ({ server, client } = setup);
    });
    suiteTeardown(() => setup.dispose());

    test('finds what is wrong in a schema, and nothing in a sound one', async () => {
      const sick = await diagnose({ connection: 'root', database: 'sick' });
      for (const finding of [
        /HIGH: The auto-increment of sick\.full_up \(tinyint(?:\(4\))?\) is used up to 94 %\./,
        /MEDIUM: Tables without a primary key: sick\.keyless\./,
        /MEDIUM: Nontransactional tables: sick\.old \(MyISAM\)\./,
        /MEDIUM: Indexed columns with the same name but different collations: code \(/,
        /LOW: Very wide tables: sick\.wide \(131 columns\)\./,
        /LOW: Tables without automatic statistics updates: sick\.manual\./,
        /LOW: Redundant indexes: .*sick\.twice\.ix_a\(a\) by ix_a_b\(a,b\)/,
        /sick\.expressions\.ix_hidden\(a\) INVISIBLE by (?:uq_a\(a\) UNIQUE|ix_a_b\(a,b DESC\))/,
      ])
        assert.match(sick, finding);
      const sound = await diagnose({ connection: 'root', database: 'shop' });
      assert.match(
        sound,
        /Nothing found: .*primary keys, duplicate indexes, auto-increment, storage engines, fragmentation, mixed collations/,
      );
      assert.match(
        sound,
        /^Facts: fullest auto-increment shop\.\w+ 0\.0 %, version \d\S+, binary log (?:ON|OFF), buffer pool \d+ MiB, \d+\.\d % of its reads hit, up for \d+ (?:s|min), no open transaction, no lock waits\.$/m,
      );
    });

    test('says why a check was not made, and does not call it sound', async () => {
      await execute(server, 'CREATE TABLE sick.never_used (id INT PRIMARY KEY, a INT, KEY ix_a (a))');
      const told = await diagnose({ connection: 'root', database: 'sick' });
      assert.match(told, /^Not assessed: .*unused indexes \(the server has been up for \d+ (?:s|min), a day is needed\)/m);
      assert.ok(!/^Nothing found: .*unused indexes/m.test(told), told);
    });

    test('finds a transaction that keeps locks, and who waits for it', async () => {
      const [holder, waiter] = [await adminConnection(server, 'shop'), await adminConnection(server, 'shop')];
      await holder.query("START TRANSACTION; UPDATE orders SET note = 'held' WHERE id = 1");
      const waiting = waiter.query("UPDATE orders SET note = 'waits' WHERE id = 1");
      const waits = /HIGH: Session \d+ has been waiting for a row lock for \d+ s: UPDATE orders SET note = \? WHERE/;
      // InnoDB shows what it last told for as long as it is asked again within 100 ms.
      const tell = async (): Promise<boolean> => {
        await sleep(300);
        return waits.test(await diagnose({ connection: 'root' }));
      };
      await until(tell, 'the waiting session to be told');
      assert.match(await diagnose({ connection: 'root' }), /longest transaction \d+ s \(session \d+\), 1 lock waits\./);
      await holder.query('ROLLBACK');
      await waiting;
      await waiter.query('UPDATE orders SET note = NULL WHERE id = 1');
      await holder.end();
      await waiter.end();
    });

    test('counts deadlocks', async () => {
      const [one, two] = [await adminConnection(server, 'shop'), await adminConnection(server, 'shop')];
      for (const [peer, id] of [
        [one, 1],
        [two, 2],
      ] as const)
        await peer.query(`START TRANSACTION; UPDATE orders SET total = total WHERE id = ${String(id)}`);
      const crossing = Promise.allSettled([
        one.query('UPDATE orders SET total = total WHERE id = 2'),
        two.query('UPDATE orders SET total = total WHERE id = 1'),
      ]);
      const failed = (await crossing).filter(({ status }) => status === 'rejected');
      assert.equal(failed.length, 1, 'one of the two is rolled back');
      await one.end();
      await two.end();
      const told = await diagnose({ connection: 'root' });
      const [row] = (await execute(server, 'SELECT VERSION() AS version')) as { version: string }[];
      if (!/^10\.[0-5]\./.test(row?.version ?? '')) assert.match(told, /(?:LOW|MEDIUM): \d+ deadlocks since the server started/);
      else assert.match(told, /Not assessed: .*deadlocks/);
    });

    test('says what the account may not see', async () => {
      const text = await diagnose({ connection: 'reader' });
      assert.match(text, /Not checked, because the account lacks the privilege: .*long transactions.*lock waits/);
      assert.ok(!text.includes('sick.'), 'another database is not seen');
    });
  });
}
