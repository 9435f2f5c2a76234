import assert from 'node:assert/strict';
import { isPilotError } from '../../../src/engine/errors.ts';
import { secondFlavor } from '../../harness/depth.ts';
import { adminConnection, execute, type Flavor } from '../../harness/servers/testServer.ts';
import { fails, WriteSetup } from '../../harness/servers/writeSetup.ts';
import { inEnglish } from '../../../src/engine/phrase.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

for (const flavor of flavors) {
  suite(`approved writes on ${flavor}`, function () {
    secondFlavor(this, flavor);
    let setup: WriteSetup;

    suiteSetup(async () => {
      setup = await WriteSetup.start(flavor);
    });
    suiteTeardown(() => setup.dispose());

    test('an UPDATE is shown with its rows, tried, and committed exactly so', async () => {
      const preview = await setup.look("UPDATE orders SET status = 'paid' WHERE id IN (1, 5, 6)");
      const [one] = preview.statements;
      assert.equal(one?.level, 'rows');
      assert.equal(one.rows, 3);
      assert.deepEqual(
        one.before?.rows.map(([id, , status]) => [id, status]),
        [
          ['1', 'paid'],
          ['5', 'paid'],
          ['6', 'shipped'],
        ],
      );
      assert.deepEqual(
        one.after?.rows.map(([id, , status]) => [id, status]),
        [
          ['1', 'paid'],
          ['5', 'paid'],
          ['6', 'paid'],
        ],
      );
      assert.ok('elapsedMs' in preview.dryRun);
      assert.match(one.warnings.map(inEnglish).join(' '), /Rows that change: 1\./);
      assert.deepEqual(await setup.rows('SELECT status FROM shop.orders WHERE id = 6'), [['shipped']], 'the dry run is rolled back');
      const { effects } = await setup.run(preview);
      assert.deepEqual(
        effects.map(({ counted, affected }) => [counted, affected]),
        [[3, 1]],
      );
      assert.deepEqual(await setup.rows('SELECT status FROM shop.orders WHERE id = 6'), [['paid']]);
      assert.equal(await openTransactions(setup), 0);
    });

    test('a row that changed, came or went since the preview stops the run', async () => {
      const update = "UPDATE orders SET note = 'late' WHERE customer_id = 8 AND status <> 'cancelled'";
      for (const change of [
        'UPDATE shop.orders SET total = total + 1 WHERE customer_id = 8 LIMIT 1',
        "UPDATE shop.orders SET status = 'cancelled' WHERE customer_id = 8 AND status <> 'cancelled' LIMIT 1",
        "INSERT INTO shop.orders (customer_id, status, placed_at) VALUES (8, 'new', NOW())",
      ]) {
        const preview = await setup.look(update);
        await execute(setup.server, change);
        await fails(setup.run(preview), 'write.changed');
        assert.deepEqual(await setup.rows("SELECT COUNT(*) FROM shop.orders WHERE note = 'late'"), [[0]]);
      }
      assert.equal(await openTransactions(setup), 0);
    });

    test('a decision is good for one run', async () => {
      const preview = await setup.look("UPDATE orders SET note = 'once' WHERE id = 10");
      await setup.run(preview);
      await fails(setup.run(preview), 'approval.expired');
    });

    test('undoing brings rows that refer to one another back, by statements where nothing else could go along', async () => {
      const define = async (action: string): Promise<void> => {
        await execute(
          setup.server,
          `DROP TABLE IF EXISTS shop.chain; CREATE TABLE shop.chain (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES chain (id)${action}) ENGINE = InnoDB;
           INSERT INTO shop.chain VALUES (3, NULL), (2, 3), (1, 2)`,
        );
      };
      for (const [action, write] of [
        ['', 'DELETE FROM chain WHERE id > 0'],
        [' ON DELETE CASCADE', 'DELETE FROM chain WHERE id = 3'],
        [' ON DELETE SET NULL', 'DELETE FROM chain WHERE id = 3'],
      ] as const) {
        await define(action);
        const { undo } = await setup.run(await setup.look(write));
        await setup.run(await setup.look(undo?.sql ?? assert.fail(action)));
        assert.deepEqual(await setup.rows('SELECT id, p FROM shop.chain ORDER BY id'), [
          [1, 2],
          [2, 3],
          [3, null],
        ]);
      }
    });

    test('undoing brings every type back, to the last digit', async () => {
      const before = await setup.rows('SELECT id, v, note, f + 0e0, doc FROM shop.plain ORDER BY id');
      const update = await setup.run(
        await setup.look("UPDATE plain SET v = v + 1, note = CONCAT(COALESCE(note, ''), 'x', id), f = 1, doc = '{\"b\": 2}'"),
      );
      assert.equal(update.undo?.rows, 3);
      assert.notDeepEqual(await setup.rows('SELECT id, v, note, f + 0e0, doc FROM shop.plain ORDER BY id'), before);
      await setup.run(await setup.look(update.undo.sql));
      assert.deepEqual(await setup.rows('SELECT id, v, note, f + 0e0, doc FROM shop.plain ORDER BY id'), before);
      const deletion = await setup.run(await setup.look('DELETE FROM plain WHERE id < 3'));
      assert.deepEqual(await setup.rows('SELECT id FROM shop.plain'), [[3]]);
      await setup.run(await setup.look(deletion.undo?.sql ?? ''));
      assert.deepEqual(await setup.rows('SELECT id, v, note, f + 0e0, doc FROM shop.plain ORDER BY id'), before);
    });

    test('a failure that may have left something behind is told as unknown', async () => {
      const preview = await setup.look('UPDATE isam SET id = 2');
      await fails(setup.run(preview), 'write.unknown', /ROLLBACK may not undo/);
    });

    test('a trigger that came since the preview stops the run', async () => {
      const preview = await setup.look('UPDATE keyless SET v = 9');
      await execute(
        setup.server,
        "CREATE TRIGGER shop.late BEFORE UPDATE ON shop.keyless FOR EACH ROW INSERT INTO isam_log (what) VALUES ('late')",
      );
      await fails(setup.run(preview), 'write.changed', /Columns, triggers, or foreign keys/);
      assert.deepEqual(await setup.rows("SELECT COUNT(*) FROM shop.isam_log WHERE what = 'late'"), [[0]]);
      await execute(setup.server, 'DROP TRIGGER shop.late');
    });

    test('many rows come back by few statements, those that were changed again since excepted', async () => {
      const before = await setup.rows('SELECT id, status, total FROM shop.orders ORDER BY id');
      const { undo, effects } = await setup.run(await setup.look("UPDATE orders SET status = 'shipped' WHERE id BETWEEN 1 AND 900"));
      assert.equal(undo?.rows, effects[0]?.affected);
      assert.equal(undo?.statements, 3, 'one for each former status');
      await execute(setup.server, "UPDATE shop.orders SET status = 'paid' WHERE id = 4");
      await setup.run(await setup.look(undo.sql));
      const after = await setup.rows('SELECT id, status, total FROM shop.orders ORDER BY id');
      assert.deepEqual(
        after.filter(([id]) => id !== 4),
        before.filter(([id]) => id !== 4),
      );
      assert.deepEqual(after[3]?.[1], 'paid');
    });

    test('a hundred thousand rows are held to their picture', async () => {
      await execute(setup.server, 'CREATE TABLE shop.many (id INT PRIMARY KEY, v INT, pad VARCHAR(60))');
      await execute(
        setup.server,
        "INSERT INTO shop.many SELECT a.id + 1000 * (b.id - 1), 0, REPEAT('x', 50) FROM shop.orders a, shop.orders b WHERE a.id <= 1000 AND b.id <= 100",
      );
      const preview = await setup.look('UPDATE many SET v = 1');
      assert.equal(preview.statements[0]?.rows, 100_000);
      assert.equal(preview.statements[0].level, 'rows');
      assert.match('skipped' in preview.dryRun ? inEnglish(preview.dryRun.skipped) : '', /rows, more than 10,000/);
      assert.match(
        [...preview.statements[0].dangers, ...preview.statements[0].warnings].map(inEnglish).join(' '),
        /no WHERE.*more than 1,000 rows/,
      );
      await execute(setup.server, "UPDATE shop.many SET pad = 'y' WHERE id = 77777");
      await fails(setup.run(preview), 'write.changed');
      const { effects, undo } = await setup.run(await setup.look('UPDATE many SET v = 1'));
      assert.equal(effects[0]?.affected, 100_000);
      assert.equal(undo, undefined, 'too many rows to keep');
    });

    test('a lock of somebody else: the dry run is given up, the run fails in time and leaves nothing', async () => {
      const locker = await adminConnection(setup.server, 'shop');
      try {
        const preview = await setup.look('UPDATE plain SET v = 1000 WHERE id = 2');
        await locker.query('BEGIN; UPDATE plain SET v = v + 1 WHERE id = 2');
        const second = await setup.look('UPDATE plain SET v = 1000 WHERE id = 2');
        assert.match('skipped' in second.dryRun ? inEnglish(second.dryRun.skipped) : '', /other sessions hold locks/);
        assert.equal(second.statements[0]?.level, 'rows');
        await fails(setup.run(preview), 'statement.failed', /lock wait timeout/i);
        await locker.query('ROLLBACK');
        await setup.run(second);
        assert.deepEqual(await setup.rows('SELECT v FROM shop.plain WHERE id = 2'), [[1000]]);
      } finally {
        await locker.end();
      }
    });

    test('a DROP of several tables that fails says what may be gone where the server drops them one by one', async () => {
      await execute(setup.server, 'CREATE TABLE shop.gone (id INT PRIMARY KEY)');
      const preview = await setup.look('DROP TABLE gone, never_there');
      await fails(setup.run(preview), flavor === 'mariadb' ? 'write.unknown' : 'statement.failed');
      const [[left] = []] = await setup.rows(
        "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'shop' AND table_name = 'gone'",
      );
      assert.equal(left, flavor === 'mariadb' ? 0 : 1);
      await execute(setup.server, 'DROP TABLE IF EXISTS shop.gone');
    });

    test('a deadlock ends one of two, whose changes are gone', async () => {
      const locker = await adminConnection(setup.server, 'shop');
      try {
        const preview = await setup.look('UPDATE plain SET v = 1 WHERE id = 1; UPDATE orders SET total = 1 WHERE id = 1');
        const [{ v }] = (await execute(setup.server, 'SELECT v FROM shop.plain WHERE id = 1')) as [{ v: number }];
        await locker.query('BEGIN; UPDATE orders SET total = 2 WHERE id BETWEEN 1 AND 900');
        const running = setup.run(preview).then(
          () => 'committed',
          (error: unknown) => (isPilotError(error) ? String(error.errno ?? error.code) : 'other'),
        );
        await waitsForLock(setup, running);
        await locker.query('UPDATE plain SET v = v + 0 WHERE id = 1').catch(() => undefined);
        await locker.query('ROLLBACK');
        assert.equal(await running, '1213');
        assert.deepEqual(await setup.rows('SELECT v FROM shop.plain WHERE id = 1'), [[v]]);
      } finally {
        await locker.end();
      }
    });
  });
}

/** Resolves when somebody waits for a row lock, or the work is over. */
async function waitsForLock(setup: WriteSetup, work: Promise<unknown>): Promise<void> {
  const state = { over: false };
  void work.finally(() => (state.over = true));
  while (!state.over) {
    const [row] = await setup.rows("SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'");
    if (Number(row?.[0]) > 0) return;
    // The table is made anew only where nobody has read it for a tenth of a second.
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function openTransactions(setup: WriteSetup): Promise<number> {
  return Number((await setup.rows('SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_rows_modified > 0'))[0]?.[0]);
}
