import assert from 'node:assert/strict';
import { execute, type Flavor } from '../../harness/servers/testServer.ts';
import { fails, WRITE_OPTIONS, WriteSetup } from '../../harness/servers/writeSetup.ts';
import { inEnglish } from '../../../src/engine/phrase.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

const SCHEMA = [
  'CREATE TABLE shop.fired (id INT PRIMARY KEY, v INT)',
  'INSERT INTO shop.fired VALUES (1, 1), (2, 2)',
  'CREATE TABLE shop.trail (id INT AUTO_INCREMENT PRIMARY KEY, v INT)',
  "CREATE FUNCTION shop.noted(n INT) RETURNS INT MODIFIES SQL DATA BEGIN INSERT INTO shop.isam_log (what) VALUES ('noted'); RETURN n; END",
  "CREATE PROCEDURE shop.note_it() INSERT INTO shop.isam_log (what) VALUES ('called')",
  'CREATE VIEW shop.noting AS SELECT shop.noted(1) AS x',
  'CREATE VIEW shop.trails AS SELECT * FROM shop.trail',
  'CREATE TABLE shop.joined (id INT PRIMARY KEY, fired_id INT)',
  'INSERT INTO shop.joined VALUES (1, 1), (2, 1), (3, 1), (4, 2)',
];

