import assert from 'node:assert/strict';
import { parseUndoRecord } from '../../../src/engine/writes/undoRecord.ts';
import { secondFlavor } from '../../harness/depth.ts';
import { execute } from '../../harness/servers/testServer.ts';
import { fails, WriteSetup } from '../../harness/servers/writeSetup.ts';
import { HOSTILE_WRITES, type HostileWrite } from './hostileWrites.ts';

for (const flavor of ['mysql', 'mariadb'] as const) {
  suite(`undoing writes on ${flavor}`, function () {
    secondFlavor(this, flavor);
    this.timeout(120_000);
    let setup: WriteSetup;

    suiteSetup(async () => {
      setup = await WriteSetup.start(flavor, true);
    });
    suiteTeardown(() => setup.dispose());

    const TABLES = `DROP TABLE IF EXISTS shop.places;
      CREATE TABLE shop.places (id INT PRIMARY KEY, list INT, pos INT, name VARCHAR(9), bytes VARBINARY(9), long_name VARCHAR(99), UNIQUE (list, pos), UNIQUE (name), UNIQUE (bytes(2)), UNIQUE (long_name(2)));
      INSERT INTO shop.places VALUES (1, 1, 1, 'a', 'a1', 'a1'), (2, 1, 2, 'b', 'b1', 'b1'), (3, 1, 3, 'c', 'c1', 'c1'), (4, 2, 2, 'd', 'x1', 'x1'), (5, 2, NULL, 'É', 'e1', 'e1'), (6, 2, NULL, NULL, NULL, NULL)`;
    const ROWS = 'SELECT id, list, pos, name, HEX(bytes) AS bytes, long_name FROM shop.places ORDER BY id';

    /** Each succeeds in the order that it names; the old values have to come back in the other. */
    const SHIFTS: Readonly<Record<string, string>> = {
      'to the next place': 'UPDATE places SET pos = pos + 1 WHERE list = 1 ORDER BY id DESC',
      'to the place before': 'UPDATE places SET pos = pos - 1 WHERE list = 1 ORDER BY id',
      'over a gap of two keys': 'UPDATE places SET pos = pos - 1, name = CHAR(ASCII(name) - 1 USING utf8mb4) WHERE list = 1 ORDER BY id',
      'to what the collation takes for equal': "UPDATE places SET name = IF(id = 5, 'f', IF(id = 6, 'e', name)) WHERE id >= 5 ORDER BY id",
      'by the beginning of bytes': "UPDATE places SET bytes = CONCAT(CHAR(ASCII(bytes) - 1), '1', id) WHERE list = 1 ORDER BY id",
      'by the beginning of a text':
        "UPDATE places SET long_name = CONCAT(CHAR(ASCII(long_name) - 1 USING utf8mb4), '1', id) WHERE list = 1 ORDER BY id",
    };
    for (const [what, write] of Object.entries(SHIFTS))
      test(`brings rows back whose unique values moved ${what}`, async () => {
        await execute(setup.server, TABLES);
        const before = await setup.rows(ROWS);
        const { undo } = await setup.run(await setup.look(write));
        assert.notDeepEqual(await setup.rows(ROWS), before);
        assert.ok(undo);
        await execute(setup.server, undo.file);
        assert.deepEqual(await setup.rows(ROWS), before, undo.sql);
      });

    test('brings thousands of rows back that moved by one', async () => {
      await execute(
        setup.server,
        `DROP TABLE IF EXISTS shop.line; CREATE TABLE shop.line (id INT PRIMARY KEY, pos INT UNIQUE);
         INSERT INTO shop.line SELECT n, n FROM (SELECT a.id + 1000 * b.id AS n FROM shop.orders a, shop.orders b WHERE b.id <= 9 LIMIT 9000) x`,
      );
      const { undo } = await setup.run(await setup.look('UPDATE line SET pos = pos - 1 ORDER BY id'));
      await execute(setup.server, undo?.file ?? assert.fail());
      assert.deepEqual(await setup.rows('SELECT COUNT(*) FROM shop.line WHERE pos <> id'), [[0]]);
      assert.equal(undo?.rows, 9000);
    });

    test('brings a row back before those of its table that refer to it', async () => {
      await execute(
        setup.server,
        `DROP TABLE IF EXISTS shop.tree; CREATE TABLE shop.tree (id INT PRIMARY KEY, up INT, FOREIGN KEY (up) REFERENCES shop.tree (id));
         INSERT INTO shop.tree VALUES (1, NULL), (2, 1), (3, 1)`,
      );
      const before = await setup.rows('SELECT * FROM shop.tree ORDER BY id');
      const { undo } = await setup.run(await setup.look('UPDATE tree SET up = NULL WHERE id > 1; DELETE FROM tree WHERE id = 1'));
      await execute(setup.server, undo?.file ?? assert.fail());
      assert.deepEqual(await setup.rows('SELECT * FROM shop.tree ORDER BY id'), before);
    });

    test('tells of the triggers that bringing rows back fires', async () => {
      await execute(
        setup.server,
        `DROP TABLE IF EXISTS shop.stamped; CREATE TABLE shop.stamped (id INT PRIMARY KEY, v INT, version INT);
         INSERT INTO shop.stamped VALUES (1, 1, 1), (2, 2, 1)`,
      );
      await execute(setup.server, 'CREATE TRIGGER shop.stamp BEFORE UPDATE ON shop.stamped FOR EACH ROW SET NEW.version = OLD.version + 1');
      await execute(setup.server, 'CREATE TRIGGER shop.first BEFORE INSERT ON shop.stamped FOR EACH ROW SET NEW.version = 0');
      const update = await setup.run(await setup.look('UPDATE stamped SET v = 5 WHERE id = 1'));
      assert.deepEqual(update.undo?.fires, ['stamp (BEFORE UPDATE)']);
      const deletion = await setup.run(await setup.look('DELETE FROM stamped WHERE id = 2'));
      assert.deepEqual(deletion.undo?.fires, ['first (BEFORE INSERT)']);
      const nothing = await setup.run(await setup.look('UPDATE plain SET v = v + 1 WHERE id = 1'));
      assert.deepEqual(nothing.undo?.fires, []);
    });

    test('is not offered where another value has the text of the one before', async () => {
      const json = flavor === 'mysql' ? "JSON_ARRAY(DATE '2026-01-02')" : "'[2]'";
      await execute(
        setup.server,
        `DROP TABLE IF EXISTS shop.vague; CREATE TABLE shop.vague (id INT PRIMARY KEY, v INT, e ENUM('', 'm'), doc JSON);
         INSERT INTO shop.vague VALUES (1, 1, '', '["2026-01-02"]'), (2, 2, 'm', '[""]')`,
      );
      const all = 'SELECT v, e + 0 AS e FROM shop.vague ORDER BY id';
      const before = await setup.rows(all);
      for (const change of ['e = e - 1', 'v = 5, e = e - 1', ...(flavor === 'mysql' ? [`doc = ${json}`] : [])]) {
        const done = await setup.run(await setup.look(`UPDATE IGNORE vague SET ${change} WHERE id = 1`));
        assert.equal(done.notUndone?.code, 'values', change);
        await execute(setup.server, `UPDATE shop.vague SET v = 1, e = '', doc = '["2026-01-02"]' WHERE id = 1`);
      }
      const told = await setup.run(await setup.look(`UPDATE IGNORE vague SET e = 0, doc = ${json} WHERE id = 2`));
      await execute(setup.server, told.undo?.file ?? assert.fail());
      assert.deepEqual(await setup.rows(all), before);
    });

    test('finds the rows of a key of FLOAT again, and tells what the server says of them', async () => {
      await execute(
        setup.server,
        'DROP TABLE IF EXISTS shop.floats; CREATE TABLE shop.floats (k FLOAT PRIMARY KEY, v INT UNIQUE); INSERT INTO shop.floats VALUES (0.1, 1), (16777217, 2), (1.1754944e37, 3), (-0.3333333, 4)',
      );
      const all = 'SELECT k + 0e0 AS k, v FROM shop.floats ORDER BY v';
      const before = await setup.rows(all);
      const update = await setup.run(await setup.look('UPDATE floats SET v = v + 10'));
      assert.equal(update.undo?.rows, 4);
      await execute(setup.server, update.undo.file);
      assert.deepEqual(await setup.rows(all), before);
      const deletion = await setup.run(await setup.look('DELETE FROM floats WHERE k > 0'));
      await execute(setup.server, deletion.undo?.file ?? assert.fail());
      assert.deepEqual(await setup.rows(all), before);
      await assert.rejects(
        setup.look('INSERT INTO floats VALUES (0.1, 9)').then((preview) => setup.run(preview)),
        /Duplicate entry '0\.1/,
      );
    });
  });
}

