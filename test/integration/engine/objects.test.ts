import assert from 'node:assert/strict';
import type { Database } from '../../../src/engine/connection/database.ts';
import type { ConnectionProfile } from '../../../src/engine/driver/profile.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import type { ObjectGroup } from '../../../src/engine/schema/objects.ts';
import { definitionColumn, definitionStatement, type DefinedName } from '../../../src/engine/schema/showCreate.ts';
import { tableGroups } from '../../../src/extension/tree/tableParts.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type Flavor, type TestServer } from '../../harness/servers/testServer.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];
const OPTIONS = { limits: { maxRows: 100, maxCharacters: 100_000 }, timeoutMs: 10_000 };

for (const flavor of flavors) {
  suite(`objects on ${flavor}`, function () {
    this.timeout(60_000);
    let server: TestServer;
    const open: Database[] = [];

    const connect = async ({ user, password }: { user: string; password: string }): Promise<Database> => {
      const database = await openDatabase(
        { host: server.host, port: server.port, user, database: SAMPLE.database, tls: 'preferred' },
        { password: () => Promise.resolve(password), warn: () => undefined },
      );
      open.push(database);
      return database;
    };
    const names = async (database: Database, group: ObjectGroup): Promise<string[]> =>
      (await database.schema.objects(group, 'shop')).map(({ kind, name, detail }) => `${kind} ${name} ${detail}`.trim());

    suiteSetup(async () => {
      server = await startServer(flavor);
      await loadSample(server);
      await execute(
        server,
        `CREATE FUNCTION shop.twice (x INT) RETURNS INT DETERMINISTIC NO SQL COMMENT 'doubles' RETURN 2 * x;
         CREATE PROCEDURE shop.nothing () BEGIN END;
         CREATE TRIGGER shop.watch BEFORE INSERT ON shop.orders FOR EACH ROW SET NEW.note = NEW.note;
         CREATE EVENT shop.daily ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1`,
      );
    });
    suiteTeardown(async () => {
      for (const one of open) await one.close();
      await server.dispose();
    });

    test('routines, triggers and events are listed with what they are about', async () => {
      const database = await connect(server.root);
      const routines = await names(database, 'routines');
      assert.deepEqual(
        routines.filter((name) => /twice|nothing/.test(name)).map((name) => name.replace(/int\(11\)/, 'int')),
        ['procedure nothing', 'function twice int'],
      );
      assert.ok((await names(database, 'triggers')).includes('trigger watch BEFORE INSERT ON orders'));
      assert.deepEqual(await names(database, 'events'), ['event daily 1 DAY, disabled']);
    });

    test('who may not see all accounts sees its own', async () => {
      const all = await names(await connect(server.root), 'users');
      assert.ok(all.includes('user app_ro@%') && all.length > 2, all.join());
      assert.deepEqual(await names(await connect(SAMPLE.reader), 'users'), ['user app_ro@%']);
    });

    test('each can be shown as it was made', async () => {
      const database = await connect(server.root);
      const show = async (defined: DefinedName): Promise<string> => {
        const [result] = await database.reads.query(definitionStatement(defined), OPTIONS);
        const at = definitionColumn(result?.columns ?? []);
        return (result?.rows ?? []).map((row) => row[at] ?? '').join('\n');
      };
      const of = (kind: DefinedName['kind'], name: string): Promise<string> => show({ kind, database: 'shop', name });
      assert.match(await of('table', 'orders'), /^CREATE TABLE `orders`/);
      assert.match(await of('view', 'open_orders'), /^CREATE .*VIEW/);
      assert.match(await of('function', 'twice'), /^CREATE .*FUNCTION `twice`/);
      assert.match(await of('procedure', 'nothing'), /^CREATE .*PROCEDURE `nothing`/);
      assert.match(await of('trigger', 'watch'), /^CREATE .*TRIGGER /i);
      assert.match(await of('event', 'daily'), /^CREATE .*EVENT `daily`/);
    });

    test('a table has groups for its indexes, foreign keys and checks [F42]', async () => {
      const database = await connect(SAMPLE.owner);
      const definition = (await database.schema.describe('shop', 'order_items'))?.definition;
      assert.ok(definition);
      const groups = tableGroups({} as ConnectionProfile, 'shop', 'id', definition);
      const parts = groups.map(({ group, parts = [] }) => [
        group,
        parts.map((part) => (part.kind === 'part' ? `${part.name} ${part.detail}` : '')),
      ]);
      assert.ok(JSON.stringify(parts).includes('fk_items_order (order_id) → orders (id) ON DELETE CASCADE'), JSON.stringify(parts));
      assert.equal(parts[0]?.[0], 'index');
    });
  });
}
