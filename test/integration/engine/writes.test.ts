import assert from 'node:assert/strict';
import type { Database } from '../../../src/engine/database.ts';
import { isPilotError, type ErrorCode } from '../../../src/engine/errors.ts';
import { openDatabase } from '../../../src/engine/openDatabase.ts';
import type { ConnectionTarget } from '../../../src/engine/driver/profile.ts';
import type { WriteOutcome } from '../../../src/engine/writes/approvedRun.ts';
import type { StatementPreview, WritePreview } from '../../../src/engine/writes/writePreview.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { adminConnection, execute, type Flavour, type TestServer } from '../../harness/servers/testServer.ts';

const ASK_ALL = { insert: 'ask', update: 'ask', delete: 'ask', ddl: 'ask', call: 'ask', administration: 'ask' } as const;
const OPTIONS = { database: undefined, timeoutMs: 20_000, signal: undefined, parameters: undefined };
const flavours: readonly Flavour[] = ['mysql', 'mariadb'];

const SCHEMA = `
  CREATE TABLE shop.plain (id INT PRIMARY KEY, v INT, note VARCHAR(40), f FLOAT, doc JSON, twice INT GENERATED ALWAYS AS (v * 2) STORED, UNIQUE KEY uq_note (note));
  INSERT INTO shop.plain (id, v, note, f, doc) VALUES (1, 10, 'a', 0.1, '{"a": 1}'), (2, 20, 'b', 16777217, NULL), (3, 30, NULL, 1.1754944e37, '[]');
  CREATE TABLE shop.logged (id INT PRIMARY KEY, v INT);
  INSERT INTO shop.logged VALUES (1, 1), (2, 2);
  CREATE TABLE shop.isam_log (at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, what VARCHAR(40)) ENGINE = MyISAM;
  CREATE TABLE shop.isam (id INT PRIMARY KEY, v INT) ENGINE = MyISAM;
  INSERT INTO shop.isam VALUES (1, 1), (2, 2);
  CREATE TRIGGER shop.logged_update AFTER UPDATE ON shop.logged FOR EACH ROW INSERT INTO isam_log (what) VALUES ('update');
  CREATE TABLE shop.keyless (v INT);
  INSERT INTO shop.keyless VALUES (1), (1), (2);
`;

