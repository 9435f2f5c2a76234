import assert from 'node:assert/strict';
import type { Connection } from 'mysql2/promise';
import type { Database } from '../../../../src/engine/connection/database.ts';
import type { Forecast } from '../../../../src/engine/ddl/forecast.ts';
import { openAs } from '../../../harness/servers/openAs.ts';
import { startServer } from '../../../harness/servers/source.ts';
import { adminConnection, type Flavor, type TestServer } from '../../../harness/servers/testServer.ts';

const OPTIONS = { database: 'effects', limits: { maxRows: 10, maxCharacters: 10_000 }, timeoutMs: 30_000 };
const LOSSES: readonly (readonly [sql: string, effects: unknown[], only?: Flavor])[] = [
  [
    'DROP TABLE a, b',
    [
      { kind: 'dropsTable', name: 'a' },
      { kind: 'dropsTable', name: 'b' },
    ],
  ],
  ['DROP TABLE IF EXISTS nowhere', []],
  ['/*!50003 DROP TABLE a */', [{ kind: 'dropsTable', name: 'a' }]],
  ['TRUNCATE a', [{ kind: 'emptiesTable', name: 'a' }]],
  ['DELETE FROM a', [{ kind: 'emptiesTable', name: 'a' }]],
  ['DELETE FROM a WHERE id > 1', [{ kind: 'deletesRows', name: 'a' }]],
  ['DELETE x FROM a x JOIN b USING (id)', [{ kind: 'deletesRows', name: 'a' }]],
  ["UPDATE a SET note = 'x'", [{ kind: 'overwrites', name: 'a', columns: ['note'], all: true }]],
  ["UPDATE a SET note = 'x' LIMIT 1", [{ kind: 'overwrites', name: 'a', columns: ['note'], all: false }]],
  ["UPDATE a JOIN b USING (id) SET a.note = 'x'", [{ kind: 'overwrites', name: 'a', columns: ['note'], all: false }]],
  ["UPDATE a JOIN b x USING (id) SET note = 'x'", [{ kind: 'overwrites', name: 'a', columns: ['note'], all: false }]],
  ["UPDATE seen JOIN b x USING (id) SET note = 'x'", [{ kind: 'overwrites', name: 'seen', columns: ['note'], all: false }]],
  [
    "UPDATE a x, computed y SET x.note = 'x', y.price = 1 WHERE x.id = y.id",
    [
      { kind: 'overwrites', name: 'a', columns: ['note'], all: false },
      { kind: 'overwrites', name: 'computed', columns: ['price'], all: false },
    ],
  ],
  ['ALTER TABLE b ENGINE = BLACKHOLE', [{ kind: 'emptiesTable', name: 'b' }]],
  ["UPDATE seen SET note = 'x'", [{ kind: 'overwrites', name: 'seen', columns: ['note'], all: true }]],
  ["REPLACE INTO a VALUES (1, 'x')", [{ kind: 'replacesRows', name: 'a' }]],
  ["INSERT INTO a VALUES (1, 'x') ON DUPLICATE KEY UPDATE note = 'y'", [{ kind: 'overwrites', name: 'a', columns: ['note'], all: false }]],
  ["INSERT INTO a VALUES (9, 'x')", []],
  ['ALTER TABLE a DROP COLUMN note, ADD COLUMN c INT', [{ kind: 'dropsValues', name: 'a', parts: ['note'] }]],
  ['ALTER TABLE computed DROP COLUMN twice', []],
  ['ALTER TABLE parts DROP PARTITION p0', [{ kind: 'dropsPartitions', name: 'parts', parts: ['p0'] }]],
  ['ALTER TABLE parts TRUNCATE PARTITION ALL', [{ kind: 'dropsPartitions', name: 'parts', parts: ['ALL'] }]],
  ['ALTER TABLE computed MODIFY price DECIMAL(10, 0)', [{ kind: 'changesValues' }]],
  ['DROP DATABASE other', [{ kind: 'dropsDatabase', name: 'other' }]],
  ['DROP DATABASE IF EXISTS nowhere', []],
  ['CREATE OR REPLACE TABLE a (id INT)', [{ kind: 'dropsTable', name: 'a' }], 'mariadb'],
  ['CALL wipe()', [{ kind: 'runsProcedure', name: 'wipe' }]],
  ["GRANT ALL ON *.* TO 'x'@'%'", [{ kind: 'changesServer' }]],
  ['SET GLOBAL read_only = 1', [{ kind: 'changesServer' }]],
  ['SET @@GLOBAL.read_only = 1', [{ kind: 'changesServer' }]],
  ['SET SESSION sql_mode = 0', []],
  ['KILL 5', [{ kind: 'changesServer' }]],
  ["SELECT * FROM a INTO OUTFILE '/tmp/x'", [{ kind: 'writesFile' }]],
  ['LOCK TABLES a WRITE', [{ kind: 'locksTables' }]],
  ['OPTIMIZE TABLE a', [{ kind: 'rebuildsTables' }]],
];
/** Rows of the script itself are no loss. */
const OWN =
  'CREATE TABLE mine (id INT); DROP TABLE mine; TRUNCATE a; DROP TABLE a; ALTER TABLE b ADD c INT; UPDATE b SET c = 1; CREATE TABLE k (id INT); DELETE k FROM k; UPDATE k JOIN b USING (id) SET k.id = 1';

const PLACES = (['mysql', 'mariadb'] as const).flatMap((flavor) => [
  { flavor, scratchDatabase: undefined },
  { flavor, scratchDatabase: 'scratch_effects' },
]);

