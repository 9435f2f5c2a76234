import assert from 'node:assert/strict';
import { parseUndoRecord, type UndoRecord } from '../../../src/engine/writes/undoRecord.ts';
import { secondFlavor } from '../../harness/depth.ts';
import { execute } from '../../harness/servers/testServer.ts';
import { WriteSetup } from '../../harness/servers/writeSetup.ts';

const TABLES = `DROP TABLE IF EXISTS shop.kid, shop.mum, shop.aside, shop.timed;
  CREATE TABLE shop.mum (id INT PRIMARY KEY, v INT);
  CREATE TABLE shop.kid (id INT PRIMARY KEY, mum INT, CONSTRAINT fk_mum FOREIGN KEY (mum) REFERENCES shop.mum (id) ON DELETE CASCADE ON UPDATE CASCADE);
  CREATE TABLE shop.aside (id INT PRIMARY KEY, state ENUM('new', 'old'));
  CREATE TABLE shop.timed (id INT PRIMARY KEY, v INT, at DATETIME NULL ON UPDATE CURRENT_TIMESTAMP);
  INSERT INTO shop.mum VALUES (1, 1), (2, 2);
  INSERT INTO shop.aside VALUES (1, 'new'), (2, 'old');
  INSERT IGNORE INTO shop.aside VALUES (3, 'neither');
  INSERT INTO shop.timed VALUES (1, 1, '2001-02-03 04:05:06')`;

/** What each check of an undo is for, one by one: the random writes of the property test meet each of them rarely. */
for (const flavor of ['mysql', 'mariadb'] as const) {
  suite(`undoing a write that others have come behind, on ${flavor}`, function () {
    secondFlavor(this, flavor);
    this.timeout(60_000);
    let tables: WriteSetup;

    suiteSetup(async () => {
      tables = await WriteSetup.start(flavor, true);
    });
    suiteTeardown(() => tables.dispose());
    setup(() => execute(tables.server, TABLES));

    const write = async (sql: string): Promise<UndoRecord> => {
      const { record } = await tables.run(await tables.look(sql));
      return parseUndoRecord(JSON.stringify(record)) ?? assert.fail('it can be undone');
    };
    const undo = (record: UndoRecord) => tables.database.writes.runUndo(record, { timeoutMs: 20_000, signal: undefined });
    const count = (from: string): Promise<unknown[][]> => tables.rows(`SELECT COUNT(*) FROM shop.${from}`);

    test('a row that one other refers to stays, and the server deletes nothing along', async () => {
      const record = await write('INSERT INTO mum VALUES (3, 3)');
      await execute(tables.server, 'INSERT INTO shop.kid VALUES (1, 3)');
      assert.deepEqual(await undo(record), { code: 'references', about: ['kid', 'fk_mum'] });
      assert.deepEqual(await count('mum WHERE id = 3'), [[1]]);
      assert.deepEqual(await count('kid'), [[1]]);
    });

    test('a key that comes back leaves the rows that refer to it as they are', async () => {
      await execute(tables.server, 'INSERT INTO shop.kid VALUES (1, NULL)');
      const record = await write('UPDATE mum SET id = 9 WHERE id = 2');
      await execute(tables.server, 'UPDATE shop.kid SET mum = 9');
      assert.deepEqual(await undo(record), { code: 'references', about: ['kid', 'fk_mum'] });
      assert.deepEqual(await tables.rows('SELECT mum FROM shop.kid'), [[9]]);
    });

    test('a write of two tables is not taken for undone where one of them is as before', async () => {
      const record = await write("UPDATE mum SET v = 8 WHERE id = 1; UPDATE aside SET state = 'old' WHERE id = 1");
      await execute(tables.server, 'UPDATE shop.mum SET v = 1 WHERE id = 1');
      assert.deepEqual(await undo(record), { code: 'changedRows', about: ['mum', '1', '2'] });
      await execute(tables.server, "UPDATE shop.aside SET state = 'new' WHERE id = 1");
      assert.deepEqual(await undo(record), { code: 'done', about: [] });
    });

    for (const sql of [
      'UPDATE mum JOIN aside ON aside.id = mum.id SET mum.v = 9, aside.state = 1 WHERE mum.id = 2',
      'DELETE mum, aside FROM mum LEFT JOIN aside ON aside.id = mum.id',
      'INSERT INTO mum (id, v) SELECT id + 10, v FROM mum',
      'INSERT INTO mum (id, v) SELECT id, 7 FROM mum WHERE id = 1 ON DUPLICATE KEY UPDATE v = 8',
      'REPLACE INTO mum (id, v) SELECT id + 1, 7 FROM mum',
    ])
      test(`is undone: ${sql}`, async () => {
        const state = async () => [
          await tables.rows('SELECT * FROM shop.mum ORDER BY id'),
          await tables.rows('SELECT * FROM shop.aside ORDER BY id'),
        ];
        const before = await state();
        const record = await write(sql);
        assert.notDeepEqual(await state(), before);
        assert.equal('rows' in (await undo(record)), true);
        assert.deepEqual(await state(), before);
      });

    test('the rows of a join that chance picks are not offered', async () => {
      const picked = await tables.run(await tables.look('DELETE mum FROM mum JOIN aside ON aside.id = mum.id WHERE RAND() < 2'));
      assert.equal(picked.notUndone?.code, 'rows');
    });

    test('a row that somebody has put in the place of a deleted one stays', async () => {
      const record = await write('DELETE FROM aside WHERE id = 1');
      await execute(tables.server, "INSERT INTO shop.aside VALUES (1, 'old')");
      assert.deepEqual(await undo(record), { code: 'changedRows', about: ['aside', '1', '1'] });
      assert.deepEqual(await tables.rows('SELECT state FROM shop.aside WHERE id = 1'), [['old']]);
    });

    test('values that strict mode refuses come back between others', async () => {
      const record = await write('DELETE FROM aside');
      assert.equal('rows' in (await undo(record)), true);
      assert.deepEqual(await tables.rows('SELECT id, state + 0 FROM shop.aside ORDER BY id'), [
        [1, 1],
        [2, 2],
        [3, 0],
      ]);
    });

    test('a column that the server sets with each UPDATE is as before, also where the write left it alone', async () => {
      const record = await write('UPDATE timed SET v = 2, at = at WHERE id = 1');
      assert.equal('rows' in (await undo(record)), true);
      assert.deepEqual(await tables.rows("SELECT v, DATE_FORMAT(at, '%Y-%m-%d %H:%i:%s') FROM shop.timed"), [[1, '2001-02-03 04:05:06']]);
    });

    test('a write to a table that rolls nothing back is not offered to be undone', async () => {
      const outcome = await tables.run(await tables.look('UPDATE isam SET v = v + 1 WHERE id = 1'));
      assert.equal(outcome.record, undefined);
      assert.equal(outcome.notUndone?.code, 'lasting');
    });
  });
}
