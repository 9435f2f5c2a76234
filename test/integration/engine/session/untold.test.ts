import assert from 'node:assert/strict';
import { openDatabase } from '../../../../src/engine/connection/openDatabase.ts';
import { execute, type Flavor, type TestServer } from '../../../harness/servers/testServer.ts';
import { Person, stagePeople } from './people.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

/** What makes a session tell less, by what the person runs. */
const SILENT: Readonly<Record<string, { readonly settings: boolean }>> = {
  'SET session_track_schema = OFF': { settings: true },
  "SET SESSION session_track_system_variables = ''": { settings: false },
  "SET @@session_track_system_variables = 'autocommit,time_zone'": { settings: false },
  "SET session_track_schema = 0, session_track_system_variables = ''": { settings: false },
  'SET session_track_state_change = OFF': { settings: true },
  "SET session_track_transaction_info = 'OFF'": { settings: true },
  'CALL own.hushes()': { settings: true },
};

for (const flavor of flavors) {
  suite(`a session that does not tell what changes in it, on ${flavor}`, function () {
    this.timeout(120_000);
    let server: TestServer;
    let person: Person;

    stagePeople(
      flavor,
      `CREATE DATABASE other; CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(20) CHARACTER SET utf8mb4, at TIMESTAMP NULL) ENGINE = InnoDB;
       CREATE PROCEDURE fails() BEGIN SET time_zone = '+09:00'; SIGNAL SQLSTATE '45000'; END;
       CREATE PROCEDURE moves() BEGIN SET SESSION session_track_system_variables = ''; SET time_zone = '+09:00'; END;
       CREATE PROCEDURE leaves() BEGIN SET time_zone = '+09:00'; SET SESSION session_track_system_variables = ''; END;
       CREATE TABLE three (n INT); INSERT INTO three VALUES (1), (2), (3);
       CREATE FUNCTION narrows() RETURNS INT BEGIN SET character_set_results = latin1; RETURN 1; END;
       CREATE PROCEDURE zones() SET time_zone = '+09:00';
       CREATE PROCEDURE hushes() SET SESSION session_track_schema = OFF;
       CREATE FUNCTION elsewhere() RETURNS INT BEGIN SET time_zone = '+03:00'; RETURN 1; END`,
      (stage) => {
        ({ server, person } = stage);
      },
    );

    const inDatabase = async (): Promise<unknown> => person.value('SELECT DATABASE()');

    for (const [silence, { settings }] of Object.entries(SILENT)) {
      test(`knows the database, also of a dropped one: ${silence}`, async () => {
        await person.run(silence);
        await execute(server, 'CREATE DATABASE IF NOT EXISTS gone');
        await person.run('USE other');
        assert.equal(person.userSession.database, 'other');
        await person.run('/* in a comment */ USE `gone`');
        assert.deepEqual([person.userSession.database, await inDatabase()], ['gone', 'gone']);
        await person.run('DROP DATABASE gone');
        assert.deepEqual([person.userSession.database, await inDatabase()], [undefined, null]);
        await person.userSession.useDatabase('own');
        assert.deepEqual([person.userSession.database, await inDatabase()], ['own', 'own']);
        await person.run('USE other');
        await person.userSession.useDatabase('own'); // where it was before, as far as it had told
        assert.equal(await inDatabase(), 'own');
      });

      test(`knows whether a transaction is open: ${silence}`, async () => {
        await person.run(silence);
        await person.run('BEGIN');
        assert.equal(person.userSession.inTransaction, true);
        await person.run('INSERT INTO t (v) VALUES (1)');
        await person.run('ROLLBACK');
        assert.equal(person.userSession.inTransaction, false);
        await person.run('SET autocommit = 0');
        assert.equal(person.userSession.autocommit, false);
        await person.run('SELECT * FROM t');
        assert.equal(person.userSession.inTransaction, true);
      });

      test(`asks for the mode, the zone and the character set where nobody tells: ${silence}`, async () => {
        const { untold } = await person.run(silence);
        assert.equal(untold, !settings);
        const list = await person.value('SELECT @@SESSION.session_track_system_variables');
        const readsAnsi = (): boolean | undefined => person.userSession.dialect?.ansiQuotes;
        assert.equal(readsAnsi(), false);
        await person.run("SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')");
        assert.equal(readsAnsi(), true);
        await person.run("SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'");
        assert.deepEqual([readsAnsi(), person.userSession.dialect?.noBackslashEscapes], [false, true]);
        await assert.rejects(person.run("SET sql_mode = 'NONSENSE'"));
        assert.equal(readsAnsi(), settings ? false : undefined);
        await person.run("SET @zone = '+09:00'");
        assert.equal(readsAnsi(), false);
        await person.run('SET time_zone = @zone');
        assert.equal((await person.run('SELECT 1')).moment?.timeZone, '+09:00');
        await person.run("SET time_zone = '+08:00'");
        assert.equal((await person.run('SELECT 1')).moment?.timeZone, '+08:00');
        await assert.rejects(person.run('SET NAMES nonsense'));
        await person.run('SET NAMES latin1');
        await person.run("INSERT INTO t (v) VALUES ('é')");
        await person.run('SET character_set_client = cp1250, character_set_connection = utf8mb4');
        await person.run("INSERT INTO t (v) VALUES ('č')");
        await person.run('SET NAMES utf8mb4');
        await person.run("INSERT INTO t (v) VALUES ('한')");
        assert.deepEqual((await person.rows('SELECT v FROM t ORDER BY id')).flat(), ['é', 'č', '한']);
        assert.equal(await person.value('SELECT @@SESSION.session_track_system_variables'), list);
        await person.run('DELETE FROM t');
      });
    }

    test('tells once that nothing is told any more, and hears again what it is told', async () => {
      assert.equal((await person.run("SET SESSION session_track_system_variables = ''")).untold, true);
      assert.equal((await person.run("SET SESSION session_track_system_variables = ''")).untold, false);
      assert.equal((await person.run("SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')")).untold, false);
      await person.run(
        "SET SESSION session_track_system_variables = 'sql_mode,time_zone,character_set_client,character_set_results,session_track_schema,session_track_system_variables'",
      );
      await person.run("SET SESSION sql_mode = ''");
      assert.equal(person.userSession.dialect?.ansiQuotes, false);
    });

    const EMPTIES = "session_track_system_variables = ''";
    const PROGRAMS: readonly (readonly string[])[] = [
      [`PREPARE q FROM "SET ${EMPTIES}, sql_mode = 'ANSI_QUOTES', character_set_client = latin1, time_zone = '+09:00'"`, 'EXECUTE q'],
      [`PREPARE q FROM "SET sql_mode = 'ANSI_QUOTES', character_set_client = latin1, time_zone = '+09:00', ${EMPTIES}"`, 'EXECUTE q'],
      ...(flavor === 'mariadb'
        ? [
            [
              `EXECUTE IMMEDIATE 'SET ${EMPTIES.replaceAll("'", "''")}, sql_mode = ''ANSI_QUOTES'', character_set_client = latin1, time_zone = ''+09:00'''`,
            ],
            [
              `BEGIN NOT ATOMIC SET ${EMPTIES}; SET character_set_client = latin1; SET time_zone = '+09:00'; END`,
              "SET sql_mode = 'ANSI_QUOTES'",
            ],
          ]
        : []),
    ];
    for (const program of PROGRAMS)
      test(`knows what a program has set that makes the server tell nothing: ${program.join('; ')}`, async () => {
        for (const statement of program.slice(0, -1)) await person.run(statement);
        await person.run('SELECT SQL_CALC_FOUND_ROWS * FROM three LIMIT 1');
        const { untold } = await person.run(program.at(-1) ?? '');
        assert.equal(await person.value('SELECT ROW_COUNT()'), '0');
        await person.run('SELECT SQL_CALC_FOUND_ROWS * FROM three LIMIT 1');
        await person.run(program.at(-1) ?? '');
        assert.equal(await person.value('SELECT FOUND_ROWS()'), '3');
        assert.equal(await person.value('SELECT @@SESSION.session_track_system_variables'), '');
        assert.equal(untold, program.at(-1)?.startsWith('SET') !== true);
        assert.equal(person.userSession.dialect?.ansiQuotes, true);
        assert.equal((await person.run('SELECT 1')).moment?.timeZone, '+09:00');
        await person.run("INSERT INTO t (v) VALUES ('é')");
        assert.equal(await person.value('SELECT HEX(v) FROM t'), 'C3A9');
        await person.run('DELETE FROM t');
      });

    test('asks behind a program that has failed before it matters, and leaves what the server says of it until then', async () => {
      await person.run("PREPARE q FROM 'SELECT * FROM nowhere WHERE ? = 1'").catch(() => undefined);
      for (const [next, isKnown] of [
        ['SHOW WARNINGS', false],
        [`SELECT "a\\"; SELECT 1 AS "b"`, true],
      ] as const) {
        await assert.rejects(person.run('EXECUTE nosuch'));
        assert.equal((await person.userSession.readDialect(next)) !== undefined, isKnown, next);
        if (!isKnown) assert.equal((await person.rows('SHOW WARNINGS')).length, 1);
      }
      await assert.rejects(person.run('EXECUTE nosuch'));
      await person.run("INSERT INTO t (v) VALUES ('é')");
      assert.equal(await person.value('SELECT HEX(v) FROM t'), 'C3A9');
      await person.run('DELETE FROM t');
      await assert.rejects(person.run('EXECUTE nosuch'));
      await assert.rejects(person.run("SELECT ROW_COUNT() AS 'é'"), {
        code: 'input.invalid',
        message: /character set of the session isn't known/,
      });
    });

    test('knows the character set of results that a function has changed, of the rows behind its own', async () => {
      assert.equal((await person.run('SELECT own.narrows()')).moment?.charset, undefined);
      const { results, moment } = await person.run("SELECT 'é' AS 'é'");
      assert.deepEqual([results[0]?.columns[0]?.name, results[0]?.rows, moment?.charset], ['é', [['é']], 'latin1']);
    });

    if (flavor === 'mariadb')
      test('takes the settings of one statement for nothing that lasts', async () => {
        const { untold } = await person.run("SET STATEMENT sql_mode = 'ANSI_QUOTES' FOR SELECT 1");
        assert.deepEqual([untold, person.userSession.dialect?.ansiQuotes], [false, false]);
      });

    test('takes each assignment for told that the server tells, also of the same value', async () => {
      for (const statement of [
        ...['SET sql_mode = @@sql_mode', 'SET SESSION time_zone = @@time_zone', 'SET @@session.time_zone = @@time_zone'],
        ...['SET NAMES utf8mb4', 'SET CHARACTER SET utf8mb4', 'SET character_set_client = utf8mb4'],
        ...["SET @x = 1, time_zone = '+01:00', sql_mode = ''", 'SET @time_zone = 1', 'SET @names = 1, @sql_mode = 2'],
        ...['SET GLOBAL time_zone = SYSTEM', "SET GLOBAL sql_mode = @@GLOBAL.sql_mode, @@GLOBAL.time_zone = 'SYSTEM'"],
      ]) {
        assert.equal((await person.run(statement)).untold, false, statement);
        assert.notEqual(person.userSession.dialect, undefined, statement);
      }
      assert.notEqual((await person.run('SELECT 1')).moment?.timeZone, undefined);
    });

    for (const program of [
      ['CALL own.moves()'],
      ['CALL own.leaves()'],
      [`PREPARE q FROM "SET session_track_system_variables = '', time_zone = '+09:00'"`, 'EXECUTE q'],
    ])
      test(`asks for the zone behind a program that may have emptied the list: ${program.join('; ')}`, async () => {
        for (const statement of program) await person.run(statement);
        assert.equal((await person.run('SELECT 1')).moment?.timeZone, '+09:00');
        assert.equal(await person.value('SELECT @@time_zone'), '+09:00');
      });

    test('knows the zone behind a program that is told to have set it', async () => {
      await person.run('CALL own.zones()');
      assert.equal((await person.run('SELECT 1')).moment?.timeZone, '+09:00');
    });

    test('asks for the zone behind a program that failed', async () => {
      await assert.rejects(person.run('CALL own.fails()'));
      assert.equal(person.userSession.moment.timeZone, undefined);
      const { moment } = await person.run("SELECT TIMESTAMP '2026-01-01 00:00:00' AS at");
      assert.equal(moment?.timeZone, '+09:00');
    });

    test('does not know the zone of rows that a function is among, and asks for that of the next', async () => {
      assert.notEqual((await person.run('SELECT COUNT(*) FROM t')).moment?.timeZone, undefined);
      assert.equal((await person.run('SELECT elsewhere()')).moment?.timeZone, undefined);
      const { results, moment } = await person.run("SELECT TIMESTAMP '2026-01-01 00:00:00' AS at");
      assert.ok(results[0] !== undefined);
      assert.equal(moment?.timeZone, '+03:00');
    });

    test('is asked to tell, whatever the server has for everybody', async () => {
      const before = await person.rows('SELECT @@GLOBAL.session_track_schema, @@GLOBAL.session_track_system_variables');
      try {
        for (const list of ['', 'autocommit, SQL_MODE', '*']) {
          await execute(server, `SET GLOBAL session_track_schema = OFF; SET GLOBAL session_track_system_variables = '${list}'`);
          await execute(
            server,
            `SET GLOBAL init_connect = "SET SESSION session_track_schema = OFF"; CREATE USER IF NOT EXISTS plain@'%' IDENTIFIED BY 'Plain-1234';
             GRANT ALL ON own.* TO plain@'%'; GRANT ALL ON other.* TO plain@'%'`,
          );
          const plain = await openDatabase(
            { host: server.host, port: server.port, user: 'plain', database: 'own', tls: 'preferred' },
            { password: () => Promise.resolve('Plain-1234'), warn: () => undefined },
          );
          const other = new Person(plain.sessions.open());
          try {
            await other.run('USE other');
            assert.equal(other.userSession.database, 'other');
            await other.run("SET sql_mode = 'ANSI_QUOTES'");
            await other.run("SET @@session.time_zone = CONCAT('+0', '2:00')");
            await other.run('SET NAMES latin1');
            const { moment } = await other.run('SELECT 1');
            // MariaDB does not tell then, whatever a session asks for.
            const told = flavor === 'mariadb' && list === '' ? [true, undefined, 'latin1'] : [true, '+02:00', 'latin1'];
            assert.deepEqual([other.userSession.dialect?.ansiQuotes, moment?.timeZone, moment?.charset], told, list);
          } finally {
            other.userSession.close();
            await plain.close();
          }
        }
      } finally {
        const [schema, variables] = before[0] ?? [];
        await execute(
          server,
          `SET GLOBAL init_connect = ''; SET GLOBAL session_track_schema = ${schema ?? '1'}; SET GLOBAL session_track_system_variables = '${variables ?? ''}'`,
        );
      }
    });
  });
}
