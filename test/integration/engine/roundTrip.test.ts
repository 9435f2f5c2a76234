import assert from 'node:assert/strict';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import type { Connection } from 'mysql2/promise';
import type { Database } from '../../../src/engine/connection/database.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import type { UserSession } from '../../../src/engine/query/userSession/userSession.ts';
import type { ExportFormat } from '../../../src/engine/query/exports/rowWriter.ts';
import { splitScript } from '../../../src/engine/sql/script.ts';
import { importRows, type ImportColumn } from '../../../src/engine/writes/rowImport.ts';
import { readHead, readRows } from '../../../src/extension/csvImport/csvFile.ts';
import { currentDepth } from '../../harness/depth.ts';
import { startServer } from '../../harness/servers/source.ts';
import { adminConnection, execute, type TestServer } from '../../harness/servers/testServer.ts';
import { WRITE_OPTIONS } from '../../harness/servers/writeSetup.ts';
import { columnsOf, type TestedColumn } from './roundTripTypes.ts';

/** A few hundred cases while one thinks, many for a release. */
const CASES = currentDepth() === 'full' ? Number(process.env['ROUND_TRIPS'] ?? 10_000) : 300;
const ROWS_AT_ONCE = 12;
/** Ten thousand cases are to end also where others work on the machine. */
const PATIENT = { ...WRITE_OPTIONS, timeoutMs: 300_000 };

/** How a session may be, where rows are read and where they are loaded. */
const SESSIONS = {
  usual: [],
  zone: ["SET time_zone = '+09:00'"],
  modes: ["SET sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES,PIPES_AS_CONCAT,PAD_CHAR_TO_FULL_LENGTH'"],
  characterSet: ['SET NAMES utf8mb4', "SET collation_connection = 'utf8mb4_bin'", "SET character_set_database = 'latin1'"],
  autocommit: ['SET autocommit = 0'],
  strict: ["SET sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO'"],
} as const;

type SessionName = keyof typeof SESSIONS;
const NAMES = Object.keys(SESSIONS) as SessionName[];

/** The table that is read, and the one of the same definition that its rows are loaded into. */
const FROM = '`fr``om`';
const TO = '`t``o`';

