import assert from 'node:assert/strict';
import type { Connection } from 'mysql2/promise';
import type { Database } from '../../../../src/engine/connection/database.ts';
import { compareSchemas, type SchemaComparison } from '../../../../src/engine/ddl/compare/compareSchemas.ts';
import type { Snapshot } from '../../../../src/engine/ddl/compare/snapshot.ts';
import { full, secondFlavor } from '../../../harness/depth.ts';
import { openAs } from '../../../harness/servers/openAs.ts';
import { startServer } from '../../../harness/servers/source.ts';
import { adminConnection, type Flavor, type TestServer } from '../../../harness/servers/testServer.ts';
import { BASE, PLANTED } from './planted.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

async function snapshotOf(database: Database, name: string): Promise<Snapshot> {
  const found = await database.schema.snapshot(name, []);
  assert.ok(typeof found === 'object', name);
  return found;
}

for (const flavor of flavors) {
  suite(`comparison of schemas on ${flavor}`, function () {
    this.timeout(600_000);
    secondFlavor(this, flavor);
    let server: TestServer;
    let connection: Connection;
    let database: Database;

    const build = async (name: string, statements: readonly string[]): Promise<void> => {
      await connection.query(`DROP DATABASE IF EXISTS ${name}; CREATE DATABASE ${name} DEFAULT CHARACTER SET utf8mb4; USE ${name}`);
      for (const statement of statements) await connection.query(statement);
    };
    const compare = async (): Promise<SchemaComparison> =>
      compareSchemas(await snapshotOf(database, 'wanted'), await snapshotOf(database, 'present'));

    suiteSetup(async () => {
      server = await startServer(flavor);
      connection = await adminConnection(server);
      await connection.query('SET GLOBAL log_bin_trust_function_creators = 1');
      database = await openAs(server);
    });
    suiteTeardown(async () => {
      await connection.end();
      await database.close();
      await server.dispose();
    });

    test('finds nothing between a schema and its copy', async () => {
      await build('wanted', BASE);
      await build('present', BASE);
      const { differences, script } = await compare();
      assert.deepEqual([differences, script], [[], []]);
    });

    full(
      test('finds each of the planted differences alone, and its script takes it away', async () => {
        await build('wanted', BASE);
        for (const { sql, found, only } of PLANTED) {
          if (only !== undefined && only !== flavor) continue;
          await build('present', [...BASE, ...[sql].flat()]);
          const { differences, script } = await compare();
          assert.ok(
            differences.some(({ kind, name }) => `${kind} ${name}` === found),
            `${String(sql)}: ${JSON.stringify(differences)}`,
          );
          for (const statement of script) await connection.query(statement);
          assert.deepEqual((await compare()).differences, [], `${String(sql)}\n${script.join('\n')}`);
        }
      }),
    );

    test('finds all of them together, and the script makes the two equal', async () => {
      const planted = PLANTED.filter(({ only }) => only === undefined || only === flavor);
      assert.ok(planted.length >= 40, String(planted.length));
      await build('wanted', BASE);
      const together = planted.filter(({ alone }) => alone !== true);
      await build('present', [...BASE, ...together.flatMap(({ sql }) => sql)]);
      const { differences, script } = await compare();
      const names = new Set(differences.map(({ kind, name }) => `${kind} ${name}`));
      assert.deepEqual(
        together.filter(({ found }) => !names.has(found)).map(({ found }) => found),
        [],
      );
      for (const statement of script) await connection.query(statement);
      assert.deepEqual((await compare()).differences, []);
    });
  });
}

suite('comparison of schemas across flavors', function () {
  this.timeout(600_000);
  full(this);

  test('finds no difference that is one of version alone', async () => {
    const both = await Promise.all(flavors.map((flavor) => startServer(flavor)));
    const snapshots = [];
    for (const server of both) {
      const connection = await adminConnection(server);
      await connection.query(
        'SET GLOBAL log_bin_trust_function_creators = 1; CREATE DATABASE wanted DEFAULT CHARACTER SET utf8mb4; USE wanted',
      );
      for (const statement of BASE) await connection.query(statement);
      await connection.end();
      const database = await openAs(server);
      snapshots.push(await snapshotOf(database, 'wanted'));
      await database.close();
      await server.dispose();
    }
    const [here, there] = snapshots;
    assert.ok(here !== undefined && there !== undefined);
    const { differences, byVersion } = compareSchemas(here, there);
    assert.deepEqual(differences, []);
    assert.match(byVersion.join(), /default collation of utf8mb4/);
  });
});