for (const flavour of flavours) {
  suite(`writes on ${flavour}`, () => {
    let server: TestServer;
    let database: Database;
    const opened: Database[] = [];

    const open = async (changes: Partial<ConnectionTarget> = {}): Promise<Database> => {
      const one = await openDatabase(
        {
          host: server.host,
          port: server.port,
          user: SAMPLE.owner.user,
          database: SAMPLE.database,
          tls: 'preferred',
          writes: ASK_ALL,
          ...changes,
        },
        { password: () => Promise.resolve(SAMPLE.owner.password), warn: () => undefined },
      );
      opened.push(one);
      return one;
    };
    const look = async (sql: string, on = database): Promise<WritePreview> => on.writes.preview(on.writes.judge(sql, OPTIONS), OPTIONS);
    const first = async (sql: string): Promise<StatementPreview> => (await look(sql)).statements[0] ?? assert.fail();
    const run = async (preview: WritePreview, intent = (): Promise<void> => Promise.resolve(), on = database): Promise<WriteOutcome> =>
      on.writes.run(preview.id, { database: undefined, timeoutMs: 20_000, signal: undefined, intent });
    const fails = async (work: Promise<unknown>, code: ErrorCode, message = /./): Promise<void> => {
      await assert.rejects(work, (error) => {
        assert.ok(isPilotError(error), String(error));
        assert.equal(error.code, code, error.message);
        assert.match(error.message, message);
        return true;
      });
    };
    const rows = async (sql: string): Promise<unknown[][]> =>
      ((await execute(server, sql)) as Record<string, unknown>[]).map((row) => Object.values(row));
    const openTransactions = async (): Promise<number> =>
      Number((await rows('SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_rows_modified > 0'))[0]?.[0]);

    suiteSetup(async () => {
      server = await startServer(flavour);
      await loadSample(server);
      await execute(server, 'SET GLOBAL log_bin_trust_function_creators = 1');
      for (const statement of SCHEMA.split(';\n').filter((one) => one.trim() !== '')) await execute(server, statement);
      database = await open();
    });
    suiteTeardown(async () => {
      for (const one of opened) await one.close();
      await server.dispose();
    });

    test('an UPDATE is shown with its rows, tried, and committed exactly so', async () => {
      const preview = await look("UPDATE orders SET status = 'paid' WHERE id IN (1, 5, 6)");
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
      assert.match(one.warnings.join(' '), /1 of the rows change/);
      assert.deepEqual(await rows('SELECT status FROM shop.orders WHERE id = 6'), [['shipped']], 'the dry run is rolled back');
      const { effects } = await run(preview);
      assert.deepEqual(
        effects.map(({ counted, affected }) => [counted, affected]),
        [[3, 1]],
      );
      assert.deepEqual(await rows('SELECT status FROM shop.orders WHERE id = 6'), [['paid']]);
      assert.equal(await openTransactions(), 0);
    });

    test('a row that changed, came or went since the preview stops the run', async () => {
      const update = "UPDATE orders SET note = 'late' WHERE customer_id = 8 AND status <> 'cancelled'";
      for (const change of [
        'UPDATE shop.orders SET total = total + 1 WHERE customer_id = 8 LIMIT 1',
        "UPDATE shop.orders SET status = 'cancelled' WHERE customer_id = 8 AND status <> 'cancelled' LIMIT 1",
        "INSERT INTO shop.orders (customer_id, status, placed_at) VALUES (8, 'new', NOW())",
      ]) {
        const preview = await look(update);
        await execute(server, change);
        await fails(run(preview), 'write.changed');
        assert.deepEqual(await rows("SELECT COUNT(*) FROM shop.orders WHERE note = 'late'"), [[0]]);
      }
      assert.equal(await openTransactions(), 0);
    });

    test('a decision is good for one run', async () => {
      const preview = await look("UPDATE orders SET note = 'once' WHERE id = 10");
      await run(preview);
      await fails(run(preview), 'approval.expired');
    });

    test('undoing brings every type back, to the last digit', async () => {
      const before = await rows('SELECT id, v, note, f + 0e0, doc FROM shop.plain ORDER BY id');
      const update = await run(
        await look("UPDATE plain SET v = v + 1, note = CONCAT(COALESCE(note, ''), 'x', id), f = 1, doc = '{\"b\": 2}'"),
      );
      assert.equal(update.undo?.rows, 3);
      assert.notDeepEqual(await rows('SELECT id, v, note, f + 0e0, doc FROM shop.plain ORDER BY id'), before);
      await run(await look(update.undo.sql));
      assert.deepEqual(await rows('SELECT id, v, note, f + 0e0, doc FROM shop.plain ORDER BY id'), before);
      const deletion = await run(await look('DELETE FROM plain WHERE id < 3'));
      assert.deepEqual(await rows('SELECT id FROM shop.plain'), [[3]]);
      await run(await look(deletion.undo?.sql ?? ''));
      assert.deepEqual(await rows('SELECT id, v, note, f + 0e0, doc FROM shop.plain ORDER BY id'), before);
    });

    test('nothing is tried where a ROLLBACK would not undo it', async () => {
      const trigger = await look('UPDATE logged SET v = v + 1 WHERE id = 1');
      assert.match('skipped' in trigger.dryRun ? trigger.dryRun.skipped : '', /isam_log is a table of the engine MyISAM/);
      assert.deepEqual(await rows('SELECT COUNT(*) FROM shop.isam_log'), [[0]], 'the trigger has not fired');
      assert.deepEqual(
        trigger.statements[0]?.touched?.triggers.map(({ name, when }) => [name, when]),
        [['logged_update', 'AFTER UPDATE']],
      );
      const isam = await look('UPDATE isam SET v = 5 WHERE id = 1');
      assert.equal(isam.statements[0]?.level, 'count');
      assert.match('skipped' in isam.dryRun ? isam.dryRun.skipped : '', /MyISAM/);
      assert.deepEqual(await rows('SELECT v FROM shop.isam WHERE id = 1'), [[1]]);
      await run(isam);
      assert.deepEqual(await rows('SELECT v FROM shop.isam WHERE id = 1'), [[5]]);
    });

    test('a failure that may have left something behind is told as unknown', async () => {
      const preview = await look('UPDATE isam SET id = 2');
      await fails(run(preview), 'write.unknown', /a ROLLBACK may not undo/);
    });

    test('cascades are followed and counted', async () => {
      const one = await first('DELETE FROM orders WHERE id = 20');
      assert.ok(one.touched?.tables.some(({ name, because }) => name === 'order_items' && because === 'the foreign key fk_items_order'));
      assert.match(one.warnings.join('\n'), /2 rows of order_items, by fk_items_order: goes along \(ON DELETE CASCADE\)/);
    });

    test('what the server will refuse is told before anybody is asked', async () => {
      await fails(look('DELETE FROM customers WHERE id = 7'), 'statement.failed', /foreign key constraint/i);
      await fails(look("UPDATE plain SET note = 'a' WHERE id = 2"), 'statement.failed', /Duplicate entry/);
      await fails(look('UPDATE plain SET nope = 1'), 'object.unknown');
      await fails(look("UPDATE plain SET v = 'x' WHERE id = 1"), 'statement.failed', /Incorrect integer/);
      assert.equal(await openTransactions(), 0);
    });

    test('each shape is held to what can be held', async () => {
      const cases: readonly [string, string, RegExp | undefined][] = [
        ['UPDATE keyless SET v = 3', 'count', /no primary key/],
        ['DELETE FROM plain WHERE RAND() < 2', 'shown', /chance/],
        ["UPDATE orders SET note = 'old' WHERE placed_at < NOW() LIMIT 3", 'count', /time/],
        ['DELETE FROM plain LIMIT 1', 'count', /LIMIT/],
        ['DELETE FROM plain ORDER BY id LIMIT 1', 'rows', undefined],
        ['UPDATE plain SET v = 1 WHERE id IN (SELECT id FROM orders)', 'count', /other rows/],
        ['UPDATE plain p JOIN orders o ON o.id = p.id SET p.v = 2', 'count', /joins/],
        ['DELETE p FROM plain p JOIN orders o ON o.id = p.id', 'count', /joins/],
        ['INSERT INTO plain (id, v) VALUES (7, 1), (8, 2)', 'count', /new/],
        ['INSERT INTO plain (id, v) SELECT id + 100, 1 FROM orders WHERE id < 5', 'count', /new/],
        ['INSERT INTO plain (id, v) VALUES (1, 1) ON DUPLICATE KEY UPDATE v = 99', 'count', /changed/],
        ['REPLACE INTO plain (id, v) VALUES (1, 1)', 'count', /replaced/],
        ['INSERT IGNORE INTO plain (id, v) VALUES (1, 1), (9, 9)', 'count', /left out/],
      ];
      for (const [sql, level, reason] of cases) {
        const one = await first(sql);
        assert.equal(one.level, level, `${sql}: ${one.reason ?? ''}`);
        if (reason !== undefined) assert.match(one.reason ?? '', reason, sql);
      }
      assert.deepEqual(await rows('SELECT id FROM shop.plain ORDER BY id'), [[1], [2], [3]], 'all of it was rolled back');
    });

    test('several statements are one transaction, also in the preview', async () => {
      const preview = await look(
        'INSERT INTO plain (id, v) VALUES (50, 1); UPDATE plain SET v = v + 1 WHERE id = 50; DELETE FROM plain WHERE v = 2',
      );
      assert.deepEqual(
        preview.statements.map(({ level, expected }) => [level, expected]),
        [
          ['count', 1],
          ['count', 1],
          ['count', 1],
        ],
      );
      await run(preview);
      assert.deepEqual(await rows('SELECT COUNT(*) FROM shop.plain WHERE id = 50'), [[0]]);
      await fails(look('INSERT INTO plain (id, v) VALUES (60, 1); INSERT INTO plain (id, v) VALUES (60, 1)'), 'statement.failed');
      assert.deepEqual(await rows('SELECT COUNT(*) FROM shop.plain WHERE id = 60'), [[0]]);
      assert.throws(
        () => database.writes.judge('DELETE FROM plain; DROP TABLE plain', OPTIONS),
        /commits by itself, beside other statements/,
      );
    });

    test('definitions and calls are shown with what they commit, and never tried', async () => {
      await run(await look('CREATE PROCEDURE tick() BEGIN UPDATE shop.plain SET v = 77 WHERE id = 1; COMMIT; END'));
      const call = await look('CALL tick()');
      assert.match(call.statements[0]?.facts.join('\n') ?? '', /may commit in the middle[^]*UPDATE shop\.plain SET v = 77/);
      assert.deepEqual(await rows('SELECT v FROM shop.plain WHERE id = 1'), [[10]]);
      await run(call);
      assert.deepEqual(await rows('SELECT v FROM shop.plain WHERE id = 1'), [[77]]);
      const alter = await first('ALTER TABLE orders MODIFY note TEXT');
      assert.match(alter.facts.join('\n'), /about 1,0\d\d rows[^]*Foreign keys of order_items refer to orders[^]*ALGORITHM=COPY/);
      assert.match((await first('CREATE INDEX ix_total ON orders (total)')).facts.join('\n'), /INPLACE, LOCK=NONE/);
      assert.match((await first('TRUNCATE TABLE plain')).facts.join('\n'), /shop\.plain: about/);
      assert.match((await first('DROP DATABASE shop')).facts.join('\n'), /shop: \d+ tables/);
      await run(
        await look(
          'CREATE TRIGGER plain_t BEFORE UPDATE ON plain FOR EACH ROW BEGIN SET NEW.v = NEW.v + 1; SET NEW.note = UPPER(NEW.note); END',
        ),
      );
      await run(await look("UPDATE plain SET note = 'low' WHERE id = 1"));
      assert.deepEqual(await rows('SELECT v, note FROM shop.plain WHERE id = 1'), [[78, 'LOW']]);
      await run(await look('DROP TRIGGER plain_t'));
    });

    test('a hundred thousand rows are held to their picture', async () => {
      await execute(server, 'CREATE TABLE shop.many (id INT PRIMARY KEY, v INT, pad VARCHAR(60))');
      await execute(
        server,
        "INSERT INTO shop.many SELECT a.id + 1000 * (b.id - 1), 0, REPEAT('x', 50) FROM shop.orders a, shop.orders b WHERE a.id <= 1000 AND b.id <= 100",
      );
      const preview = await look('UPDATE many SET v = 1');
      assert.equal(preview.statements[0]?.rows, 100_000);
      assert.equal(preview.statements[0].level, 'rows');
      assert.match('skipped' in preview.dryRun ? preview.dryRun.skipped : '', /rows, more than 10,000/);
      assert.match(preview.statements[0].warnings.join(' '), /no WHERE.*100,000 rows: more than 1,000/);
      await execute(server, "UPDATE shop.many SET pad = 'y' WHERE id = 77777");
      await fails(run(preview), 'write.changed');
      const { effects, undo } = await run(await look('UPDATE many SET v = 1'));
      assert.equal(effects[0]?.affected, 100_000);
      assert.equal(undo, undefined, 'too many rows to keep');
    });

    test('a lock of somebody else: the dry run is given up, the run fails in time and leaves nothing', async () => {
      const locker = await adminConnection(server, 'shop');
      try {
        const preview = await look('UPDATE plain SET v = 1000 WHERE id = 2');
        await locker.query('BEGIN; UPDATE plain SET v = v + 1 WHERE id = 2');
        const second = await look('UPDATE plain SET v = 1000 WHERE id = 2');
        assert.match('skipped' in second.dryRun ? second.dryRun.skipped : '', /others hold locks/);
        assert.equal(second.statements[0]?.level, 'rows');
        await fails(run(preview), 'statement.failed', /lock wait timeout/i);
        await locker.query('ROLLBACK');
        await run(second);
        assert.deepEqual(await rows('SELECT v FROM shop.plain WHERE id = 2'), [[1000]]);
      } finally {
        await locker.end();
      }
    });

    test('a deadlock ends one of two, whose changes are gone', async () => {
      const locker = await adminConnection(server, 'shop');
      try {
        const preview = await look('UPDATE plain SET v = 1 WHERE id = 1; UPDATE orders SET total = 1 WHERE id = 1');
        const [{ v }] = (await execute(server, 'SELECT v FROM shop.plain WHERE id = 1')) as [{ v: number }];
        await locker.query('BEGIN; UPDATE orders SET total = 2 WHERE id BETWEEN 1 AND 900');
        const running = run(preview).then(
          () => 'committed',
          (error: unknown) => (isPilotError(error) ? String(error.errno ?? error.code) : 'other'),
        );
        await new Promise((resolve) => setTimeout(resolve, 300));
        await locker.query('UPDATE plain SET v = v + 0 WHERE id = 1').catch(() => undefined);
        await locker.query('ROLLBACK');
        assert.equal(await running, '1213');
        assert.deepEqual(await rows('SELECT v FROM shop.plain WHERE id = 1'), [[v]]);
      } finally {
        await locker.end();
      }
    });

    test('the rules of the connection decide', async () => {
      const one = await open({ writes: { insert: 'allow', update: 'ask' }, environment: 'production' });
      assert.equal(one.writes.judge('INSERT INTO plain (id) VALUES (1)', OPTIONS).mode, 'ask', 'production is held to ask');
      assert.throws(() => one.writes.judge('REPLACE INTO plain (id) VALUES (1)', OPTIONS), /does not let agents insert, delete/);
      assert.throws(() => one.writes.judge('INSERT INTO plain (id) VALUES (1); DELETE FROM plain', OPTIONS), /does not let agents/);
      const twice = await open({ writes: { insert: 'allow' }, environment: 'production', unattendedProduction: true });
      assert.equal(twice.writes.judge('INSERT INTO plain (id) VALUES (1)', OPTIONS).mode, 'allow');
      const preview = await one.writes.preview(one.writes.judge('UPDATE plain SET v = 5 WHERE id = 1', OPTIONS), OPTIONS);
      assert.deepEqual(preview.dryRun, { skipped: 'nothing is tried on production' });
      const none = await open({ writes: undefined });
      assert.throws(() => none.writes.judge('UPDATE plain SET v = 1', OPTIONS), /does not let agents update/);
    });
  });
}