/** Bodies of a trigger AFTER UPDATE, and why no dry run is made. */
const LASTING: readonly (readonly [body: string, why: RegExp])[] = [
  ['SET GLOBAL max_connections = 77', /SET max_connections/],
  ['SET @@global.max_connections = 77', /SET/],
  ['SET SESSION sql_log_bin = 0', /SET sql_log_bin/],
  ['SET @pilot = 1', /SET/],
  ["SELECT 1 INTO OUTFILE '/tmp/pilot-dry-run'", /INTO/],
  ["SET @x = GET_LOCK('dry', 0)", /SET/],
  ['BEGIN DECLARE x INT; SET x = SLEEP(3); END', /SLEEP/],
  ["BEGIN DECLARE x INT; IF GET_LOCK('dry', 0) THEN SET x = 1; END IF; END", /GET_LOCK/],
  ["BEGIN DECLARE x TEXT; SELECT LOAD_FILE('/etc/passwd') INTO x; END", /LOAD_FILE/],
  ['INSERT INTO trail (v) VALUES (noted(1))', /noted/],
  ['INSERT INTO trail (v) VALUES (shop.noted(1))', /noted/],
  ['CALL note_it()', /CALL/],
  ['INSERT INTO trail (v) SELECT x FROM noting', /noting, which isn't a base table/],
  ["INSERT INTO isam_log (what) VALUES ('fired')", /MyISAM/],
  ['BEGIN INSERT INTO trails (v) VALUES (1); END', /trails isn't a base table/],
  ['BEGIN DECLARE CONTINUE HANDLER FOR SQLEXCEPTION BEGIN END; CALL note_it(); END', /CALL/],
];

/** Bodies that change rows of transactional tables and compute, and nothing else. */
const PURE = [
  'INSERT INTO trail (v) VALUES (NEW.v)',
  'BEGIN DECLARE n INT DEFAULT 0; SELECT COUNT(*) INTO n FROM trail; IF n > 5 THEN DELETE FROM trail WHERE v = OLD.v; ELSE INSERT INTO trail (v) VALUES (n); END IF; END',
  'BEGIN DECLARE i INT DEFAULT 0; WHILE i < 3 DO SET i = i + 1; INSERT INTO trail (v) VALUES (i); END WHILE; UPDATE trail SET v = v + 1 WHERE v = 2; END',
];

for (const flavor of flavors) {
  suite(`dry runs on ${flavor}`, function () {
    this.timeout(120_000);
    let setup: WriteSetup;

    suiteSetup(async () => {
      setup = await WriteSetup.start(flavor, true);
      for (const sql of SCHEMA) await execute(setup.server, sql);
    });
    suiteTeardown(() => setup.dispose());

    const withTrigger = async (body: string, work: () => Promise<void>, table = 'fired'): Promise<void> => {
      await execute(setup.server, `CREATE TRIGGER shop.probe AFTER UPDATE ON shop.${table} FOR EACH ROW ${body}`);
      try {
        await work();
      } finally {
        await execute(setup.server, 'DROP TRIGGER shop.probe');
      }
    };
    const skipped = async (sql: string): Promise<string> => {
      const { dryRun } = await setup.look(sql);
      return 'skipped' in dryRun ? inEnglish(dryRun.skipped) : 'it was made';
    };
    const marks = (): Promise<unknown[][]> =>
      setup.rows(
        "SELECT @@global.max_connections, IS_FREE_LOCK('dry'), (SELECT COUNT(*) FROM shop.isam_log), (SELECT COUNT(*) FROM shop.trail)",
      );

    test('none is made where a trigger could do more than change rows', async () => {
      const before = await marks();
      for (const [body, why] of LASTING)
        await withTrigger(body, async () => {
          assert.match(await skipped('UPDATE fired SET v = v + 1 WHERE id = 1'), why, body);
        });
      assert.deepEqual(await marks(), before);
    });

    test('one is made where triggers only change rows and compute', async () => {
      for (const body of PURE)
        await withTrigger(body, async () => {
          assert.equal(await skipped('UPDATE fired SET v = v + 1 WHERE id = 1'), 'it was made', body);
        });
      assert.deepEqual(await setup.rows('SELECT COUNT(*) FROM shop.trail'), [[0]]);
    });

    test('the rows of a joined write are those that the dry run counts, and not combinations', async () => {
      for (const sql of [
        'UPDATE fired JOIN joined ON joined.fired_id = fired.id SET fired.v = 9',
        'DELETE fired FROM fired JOIN joined ON joined.fired_id = fired.id',
      ]) {
        const { level, rows, expected } = await setup.first(sql);
        assert.deepEqual({ level, rows, expected }, { level: 'count', rows: 2, expected: 2 }, sql);
      }
    });

    test('rows that may be there already are a danger, whatever the dry run counts', async () => {
      const look = async (sql: string) => {
        const { level, rows, expected, dangers } = await setup.first(sql);
        return [level, rows, expected, ...dangers.map(inEnglish)];
      };
      assert.deepEqual(await look('INSERT INTO fired (id, v) VALUES (1, 10), (2, 20) ON DUPLICATE KEY UPDATE v = VALUES(v)'), [
        ...['count', 2, 4],
        'Existing rows with the same keys may be changed (ON DUPLICATE KEY UPDATE).',
      ]);
      assert.deepEqual(await look('REPLACE INTO fired (id, v) VALUES (1, 10)'), [
        ...['count', 1, 2],
        'Existing rows with the same keys may be deleted and replaced (REPLACE).',
      ]);
      assert.deepEqual(await look('INSERT IGNORE INTO fired (id, v) VALUES (1, 10), (2, 20)'), ['count', 0, 0]);
    });

    test('none is made where the statement reads a view, or a table that cannot roll back', async () => {
      assert.match(await skipped('UPDATE fired SET v = (SELECT COUNT(*) FROM trails) WHERE id = 1'), /uses views/);
      assert.match(await skipped('UPDATE fired SET v = (SELECT COUNT(*) FROM isam) WHERE id = 1'), /nontransactional tables/);
      assert.equal(await skipped('UPDATE fired SET v = (SELECT COUNT(*) FROM trail) WHERE id = 1'), 'it was made');
    });

    test('new values from other tables, and rows of cascades, are held, and what triggers change is said not to be', async () => {
      const values = await setup.first('UPDATE fired SET v = (SELECT COUNT(*) FROM trail) WHERE id = 1');
      assert.equal(values.level, 'rows');
      assert.deepEqual(
        values.guards.map(({ what }) => inEnglish(what)),
        ['the new values read from other tables'],
      );
      const cascade = await setup.first('DELETE FROM orders WHERE id = 20');
      assert.match(cascade.dangers.map(inEnglish).join('\n'), /ON DELETE CASCADE\)/);
      assert.deepEqual(
        cascade.guards.map(({ what }) => inEnglish(what)),
        ['the rows of order_items that are also deleted'],
      );
      await withTrigger('INSERT INTO keyless (v) VALUES (NEW.v)', async () => {
        assert.deepEqual((await setup.first('UPDATE fired SET v = v + 1 WHERE id = 1')).unheld.map(inEnglish), [
          'what the triggers change',
        ]);
      });
      assert.deepEqual((await setup.first('UPDATE fired SET v = v + 1 WHERE id = 1')).warnings, []);
    });

    test('rules on tables hold for what triggers and foreign keys reach', async () => {
      const ruled = await setup.open({ tables: { deny: ['shop.trail', 'shop.order_items'] } });
      const bodies = [
        'INSERT INTO trail (v) VALUES (1)',
        'INSERT INTO `TRAIL` (v) VALUES (1)'.toLowerCase(),
        'UPDATE keyless SET v = (SELECT MAX(v) FROM trail)',
        'BEGIN DECLARE n INT; SELECT COUNT(*) INTO n FROM shop.trail; END',
        'DELETE t FROM trail t JOIN keyless k ON k.v = t.v',
        'INSERT INTO keyless (v) SELECT x.v FROM trail x WHERE x.v > OLD.v',
        'CALL note_it()',
        'INSERT INTO keyless (v) VALUES (noted(1))',
      ];
      for (const body of bodies)
        await withTrigger(body, async () => {
          await fails(setup.look('UPDATE fired SET v = 5 WHERE id = 1', ruled), 'statement.refused', /table rules/);
        });
      await fails(setup.look('DELETE FROM orders WHERE id = 20', ruled), 'statement.refused', /table rules/);
      await fails(
        setup.look('REPLACE INTO orders (id, customer_id, status, total, placed_at) VALUES (20, 1, 1, 1, NOW())', ruled),
        'statement.refused',
        /table rules/,
      );
      await withTrigger('INSERT INTO keyless (v) VALUES (NEW.v)', async () => {
        await setup.look('UPDATE fired SET v = 5 WHERE id = 1', ruled);
      });
      await setup.look("UPDATE orders SET note = 'x' WHERE id = 20", ruled);
      // A foreign key tells which rows the other table has.
      await fails(setup.look('UPDATE orders SET id = 99999 WHERE id = 20', ruled), 'statement.refused', /table rules/);
      const parents = await setup.open({ tables: { deny: ['shop.customers'] } });
      for (const sql of [
        'INSERT INTO orders (customer_id, status, total, placed_at) VALUES (1, 1, 1, NOW())',
        'REPLACE INTO orders (id, customer_id, status, total, placed_at) VALUES (20, 1, 1, 1, NOW())',
        'UPDATE orders SET customer_id = 5 WHERE id = 20',
        'INSERT IGNORE INTO orders (customer_id, status, total, placed_at) SELECT 1, 1, 1, NOW()',
        'UPDATE orders o JOIN plain p ON p.id = o.id SET o.customer_id = 5',
        'INSERT INTO orders (id, customer_id, status, total, placed_at) VALUES (20, 1, 1, 1, NOW()) ON DUPLICATE KEY UPDATE customer_id = 5',
      ])
        await fails(setup.look(sql, parents), 'statement.refused', /table rules/);
      await setup.look("UPDATE orders SET note = 'x' WHERE id = 20", parents);
    });

    test('a definition keeps to the rules on tables under every name it has', async () => {
      const ruled = await setup.open({ tables: { deny: ['shop.trail', 'hidden.*'] } });
      for (const sql of [
        'DROP TABLE trail',
        'DROP TABLE fired, trail',
        'ALTER TABLE trail ADD COLUMN x INT',
        'CREATE INDEX i ON trail (v)',
        'DROP INDEX i ON trail',
        'TRUNCATE trail',
        'RENAME TABLE trail TO open_trail',
        'RENAME TABLE fired TO old_fired, shop.trail TO fired',
        'RENAME TABLE fired TO hidden.fired',
        'ALTER TABLE fired RENAME TO hidden.fired',
        'ALTER TABLE fired ADD CONSTRAINT f FOREIGN KEY (v) REFERENCES trail (id)',
        'CREATE TABLE t9 (a INT, FOREIGN KEY (a) REFERENCES trail (id))',
        'CREATE TABLE t9 LIKE trail',
        'CREATE TABLE t9 AS SELECT * FROM trail',
        'CREATE TABLE hidden.t9 (a INT)',
        'CREATE TABLE t9 (v INT) ENGINE=MERGE UNION=(trail)',
        'CREATE VIEW v9 AS SELECT * FROM trail',
        'CREATE OR REPLACE VIEW trails AS SELECT v FROM trail WHERE 1',
        'CREATE VIEW v9 AS SELECT * FROM trails',
        'OPTIMIZE TABLE trail',
      ])
        await fails(setup.look(sql, ruled), 'statement.refused', /./);
      await fails(ruled.writes.judge('CALL note_it()', WRITE_OPTIONS), 'statement.refused', /table rules/);
      await setup.look('CREATE TABLE t9 (a INT PRIMARY KEY, b INT, FOREIGN KEY (b) REFERENCES fired (id))', ruled);
    });

    if (flavor === 'mariadb')
      test('DEFAULT(column) is judged by what the default does', async () => {
        await execute(setup.server, 'CREATE SEQUENCE shop.numbers');
        await execute(setup.server, 'CREATE TABLE shop.numbered (id INT DEFAULT NEXTVAL(shop.numbers), v INT DEFAULT (1 + 1))');
        await execute(setup.server, 'INSERT INTO shop.numbered (v) VALUES (1)');
        await execute(setup.server, 'CREATE VIEW shop.numbered_v AS SELECT id AS other, v FROM shop.numbered');
        const next = (): Promise<unknown[][]> => setup.rows('SELECT next_not_cached_value FROM shop.numbers');
        const before = await next();
        const read = { limits: { maxRows: 10, maxCharacters: 1000 }, timeoutMs: 5000 };
        for (const sql of [
          'SELECT DEFAULT(id) FROM numbered',
          'SELECT DEFAULT(n.id) FROM numbered AS n',
          'SELECT DEFAULT(other) FROM numbered_v',
          'SELECT v FROM numbered WHERE DEFAULT(id) > 5',
          'SELECT DEFAULT(x) FROM (SELECT id AS x FROM numbered) AS d',
          'WITH c AS (SELECT DEFAULT(id) AS x FROM numbered) SELECT x FROM c',
        ])
          await fails(setup.database.reads.query(sql, read), 'statement.refused');
        assert.deepEqual(await next(), before);
        const [answer] = await setup.database.reads.query('SELECT DEFAULT(v) AS d FROM plain LIMIT 1', read);
        assert.deepEqual(answer?.rows, [[null]]);
        assert.match(await skipped('INSERT INTO numbered (v) VALUES (3)'), /NEXTVAL/);
      });
  });
}
