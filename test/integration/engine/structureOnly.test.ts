import assert from 'node:assert/strict';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Database } from '../../../src/engine/connection/database.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import type { ConnectionTarget } from '../../../src/engine/driver/profile.ts';
import type { AgentVisibility } from '../../../src/engine/sql/agentVisibility.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import type { TestServer } from '../../harness/servers/testServer.ts';

const OPTIONS = { limits: { maxRows: 10, maxCharacters: 10_000 }, timeoutMs: 10_000 };
const SELECT = 'SELECT id FROM orders WHERE id = 5';

suite('the engine where agents see only structure', () => {
  let server: TestServer;
  const opened: Database[] = [];

  suiteSetup(async () => {
    server = await startServer('mysql');
    await loadSample(server);
  });
  suiteTeardown(async () => {
    await Promise.all(opened.map((one) => one.close()));
    await server.dispose();
  });

  const database = async (
    agents: string | undefined,
    forPeople = false,
    rules: Pick<ConnectionTarget, 'tables' | 'columns'> = {},
  ): Promise<Database> => {
    const { host, port } = server;
    const target = {
      ...{ host, port, user: SAMPLE.owner.user, database: 'shop', tls: 'preferred' as const },
      writes: { update: 'allow' as const },
    };
    const one = await openDatabase(
      { ...target, ...rules, agents: agents as AgentVisibility },
      { password: () => Promise.resolve(SAMPLE.owner.password), warn: () => undefined, forPeople },
    );
    opened.push(one);
    return one;
  };

  for (const agents of ['schema', 'none', 'of a later version'])
    test(`it refuses all that plans or reads rows by itself, whoever calls it, with ${agents}`, async () => {
      const { reads, writes, diagnostics } = await database(agents);
      const file = await open(path.join(tmpdir(), `mpt-structure-${String(process.pid)}`), 'w');
      const refused = { code: 'statement.refused' };
      try {
        await assert.rejects(reads.query(SELECT, OPTIONS), refused);
        await assert.rejects(reads.explain(SELECT, false, OPTIONS), { ...refused, advice: 'rights.onlyStructure' });
        await assert.rejects(
          reads.export('SELECT 1', { ...OPTIONS, format: 'csv', table: 't', file, maxBytes: 1000, progress: () => undefined }),
          refused,
        );
        await assert.rejects(writes.judge("UPDATE orders SET note = 'x' WHERE id = 1", { timeoutMs: 1000 }), refused);
        await assert.rejects(diagnostics.workload({ database: undefined, order: 'time', limit: 1, sinceLast: false }), refused);
        await assert.rejects(diagnostics.adviseIndexes(SELECT, OPTIONS), refused);
        await assert.rejects(diagnostics.adviseWorkload(5, OPTIONS), refused);
      } finally {
        await file.close();
      }
      const [tables] = await reads.query('SHOW TABLES', OPTIONS);
      assert.ok(tables?.rows.some(([name]) => name === 'orders'));
      assert.deepEqual(await reads.validate(SELECT, OPTIONS), [{ verb: 'SELECT', isPrepared: true, steps: undefined, findings: [] }]);
    });

  test('it holds a person to no rules for tables and columns, and agents to them', async () => {
    const rules = { tables: { deny: ['shop.customers'] }, columns: ['shop.orders.status=mask'] };
    const [people, agents] = [await database(undefined, true, rules), await database(undefined, false, rules)];
    const read = async ({ reads }: Database, sql: string): Promise<unknown> => (await reads.query(sql, OPTIONS))[0]?.rows[0]?.[0];
    assert.match(String(await read(people, 'SELECT status FROM shop.orders LIMIT 1')), /^[a-z]+$/);
    assert.equal(await read(agents, 'SELECT status FROM shop.orders LIMIT 1'), '•••');
    assert.match(String(await read(people, 'SELECT COUNT(*) FROM shop.customers')), /^\d+$/);
    await assert.rejects(read(agents, 'SELECT COUNT(*) FROM shop.customers'), { code: 'statement.refused' });
  });

  test('it holds a person to none of that, and agents to none where they see rows', async () => {
    for (const one of [await database('schema', true), await database('none', true), await database('data'), await database(undefined)]) {
      const [result] = await one.reads.query(SELECT, OPTIONS);
      assert.deepEqual(result?.rows, [['5']]);
      assert.equal((await one.reads.explain(SELECT, false, OPTIONS)).steps.length, 1);
    }
  });
});
