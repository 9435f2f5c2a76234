import assert from 'node:assert/strict';
import { AgentSetup, asRoot } from '../../harness/mcp/agentSetup.ts';
import { StdioClient } from '../../harness/mcp/stdioClient.ts';
import { until } from '../../harness/run.ts';
import { adminConnection, execute, type Flavor } from '../../harness/servers/testServer.ts';

const ALLOW = { insert: 'allow', update: 'allow', delete: 'allow', ddl: 'allow', call: 'allow' } as const;
const TAG = /^\/\* mysql-pilot (?:tool|request)=[a-z_]+(?: call=\d+)? \*\/ /;
/** What belongs to no call: a session that opens is set up for whoever comes next, and made READ ONLY again behind a call. */
const OF_SESSIONS =
  /^(?:SET |SELECT .*(?:@@|CONNECTION_ID|VERSION\(\))|START TRANSACTION|INSERT INTO|(?:CREATE|DROP) TEMPORARY|ROLLBACK|KILL )/i;
const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

for (const flavor of flavors) {
  suite(`tags of agents' statements on ${flavor}`, function () {
    this.timeout(120_000);
    let setup: AgentSetup;

    const rows = async (sql: string): Promise<unknown[][]> =>
      ((await execute(setup.server, sql)) as Record<string, unknown>[]).map((row) => Object.values(row));
    /** What our server has sent since the last look. */
    const sent = async (): Promise<string[]> => {
      const log = await rows(
        `SELECT CONVERT(argument USING utf8mb4) FROM mysql.general_log
         WHERE command_type = 'Query' AND argument NOT LIKE '%general_log%' ORDER BY event_time`,
      );
      await execute(setup.server, 'TRUNCATE mysql.general_log');
      return log.map(([text]) => String(text));
    };
    const sentBy = async (work: () => Promise<unknown>): Promise<string[]> => {
      await sent();
      await work();
      return sent();
    };
    const query = (sql: string): Promise<string> => setup.answer('mysql_query', { sql });

    suiteSetup(async () => {
      setup = await AgentSetup.start(flavor, {
        serverOptions: ['--performance-schema=ON', '--general-log=ON', '--log-output=TABLE', '--log-bin-trust-function-creators=ON'],
        profiles: (server) => [{ ...asRoot(server), writes: ALLOW }],
      });
      await query('SELECT 1 AS one'); // opens a session
    });
    suiteTeardown(() => setup.dispose());

    test('name the tool and the call in every statement: reads, schema, plans, exports', async () => {
      const calls: [tool: string, args: Record<string, unknown>][] = [
        ['mysql_query', { sql: 'SELECT id FROM orders WHERE id = 3; SELECT id FROM customers WHERE id = 3' }],
        ['mysql_describe', { tables: ['orders'], level: 'full' }],
        ['mysql_search_schema', { query: 'customer' }],
        ['mysql_explain', { sql: 'SELECT id FROM orders WHERE id = 3' }],
        ['mysql_export', { sql: 'SELECT id FROM orders', file: 'orders.csv' }],
        ['mysql_diagnose', {}],
      ];
      for (const [tool, args] of calls) {
        const all = await sentBy(() => setup.answer(tool, args));
        const statements = all.filter((text) => !OF_SESSIONS.test(text));
        assert.ok(statements.length > 0, tool);
        for (const text of statements) assert.match(text, new RegExp(`^/\\* mysql-pilot tool=${tool} call=\\d+ \\*/ `));
        assert.equal(new Set(statements.map((text) => TAG.exec(text)?.[0])).size, 1, 'all have the number of one call');
      }
    });

    test('have the number that the audit log has', async () => {
      const last = (await sentBy(() => query('SELECT id FROM orders WHERE id = 4'))).at(-1);
      const { call } = setup.broker.started.at(-1) ?? assert.fail();
      assert.match(last ?? '', new RegExp(`^/\\* mysql-pilot tool=mysql_query call=${String(call)} \\*/ SELECT`));
    });

    test('resources are named as requests, and saved queries by no name that somebody chose', async () => {
      const { broker, client } = setup;
      broker.savedQueries = [{ name: 'drop_tag', description: 'Counts customers.', sql: 'SELECT COUNT(*) AS n FROM customers' }];
      broker.server.profilesChanged();
      const saved = await sentBy(() => setup.answer('drop_tag', {}));
      assert.match(saved.at(-1) ?? '', /^\/\* mysql-pilot tool=saved_query call=\d+ \*\/ SELECT COUNT/);
      const uri = (await client.client.listResources()).resources[0]?.uri ?? assert.fail();
      const read = await sentBy(() => client.client.readResource({ uri }));
      for (const text of read) assert.match(text, /^\/\* mysql-pilot request=resources_read call=\d+ \*\/ /);
    });

    test('nothing of a client or an agent gets into the comment', async () => {
      const name = 'x */ DROP TABLE orders; /* tool=evil';
      const other = await StdioClient.launch({ args: ['--rendezvous', setup.broker.rendezvous], name });
      try {
        const statements = await sentBy(() => other.call('mysql_query', { sql: 'SELECT /* tool=evil */ id FROM orders WHERE id = 5' }));
        const tagged = statements.filter((text) => text.startsWith('/*'));
        assert.ok(tagged.length > 0);
        for (const text of tagged) assert.match(text, TAG);
        for (const text of statements) assert.doesNotMatch(text, /evil/);
        for (const text of statements) if (!tagged.includes(text)) assert.match(text, OF_SESSIONS);
      } finally {
        await other.close();
      }
    });

    test('the process list shows the comment, also cut to 100 characters, of a statement that waits', async () => {
      const holder = await adminConnection(setup.server, 'shop');
      try {
        await holder.query('LOCK TABLES orders WRITE');
        const waiting = query('SELECT id FROM orders WHERE id = 6');
        await until(async () => {
          const list = (await rows('SHOW PROCESSLIST')).map((row) => String(row[7]));
          return (
            list.some((info) => /^\/\* mysql-pilot tool=mysql_query call=\d+ \*\/ SELECT `?(?:orders`?\.`?)?id/.test(info)) || undefined
          );
        }, 'the statement to wait');
        await holder.query('UNLOCK TABLES');
        await waiting;
      } finally {
        await holder.end();
      }
    });

    test('digests are not split: two calls and the same statement of another client are one', async () => {
      await execute(setup.server, 'TRUNCATE performance_schema.events_statements_summary_by_digest');
      const [first = ''] = (await sentBy(() => query('SELECT note FROM orders WHERE id = 7'))).slice(-1);
      await query('SELECT note FROM orders WHERE id = 8');
      assert.match(first, TAG);
      await execute(setup.server, first.replace(TAG, ''), 'shop');
      const found = await rows(
        `SELECT digest_text, count_star FROM performance_schema.events_statements_summary_by_digest
         WHERE schema_name = 'shop' AND digest_text LIKE '%note%' AND digest_text NOT LIKE 'TRUNCATE%'`,
      );
      assert.deepEqual(
        found.map(([, count]) => Number(count)),
        [3],
        JSON.stringify(found),
      );
      assert.doesNotMatch(String(found[0]?.[0]), /pilot/);
    });

    test('no definition keeps the comment', async () => {
      const definitions = [
        ['VIEW', 'tagged_view', 'CREATE VIEW tagged_view AS SELECT id FROM orders'],
        ['PROCEDURE', 'tagged_procedure', 'CREATE PROCEDURE tagged_procedure() SELECT 1 AS one'],
        ['FUNCTION', 'tagged_function', 'CREATE FUNCTION tagged_function() RETURNS INT DETERMINISTIC RETURN 1'],
        ['TRIGGER', 'tagged_trigger', 'CREATE TRIGGER tagged_trigger BEFORE INSERT ON orders FOR EACH ROW SET NEW.note = NEW.note'],
        ['EVENT', 'tagged_event', 'CREATE EVENT tagged_event ON SCHEDULE EVERY 1 DAY DO DELETE FROM orders WHERE id < 0'],
        ['TABLE', 'tagged_table', "CREATE TABLE tagged_table (id INT COMMENT 'a') COMMENT 'b'"],
      ] as const;
      let made = 0;
      for (const [kind, name, sql] of definitions) {
        let refusal: string | undefined;
        const statements = await sentBy(() => setup.answer('mysql_execute', { sql }).catch((error: unknown) => (refusal = String(error))));
        if (refusal !== undefined) {
          assert.match(refusal, /statement\.refused/); // a kind that agents can't define
          continue;
        }
        made++;
        assert.ok(statements.some((text) => new RegExp(`^/\\* mysql-pilot tool=mysql_execute call=\\d+ \\*/ CREATE`).test(text)));
        const shown = JSON.stringify(await rows(`SHOW CREATE ${kind} shop.${name}`));
        assert.doesNotMatch(shown, /mysql-pilot/);
        await execute(setup.server, `DROP ${kind} shop.${name}`);
      }
      assert.ok(made > 0);
    });

    test('a write is tagged from the lock on its rows to its statement', async () => {
      const statements = await sentBy(() => setup.answer('mysql_execute', { sql: "UPDATE orders SET note = 'tagged' WHERE id = 9" }));
      const own = statements.filter((text) => /FOR UPDATE|UPDATE `?shop/.test(text));
      assert.ok(own.length >= 2, statements.join('\n'));
      for (const text of own) assert.match(text, /^\/\* mysql-pilot tool=mysql_execute call=\d+ \*\/ /);
    });

    test('an error and its place are those of the statement alone', async () => {
      const { text } = await setup.client.call('mysql_query', {
        sql: 'SELECT ST_GeomFromText(note) FROM orders WHERE id = 1 AND nothing = 1',
      });
      assert.match(text, /nothing/);
      assert.doesNotMatch(text, /mysql-pilot/);
    });

    test('turned off, no statement has one, from the next call on', async () => {
      setup.broker.statementTags = false;
      setup.broker.server.profilesChanged();
      await until(async () => {
        const statements = await sentBy(() => query('SELECT id FROM orders WHERE id = 10'));
        return statements.every((text) => !text.includes('mysql-pilot')) || undefined;
      }, 'statements without a tag');
      const first = await StdioClient.launch({ args: ['--rendezvous', setup.broker.rendezvous] });
      try {
        const statements = await sentBy(() => first.call('mysql_query', { sql: 'SELECT id FROM orders WHERE id = 11' }));
        for (const text of statements) assert.doesNotMatch(text, /mysql-pilot/);
      } finally {
        await first.close();
      }
      const second = await StdioClient.launch({ args: ['--rendezvous', setup.broker.rendezvous] });
      try {
        const connection = setup.broker.profiles[0]?.name ?? assert.fail();
        const statements = await sentBy(() =>
          second.client.complete({
            ref: { type: 'ref/resource', uri: 'mysql://{connection}/{database}' },
            argument: { name: 'database', value: 's' },
            context: { arguments: { connection } },
          }),
        );
        assert.ok(statements.length > 0);
        for (const text of statements) assert.doesNotMatch(text, /mysql-pilot/, 'a completion asks first, too');
      } finally {
        await second.close();
        setup.broker.statementTags = true;
        setup.broker.server.profilesChanged();
      }
    });
  });
}
