import assert from 'node:assert/strict';
import type { Connection } from 'mysql2/promise';
import type { Database } from '../../../../src/engine/connection/database.ts';
import { inEnglish, type Words } from '../../../../src/engine/phrase.ts';
import { openAs } from '../../../harness/servers/openAs.ts';
import { startServer } from '../../../harness/servers/source.ts';
import { adminConnection, type Flavor, type TestServer } from '../../../harness/servers/testServer.ts';

const OPTIONS = { database: 'bounds', limits: { maxRows: 10, maxCharacters: 10_000 }, timeoutMs: 30_000 };
const flavors: readonly Flavor[] = ['mysql', 'mariadb'];
const SETUP = [
  ...['CREATE DATABASE bounds', 'CREATE DATABASE `by``ond.s`', 'CREATE DATABASE scratch_bounds'],
  'CREATE TABLE bounds.t (id INT PRIMARY KEY, name VARCHAR(9))',
  'CREATE TABLE bounds.u (id INT PRIMARY KEY, name VARCHAR(9))',
  'CREATE TABLE bounds.parts (id INT PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION p VALUES LESS THAN (10), PARTITION q VALUES LESS THAN (20))',
  'CREATE TABLE bounds.many (id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 300',
  'CREATE TABLE bounds.subs (id INT PRIMARY KEY) PARTITION BY RANGE (id) SUBPARTITION BY HASH (id) SUBPARTITIONS 30 (PARTITION p VALUES LESS THAN (10))',
  'CREATE TABLE `by``ond.s`.`t` (id INT PRIMARY KEY, `scratch_bounds`.`x` INT)'.replace('`scratch_bounds`.`x`', '`scratch_bounds.x`'),
  'CREATE FUNCTION bounds.stored_one(a INT) RETURNS INT DETERMINISTIC RETURN a + 1',
  'CREATE TRIGGER bounds.on_t AFTER INSERT ON bounds.t FOR EACH ROW INSERT INTO bounds.u VALUES (NEW.id, NEW.name)',
  "INSERT INTO bounds.t VALUES (1, 'a'), (2, 'b')",
  'INSERT INTO bounds.parts VALUES (1), (11)',
  'CREATE TABLE scratch_bounds.own (id INT PRIMARY KEY)',
  'INSERT INTO scratch_bounds.own VALUES (1)',
];

