import assert from 'node:assert/strict';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Database } from '../../../src/engine/connection/database.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import { isPilotError } from '../../../src/engine/errors.ts';
import type { UserSession } from '../../../src/engine/query/userSession/userSession.ts';
import type { UserSessionOutcome } from '../../../src/engine/query/userSession/userSessionRun.ts';
import type { ExportFormat } from '../../../src/engine/query/exports/rowWriter.ts';
import type { Exported } from '../../../src/engine/query/exports/exportRead.ts';
import type { SessionMoment } from '../../../src/engine/query/userSession/sessionMoment.ts';
import { secondFlavor } from '../../harness/depth.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type TestServer } from '../../harness/servers/testServer.ts';

const LIMITS = { maxRows: 3, maxCharacters: 1_000_000 };

function momentOf({ moment }: UserSessionOutcome): SessionMoment {
  assert.ok(moment !== undefined);
  return moment;
}

for (const flavor of ['mysql', 'mariadb'] as const) {
  suite(`what an export runs again in a person's session on ${flavor}`, function () {
    secondFlavor(this, flavor);
    this.timeout(120_000);
    let server: TestServer;
    let database: Database;
    let session: UserSession;
    let folder: string;

    const { signal } = new AbortController();
    const run = (sql: string, maxRows = LIMITS.maxRows): Promise<UserSessionOutcome> =>
      session.run(sql, { limits: { ...LIMITS, maxRows }, signal });
    const exportOf = async (
      sql: string,
      outcome: UserSessionOutcome,
      { format = 'csv', mayChange = false }: { readonly format?: ExportFormat; readonly mayChange?: boolean } = {},
    ): Promise<Exported & { text: string }> => {
      const [result] = outcome.results;
      assert.ok(result !== undefined);
      const name = path.join(folder, 'x');
      const file = await open(name, 'w');
      try {
        const options = { format, table: 't', file, progress: () => undefined };
        const exported = await database.sessions.exportShown({ sql, result, moment: momentOf(outcome) }, options, { signal, mayChange });
        return { ...exported, text: await readFile(name, 'utf8') };
      } finally {
        await file.close();
      }
    };
    const refused = (work: Promise<unknown>, message: RegExp): Promise<void> =>
      assert.rejects(work, (error) => isPilotError(error, 'input.invalid') && message.test(error.message));

    /** Objects that a second run would write by, each with the way to what writes. */
    const WRITING: Readonly<Record<string, RegExp>> = {
      'SELECT id FROM logging': /^shop\.logging → shop\.log_it\(\) contains INSERT INTO shop\.log VALUES \(n\)$/,
      'SELECT id FROM outer_view': /^shop\.outer_view → shop\.logging → shop\.log_it\(\) contains INSERT INTO shop\.log VALUES \(n\)$/,
      'WITH c AS (SELECT * FROM logging) SELECT id FROM c': /^shop\.logging → .* contains INSERT/,
      'SELECT id, (SELECT MAX(id) FROM logging) AS m FROM same': /^shop\.logging → .* contains INSERT/,
      'SELECT log_it(id) AS id FROM same': /^shop\.log_it\(\) contains INSERT/,
      'SELECT through(id) AS id FROM same': /^shop\.through\(\) → shop\.log_it\(\) contains INSERT/,
      'SELECT id FROM locking': /^shop\.locking contains GET_LOCK\('of a view',\s?0\)/i,
      'SELECT sets_zone(id) AS id FROM same': /^shop\.sets_zone\(\) contains time_zone = '\+01:00'$/,
      ...(flavor === 'mariadb' ? { 'SELECT id FROM counting': /^shop\.counting contains NEXTVAL/i } : {}),
    };
    /** Statements that change something themselves: nobody means to run them twice. */
    const OWN: readonly string[] = [
      ...['SELECT @n := id AS id FROM same', 'SELECT id FROM same FOR UPDATE', "SELECT GET_LOCK('a', id) AS id FROM same"],
      ...['SELECT SLEEP(0) + id AS id FROM same', 'SELECT LAST_INSERT_ID(id) AS id FROM same', 'CALL shop.shows()'],
      ...(flavor === 'mariadb' ? ['INSERT INTO log (n) SELECT id FROM same RETURNING n', 'SELECT NEXTVAL(counter) AS id FROM same'] : []),
    ];

    suiteSetup(async () => {
      server = await startServer(flavor);
      await loadSample(server);
      folder = await mkdtemp(path.join(tmpdir(), 'mpt-again-'));
      database = await openDatabase(
        { host: server.host, port: server.port, user: SAMPLE.owner.user, database: 'shop', tls: 'preferred' },
        { password: () => Promise.resolve(SAMPLE.owner.password), warn: () => undefined },
      );
      await execute(
        server,
        `CREATE TABLE same (id INT PRIMARY KEY, at TIMESTAMP NULL, twice INT GENERATED ALWAYS AS (id * 2) STORED);
           INSERT INTO same (id) VALUES (1), (2), (3), (4), (5);
           CREATE TABLE log (n INT);
           CREATE DEFINER = ${SAMPLE.owner.user}@'%' FUNCTION log_it(n INT) RETURNS INT MODIFIES SQL DATA BEGIN INSERT INTO shop.log VALUES (n); RETURN n; END;
           CREATE DEFINER = ${SAMPLE.owner.user}@'%' FUNCTION through(n INT) RETURNS INT MODIFIES SQL DATA RETURN shop.log_it(n);
           CREATE DEFINER = ${SAMPLE.owner.user}@'%' FUNCTION sets_zone(n INT) RETURNS INT BEGIN SET time_zone = '+01:00'; RETURN n; END;
           CREATE DEFINER = ${SAMPLE.owner.user}@'%' FUNCTION twice(n INT) RETURNS INT NO SQL RETURN 2 * n;
           CREATE VIEW logging AS SELECT log_it(id) AS id FROM same;
           CREATE VIEW outer_view AS SELECT id FROM logging;
           CREATE VIEW locking AS SELECT id + 0 * GET_LOCK('of a view', 0) AS id FROM same;
           CREATE VIEW doubling AS SELECT twice(id) AS id FROM same;
           CREATE PROCEDURE shows() BEGIN SELECT id FROM same; INSERT INTO log VALUES (0); END`,
        'shop',
      );
      if (flavor === 'mariadb')
        await execute(server, 'CREATE SEQUENCE counter; CREATE VIEW counting AS SELECT id, NEXTVAL(counter) AS n FROM same', 'shop');
    });

    suiteTeardown(async () => {
      await database.close();
      await rm(folder, { recursive: true });
      await server.dispose();
    });
    setup(() => {
      session = database.sessions.open();
    });
    teardown(() => {
      session.close();
    });

    const logged = async (): Promise<string | null | undefined> => (await run('SELECT COUNT(*) FROM log', 10)).results[0]?.rows[0]?.[0];

    for (const [sql, why] of Object.entries(WRITING)) {
      test(`runs again only where the person knows that it may change something: ${sql}`, async () => {
        await execute(server, 'DELETE FROM shop.log');
        const outcome = await run(sql);
        assert.equal(outcome.results[0]?.cutBy, 'rows');
        const before = await logged();
        const effect = await database.sessions.exportEffect({ sql, result: outcome.results[0], moment: momentOf(outcome) });
        assert.equal(effect?.of, 'objects');
        assert.match(`${effect.path.join(' → ')} ${effect.problem.code} ${effect.problem.value ?? ''}`, why);
        await refused(exportOf(sql, outcome), /may make changes/);
        assert.equal(await logged(), before, 'nothing has run');
        if (sql !== 'SELECT id FROM counting') assert.equal((await exportOf(sql, outcome, { mayChange: true })).rows, 5);
      });
    }

    for (const sql of OWN) {
      test(`does not run again for a file: ${sql}`, async () => {
        const outcome = await run(sql);
        assert.equal(outcome.results[0]?.cutBy, 'rows');
        const before = await logged();
        const effect = await database.sessions.exportEffect({ sql, result: outcome.results[0], moment: momentOf(outcome) });
        assert.equal(effect?.of, 'statement');
        assert.ok(effect.problem.value !== undefined && sql.includes(effect.problem.value), String(effect.problem.value));
        await refused(exportOf(sql, outcome), /may make changes/);
        assert.equal(await logged(), before);
      });
    }

    test('asks about no view and no function that only reads, in whatever mode it is written', async () => {
      for (const [sql, ids] of [
        ['SELECT id FROM doubling', '2 4 6 8 10'],
        ['SELECT twice(id) AS id FROM same', '2 4 6 8 10'],
        ['SELECT "twice"(id) AS "id" FROM "same"', undefined],
      ] as const) {
        if (ids === undefined) await run("SET sql_mode = 'ANSI_QUOTES'");
        const read = sql.replace('"twice"(id)', 'twice(id)');
        const { text } = await exportOf(read, await run(read));
        assert.equal(text, `id\r\n${(ids ?? '2 4 6 8 10').replaceAll(' ', '\r\n')}\r\n`);
      }
      await run('CREATE TEMPORARY TABLE mine AS SELECT id FROM same');
      assert.equal((await exportOf('SELECT id FROM mine', await run('SELECT id FROM mine'))).rows, 5);
      const system = 'SELECT table_name FROM information_schema.tables ORDER BY 1';
      assert.ok((await exportOf(system, await run(system))).rows > 5);
    });

    test('a view whose text the account may not see may change something', async () => {
      await execute(server, "CREATE USER IF NOT EXISTS blind@'%' IDENTIFIED BY 'Blind-1234'; GRANT SELECT ON shop.doubling TO blind@'%'");
      const blind = await openDatabase(
        { host: server.host, port: server.port, user: 'blind', database: 'shop', tls: 'preferred' },
        { password: () => Promise.resolve('Blind-1234'), warn: () => undefined },
      );
      const userSession = blind.sessions.open();
      try {
        const sql = 'SELECT id FROM doubling';
        const { results, moment } = await userSession.run(sql, { limits: LIMITS, signal });
        assert.ok(results[0] !== undefined && moment !== undefined);
        const effect = await blind.sessions.exportEffect({ sql, result: results[0], moment });
        assert.deepEqual(effect, { of: 'objects', path: ['shop.doubling'], problem: { code: 'hidden' } });
      } finally {
        userSession.close();
        await blind.close();
      }
    });

    /** What a person may still ask of their last statement. */
    const told = async (): Promise<unknown> => {
      const warnings = (await run('SHOW WARNINGS')).results[0]?.rows;
      return [warnings, (await run('SELECT FOUND_ROWS(), ROW_COUNT()')).results[0]?.rows];
    };

    test('leaves what FOUND_ROWS(), ROW_COUNT() and SHOW WARNINGS tell of the last statement, or says that it does not', async () => {
      await run("SET time_zone = '+09:00'");
      await run('CREATE TEMPORARY TABLE kept (at TIMESTAMP NULL)');
      const read = 'SELECT id, at, twice FROM same';
      const count = "SELECT id, CAST('x' AS SIGNED) AS x FROM same WHERE id < 3";
      for (const [format, maxRows, isNoted] of [
        ['csv', 10, false],
        ['csv', 3, true],
        ['sql', 10, true],
      ] as const) {
        await run(count);
        const plain = await told();
        const outcome = await run(read, maxRows);
        await run(count);
        const { notes } = await exportOf(read, outcome, { format });
        assert.equal(
          notes.join().includes('SHOW WARNINGS no longer refer to the last statement'),
          isNoted,
          `${format} of ${String(maxRows)}`,
        );
        if (!isNoted) assert.deepEqual(await told(), plain);
      }
      session.close();
      // Nothing in the session may hide a table: nothing of ours has to be asked there.
      await run(count);
      const plain = await told();
      const outcome = await run(read, 10);
      await run(count);
      assert.equal(
        (await exportOf(read, outcome, { format: 'sql' })).notes.join(),
        'Generated columns were omitted, because the server computes them: twice.',
      );
      assert.deepEqual(await told(), plain);
      // The last statement itself, run again, leaves what it has left.
      const cut = await run(read, 3);
      assert.doesNotMatch((await exportOf(read, cut)).notes.join(), /SHOW WARNINGS/);
      assert.deepEqual(await told(), [[], [['5', '-1']]]);
    });
  });
}
