import assert from 'node:assert/strict';
import { adminConnection, type Flavor } from '../../harness/servers/testServer.ts';
import { fails, WRITE_OPTIONS, WriteSetup } from '../../harness/servers/writeSetup.ts';
import { inEnglish, phrase } from '../../../src/engine/phrase.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

for (const flavor of flavors) {
  suite(`previews of writes on ${flavor}`, () => {
    let setup: WriteSetup;

    suiteSetup(async () => {
      setup = await WriteSetup.start(flavor);
    });
    suiteTeardown(() => setup.dispose());

    test('nothing is tried where a ROLLBACK would not undo it', async () => {
      const trigger = await setup.look('UPDATE logged SET v = v + 1 WHERE id = 1');
      assert.match('skipped' in trigger.dryRun ? inEnglish(trigger.dryRun.skipped) : '', /isam_log uses the storage engine MyISAM/);
      assert.deepEqual(await setup.rows('SELECT COUNT(*) FROM shop.isam_log'), [[0]], 'the trigger has not fired');
      assert.deepEqual(
        trigger.statements[0]?.touched?.triggers.map(({ name, when }) => [name, when]),
        [['logged_update', 'AFTER UPDATE']],
      );
      const isam = await setup.look('UPDATE isam SET v = 5 WHERE id = 1');
      assert.equal(isam.statements[0]?.level, 'count');
      assert.match('skipped' in isam.dryRun ? inEnglish(isam.dryRun.skipped) : '', /MyISAM/);
      assert.deepEqual(await setup.rows('SELECT v FROM shop.isam WHERE id = 1'), [[1]]);
      await setup.run(isam);
      assert.deepEqual(await setup.rows('SELECT v FROM shop.isam WHERE id = 1'), [[5]]);
    });

    test('a trigger is read under its own sql_mode', async () => {
      const connection = await adminConnection(setup.server, 'shop');
      await connection.query("SET sql_mode = 'ANSI_QUOTES'");
      await connection.query('CREATE TRIGGER ansi BEFORE UPDATE ON keyless FOR EACH ROW INSERT INTO "isam_log" (what) VALUES (\'ansi\')');
      const preview = await setup.look('UPDATE keyless SET v = 3');
      assert.match('skipped' in preview.dryRun ? inEnglish(preview.dryRun.skipped) : '', /isam_log uses the storage engine MyISAM/);
      assert.deepEqual(await setup.rows("SELECT COUNT(*) FROM shop.isam_log WHERE what = 'ansi'"), [[0]]);
      await connection.query('DROP TRIGGER ansi');
      await connection.end();
    });

    test('a conversion that loses data is told', async () => {
      const one = await setup.first("UPDATE IGNORE plain SET v = 'x12' WHERE id = 1");
      assert.match(one.warnings.map(inEnglish).join('\n'), /IGNORE: rows that fail[^]*Server warning: Incorrect integer value/);
    });

    test('a condition that leaves no row out is a danger, by its text or by the rows that there are', async () => {
      const dangersOf = async (sql: string): Promise<string> =>
        (await setup.first(sql)).dangers
          .map(inEnglish)
          .filter((text) => text.includes('WHERE'))
          .join();
      for (const [sql, danger] of [
        ['UPDATE plain SET v = 1 WHERE id = 1 OR 1 = 1', 'The WHERE clause is always true: every row is affected.'],
        ['DELETE FROM plain WHERE id = 1 OR TRUE', 'The WHERE clause is always true: every row is affected.'],
        ['DELETE FROM plain WHERE id = 1 OR TRUE LIMIT 1', 'The WHERE clause is always true.'],
        ['UPDATE plain SET v = 1 WHERE id = id', 'The WHERE clause matches every row of the table.'],
        ['UPDATE plain SET v = 1 WHERE id > 0 OR v = 7', 'The WHERE clause matches every row of the table.'],
        [
          "UPDATE plain SET v = 1 WHERE NOW() > '2020-01-01'",
          "The WHERE clause doesn't depend on column values: it affects every row or none.",
        ],
        ['UPDATE plain p JOIN orders o ON o.id = p.id SET p.v = 2', 'There is no WHERE clause: every row that the join finds is affected.'],
        [
          'UPDATE plain p JOIN orders o ON o.id = p.id SET p.v = 2 WHERE 1',
          'The WHERE clause is always true: every row that the join finds is affected.',
        ],
        ['UPDATE plain SET v = 1', 'There is no WHERE clause: every row is affected.'],
        ['UPDATE plain SET v = 1 WHERE id < 3', ''],
        ['UPDATE plain SET v = 1 WHERE id = 1', ''],
        ['DELETE FROM plain WHERE id > 0 LIMIT 3', ''],
      ] as const)
        assert.equal(await dangersOf(sql), danger, sql);
    });

    test('cascades are followed and counted', async () => {
      const one = await setup.first('DELETE FROM orders WHERE id = 20');
      assert.ok(
        one.touched?.tables.some(({ name, because }) => name === 'order_items' && inEnglish(because) === 'the foreign key fk_items_order'),
      );
      assert.match(
        [...one.dangers, ...one.warnings].map(inEnglish).join('\n'),
        /order_items: 2 rows also deleted \(foreign key fk_items_order, ON DELETE CASCADE\)/,
      );
    });

    test('what the server will refuse is told before anybody is asked', async () => {
      await fails(setup.look('DELETE FROM customers WHERE id = 7'), 'statement.failed', /foreign key constraint/i);
      await fails(setup.look("UPDATE plain SET note = 'a' WHERE id = 2"), 'statement.failed', /Duplicate entry/);
      await fails(setup.look('UPDATE plain SET nope = 1'), 'object.unknown');
      await fails(setup.look("UPDATE plain SET v = 'x' WHERE id = 1"), 'statement.failed', /Incorrect integer/);
      assert.equal(await openTransactions(setup), 0);
    });

    test('each shape is held to what can be held', async () => {
      const cases: readonly [string, string, RegExp | undefined][] = [
        ['UPDATE keyless SET v = 3', 'count', /no primary key/],
        ['DELETE FROM plain WHERE RAND() < 2', 'shown', /nondeterministic/],
        ["UPDATE orders SET note = 'old' WHERE placed_at < NOW() LIMIT 3", 'count', /time/],
        ['DELETE FROM plain LIMIT 1', 'count', /LIMIT/],
        ['DELETE FROM plain ORDER BY id LIMIT 1', 'rows', undefined],
        ['UPDATE plain SET v = 1 WHERE id IN (SELECT id FROM orders)', 'rows', undefined],
        ['UPDATE plain p JOIN orders o ON o.id = p.id SET p.v = 2', 'count', /joins/],
        ['DELETE p FROM plain p JOIN orders o ON o.id = p.id', 'count', /joins/],
        ['INSERT INTO plain (id, v) VALUES (7, 1), (8, 2)', 'count', /new/],
        ['INSERT INTO plain (id, v) SELECT id + 100, 1 FROM orders WHERE id < 5', 'count', /new/],
        ['INSERT INTO plain (id, v) VALUES (1, 1) ON DUPLICATE KEY UPDATE v = 99', 'count', /updated/],
        ['REPLACE INTO plain (id, v) VALUES (1, 1)', 'count', /replaced/],
        ['INSERT IGNORE INTO plain (id, v) VALUES (1, 1), (9, 9)', 'count', /skipped/],
      ];
      for (const [sql, level, reason] of cases) {
        const one = await setup.first(sql);
        assert.equal(one.level, level, `${sql}: ${inEnglish(one.reason ?? '')}`);
        if (reason !== undefined) assert.match(inEnglish(one.reason ?? ''), reason, sql);
      }
      assert.deepEqual(await setup.rows('SELECT id FROM shop.plain ORDER BY id'), [[1], [2], [3]], 'all of it was rolled back');
    });

    test('several statements are one transaction, also in the preview', async () => {
      const preview = await setup.look(
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
      await setup.run(preview);
      assert.deepEqual(await setup.rows('SELECT COUNT(*) FROM shop.plain WHERE id = 50'), [[0]]);
      await fails(setup.look('INSERT INTO plain (id, v) VALUES (60, 1); INSERT INTO plain (id, v) VALUES (60, 1)'), 'statement.failed');
      assert.deepEqual(await setup.rows('SELECT COUNT(*) FROM shop.plain WHERE id = 60'), [[0]]);
      await fails(
        setup.database.writes.judge('DELETE FROM plain; DROP TABLE plain', WRITE_OPTIONS),
        'statement.refused',
        /commits implicitly, together with other statements/,
      );
    });

    test('a statement that reads what one before it changes is not held to what was there', async () => {
      const production = await setup.open({ environment: 'production' });
      const preview = await setup.look(
        'UPDATE plain SET v = 5 WHERE id = 1; DELETE FROM keyless WHERE v IN (SELECT v FROM plain)',
        production,
      );
      assert.deepEqual(
        preview.statements.map(({ level }) => level),
        ['rows', 'shown'],
      );
      assert.match(inEnglish(preview.statements[1]?.reason ?? ''), /an earlier statement/);
    });

    test('the cost of a change is that of its table, not of its clause', async () => {
      const facts = async (statement: string): Promise<string> => (await setup.first(statement)).facts.map(inEnglish).join('\n');
      const grown = "status ENUM('new', 'paid', 'shipped', 'cancelled', 'returned') NOT NULL DEFAULT 'new'";
      assert.match(await facts(`ALTER TABLE orders MODIFY ${grown}`), /ALGORITHM=INSTANT/);
      assert.match(await facts(`ALTER TABLE orders MODIFY ${grown.replace("'paid', ", '')}`), /ALGORITHM=COPY/);
      // Where the server would refuse it, no cost is told.
      assert.doesNotMatch(await facts('ALTER TABLE orders ADD COLUMN status INT'), /Usually ALGORITHM/);
    });

    test('definitions and calls are shown with what they commit, and never tried', async () => {
      await setup.run(await setup.look('CREATE PROCEDURE tick() BEGIN UPDATE shop.plain SET v = 77 WHERE id = 1; COMMIT; END'));
      const call = await setup.look('CALL tick()');
      assert.match(
        call.statements[0]?.facts.map(inEnglish).join('\n') ?? '',
        /can commit while it runs[^]*UPDATE `shop`\.`plain` SET `v` = 77/,
      );
      assert.deepEqual(await setup.rows('SELECT v FROM shop.plain WHERE id = 1'), [[10]]);
      await setup.run(call);
      assert.deepEqual(await setup.rows('SELECT v FROM shop.plain WHERE id = 1'), [[77]]);
      const alter = await setup.first('ALTER TABLE orders MODIFY note TEXT');
      assert.match(
        alter.facts.map(inEnglish).join('\n'),
        /about (?:999|1,0\d\d) rows[^]*Foreign keys in order_items reference orders[^]*ALGORITHM=COPY/,
      );
      assert.match((await setup.first('CREATE INDEX ix_total ON orders (total)')).facts.map(inEnglish).join('\n'), /INPLACE, LOCK=NONE/);
      assert.match((await setup.first('TRUNCATE TABLE plain')).facts.map(inEnglish).join('\n'), /shop\.plain: InnoDB, about/);
      assert.match((await setup.first('DROP DATABASE shop')).facts.map(inEnglish).join('\n'), /shop: \d+ tables/);
      await setup.run(
        await setup.look(
          'CREATE TRIGGER plain_t BEFORE UPDATE ON plain FOR EACH ROW BEGIN SET NEW.v = NEW.v + 1; SET NEW.note = UPPER(NEW.note); END',
        ),
      );
      await setup.run(await setup.look("UPDATE plain SET note = 'low' WHERE id = 1"));
      assert.deepEqual(await setup.rows('SELECT v, note FROM shop.plain WHERE id = 1'), [[78, 'LOW']]);
      await setup.run(await setup.look('DROP TRIGGER plain_t'));
    });

    test('the rules of the connection decide', async () => {
      const one = await setup.open({ writes: { insert: 'allow', update: 'ask' }, environment: 'production' });
      assert.equal((await one.writes.judge('INSERT INTO plain (id) VALUES (1)', WRITE_OPTIONS)).mode, 'ask', 'production is held to ask');
      await fails(
        one.writes.judge('REPLACE INTO plain (id) VALUES (1)', WRITE_OPTIONS),
        'statement.refused',
        /doesn't allow these writes by agents: insert, delete/,
      );
      await fails(
        one.writes.judge('INSERT INTO plain (id) VALUES (1); DELETE FROM plain', WRITE_OPTIONS),
        'statement.refused',
        /doesn't allow these writes by agents/,
      );
      const twice = await setup.open({ writes: { insert: 'allow' }, environment: 'production', unattendedProduction: true });
      assert.equal((await twice.writes.judge('INSERT INTO plain (id) VALUES (1)', WRITE_OPTIONS)).mode, 'allow');
      const preview = await one.writes.preview(await one.writes.judge('UPDATE plain SET v = 5 WHERE id = 1', WRITE_OPTIONS), WRITE_OPTIONS);
      assert.deepEqual(preview.dryRun, { skipped: phrase("dry runs on production aren't allowed") });
      const none = await setup.open({ writes: undefined });
      await fails(
        none.writes.judge('UPDATE plain SET v = 1', WRITE_OPTIONS),
        'statement.refused',
        /doesn't allow these writes by agents: update/,
      );
    });
  });
}

async function openTransactions(setup: WriteSetup): Promise<number> {
  return Number((await setup.rows('SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_rows_modified > 0'))[0]?.[0]);
}