const FUNCTION = 'it calls a function that is not known to only compute';
/** What a definition could reach besides its table, and why it is not tried. */
const UNTRIED: readonly (readonly [sql: string, reason: string, only?: Flavor])[] = [
  ["ALTER TABLE t DATA DIRECTORY='/tmp'", 'DATA DIRECTORY is not tried'],
  ["CREATE TABLE w (id INT) DATA DIRECTORY='/tmp' INDEX DIRECTORY='/tmp'", 'DATA DIRECTORY is not tried'],
  ["ALTER TABLE parts ADD PARTITION (PARTITION r VALUES LESS THAN (30) DATA DIRECTORY='/tmp')", 'DATA DIRECTORY is not tried'],
  ["ALTER TABLE t CONNECTION='mysql://u@h/d/t'", 'CONNECTION is not tried'],
  ["CREATE TABLE w (id INT) ENGINE=FEDERATED CONNECTION='mysql://u@h/d/t'", 'the engine FEDERATED is not tried'],
  ['ALTER TABLE t UNION=(u)', 'UNION is not tried'],
  ['CREATE TABLE w (id INT) ENGINE=MERGE UNION=(bounds.t, bounds.u) INSERT_METHOD=LAST', 'the engine MERGE is not tried'],
  ['ALTER TABLE t ENGINE=MRG_MYISAM', 'the engine MRG_MYISAM is not tried'],
  ['ALTER TABLE t ENGINE=FEDERATED', 'the engine FEDERATED is not tried'],
  ['ALTER TABLE t ENGINE=CONNECT', 'the engine CONNECT is not tried'],
  ['ALTER TABLE t ENGINE=SPIDER', 'the engine SPIDER is not tried'],
  ['ALTER TABLE t ENGINE=CSV', 'the engine CSV is not tried'],
  ["ALTER TABLE t ENGINE='blackhole'", 'the engine BLACKHOLE is not tried'],
  ['ALTER TABLE t DISCARD TABLESPACE', 'DISCARD TABLESPACE is not tried'],
  ['ALTER TABLE t IMPORT TABLESPACE', 'IMPORT TABLESPACE is not tried'],
  ['ALTER TABLE parts DISCARD PARTITION p TABLESPACE', 'DISCARD PARTITION TABLESPACE is not tried', 'mysql'],
  ['ALTER TABLE t TABLESPACE elsewhere', 'TABLESPACE is not tried'],
  ['ALTER TABLE t TABLESPACE innodb_system', 'TABLESPACE is not tried'],
  ["ALTER TABLE t ENCRYPTION='Y'", 'ENCRYPTION is not tried', 'mysql'],
  ["ALTER TABLE t AUTOEXTEND_SIZE='4G'", 'AUTOEXTEND_SIZE is not tried', 'mysql'],
  ['ALTER TABLE t SECONDARY_ENGINE=rapid', 'SECONDARY_ENGINE is not tried', 'mysql'],
  ['ALTER TABLE parts EXCHANGE PARTITION p WITH TABLE u', 'EXCHANGE PARTITION is not tried'],
  ['ALTER TABLE parts TRUNCATE PARTITION p', 'TRUNCATE PARTITION is not tried'],
  ['ALTER TABLE t ADD COLUMN x INT DEFAULT (SLEEP(9))', FUNCTION],
  ["ALTER TABLE t ADD COLUMN x INT DEFAULT (GET_LOCK('x', 9))", FUNCTION],
  ['ALTER TABLE t ADD COLUMN x INT AS (stored_one(id))', FUNCTION],
  ['ALTER TABLE t ADD CHECK (bounds.stored_one(id) > 1)', FUNCTION],
  ["ALTER TABLE t ADD CHECK (LENGTH(LOAD_FILE('/etc/passwd')) > 1)", FUNCTION],
  ['CREATE TABLE w (id INT PRIMARY KEY) PARTITION BY HASH (SLEEP(9))', FUNCTION],
  ['ALTER TABLE parts ADD PARTITION (PARTITION r VALUES LESS THAN (SLEEP(9)))', FUNCTION],
  ['CREATE INDEX i ON t ((stored_one(id)))', FUNCTION, 'mysql'],
  ['ALTER TABLE t ADD CHECK (bounds.t.id > 1)', 'a column is named with its table'],
  ['ALTER TABLE t ADD CHECK (id > (SELECT MAX(id) FROM u))', 'it has a part that is not tried (subquery)'],
  ['ALTER TABLE t ADD CHECK (id > @@global.port)', 'it has a part that is not tried (systemVariable)'],
  ['ALTER TABLE t ADD CHECK (id > @a)', 'it has a part that is not tried (userVariable)'],
  ['CREATE TABLE w AS SELECT * FROM u', 'it copies rows'],
  ['CREATE TABLE w (id INT) REPLACE SELECT * FROM u', 'it copies rows'],
  ['CREATE TEMPORARY TABLE w (id INT)', 'the table is temporary'],
  ['ALTER IGNORE TABLE t ADD UNIQUE (name)', 'ALTER IGNORE deletes rows', 'mariadb'],
  ['ALTER TABLE t ADD COLUMN x INT DEFAULT (NEXT VALUE FOR numbers)', 'it has a part that is not tried (sequence)', 'mariadb'],
  ['DROP TABLE scratch_bounds.own', 'the script uses the scratch database itself'],
  ['RENAME TABLE t TO scratch_bounds.t', 'the script uses the scratch database itself'],
  ['ALTER TABLE t ADD FOREIGN KEY (id) REFERENCES SCRATCH_bounds.own (id)', 'the script uses the scratch database itself'],
  ['RENAME TABLE u TO `by``ond.s`.v', 'it moves a table to another database'],
  ['CREATE TABLE w (id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 8192', 'it makes more than 256 partitions'],
  ['ALTER TABLE t PARTITION BY KEY (id) PARTITIONS 300', 'it makes more than 256 partitions'],
  ['ALTER TABLE parts ADD PARTITION PARTITIONS 4000', 'it makes more than 256 partitions'],
  [
    `ALTER TABLE subs ADD PARTITION (${Array.from({ length: 9 }, (_, i) => `PARTITION r${String(i)} VALUES LESS THAN (${String(20 + i)})`).join(', ')})`,
    'it makes more than 256 partitions',
  ],
  ['ALTER TABLE many ADD COLUMN x INT', 'the tables have more than 256 partitions'],
];
/** Names that could end a name of ours. */
const TRIED = [
  'ALTER TABLE `by``ond.s`.`t` ADD COLUMN `a``b.c` INT, DROP COLUMN `scratch_bounds.x`',
  'CREATE TABLE `x``; DROP TABLE bounds.t; --` (id INT PRIMARY KEY, `bounds`.`t` INT)'.replace('`bounds`.`t`', '`bounds.t`'),
  'ALTER TABLE `by``ond.s`.`t` ADD FOREIGN KEY (id) REFERENCES bounds.t (id) ON DELETE CASCADE',
  "ALTER TABLE t COMMENT '`; DROP TABLE bounds.t; -- '",
  'ALTER TABLE t ADD COLUMN x INT AS (id + 1), ADD CHECK (ABS(id) > 0)',
  'DROP TABLE u',
];

