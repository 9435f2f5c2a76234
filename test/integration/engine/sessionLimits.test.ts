import assert from 'node:assert/strict';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import { secondFlavor } from '../../harness/depth.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type Flavor, type TestServer } from '../../harness/servers/testServer.ts';

const OPTIONS = { limits: { maxRows: 10, maxCharacters: 10_000 }, timeoutMs: 10_000 };
const MEBIBYTE = 1024 * 1024;

/** The limits that docs/security.md names, and what the server has for everybody in this test. */
const LIMITS: Readonly<Record<Flavor, readonly (readonly [variable: string, ours: string, everybodys: string])[]>> = {
  mysql: [
    ['max_execution_time', '60000', '0'],
    ['cte_max_recursion_depth', '50000', '4294967295'],
    ['range_optimizer_max_mem_size', String(8 * MEBIBYTE), '0'],
    ['group_concat_max_len', String(MEBIBYTE), '4294967295'],
    ['tmp_table_size', String(64 * MEBIBYTE), '4294967296'],
    ['max_heap_table_size', String(64 * MEBIBYTE), '4294967296'],
  ],
  mariadb: [
    ['max_statement_time', '60.000000', '0'],
    ['max_recursive_iterations', '50000', '4294967295'],
    ['group_concat_max_len', String(MEBIBYTE), '4294967295'],
    ['tmp_table_size', String(64 * MEBIBYTE), '4294967296'],
    ['max_heap_table_size', String(64 * MEBIBYTE), '4294967296'],
  ],
};

for (const flavor of ['mysql', 'mariadb'] as const)
  suite(`limits of agents' sessions on ${flavor}`, function () {
    secondFlavor(this, flavor);
    this.timeout(60_000);
    let server: TestServer;

    suiteSetup(async () => {
      server = await startServer(flavor);
      await loadSample(server);
    });
    suiteTeardown(() => server.dispose());

    test('hold whatever the server has for everybody, and whatever init_connect sets', async () => {
      const limits = LIMITS[flavor];
      for (const [variable, , everybodys] of limits) await execute(server, `SET GLOBAL ${variable} = ${everybodys}`);
      const first = limits.map(([variable, , everybodys]) => `${variable} = ${everybodys}`).join(', ');
      await execute(server, `SET GLOBAL init_connect = 'SET SESSION ${first}'`);
      const database = await openDatabase(
        { host: server.host, port: server.port, user: SAMPLE.reader.user, database: SAMPLE.database, tls: 'preferred' },
        { password: () => Promise.resolve(SAMPLE.reader.password), warn: () => undefined },
      );
      try {
        const [result] = await database.reads.query(
          `SELECT ${limits.map(([variable]) => `@@${variable}`).join(', ')}, @@autocommit`,
          OPTIONS,
        );
        assert.deepEqual(result?.rows, [[...limits.map(([, ours]) => ours), '1']]);
      } finally {
        await database.close();
        await execute(server, "SET GLOBAL init_connect = ''");
        for (const [variable] of limits) await execute(server, `SET GLOBAL ${variable} = DEFAULT`);
      }
    });
  });
