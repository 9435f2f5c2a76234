import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createConnection, type Connection } from 'mysql2/promise';
import type { Database } from '../../../../src/engine/connection/database.ts';
import { isPilotError } from '../../../../src/engine/errors.ts';
import { propertyRuns } from '../../../harness/depth.ts';
import { startServer } from '../../../harness/servers/source.ts';
import { execute, type Flavor, type TestServer } from '../../../harness/servers/testServer.ts';
import { openPeople, Person } from './people.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

const OBJECTS = `CREATE TABLE t (id INT PRIMARY KEY, n INT) ENGINE = InnoDB; CREATE TABLE a (id INT AUTO_INCREMENT PRIMARY KEY, v TINYINT);
  CREATE PROCEDURE shows() BEGIN SELECT 1; SELECT 2 UNION SELECT 3; END; CREATE PROCEDURE warns() BEGIN SELECT 1 / 0; SELECT CAST('x' AS SIGNED); END;
  CREATE PROCEDURE fails() BEGIN SELECT 1; SIGNAL SQLSTATE '45000'; END; CREATE PROCEDURE changes() UPDATE t SET n = n + 1;
  CREATE PROCEDURE zones() SET time_zone = '+05:00'; CREATE PROCEDURE mutes() SET session_track_system_variables = '';
  CREATE FUNCTION f(x INT) RETURNS INT NO SQL RETURN x / 1; CREATE FUNCTION narrows() RETURNS INT BEGIN SET character_set_results = latin1; RETURN 1; END`;
const ROWS = 'TRUNCATE a; DELETE FROM t; INSERT INTO t VALUES (1, 1), (2, 2), (3, 3)';

/** Of every kind: with rows and without, warnings, errors, programs, and settings of which the server does not tell. */
const STATEMENTS = [
  ...['SELECT * FROM t', 'SELECT SQL_CALC_FOUND_ROWS * FROM t LIMIT 1', 'SELECT 1 WHERE 0', '(SELECT 1) UNION (SELECT 2)', 'SELECT f(1)'],
  ...['SELECT narrows()', "SELECT CAST('x' AS SIGNED)", 'SELECT 1 / 0', 'SELECT SLEEP(0)', 'SELECT n INTO @z FROM t WHERE id = 1'],
  ...['UPDATE t SET n = n + 1', 'UPDATE t SET n = n', 'DELETE FROM t WHERE id = 99', 'INSERT INTO a (v) VALUES (1), (2)', 'TRUNCATE a'],
  ...[
    'INSERT IGNORE INTO a (v) VALUES (9999)',
    'INSERT INTO t VALUES (1, 1)',
    'INSERT INTO t VALUES (1, 3) ON DUPLICATE KEY UPDATE n = n + 1',
  ],
  ...['DROP TABLE IF EXISTS nowhere', 'CREATE TEMPORARY TABLE IF NOT EXISTS mine (n INT)', 'SELECT * FROM nowhere', 'NONSENSE', 'DO 1'],
  ...['CALL shows()', 'CALL warns()', 'CALL fails()', 'CALL changes()', 'CALL zones()', 'CALL mutes()', "DO CAST('x' AS SIGNED)"],
  ...['SET @a = 1', "SET sql_mode = 'NONSENSE'", "SET sql_mode = CONCAT(@@sql_mode, ',PIPES_AS_CONCAT')", "SET time_zone = '+01:00'"],
  ...['BEGIN', 'ROLLBACK', 'COMMIT', 'SAVEPOINT s', 'SHOW TABLES', 'SHOW CREATE TABLE t', 'EXPLAIN SELECT * FROM t', 'ANALYZE TABLE t'],
  ...[
    "PREPARE q FROM 'UPDATE t SET n = n + 1'",
    "PREPARE q FROM 'SELECT 1 / 0'",
    "PREPARE q FROM 'SET sql_mode = @@sql_mode'",
    'EXECUTE q',
  ],
  ...["PREPARE q FROM 'SET NAMES latin1'", "SIGNAL SQLSTATE '01000'", "SIGNAL SQLSTATE '45000'", 'HANDLER t OPEN', 'HANDLER t CLOSE'],
  ...['SET NAMES utf8mb4', 'SET sql_select_limit = 1', 'SET sql_select_limit = DEFAULT', "SET session_track_system_variables = ''"],
];
/** What tells of the statements before. */
const QUESTIONS = [
  ...['SELECT ROW_COUNT()', 'SELECT FOUND_ROWS()', 'SELECT LAST_INSERT_ID()', 'SHOW WARNINGS', 'SHOW ERRORS', 'SHOW COUNT(*) WARNINGS'],
  ...['SELECT @@warning_count, @@error_count', 'GET DIAGNOSTICS @n = NUMBER, @r = ROW_COUNT', 'SELECT @n, @r'],
];