for (const { flavor, scratchDatabase } of PLACES)
  suite(`what statements of a script lose, on ${flavor}${scratchDatabase === undefined ? '' : ', tried on copies'}`, function () {
    this.timeout(120_000);
    let server: TestServer;
    let connection: Connection;
    let database: Database;

    suiteSetup(async () => {
      server = await startServer(flavor);
      connection = await adminConnection(server);
      for (const statement of [
        'DROP DATABASE IF EXISTS effects',
        'DROP DATABASE IF EXISTS other',
        'DROP DATABASE IF EXISTS scratch_effects',
        'CREATE DATABASE scratch_effects',
        'CREATE DATABASE other',
        'CREATE DATABASE effects',
        'USE effects',
        'CREATE TABLE a (id INT PRIMARY KEY, note VARCHAR(10))',
        'CREATE TABLE b (id INT PRIMARY KEY)',
        'CREATE VIEW seen AS SELECT * FROM a',
        'CREATE TABLE indexed (id INT PRIMARY KEY, note VARCHAR(10), twice INT AS (id * 2), KEY by_note (note))',
        'CREATE TABLE computed (id INT PRIMARY KEY, price DECIMAL(10, 2), twice INT AS (id * 2))',
        'INSERT INTO computed (id, price) VALUES (1, 1.5)',
        'CREATE TABLE parts (id INT PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20))',
        'CREATE PROCEDURE wipe() DELETE FROM a',
      ])
        await connection.query(statement);
      database = await openAs(server, { scratchDatabase });
    });
    suiteTeardown(async () => {
      await connection.query('DROP DATABASE effects');
      await connection.query('DROP DATABASE other');
      await connection.query('DROP DATABASE scratch_effects');
      await connection.end();
      await database.close();
      await server.dispose();
    });

    const forecast = async (sql: string): Promise<readonly Forecast[]> => (await database.diagnostics.forecast(sql, OPTIONS)).statements;

    for (const [sql, effects, only] of LOSSES)
      if (only === undefined || only === flavor)
        test(`${sql} ${effects.length === 0 ? 'has no effect of a kind' : `has: ${effects.map((one) => (one as { kind: string }).kind).join(', ')}`}`, async () => {
          const [one] = await forecast(sql);
          assert.notEqual(one?.outcome.kind, 'fails', JSON.stringify(one?.outcome));
          assert.deepEqual(one?.effects, effects);
        });

    test('rows that the script itself makes or has deleted before are no loss', async () => {
      const found = await forecast(OWN);
      assert.deepEqual(
        found.map(({ effects }) => effects.map(({ kind }) => kind)),
        [[], [], ['emptiesTable'], [], [], [], [], [], []],
      );
    });

    test('a column that is dropped and added again is lost, whoever knows that the statement runs', async () => {
      const sql = 'ALTER TABLE indexed DROP COLUMN note, DROP COLUMN twice, ADD COLUMN note VARCHAR(20)';
      const [one, second] = await forecast(`${sql}; DROP TABLE indexed`);
      assert.equal(one?.outcome.kind, scratchDatabase === undefined ? 'unknown' : 'way');
      assert.deepEqual(one.effects, scratchDatabase === undefined ? [] : [{ kind: 'dropsValues', name: 'indexed', parts: ['note'] }]);
      assert.deepEqual(second?.effects, [{ kind: 'dropsTable', name: 'indexed' }]);
    });

    test('a statement that fails loses nothing', async () => {
      const [one] = await forecast('ALTER TABLE a DROP COLUMN note, DROP COLUMN nowhere');
      assert.equal(one?.outcome.kind, 'fails');
      assert.deepEqual(one.effects, []);
    });

    test('the statement that reverts a dropped column has no words of ours in it', async () => {
      const [one] = await forecast('ALTER TABLE a DROP COLUMN note');
      assert.equal(one?.wayBack?.losesValues, true);
      assert.match(one.wayBack.text, /^ALTER TABLE `?a`? ADD COLUMN `?note`? varchar\(10\)[\w ]* AFTER `id`$/i);
    });

    test('a name that no server takes fails alone, and the others are reviewed', async () => {
      const long = 'x'.repeat(65);
      const found = await forecast(
        `ALTER TABLE ${long} ADD b INT; CREATE TABLE \`blank \` (id INT); ALTER TABLE \`bad \`.t ADD b INT; ALTER TABLE b ADD d INT`,
      );
      const trial = async (sql: string): Promise<unknown> =>
        connection.query(sql).then(
          () => 'runs',
          (error: unknown) => (error as { errno: number }).errno,
        );
      for (const one of found.slice(0, 3)) {
        assert.ok(one.outcome.kind === 'fails', one.text);
        assert.equal(one.outcome.errno, await trial(one.text), one.text);
      }
      assert.equal(found[3]?.outcome.kind, 'way');
    });

    test('a command of the mysql client is unknown, not an error of the server', async () => {
      const found = await forecast('source other.sql\n\\. other.sql\nsystem ls\n\\! ls\nuse effects\nSELECT 1;');
      assert.deepEqual(
        found.map(({ outcome }) => outcome.kind),
        ['unknown', 'unknown', 'unknown', 'unknown', 'runs', 'runs'],
      );
    });

    test('a script that drops its database and makes it anew is read in the new one', async () => {
      const found = await forecast(
        'DROP DATABASE effects; SELECT * FROM effects.a; CREATE DATABASE effects; USE effects; CREATE TABLE a (id INT); CREATE PROCEDURE wipe() SELECT 1; DROP TABLE a',
      );
      assert.deepEqual(
        found.map(({ outcome }) => (outcome.kind === 'fails' ? outcome.errno : outcome.kind)),
        ['runs', 1146, 'runs', 'runs', 'runs', 'runs', 'runs'],
      );
      assert.deepEqual(found.at(-1)?.effects, []);
    });
  });