const wordsOf = (words: true | Words | undefined): string => (words === undefined || words === true ? '' : inEnglish(words));

for (const flavor of flavors) {
  suite(`what a trial of definitions leaves alone on ${flavor}`, function () {
    this.timeout(240_000);
    let server: TestServer;
    let connection: Connection;
    let database: Database;

    suiteSetup(async () => {
      server = await startServer(flavor);
      connection = await adminConnection(server);
      for (const name of ['bounds', '`by``ond.s`', 'scratch_bounds']) await connection.query(`DROP DATABASE IF EXISTS ${name}`);
      for (const statement of SETUP) await connection.query(statement);
      database = await open(server.root.user, server.root.password);
    });
    suiteTeardown(async () => {
      for (const name of ['bounds', '`by``ond.s`', 'scratch_bounds']) await connection.query(`DROP DATABASE ${name}`);
      for (const name of ['no_scratch', 'no_drop']) await connection.query(`DROP USER IF EXISTS ${name}`);
      await connection.end();
      await database.close();
      await server.dispose();
    });

    const open = (user: string, password: string): Promise<Database> =>
      openAs(server, { scratchDatabase: 'scratch_bounds' }, { user, password });

    /** All definitions and rows, and the times of the server's own tables. */
    async function fingerprint(): Promise<unknown> {
      const read = async (sql: string): Promise<Record<string, unknown>[]> => (await connection.query(sql))[0] as Record<string, unknown>[];
      const found: unknown[] = [
        await read(
          "SELECT schema_name, default_collation_name FROM information_schema.schemata WHERE schema_name <> 'scratch_bounds' ORDER BY 1",
        ),
        await read(
          "SELECT table_schema, table_name, engine, create_time FROM information_schema.tables WHERE table_schema NOT IN ('information_schema', 'performance_schema') ORDER BY 1, 2",
        ),
        await read('SELECT routine_schema, routine_name, routine_definition, last_altered FROM information_schema.routines ORDER BY 1, 2'),
        await read('SELECT trigger_schema, trigger_name, action_statement, created FROM information_schema.triggers ORDER BY 1, 2'),
        await read('SELECT constraint_schema, table_name, constraint_name FROM information_schema.table_constraints ORDER BY 1, 2, 3'),
        await read('SELECT * FROM mysql.user ORDER BY user, host'),
      ];
      for (const name of ['bounds.t', 'bounds.u', 'bounds.parts', 'bounds.many', 'bounds.subs', '`by``ond.s`.`t`', 'scratch_bounds.own'])
        found.push(await read(`SHOW CREATE TABLE ${name}`), await read(`CHECKSUM TABLE ${name}`));
      return found;
    }

    test('a definition that reaches outside of its table is not tried, by the rule that names it, and nothing changes anywhere', async () => {
      const before = await fingerprint();
      const wrong: string[] = [];
      for (const [sql, reason, only] of UNTRIED) {
        if (only !== undefined && only !== flavor) continue;
        const { statements, trial } = await database.diagnostics.forecast(sql, OPTIONS);
        const told = wordsOf(trial?.reason ?? statements[0]?.tried);
        if (told !== reason || statements[0]?.tried === true) wrong.push(`${sql}: ${told} ${JSON.stringify(statements[0]?.outcome)}`);
      }
      assert.deepEqual(wrong, []);
      assert.deepEqual(await fingerprint(), before);
    });

    test('names with back-ticks, dots and statements in them are those of copies, and nothing changes anywhere', async () => {
      const before = await fingerprint();
      const { statements, trial } = await database.diagnostics.forecast(TRIED.join(';\n'), OPTIONS);
      assert.equal(trial?.reason, undefined);
      const untried = statements.filter(({ tried }) => tried !== true).map(({ text, tried, outcome }) => [text, tried, outcome]);
      assert.deepEqual(untried, []);
      assert.deepEqual(await fingerprint(), before);
    });

    test('a copy is made as its table is, and what an empty one hides goes by the manual', async () => {
      const { statements } = await database.diagnostics.forecast('ALTER TABLE t KEY_BLOCK_SIZE=8; ALTER TABLE u ORDER BY name', OPTIONS);
      const ways = statements.map(({ outcome, notes }) => [outcome.kind === 'way' ? outcome.way.algorithm : outcome.kind, notes]);
      assert.deepEqual(ways, [
        ['INPLACE', []],
        ['COPY', []],
      ]);
    });

    test('an account without rights in the scratch database, or none to drop there, makes nothing and gets the rules', async () => {
      for (const [name, rights] of [
        ['no_scratch', undefined],
        ['no_drop', 'CREATE, ALTER, INDEX, REFERENCES, SELECT, INSERT'],
      ] as const) {
        await connection.query(`CREATE USER ${name} IDENTIFIED BY 'Pw-0 x'`);
        await connection.query(`GRANT SELECT ON bounds.* TO ${name}`);
        if (rights !== undefined) await connection.query(`GRANT ${rights} ON scratch_bounds.* TO ${name}`);
        const other = await open(name, 'Pw-0 x');
        try {
          const { statements, trial } = await other.diagnostics.forecast('ALTER TABLE t ADD COLUMN x INT', OPTIONS);
          assert.match(wordsOf(trial?.reason), /^no copies could be made \(error (?:1044|1142)\)$/, name);
          assert.equal(statements[0]?.outcome.kind, 'way');
        } finally {
          await other.close();
        }
      }
      const [left] = await connection.query(
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'scratch_bounds'",
      );
      assert.deepEqual(left, [{ name: 'own' }]);
    });

    test('on a read-only server nothing is tried, and the rules answer', async () => {
      await connection.query("CREATE USER reader IDENTIFIED BY 'Pw-0 x'");
      await connection.query('GRANT ALL ON bounds.* TO reader');
      await connection.query('GRANT ALL ON scratch_bounds.* TO reader');
      await connection.query('SET GLOBAL read_only = 1');
      const other = await open('reader', 'Pw-0 x');
      try {
        const { statements, trial } = await other.diagnostics.forecast('ALTER TABLE t ADD COLUMN x INT', OPTIONS);
        assert.equal(wordsOf(trial?.reason), 'no copies could be made (error 1290)');
        assert.equal(statements[0]?.outcome.kind, 'way');
      } finally {
        await other.close();
        await connection.query('SET GLOBAL read_only = 0');
        await connection.query('DROP USER reader');
      }
    });
  });
}
