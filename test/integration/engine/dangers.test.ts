import assert from 'node:assert/strict';
import type { Database } from '../../../src/engine/connection/database.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import { dialectOf } from '../../../src/engine/sql/lexer/dialect.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type TestServer } from '../../harness/servers/testServer.ts';

const TABLES = `
  CREATE TABLE shop.big (id INT PRIMARY KEY, n INT NOT NULL, note VARCHAR(20), code CHAR(3), price DECIMAL(10, 2), UNIQUE (n));
  INSERT INTO shop.big SELECT id, id, IF(id % 2, 'odd', NULL), 'abc', 1.25 FROM shop.orders;
  CREATE TABLE shop.small (id INT PRIMARY KEY, a INT NOT NULL, b INT);
  INSERT INTO shop.small VALUES (1, 1, NULL), (2, 2, 2);
  CREATE TABLE shop.\`empty\` (id INT PRIMARY KEY);
  CREATE TABLE shop.loose (a INT, b INT);
  INSERT INTO shop.loose VALUES (1, 1), (2, 2);
  CREATE VIEW shop.seen AS SELECT id, a FROM shop.small;
  CREATE PROCEDURE shop.wipes(a INT) BEGIN CREATE TEMPORARY TABLE IF NOT EXISTS mine (n INT); DELETE FROM mine; DROP TEMPORARY TABLE mine; DELETE FROM small; END;
  CREATE PROCEDURE shop.through() BEGIN IF 1 THEN TRUNCATE loose; END IF; CALL wipes(2); END;
  CREATE PROCEDURE shop.hides(what TEXT) BEGIN SET @s = CONCAT('DROP TABLE ', what); PREPARE s FROM @s; EXECUTE s; END;
  CREATE PROCEDURE shop.prepares() BEGIN PREPARE s FROM 'TRUNCATE loose'; EXECUTE s; PREPARE s FROM 'CALL shop.wipes(1)'; EXECUTE s; END;
  CREATE PROCEDURE shop.reads() BEGIN PREPARE s FROM 'SELECT 1'; EXECUTE s; END;
  CREATE PROCEDURE shop.picks(a INT) BEGIN DELETE FROM small WHERE id = a; UPDATE loose SET b = a WHERE a = 3; END;`;