for (const flavor of flavors) {
  suite(`between a person's statements, on ${flavor}`, function () {
    this.timeout(600_000);
    let server: TestServer;
    let database: Database;

    suiteSetup(async () => {
      server = await startServer(flavor);
      database = await openPeople(server, 'mine');
      await execute(server, 'CREATE DATABASE theirs');
      for (const name of ['mine', 'theirs']) await execute(server, OBJECTS, name);
    });
    suiteTeardown(async () => {
      await database.close();
      await server.dispose();
    });

    /** As the server's own client logs in. */
    const openClient = (): Promise<Connection> =>
      createConnection({
        host: server.host,
        port: server.port,
        ...server.root,
        database: 'theirs',
        charset: 'utf8mb4',
        flags: ['-FOUND_ROWS'],
      });

    test('nothing of ours shows in what the session tells of them (property)', async () => {
      const statements = fc.array(fc.oneof({ arbitrary: fc.constantFrom(...STATEMENTS), weight: 2 }, fc.constantFrom(...QUESTIONS)), {
        minLength: 2,
        maxLength: 25,
      });
      const property = fc.asyncProperty(statements, async (run) => {
        for (const name of ['mine', 'theirs']) await execute(server, ROWS, name);
        const person = new Person(database.sessions.open());
        const client = await openClient();
        try {
          await person.run('SELECT 1');
          await client.query('SELECT 1');
          await client.query('SET sql_mode = ?', [await person.value('SELECT @@sql_mode')]);
          await person.run('SET sql_mode = @@sql_mode');
          for (const sql of [...run, ...QUESTIONS]) {
            const [mine, theirs] = [await byPerson(person, sql), await byClient(client, sql)];
            if (QUESTIONS.includes(sql)) assert.deepEqual(mine, theirs, sql);
          }
        } finally {
          person.userSession.close();
          await client.end();
        }
      });
      await fc.assert(property, { numRuns: propertyRuns(200) });
    });
  });
}

async function byPerson(person: Person, sql: string): Promise<unknown> {
  try {
    return (await person.run(sql, { mayCommit: true })).results.map(({ rows }) => plain(rows));
  } catch (error) {
    person.userSession.acceptLoss();
    return isPilotError(error) ? error.errno : error;
  }
}

async function byClient(client: Connection, sql: string): Promise<unknown> {
  try {
    const [rows, fields] = (await client.query({ sql, rowsAsArray: true })) as unknown as [unknown[], unknown];
    if (fields === undefined) return [];
    const isSeveral = rows.some((one) => !Array.isArray(one)) || (Array.isArray(fields) && fields.some((one) => Array.isArray(one)));
    return (isSeveral ? rows.filter((one) => Array.isArray(one)) : [rows]).map(plain);
  } catch (error) {
    return (error as { readonly errno?: number }).errno;
  }
}

/** Names of the database apart, which the two do not share. */
function plain(rows: unknown): unknown {
  return (rows as readonly (readonly (string | number | null)[])[]).map((row) =>
    row.map((cell) => (cell === null ? null : String(cell).replaceAll(/\b(?:mine|theirs)\b/g, 'db'))),
  );
}
