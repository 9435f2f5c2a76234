import assert from 'node:assert/strict';
import type { Database } from '../../../../src/engine/connection/database.ts';
import { openDatabase } from '../../../../src/engine/connection/openDatabase.ts';
import { startServer } from '../../../harness/servers/source.ts';
import { execute, type Flavor, type TestServer } from '../../../harness/servers/testServer.ts';
import { openPeople, Person } from './people.ts';

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
    let database: Database;
    let person: Person;

    suiteSetup(async () => {
      server = await startServer(flavor);
      database = await openPeople(server, 'own');
      await execute(
        server,
        `CREATE DATABASE other; CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(20) CHARACTER SET utf8mb4, at TIMESTAMP NULL) ENGINE = InnoDB;
         CREATE PROCEDURE mutes() SET SESSION session_track_system_variables = '';
         CREATE PROCEDURE fails() BEGIN SET time_zone = '+09:00'; SIGNAL SQLSTATE '45000'; END;
         CREATE PROCEDURE moves() BEGIN SET SESSION session_track_system_variables = ''; SET time_zone = '+09:00'; END;
         CREATE PROCEDURE leaves() BEGIN SET time_zone = '+09:00'; SET SESSION session_track_system_variables = ''; END;
         CREATE PROCEDURE zones() SET time_zone = '+09:00';
         CREATE PROCEDURE hushes() SET SESSION session_track_schema = OFF;
         CREATE FUNCTION elsewhere() RETURNS INT BEGIN SET time_zone = '+03:00'; RETURN 1; END`,
        'own',
      );
    });
    suiteTeardown(async () => {
      await database.close();
      await server.dispose();
    });
    setup(() => {
      person = new Person(database.sessions.open());
    });
    teardown(() => {
      person.userSession.close();
    });

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

      test(`takes no mode, zone or character set for the one before: ${silence}`, async () => {
        const { untold } = await person.run(silence);
        assert.equal(untold, !settings);
        const readsAnsi = (): boolean | undefined => person.userSession.dialect?.ansiQuotes;
        assert.equal(readsAnsi(), false);
        await person.run("SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')");
        assert.equal(readsAnsi(), settings ? true : undefined);
        await person.run("SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'");
        assert.deepEqual([readsAnsi(), person.userSession.dialect?.noBackslashEscapes], [false, true]);
        await assert.rejects(person.run("SET sql_mode = 'NONSENSE'"));
        assert.equal(readsAnsi(), settings ? false : undefined);
        await person.run("SET @zone = '+09:00'");
        await person.run('SET time_zone = @zone');
        assert.equal((await person.run('SELECT 1')).moment?.timeZone, settings ? '+09:00' : undefined);
        await person.run("SET time_zone = '+08:00'");
        assert.equal((await person.run('SELECT 1')).moment?.timeZone, '+08:00');
        await assert.rejects(person.run('SET NAMES nonsense'));
        await person.run('SET NAMES latin1');
        await person.run("INSERT INTO t (v) VALUES ('é')");
        await person.run('SET character_set_client = cp1250, character_set_connection = utf8mb4');
        const insert = person.run("INSERT INTO t (v) VALUES ('č')");
        if (settings) await insert;
        else await assert.rejects(insert, { code: 'input.invalid', message: /character set of the session isn't known/ });
        await person.run("INSERT INTO t (v) VALUES ('c')");
        await person.run('SET NAMES utf8mb4');
        await person.run("INSERT INTO t (v) VALUES ('한')");
        assert.deepEqual((await person.rows('SELECT v FROM t ORDER BY id')).flat(), ['é', ...(settings ? ['č'] : []), 'c', '한']);
        await person.run('DELETE FROM t');
      });
    }

    test('tells once that it no longer knows, and knows again what it is told', async () => {
      assert.equal((await person.run("SET SESSION session_track_system_variables = ''")).untold, true);
      assert.equal((await person.run("SET SESSION session_track_system_variables = ''")).untold, false);
      await person.run("SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')");
      assert.equal(person.userSession.dialect, undefined);
      await person.run(
        "SET SESSION session_track_system_variables = 'sql_mode,time_zone,character_set_client,character_set_results,session_track_schema,session_track_system_variables'",
      );
      assert.equal(person.userSession.dialect, undefined, 'it may have been changed meanwhile');
      await person.run("SET SESSION sql_mode = ''");
      assert.equal((person.userSession.dialect as { readonly ansiQuotes: boolean } | undefined)?.ansiQuotes, false);
    });

    for (const emptied of [['PREPARE q FROM "SET session_track_system_variables = \'\'"', 'EXECUTE q'], ['CALL own.mutes()']])
      test(`finds out at the next assignment that nothing is told: ${emptied.join('; ')}`, async () => {
        for (const statement of emptied) await person.run(statement);
        await person.run('SET NAMES latin1');
        await person.run("INSERT INTO t (v) VALUES ('é')");
        await person.run("SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')");
        assert.equal(person.userSession.dialect, undefined);
        assert.equal(await person.value('SELECT HEX(v) FROM t'), 'C3A9');
        await person.run('DELETE FROM t');
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
      test(`does not know the zone behind a program that may have emptied the list: ${program.join('; ')}`, async () => {
        for (const statement of program) await person.run(statement);
        assert.equal(await person.value('SELECT @@time_zone'), '+09:00');
        assert.equal((await person.run('SELECT 1')).moment?.timeZone, undefined);
      });

    test('knows the zone behind a program that is told to have set it', async () => {
      await person.run('CALL own.zones()');
      assert.equal((await person.run('SELECT 1')).moment?.timeZone, '+09:00');
    });

    test('does not know the zone behind a program that failed', async () => {
      await assert.rejects(person.run('CALL own.fails()'));
      const { moment } = await person.run("SELECT TIMESTAMP '2026-01-01 00:00:00' AS at");
      assert.equal(moment?.timeZone, undefined);
    });

    test('does not know the zone behind a function, of whose changes rows do not tell', async () => {
      assert.notEqual((await person.run('SELECT COUNT(*) FROM t')).moment?.timeZone, undefined);
      await person.run('SELECT elsewhere()');
      const { results, moment } = await person.run("SELECT TIMESTAMP '2026-01-01 00:00:00' AS at");
      assert.ok(results[0] !== undefined);
      assert.equal(moment?.timeZone, undefined);
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
