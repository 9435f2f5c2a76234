import assert from 'node:assert/strict';
import type { Database } from '../../../src/engine/connection/database.ts';
import { isPilotError } from '../../../src/engine/errors.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type Flavor, type TestServer } from '../../harness/servers/testServer.ts';
import { secondFlavor } from '../../harness/depth.ts';

const OPTIONS = { limits: { maxRows: 100, maxCharacters: 100_000 }, timeoutMs: 20_000 };
const flavors: readonly Flavor[] = ['mysql', 'mariadb'];
/** In MariaDB's Oracle mode; since 11.4 packages work in any. */
const PACKAGE = `
  SET sql_mode = 'ORACLE';
  CREATE DATABASE packed;
  CREATE PACKAGE packed.sys AS FUNCTION format_bytes(x INT) RETURN INT; PROCEDURE p(); END;
  CREATE PACKAGE BODY packed.sys AS
    FUNCTION format_bytes(x INT) RETURN INT AS BEGIN RETURN GET_LOCK('packed', 0); END;
    PROCEDURE p() AS BEGIN NULL; END;
  END;
  CREATE PACKAGE packed.packed AS FUNCTION f RETURN INT; END;
  CREATE FUNCTION packed.f RETURN INT AS BEGIN RETURN 1; END`;

for (const flavor of flavors) {
  suite(`functions of sys on ${flavor}`, function () {
    secondFlavor(this, flavor);
    this.timeout(120_000);
    let server: TestServer;
    let database: Database;
    suiteSetup(async () => {
      server = await startServer(flavor, ['--skip-name-resolve']); // its sys is changed: no other suite gets it
      database = await openDatabase(
        {
          ...{ host: server.host, port: server.port, user: server.root.user },
          tls: 'preferred',
          allowedFunctions: [{ database: 'packed', name: 'f' }],
        },
        { password: () => Promise.resolve(server.root.password), warn: () => undefined },
      );
    });
    suiteTeardown(async () => {
      await database.close();
      await server.dispose();
    });

    const run = (sql: string, name?: string) => database.reads.query(sql, { ...OPTIONS, database: name });
    const isRefused = (error: unknown): boolean => isPilotError(error, 'statement.refused');

    test('are called where they came with the server, and refused where somebody made them', async () => {
      await run('SELECT sys.format_time(1), sys.format_bytes(1)');
      await execute(
        server,
        "DROP FUNCTION sys.format_time; CREATE FUNCTION sys.format_time(x INT) RETURNS INT DETERMINISTIC RETURN GET_LOCK('made', 0)",
      );
      await new Promise((resolve) => setTimeout(resolve, 5500)); // what was found is kept for five seconds
      for (const sql of [
        'SELECT sys.format_time(1)',
        'SELECT `sys`.`FORMAT_TIME`(1)',
        'SELECT 1 FROM DUAL WHERE sys.format_time(2) = 1',
        'SELECT (SELECT sys.format_time(1))',
        'EXPLAIN SELECT sys.format_time(1)',
      ])
        await assert.rejects(run(sql), isRefused, sql);
      await assert.rejects(run('SELECT format_time(1)', 'sys'), isRefused);
      const rows = (await execute(server, "SELECT IS_USED_LOCK('made') AS holder")) as { holder: unknown }[];
      assert.deepEqual(rows, [{ holder: null }]);
    });

    test('and allowed functions are refused where a package of MariaDB may be taken for their database', async function () {
      if (flavor !== 'mariadb') this.skip();
      await run('SELECT sys.format_bytes(1)');
      await execute(server, PACKAGE);
      for (const sql of [
        'SELECT sys.format_bytes(1)',
        'SELECT `SYS`.format_bytes(1)',
        'SELECT f()',
        'SELECT packed.f()',
        'SELECT (SELECT sys.format_bytes(1))',
      ])
        await assert.rejects(run(sql, 'packed'), isRefused, sql);
      await run('SELECT sys.format_bytes(1)');
    });
  });
}
