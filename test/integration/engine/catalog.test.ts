import assert from 'node:assert/strict';
import type { Database } from '../../../src/engine/connection/database.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type Flavor, type TestServer } from '../../harness/servers/testServer.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

for (const flavor of flavors) {
  suite(`catalog on ${flavor}`, () => {
    let server: TestServer;
    let database: Database;

    suiteSetup(async () => {
      server = await startServer(flavor);
      await loadSample(server);
      await execute(
        server,
        "CREATE TABLE shop.`odd ``name.x` (`a b` INT COMMENT 'it''s', `Ünï` VARCHAR(9) DEFAULT 'x', PRIMARY KEY (`a b`))",
      );
      database = await openDatabase(
        { host: server.host, port: server.port, user: SAMPLE.owner.user, tls: 'preferred' },
        { password: () => Promise.resolve(SAMPLE.owner.password), warn: () => undefined },
      );
    });
    suiteTeardown(async () => {
      await database.close();
      await server.dispose();
    });

    test('lists databases, the servers own last', async () => {
      const names = await database.schema.databases();
      assert.equal(names[0], 'shop');
      assert.ok(names.includes('information_schema'));
    });

    test('lists tables and views with estimates and comments', async () => {
      const tables = await database.schema.tables('shop');
      const orders = tables.find(({ name }) => name === 'orders');
      assert.deepEqual([orders?.kind, orders?.comment], ['table', 'one row per checkout']);
      assert.ok(Number(orders?.rowEstimate) > 0);
      assert.deepEqual(
        tables.filter(({ kind }) => kind === 'view').map(({ name, rowEstimate }) => [name, rowEstimate]),
        [
          ['customer_totals', undefined],
          ['open_orders', undefined],
        ],
      );
    });

    test('describes keys, indexes, foreign keys', async () => {
      const items = (await database.schema.describe('shop', 'order_items'))?.definition;
      assert.deepEqual(items?.primaryKey, ['order_id', 'line_no']);
      assert.deepEqual(items.indexes, [{ kind: 'INDEX', name: 'ix_product', parts: ['product_id'], options: '' }]);
      assert.deepEqual(items.foreignKeys, [
        { name: 'fk_items_order', columns: ['order_id'], table: 'orders', referencedColumns: ['id'], actions: 'ON DELETE CASCADE' },
        { name: 'fk_items_product', columns: ['product_id'], table: 'products', referencedColumns: ['id'], actions: '' },
      ]);
      assert.deepEqual(
        (await database.schema.columns('shop', 'order_items')).map(({ name, key }) => [name, key]),
        [
          ['order_id', 'primary'],
          ['line_no', 'primary'],
          ['product_id', 'index'],
          ['quantity', undefined],
          ['unit_price', undefined],
        ],
      );
    });

    test('an account with rights on some columns sees those', async () => {
      await execute(
        server,
        `CREATE USER some@'%' IDENTIFIED BY '${SAMPLE.owner.password}'; GRANT SELECT (id, total) ON shop.orders TO some@'%'`,
      );
      const some = await openDatabase(
        { host: server.host, port: server.port, user: 'some', tls: 'preferred' },
        { password: () => Promise.resolve(SAMPLE.owner.password), warn: () => undefined },
      );
      const orders = await some.schema.describe('shop', 'orders');
      assert.deepEqual([orders?.definition, orders?.columns.map(({ name }) => name)], [undefined, ['id', 'total']]);
      await some.close();
    });

    test('odd names are names like any other', async () => {
      const odd = await database.schema.describe('shop', 'odd `name.x');
      assert.deepEqual(odd?.definition?.columns, [
        { name: 'a b', type: 'int', comment: "it's" },
        { name: 'Ünï', type: "varchar(9) ='x' NULL", comment: '' },
      ]);
    });

    test('what is not there is undefined', async () => {
      assert.equal(await database.schema.describe('shop', 'nowhere'), undefined);
      assert.deepEqual(await database.schema.tables('nowhere'), []);
    });
  });
}
