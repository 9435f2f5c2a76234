import { tableFromIPC } from 'apache-arrow';
import assert from 'node:assert/strict';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readParquet } from 'parquet-wasm';
import type { Database } from '../../../src/engine/connection/database.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import type { Exported } from '../../../src/engine/query/exports/exportRead.ts';
import { secondFlavor } from '../../harness/depth.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type TestServer } from '../../harness/servers/testServer.ts';

const DIGITS = Array.from({ length: 10 }, (_, i) => `SELECT ${String(i)} AS d`).join(' UNION ALL ');

/** Decimals are arrays of 32 bits each. */
type ArrowValue = string | number | bigint | Uint8Array | Uint32Array | null;

/** By Apache Arrow, which shares no code with the library that we write with. */
async function readBack(file: string): Promise<{ readonly columns: readonly string[]; readonly rows: readonly (readonly ArrowValue[])[] }> {
  const table = tableFromIPC(readParquet(await readFile(file)).intoIPCStream());
  const fields = table.schema.fields.map(({ name, type }) => `${name} ${String(type)}`);
  const columns = fields.map((_, i) => table.getChildAt(i));
  const rows = Array.from({ length: table.numRows }, (_, row) => columns.map((column) => column?.get(row) as ArrowValue));
  return { columns: fields, rows };
}

/** Decimals as their digits without a point, moments in milliseconds. */
function plain(value: ArrowValue): string | null {
  if (value === null) return null;
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value.toString();
}

for (const flavor of ['mysql', 'mariadb'] as const) {
  suite(`Parquet files of ${flavor}, read by another library`, function () {
    secondFlavor(this, flavor);
    this.timeout(120_000);
    let server: TestServer;
    let database: Database;
    let folder: string;
    let file: string;

    suiteSetup(async () => {
      server = await startServer(flavor);
      folder = await mkdtemp(path.join(tmpdir(), 'mpt-parquet-'));
      file = path.join(folder, 'x.parquet');
      await execute(server, 'CREATE DATABASE parquet');
      database = await openDatabase(
        { host: server.host, port: server.port, user: server.root.user, database: 'parquet', tls: 'preferred' },
        { password: () => Promise.resolve(server.root.password), warn: () => undefined },
      );
    });
    suiteTeardown(async () => {
      await database.close();
      await rm(folder, { recursive: true });
      await server.dispose();
    });

    /** As *Export All Rows* does, of a result of which only a few rows are shown. */
    const exported = async (sql: string): Promise<Exported> => {
      const userSession = database.sessions.open('parquet');
      const { signal } = new AbortController();
      const handle = await open(file, 'w');
      try {
        const { results, moment } = await userSession.run(sql, { limits: { maxRows: 1, maxCharacters: 1_000_000 }, signal });
        const [result] = results;
        assert.ok(result !== undefined && moment !== undefined);
        const options = { format: 'parquet', table: 't', file: handle, progress: () => undefined } as const;
        return await database.sessions.exportShown({ sql, result, moment }, options, { signal });
      } finally {
        await handle.close();
        userSession.close();
      }
    };

    test('types are as they were, to the last digit', async () => {
      await execute(
        server,
        `CREATE TABLE kinds (id INT PRIMARY KEY, tiny TINYINT, big BIGINT UNSIGNED, neg BIGINT, money DECIMAL(12,2), wide DECIMAL(40,20), f DOUBLE, single FLOAT, day DATE, moment DATETIME(6),
           at TIMESTAMP NULL, raw VARBINARY(4), txt TEXT, t TIME, y YEAR, e ENUM('a', 'b'), b BIT(9), j JSON);
         SET time_zone = '+00:00';
         INSERT INTO kinds VALUES (1, -128, 18446744073709551615, -9007199254740993, -0.05, 12345678901234567890.12345678901234567890, 0.1, 0.5, '1969-12-31', '2024-03-31 02:30:00.123456',
           '2024-01-01 00:00:00', x'00FF', 'é😀', '-12:00:00', 2024, 'b', b'100000001', '{"a": 1}'),
           (2, NULL, 0, 9223372036854775807, 9999999999.99, NULL, -1.7976931348623157e308, NULL, '9999-12-31', '1000-01-01 00:00:00', NULL, '', '', NULL, NULL, NULL, NULL, NULL)`,
        'parquet',
      );
      await exported('SELECT * FROM kinds ORDER BY id');
      const { columns, rows } = await readBack(file);
      assert.equal(
        columns.join(),
        'id Int64,tiny Int64,big Uint64,neg Int64,money Decimal[12e+2],wide Utf8,f Float64,single Float64,day Date32<DAY>,moment Timestamp<MICROSECOND, UTC>,at Timestamp<MICROSECOND, UTC>,raw Binary,txt Utf8,t Utf8,y Int64,e Utf8,b Utf8,j Utf8',
      );
      assert.deepEqual(
        rows.map((row) => row.map(plain)),
        [
          [
            '1',
            '-128',
            '18446744073709551615',
            '-9007199254740993',
            '-5',
            '12345678901234567890.12345678901234567890',
            '0.1',
            '0.5',
            String(Date.UTC(1969, 11, 31)),
            `${String(Date.UTC(2024, 2, 31, 2, 30, 0, 123))}.456`,
            String(Date.UTC(2024, 0, 1)),
            '00ff',
            'é😀',
            '-12:00:00',
            '2024',
            'b',
            '257',
            '{"a": 1}',
          ],
          [
            '2',
            null,
            '0',
            '9223372036854775807',
            '999999999999',
            null,
            '-1.7976931348623157e+308',
            null,
            String(Date.UTC(9999, 11, 31)),
            String(Date.UTC(1000, 0, 1)),
            null,
            '',
            '',
            null,
            null,
            null,
            null,
            null,
          ],
        ],
      );
    });

    test('columns of one name are renamed, and so told', async () => {
      const { notes } = await exported('SELECT 1 AS a, 2 AS a, 3 AS A UNION ALL SELECT 4, 5, 6');
      const { columns, rows } = await readBack(file);
      assert.equal(new Set(columns.map((name) => name.toLowerCase())).size, 3);
      assert.deepEqual(
        rows.map((row) => row.map(plain)),
        [
          ['1', '2', '3'],
          ['4', '5', '6'],
        ],
      );
      assert.match(notes.join(), /Columns with the same name were renamed/);
    });

    test('rows of several groups are all there, in order', async () => {
      await execute(server, 'CREATE TABLE many (id INT PRIMARY KEY, note VARCHAR(20))', 'parquet');
      await execute(
        server,
        `INSERT INTO many SELECT n, IF(n % 3 = 0, NULL, CONCAT('é', n)) FROM (SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d AS n FROM (${DIGITS}) a, (${DIGITS}) b, (${DIGITS}) c, (${DIGITS}) e, (${DIGITS}) f) x WHERE n < 60000`,
        'parquet',
      );
      const { rows: written } = await exported('SELECT * FROM many ORDER BY id');
      const { rows } = await readBack(file);
      assert.equal(written, 60_000);
      assert.equal(rows.length, 60_000);
      assert.equal(
        rows.findIndex(([id, note], i) => Number(id) !== i || note !== (i % 3 === 0 ? null : `é${String(i)}`)),
        -1,
      );
    });
  });
}