/** Writes that were found to change other rows than were remembered or shown, each with what has to become of it. */
for (const flavor of ['mysql', 'mariadb'] as const) {
  suite(`undoing writes that mislead, on ${flavor}`, function () {
    secondFlavor(this, flavor);
    this.timeout(60_000);
    let tables: WriteSetup;

    suiteSetup(async () => {
      tables = await WriteSetup.start(flavor, true);
    });
    suiteTeardown(() => tables.dispose());

    const create = async (statements: readonly string[]): Promise<void> => {
      await execute(tables.server, 'DROP DATABASE shop; CREATE DATABASE shop CHARACTER SET utf8mb4');
      for (const statement of statements) await execute(tables.server, `USE shop; ${statement}`);
    };
    const state = async (): Promise<string> => {
      const names = await tables.rows("SELECT table_name FROM information_schema.tables WHERE table_schema = 'shop' ORDER BY 1");
      const rows = await Promise.all(names.map(([name]) => tables.rows(`SELECT * FROM shop.\`${String(name)}\``)));
      return JSON.stringify(rows.map((one) => one.map((row) => JSON.stringify(row.map(exact))).sort()));
    };
    /** The driver's numbers tell zeros apart, JSON does not. */
    const exact = (cell: unknown): unknown => (Object.is(cell, -0) ? '-0' : cell);
    const isHere = ({ only }: HostileWrite): boolean => only === undefined || only === flavor;

    for (const one of HOSTILE_WRITES.filter(isHere))
      test(`${one.obstacle === undefined ? 'restores the rows' : "says why it can't be undone"}: ${one.title}`, async () => {
        await create(one.tables);
        const before = await state();
        const preview = await tables.look(one.write);
        const shown = preview.statements.map(({ level, rows }) => (level === 'rows' ? rows : undefined));
        if (one.shown !== undefined) assert.deepEqual(shown, one.shown);
        const intent = async (): Promise<void> => {
          if (one.meanwhile !== undefined) await execute(tables.server, one.meanwhile);
        };
        const { record, notUndone } = await tables.run(preview, tables.database, intent);
        const after = await state();
        assert.notEqual(after, before);
        if (record === undefined) {
          assert.equal(notUndone?.code, one.obstacle ?? assert.fail('it can be undone'));
          return;
        }
        const undone = await tables.database.writes.runUndo(parseUndoRecord(JSON.stringify(record)) ?? assert.fail(), {
          timeoutMs: 20_000,
          signal: undefined,
        });
        assert.equal('code' in undone ? undone.code : undefined, one.obstacle);
        if (one.meanwhile === undefined) assert.equal(await state(), 'code' in undone ? after : before);
        else assert.deepEqual(await tables.rows(one.rows ?? assert.fail()), one.left);
      });

    test('refuses an UPDATE whose foreign key checks a denied table by a generated column', async () => {
      await create([
        'CREATE TABLE denied (id INT PRIMARY KEY)',
        'CREATE TABLE c (id INT PRIMARY KEY, n INT, g INT AS (n + 0) STORED, FOREIGN KEY (g) REFERENCES denied (id))',
        'INSERT INTO denied VALUES (1), (5); INSERT INTO c (id, n) VALUES (1, 1)',
      ]);
      const ruled = await tables.open({ tables: { deny: ['shop.denied'] } });
      for (const guess of [5, 6])
        await fails(tables.look(`UPDATE c SET n = ${String(guess)} WHERE id = 1`, ruled), 'statement.refused', /table rules/);
    });

    test("says why it can't be undone: a foreign key of a table that the account can't see", async () => {
      await create([
        'CREATE TABLE p (id INT PRIMARY KEY)',
        'CREATE TABLE secret (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE)',
        'INSERT INTO p VALUES (1); INSERT INTO secret VALUES (7, 1)',
        "DROP USER IF EXISTS narrow@'%'; CREATE USER narrow@'%' IDENTIFIED BY 'narrow'; GRANT SELECT, INSERT, UPDATE, DELETE, TRIGGER ON shop.p TO narrow@'%'",
      ]);
      const narrow = await tables.openAs({ user: 'narrow', password: 'narrow' });
      const outcome = await tables.run(await tables.look('DELETE FROM p WHERE id = 1', narrow), narrow);
      assert.deepEqual(await tables.rows('SELECT COUNT(*) FROM shop.secret'), [[0]]);
      assert.equal(outcome.notUndone?.code, 'unseen');
    });
  });
}