for (const flavor of ['mysql', 'mariadb'] as const) {
  suite(`rows in a file and back on ${flavor}`, function () {
    this.timeout(3_600_000);
    let server: TestServer;
    let database: Database;
    let admin: Connection;
    let folder: string;

    suiteSetup(async () => {
      server = await startServer(flavor);
      folder = await mkdtemp(path.join(tmpdir(), 'mpt-trip-'));
      await execute(server, 'CREATE DATABASE trip CHARACTER SET utf8mb4');
      admin = await adminConnection(server, 'trip');
      await admin.query("SET sql_mode = 'ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO', time_zone = '+00:00'");
      database = await openDatabase(
        {
          host: server.host,
          port: server.port,
          user: server.root.user,
          database: 'trip',
          tls: 'preferred',
          writes: { update: 'allow', delete: 'allow' },
        },
        { password: () => Promise.resolve(server.root.password), warn: () => undefined },
      );
    });
    suiteTeardown(async () => {
      await database.close();
      await admin.end();
      await rm(folder, { recursive: true });
      await server.dispose();
    });

    /** A table with these columns, with rows whose values are literals. */
    const create = async (columns: readonly TestedColumn[], rows: readonly (readonly string[])[]): Promise<void> => {
      const definitions = columns.map(({ type }, i) => `${nameOf(i)} ${type}`).join(', ');
      await admin.query(
        `DROP TABLE IF EXISTS ${FROM}, ${TO}; CREATE TABLE ${FROM} (id INT AUTO_INCREMENT PRIMARY KEY, n INT, ${definitions})`,
      );
      for (const [i, values] of rows.entries())
        await admin.query(`INSERT IGNORE INTO ${FROM} VALUES (${[String(i), String(i), ...values].join(', ')})`);
      await admin.query(`CREATE TABLE ${TO} LIKE ${FROM}`);
    };
    /** What the server itself takes a table's rows for, byte by byte. */
    const bytesOf = async (table: string, columns: readonly TestedColumn[]): Promise<unknown> => {
      const exact = columns.map(({ exact: form }, i) => (form ?? ((name: string) => `HEX(${name})`))(nameOf(i)));
      const [rows] = await admin.query({ sql: `SELECT id, n, ${exact.join(', ')} FROM ${table} ORDER BY id`, rowsAsArray: true });
      return rows;
    };
    const sessionOf = async (name: SessionName): Promise<UserSession> => {
      const userSession = database.sessions.open('trip');
      for (const statement of SESSIONS[name]) await run(userSession, statement);
      return userSession;
    };
    const exported = async (
      userSession: UserSession,
      format: ExportFormat,
    ): Promise<{ file: string; rows: readonly (readonly (string | null)[])[] }> => {
      const sql = `SELECT * FROM ${FROM}`;
      const { results, moment } = await run(userSession, sql, 3);
      const whole = await run(userSession, sql);
      assert.ok(results[0] !== undefined && moment !== undefined && whole.results[0] !== undefined);
      const file = path.join(folder, `x.${format}`);
      const handle = await open(file, 'w');
      await database.sessions.exportShown(
        { sql, result: results[0], moment },
        { format, table: 't`o', file: handle, progress: () => undefined },
        { signal: new AbortController().signal },
      );
      await handle.close();
      return { file, rows: whole.results[0].rows };
    };
    const load = async (script: string, name: SessionName): Promise<void> => {
      const userSession = await sessionOf(name);
      const state = 'SELECT @@time_zone, @@sql_mode, @@autocommit, @@character_set_client, @@character_set_results, @@collation_connection';
      const before = (await run(userSession, state)).results[0]?.rows;
      for (const { text } of splitScript(script)) await run(userSession, text);
      assert.deepEqual((await run(userSession, state)).results[0]?.rows, before, 'the session is as it was');
      userSession.close();
    };
    const loadCsv = async (file: string, from: SessionName, columns: readonly TestedColumn[], name: SessionName): Promise<void> => {
      const fillable = columns.flatMap(({ type, generated }, i) =>
        generated === true ? [] : [{ name: plainName(i), type: type.toLowerCase(), place: i + 2 }],
      );
      const targets: readonly (ImportColumn & { place: number })[] = [
        { name: 'id', type: 'int', place: 0 },
        { name: 'n', type: 'int', place: 1 },
        ...fillable,
      ];
      const places = targets.map(({ place }) => place);
      assert.deepEqual((await readHead(file, ','))[0], ['id', 'n', ...columns.map((_, i) => plainName(i))]);
      const rows = readRows(file, { delimiter: ',', header: true, emptyIsNull: true }, places, columns.length + 2);
      const userSession = await sessionOf(name);
      const outcome = await importRows(userSession, { database: 'trip', name: 't`o' }, targets, rows, {
        atomic: true,
        timeZone: from === 'zone' ? '+09:00' : '+00:00',
        signal: new AbortController().signal,
        progress: () => undefined,
      });
      userSession.close();
      assert.deepEqual(outcome.refused, []);
    };

    test('undo files bring every type back, wherever they run (property)', async () => {
      const kinds = columnsOf(flavor).filter(({ without }) => without?.includes('undo') !== true);
      let cases = 0;
      while (cases < CASES) {
        const [table] = fc.sample(tableOf(kinds), 1);
        assert.ok(table !== undefined);
        const { columns, rows, to } = table;
        await create(columns, rows);
        const before = await bytesOf(FROM, columns);
        const emptied = columns.flatMap(({ generated }, i) => (generated === true ? [] : [`${nameOf(i)} = NULL`]));
        for (const write of [
          `DELETE FROM ${FROM} WHERE id >= 0`,
          `UPDATE ${FROM} SET ${['n = -1', ...emptied].join(', ')} WHERE id >= 0`,
        ]) {
          const preview = await database.writes.preview(await database.writes.judge(write, PATIENT), PATIENT);
          const { undo } = await database.writes.run(preview.id, { ...PATIENT, intent: () => Promise.resolve() });
          assert.notDeepEqual(await bytesOf(FROM, columns), before);
          const script = undo?.file ?? assert.fail();
          await load(script, to);
          assert.deepEqual(await bytesOf(FROM, columns), before, `${columns.map(({ type }) => type).join(', ')} in ${to}\n${script}`);
        }
        cases += columns.length * rows.length;
      }
    });

    for (const format of ['sql', 'csv'] as const) {
      test(`${format}: export and load are the identity for every type, in every session, and the file has the rows of the grid (property)`, async () => {
        const kinds = columnsOf(flavor).filter(({ without }) => without?.includes(format) !== true);
        let cases = 0;
        while (cases < CASES) {
          const [table] = fc.sample(tableOf(kinds), 1);
          assert.ok(table !== undefined);
          const { columns, rows, from, to } = table;
          await create(columns, rows);
          const reading = await sessionOf(from);
          const { file, rows: shown } = await exported(reading, format);
          reading.close();
          if (format === 'csv') {
            const places = ['id', 'n', ...columns].map((_, i) => i);
            const found: (readonly (string | null)[])[] = [];
            for await (const { values } of readRows(file, { delimiter: ',', header: true, emptyIsNull: true }, places, places.length))
              found.push(values);
            assert.deepEqual(found, shown);
            await loadCsv(file, from, columns, to);
          } else await load(await readFile(file, 'utf8'), to);
          const told = `${columns.map(({ type }) => type).join(', ')} from ${from} to ${to}`;
          assert.deepEqual(await bytesOf(TO, columns), await bytesOf(FROM, columns), `${told}\n${await readFile(file, 'utf8')}`);
          cases += columns.length * rows.length;
        }
      });
    }
  });
}

function run(userSession: UserSession, sql: string, maxRows = 1000): ReturnType<UserSession['run']> {
  return userSession.run(sql, { limits: { maxRows, maxCharacters: 50_000_000 }, signal: new AbortController().signal });
}

/** Names that need their quotes. */
function plainName(i: number): string {
  return `c \`${String(i)}`;
}

function nameOf(i: number): string {
  return `\`${plainName(i).replaceAll('`', '``')}\``;
}

interface TestedTable {
  readonly columns: readonly TestedColumn[];
  readonly rows: readonly (readonly string[])[];
  readonly from: SessionName;
  readonly to: SessionName;
}

function tableOf(kinds: readonly TestedColumn[]): fc.Arbitrary<TestedTable> {
  return fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 8 }).chain((columns) =>
    fc.record({
      columns: fc.constant(columns),
      rows: fc.array(
        fc.tuple(
          ...columns.map(({ values, generated }) =>
            generated === true ? values : fc.oneof({ weight: 1, arbitrary: fc.constant('NULL') }, { weight: 5, arbitrary: values }),
          ),
        ),
        {
          minLength: 1,
          maxLength: ROWS_AT_ONCE,
        },
      ),
      from: fc.constantFrom(...NAMES),
      to: fc.constantFrom(...NAMES),
    }),
  );
}
