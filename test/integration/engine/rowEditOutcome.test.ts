import assert from 'node:assert/strict';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import type { Database } from '../../../src/engine/connection/database.ts';
import { isPilotError } from '../../../src/engine/errors.ts';
import type { Cell } from '../../../src/engine/driver/values.ts';
import { editability, runCellEdit, tableOf, type CellEdit } from '../../../src/engine/writes/rowEdit.ts';
import { startProxy, type Proxy } from '../../harness/servers/proxy.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type TestServer } from '../../harness/servers/testServer.ts';

const LIMITS = { maxRows: 100, maxCharacters: 1e6 };

/** "Nothing was changed" is told of every error but one. */
for (const flavor of ['mysql', 'mariadb'] as const) {
  suite(`the outcome of an edited cell on ${flavor}`, function () {
    this.timeout(60_000);
    let server: TestServer;
    let database: Database;
    let broken: Database;
    let proxy: Proxy;
    let isBroken = false;
    let breaksAt: string | undefined;
    /** The answers of the server are lost from the statement on that holds this. */
    const breakAt = (statement: string | undefined): void => {
      breaksAt = statement;
      isBroken = false;
    };

    const open = (host: string, port: number): Promise<Database> =>
      openDatabase(
        { host, port, user: SAMPLE.owner.user, database: 'shop', tls: 'disabled' },
        { password: () => Promise.resolve(SAMPLE.owner.password), warn: () => undefined },
      );
    const prepare = async (table: string, value: string): Promise<CellEdit> => {
      const userSession = database.sessions.open('shop');
      const { results } = await userSession.run(`SELECT id, t FROM ${table}`, { limits: LIMITS, signal: new AbortController().signal });
      userSession.close();
      const { columns = [], rows: [row] = [] } = results[0] ?? {};
      const [, column] = columns;
      const described = await database.schema.describe('shop', table);
      const of = tableOf(column);
      assert.ok(column && described && row && of);
      const { key } = editability(columns, column, described);
      assert.ok(key);
      return { table: of, columns, row, key, column: 1, value };
    };
    const edit = async (on: Database, prepared: CellEdit): Promise<string> => {
      const userSession = on.sessions.open('shop');
      try {
        return await runCellEdit(userSession, prepared, { timeZone: 'SYSTEM' }).then(
          () => 'done',
          (error: unknown) => (isPilotError(error) ? error.code : String(error)),
        );
      } finally {
        userSession.close();
      }
    };
    const stored = async (table: string): Promise<readonly Cell[]> => {
      const [row] = (await execute(server, `SELECT id, t FROM shop.${table}`)) as { id: number; t: string }[];
      return [String(row?.id), row?.t ?? null];
    };

    suiteSetup(async () => {
      server = await startServer(flavor);
      await loadSample(server);
      database = await open(server.host, server.port);
      proxy = await startProxy(server, {
        toServer: (chunk) => {
          isBroken ||= breaksAt !== undefined && chunk.includes(breaksAt);
          return chunk;
        },
        toClient: (chunk) => (isBroken ? undefined : chunk),
      });
      broken = await open(proxy.host, proxy.port);
    });
    setup(async () => {
      breakAt(undefined);
      for (const [table, engine] of [
        ['undone', 'InnoDB'],
        ['kept', 'MyISAM'],
      ] as const)
        await execute(
          server,
          `DROP TABLE IF EXISTS shop.${table}; CREATE TABLE shop.${table} (id INT PRIMARY KEY, t TEXT) ENGINE = ${engine}; INSERT INTO shop.${table} VALUES (1, 'before')`,
        );
    });
    suiteTeardown(async () => {
      await database.close();
      await broken.close();
      proxy.close();
      await server.dispose();
    });

    test('a COMMIT without an answer is unknown: the row may be changed', async () => {
      const prepared = await prepare('undone', 'after');
      breakAt('COMMIT');
      assert.equal(await edit(broken, prepared), 'write.unknown');
      assert.deepEqual(await stored('undone'), ['1', 'after']);
    });

    test('an UPDATE without an answer is undone with its session, or unknown where the storage engine keeps it', async () => {
      const [undone, kept] = [await prepare('undone', 'after'), await prepare('kept', 'after')];
      const update = 'UPDATE `shop`'; // not the SELECT … FOR UPDATE before it
      breakAt(update);
      assert.equal(await edit(broken, undone), 'connection.lost');
      assert.deepEqual(await stored('undone'), ['1', 'before']);
      breakAt(update);
      assert.equal(await edit(broken, kept), 'write.unknown');
      assert.deepEqual(await stored('kept'), ['1', 'after']);
    });

    test('what is refused after the UPDATE is unknown where the storage engine keeps it', async () => {
      for (const [table, code, row] of [
        ['undone', 'write.changed', ['1', 'before']],
        ['kept', 'write.unknown', ['2', 'after']],
      ] as const) {
        await execute(server, `CREATE TRIGGER shop.moves_${table} BEFORE UPDATE ON shop.${table} FOR EACH ROW SET NEW.id = OLD.id + 1`);
        assert.equal(await edit(database, await prepare(table, 'after')), code);
        assert.deepEqual(await stored(table), row);
      }
    });
  });
}
