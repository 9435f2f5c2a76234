import assert from 'node:assert/strict';
import { createConnection } from 'mysql2/promise';
import { judgeColumns } from '../../src/engine/lineage/judgeColumns.ts';
import { currentDepth } from '../harness/depth.ts';
import { startServer } from '../harness/servers/source.ts';
import { adminConnection, type Flavor, type TestServer } from '../harness/servers/testServer.ts';
import { QueryGenerator } from './lineage/queryGenerator.ts';
import { checkQuery, type Judge, type Sessions } from './lineage/reference.ts';
import { actionOf, createDatabases, DATABASES, readCatalog } from './lineage/schema.ts';
import type { LineageCatalog } from '../../src/engine/lineage/lineageCatalog.ts';

/** How many queries are tried on each server: as many as LINEAGE_QUERIES says, or by the depth. */
const COUNT = Number(process.env['LINEAGE_QUERIES'] ?? (currentDepth() === 'full' ? 20_000 : 500));
const SEED = Number(process.env['LINEAGE_SEED'] ?? 20_261_128);
const judge: Judge = (statement, catalog) => judgeColumns(statement, catalog, actionOf);

for (const flavor of ['mysql', 'mariadb'] satisfies Flavor[]) {
  suite(`lineage against values (${flavor})`, function () {
    this.timeout(0);
    let server: TestServer;
    let sessions: Sessions;
    let catalog: LineageCatalog;

    suiteSetup(async () => {
      server = await startServer(flavor);
      const admin = await adminConnection(server);
      await createDatabases(admin, flavor);
      catalog = await readCatalog(admin, flavor, DATABASES[0]);
      await admin.end();
      const open = async (database: string): Promise<Sessions['one']> => {
        const { host, port, root } = server;
        const connection = await createConnection({ host, port, ...root, database, charset: 'utf8mb4', supportBigNumbers: true });
        await connection.query(
          "SET sql_mode = 'ONLY_FULL_GROUP_BY', group_concat_max_len = 100000, max_statement_time = 5".replace(
            flavor === 'mysql' ? ', max_statement_time = 5' : '\0',
            '',
          ),
        );
        return connection;
      };
      sessions = { one: await open(DATABASES[0]), two: await open(DATABASES[1]) };
    });
    suiteTeardown(async () => {
      await sessions.one.end();
      await sessions.two.end();
      await server.dispose();
    });

    test(`no output of ${String(COUNT)} random queries shows or depends on a protected value beyond its action`, async () => {
      const generator = new QueryGenerator(SEED, flavor);
      const kinds = new Map<string, number>();
      const wrong: string[] = [];
      for (let i = 0; i < COUNT && wrong.length < 5; i++) {
        const outcome = await checkQuery(generator.next(), judge, catalog, sessions, i % 4 === 0);
        kinds.set(outcome.kind, (kinds.get(outcome.kind) ?? 0) + 1);
        if (outcome.kind === 'wrong') wrong.push(outcome.what);
      }
      console.log(`      ${JSON.stringify(Object.fromEntries(kinds))}, ${String(generator.productions.size)} productions`);
      assert.deepEqual(wrong, []);
      assert.ok((kinds.get('answered') ?? 0) >= COUNT * 0.25, JSON.stringify(Object.fromEntries(kinds)));
      const rare = [...generator.productions].filter(([, count]) => count < COUNT / 2000);
      assert.deepEqual(rare, [], 'every production is used');
    });
  });
}