for (const flavor of ['mysql', 'mariadb'] as const) {
  suite(`what statements of people destroy, on ${flavor}`, function () {
    this.timeout(60_000);
    let server: TestServer;
    let database: Database;

    /** Kind, type, reason and objects of each danger. */
    const dangers = async (sql: string, inDatabase: string | undefined = 'shop', by = database): Promise<string[]> => {
      const [found = []] = await by.sessions.dangers([{ sql, database: inDatabase }], new AbortController().signal);
      return found.map(({ kind, type, reason, part, objects }) =>
        [
          kind,
          type,
          part,
          reason,
          ...objects.map(({ name, rows }) => (rows === undefined ? name : `${name}=${rows.exact ? '' : '~'}${String(rows.count)}`)),
        ]
          .filter((text) => text !== undefined)
          .join(' '),
      );
    };

    suiteSetup(async () => {
      server = await startServer(flavor);
      await loadSample(server);
      await execute(server, TABLES);
      database = await openDatabase(
        { host: server.host, port: server.port, user: SAMPLE.owner.user, tls: 'preferred' },
        { password: () => Promise.resolve(SAMPLE.owner.password), warn: () => undefined },
      );
    });
    suiteTeardown(async () => {
      await database.close();
      await server.dispose();
    });

    test('names the objects of a DROP with their database and rows', async () => {
      assert.deepEqual(await dangers('DROP TABLE big, shop.small'), ['drop TABLE shop.big=1000 shop.small=2']);
      assert.deepEqual(await dangers('DROP TABLE IF EXISTS missing'), ['drop TABLE shop.missing']);
      assert.deepEqual(await dangers('DROP TABLE shop.big', undefined), ['drop TABLE shop.big=1000']);
      assert.deepEqual(await dangers('DROP VIEW seen'), ['drop VIEW shop.seen']);
      assert.deepEqual(await dangers('DROP PROCEDURE p', 'other'), ['drop PROCEDURE other.p']);
      assert.deepEqual(await dangers("DROP USER 'app'@'%'"), ["drop USER 'app'@'%'"]);
      assert.deepEqual(await dangers('DROP DATABASE shop'), ['drop DATABASE shop']);
      assert.deepEqual(await dangers('DROP INDEX n ON big'), ['drop INDEX n shop.big']);
      assert.deepEqual(await dangers('TRUNCATE small'), ['truncate TABLE shop.small=2']);
      assert.deepEqual(await dangers('ALTER TABLE big DROP COLUMN note, DROP INDEX n'), [
        'drop COLUMN note shop.big=1000',
        'drop INDEX n shop.big',
      ]);
    });

    for (const [sql, danger] of [
      ['DROP FUNCTION IF EXISTS f', 'drop FUNCTION shop.f'],
      ['DROP TRIGGER t', 'drop TRIGGER shop.t'],
      ['DROP TRIGGER IF EXISTS other.t', 'drop TRIGGER other.t'],
      ['DROP EVENT e', 'drop EVENT shop.e'],
      ['DROP VIEW IF EXISTS seen, other.v', 'drop VIEW shop.seen other.v'],
      ['DROP USER a@b', 'drop USER a@b'],
      ['DROP ROLE r', 'drop ROLE r'],
      ['DROP SERVER s', 'drop SERVER s'],
      ['DROP INDEX `PRIMARY` ON big', 'drop INDEX PRIMARY shop.big'],
      ['DROP SCHEMA IF EXISTS shop', 'drop DATABASE shop'],
      ['/*!50000 DROP TABLE small */', 'drop TABLE shop.small=2'],
      ['DELETE FROM small WHERE 1', 'delete TABLE alwaysTrue shop.small=2'],
      ['UPDATE small SET b = 1 WHERE 1 = 1 OR id = 7', 'update TABLE alwaysTrue shop.small=2'],
      ["DELETE FROM small WHERE 'a' = 'a'", 'delete TABLE alwaysTrue shop.small=2'],
      ['UPDATE small SET b = 1 WHERE NOT FALSE AND NULL IS NULL', 'update TABLE alwaysTrue shop.small=2'],
      ['DELETE FROM small', 'delete TABLE noWhere shop.small=2'],
      ['UPDATE small SET b = 1', 'update TABLE noWhere shop.small=2'],
    ] as const)
      test(`asks about ${sql}`, async () => {
        assert.deepEqual(await dangers(sql), [danger]);
      });

    for (const where of [
      'id = id',
      'id > 0 OR id <= 0',
      'id IS NOT NULL',
      'n IS NOT NULL AND id = n',
      'id < 5000',
      'NOT (note <=> 3)',
      "COALESCE(note, 'x') LIKE '%'",
      'id IN (SELECT id FROM orders)',
      'EXISTS (SELECT 1 FROM orders o WHERE o.id = big.id)',
      "code = 'ABC'",
    ])
      test(`finds a condition that matches every row: ${where}`, async () => {
        assert.deepEqual(await dangers(`DELETE FROM big WHERE ${where}`), ['delete TABLE allRows shop.big=1000']);
        assert.deepEqual(await dangers(`UPDATE big SET note = 1 WHERE ${where}`), ['update TABLE allRows shop.big=1000']);
      });

    for (const where of [
      'id = 1',
      'id > 1',
      "note = 'odd'",
      'note = note',
      'id = 5000',
      'n = @x',
      'id = LAST_INSERT_ID() AND note IS NULL',
    ])
      test(`asks nothing where a row is left out: ${where}`, async () => {
        assert.deepEqual(await dangers(`DELETE FROM big WHERE ${where}`), []);
        assert.deepEqual(await dangers(`UPDATE big SET note = 1 WHERE ${where}`), []);
      });

    test('asks where only the session of the person knows', async () => {
      assert.deepEqual(await dangers('DELETE FROM big WHERE id > @x'), ['delete TABLE unchecked shop.big=1000']);
      assert.deepEqual(await dangers('DELETE FROM big WHERE note = @x'), ['delete TABLE unchecked shop.big=1000']);
    });

    test('asks nothing of an empty table, nor of one that is not there', async () => {
      assert.deepEqual(await dangers('DELETE FROM `empty` WHERE id > 0'), []);
      assert.deepEqual(await dangers('DELETE FROM missing WHERE id > 0'), []);
    });

    test('knows the rows of joins and of views', async () => {
      const joined = 'big JOIN orders o ON o.id = big.id';
      assert.deepEqual(await dangers(`DELETE big FROM ${joined} WHERE o.id > 0`), ['delete TABLE allRows shop.big=1000']);
      assert.deepEqual(await dangers(`DELETE FROM big USING ${joined} WHERE o.id > 0`), ['delete TABLE allRows shop.big=1000']);
      assert.deepEqual(await dangers(`DELETE big FROM ${joined} WHERE o.id > 1`), []);
      assert.deepEqual(await dangers(`UPDATE ${joined} SET big.note = 1 WHERE o.id > 0`), ['update TABLE allRows shop.big=1000']);
      assert.deepEqual(await dangers(`UPDATE ${joined} SET big.note = 1 WHERE o.id = 7`), []);
      assert.deepEqual(await dangers('DELETE loose FROM loose JOIN small ON small.id = loose.a WHERE small.a > 0'), [
        'delete TABLE unchecked shop.loose=2',
      ]);
      assert.deepEqual(await dangers('UPDATE seen SET a = 1 WHERE id > 0'), ['update TABLE allRows shop.seen=2']);
      if (flavor === 'mysql')
        assert.deepEqual(await dangers('WITH c AS (SELECT id FROM orders) DELETE FROM big WHERE id IN (SELECT id FROM c)'), [
          'delete TABLE allRows shop.big=1000',
        ]);
    });

    test('asks about a new type only where values may be lost', async () => {
      for (const change of [
        'note VARCHAR(30) NOT NULL',
        'note TEXT',
        'id BIGINT',
        'price DECIMAL(12, 2)',
        'price DECIMAL(14, 4)',
        "code CHAR(3) DEFAULT 'x'",
      ])
        assert.deepEqual(await dangers(`ALTER TABLE big MODIFY ${change}`), [], change);
      for (const [name, type] of [
        ['note', 'VARCHAR(10)'],
        ['note', 'INT'],
        ['id', 'SMALLINT'],
        ['id', 'INT UNSIGNED'],
        ['price', 'DECIMAL(10, 1)'],
        ['price', 'DECIMAL(10, 4)'],
        ['price', 'INT'],
        ['code', 'CHAR(2)'],
      ] as const)
        assert.deepEqual(
          await dangers(`ALTER TABLE big MODIFY ${name} ${type}`),
          [`retype COLUMN ${name} shop.big=1000`],
          `${name} ${type}`,
        );
    });

    test('asks about a definition only where it is there', async () => {
      assert.deepEqual(await dangers('CREATE OR REPLACE VIEW seen AS SELECT 1'), ['redefine VIEW shop.seen']);
      assert.deepEqual(await dangers('ALTER VIEW shop.seen AS SELECT 1', undefined), ['redefine VIEW shop.seen']);
      assert.deepEqual(await dangers('CREATE OR REPLACE VIEW unseen AS SELECT 1'), []);
    });

    test('asks about what a procedure destroys whoever calls it, and not about its own temporary tables', async () => {
      const { host, port, root } = server;
      const all = await openDatabase(
        { host, port, user: root.user, tls: 'preferred' },
        { password: () => Promise.resolve(root.password), warn: () => undefined },
      );
      assert.deepEqual(await dangers('CALL wipes(1)', 'shop', all), ['delete TABLE noWhere shop.small=2']);
      assert.deepEqual(await dangers('CALL shop.through()', 'other', all), [
        'truncate TABLE shop.loose=2',
        'delete TABLE noWhere shop.small=2',
      ]);
      assert.deepEqual(await dangers('CALL picks(1)', 'shop', all), []);
      await all.close();
    });

    test('asks about a procedure that runs what nobody can read', async () => {
      const { host, port, root } = server;
      const all = await openDatabase(
        { host, port, user: root.user, tls: 'preferred' },
        { password: () => Promise.resolve(root.password), warn: () => undefined },
      );
      assert.deepEqual(await dangers("CALL hides('small')", 'shop', all), ['unreadable PREPARE']);
      const [[found] = []] = await all.sessions.dangers([{ sql: "CALL hides('x')", database: 'shop' }], new AbortController().signal);
      assert.equal(found?.routine, 'shop.hides');
      assert.deepEqual(await dangers('CALL prepares()', 'shop', all), ['truncate TABLE shop.loose=2', 'delete TABLE noWhere shop.small=2']);
      assert.deepEqual(await dangers("PREPARE s FROM 'CALL wipes(1)'", 'shop', all), ['delete TABLE noWhere shop.small=2']);
      if (flavor === 'mariadb')
        assert.deepEqual(await dangers("EXECUTE IMMEDIATE 'CALL wipes(1)'", 'shop', all), ['delete TABLE noWhere shop.small=2']);
      assert.deepEqual(await dangers('CALL reads()', 'shop', all), []);
      assert.deepEqual(await dangers('CALL nowhere()', 'shop', all), []);
      await all.close();
      assert.deepEqual(await dangers('CALL wipes(1)'), ['unreadable CALL'], 'of an account that may not read it');
    });

    test('reads statements as their session does, and by what the statements before them set', async () => {
      const ask = async (statements: readonly string[], session?: string): Promise<unknown[]> => {
        const dialect = dialectOf(flavor, flavor === 'mysql' ? 90_704 : 101_118, session ?? '');
        const found = await database.sessions.dangers(
          statements.map((sql) => ({ sql, database: 'shop' })),
          new AbortController().signal,
          session === undefined ? undefined : dialect,
        );
        return found.map((one) => one.map(({ kind, reason }) => `${kind} ${String(reason)}`));
      };
      const escaped = "DELETE FROM big WHERE note = '\\' OR 1 = 1 -- '";
      assert.deepEqual(await ask([escaped]), [[]]);
      assert.deepEqual(await ask([escaped], 'NO_BACKSLASH_ESCAPES'), [['delete alwaysTrue']]);
      assert.deepEqual(await ask(["SET sql_mode = 'NO_BACKSLASH_ESCAPES'", escaped]), [[], ['delete alwaysTrue']]);
      const negated = 'DELETE FROM big WHERE NOT 0 BETWEEN -5 AND 5';
      assert.deepEqual(await ask([negated], ''), [[]]);
      assert.deepEqual(await ask([negated], 'HIGH_NOT_PRECEDENCE'), [['delete alwaysTrue']]);
      const quoted = 'DELETE FROM big WHERE "id" = 1';
      assert.deepEqual(await ask([quoted], 'ANSI_QUOTES'), [[]]);
    });

    test('changes nothing', async () => {
      await dangers('UPDATE small SET a = 9 WHERE id > 0');
      assert.deepEqual(await execute(server, 'SELECT SUM(a) AS s FROM shop.small'), [{ s: '3' }]);
    });

    test('a server that cannot be asked is no reason to ask nothing', async () => {
      const gone = await openDatabase(
        { host: '127.0.0.1', port: 1, user: 'app', tls: 'disabled' },
        { password: () => Promise.resolve(''), warn: () => undefined },
      );
      const [found = []] = await gone.sessions.dangers(
        [{ sql: 'DELETE FROM big WHERE id > 0', database: 'shop' }],
        new AbortController().signal,
      );
      assert.deepEqual(found, [{ kind: 'delete', type: 'TABLE', part: undefined, objects: [{ name: 'shop.big' }], reason: 'unchecked' }]);
      await gone.close();
    });
  });
}
