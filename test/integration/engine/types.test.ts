import assert from 'node:assert/strict';
import type { Database } from '../../../src/engine/connection/database.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import { runClient } from '../../harness/servers/clientProgram.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type Flavor, type TestServer } from '../../harness/servers/testServer.ts';

const OPTIONS = { limits: { maxRows: 100, maxCharacters: 1_000_000 }, timeoutMs: 10_000, database: 'types' };

const NUMBERS =
  'tiny TINYINT, tiny1 TINYINT(1), utiny TINYINT UNSIGNED, small SMALLINT, medium MEDIUMINT, i INT, zero INT(5) ZEROFILL, ui INT UNSIGNED, big BIGINT, ' +
  'ubig BIGINT UNSIGNED, dec65 DECIMAL(65,30), dec2 DECIMAL(20,2), f FLOAT, db DOUBLE, y YEAR';
const TIMES = 'd DATE, dt DATETIME, dt6 DATETIME(6), ts TIMESTAMP NULL, ts6 TIMESTAMP(6) NULL, t TIME, t6 TIME(6)';
const TEXTS =
  "ch CHAR(10), vc VARCHAR(255), tx TEXT, lt LONGTEXT, en ENUM('a','b','ünïcode',''), se SET('x','y','z'), js JSON, la VARCHAR(50) CHARACTER SET latin1, " +
  'u16 VARCHAR(20) CHARACTER SET utf16';
const BINARIES = 'bin BINARY(4), vb VARBINARY(50), bl BLOB';
const BITS = 'b1 BIT(1), b9 BIT(9), b64 BIT(64)';
const SHAPES = 'p POINT, g GEOMETRY';

const ROWS = `
  INSERT INTO numbers VALUES (1, 127, 1, 255, 32767, 8388607, 2147483647, 42, 4294967295, 9223372036854775807, 18446744073709551615,
    '12345678901234567890123456789012345.123456789012345678901234567890', 123456789012345678.99, 3.4028234e38, 1.7976931348623157e308, 2155);
  INSERT INTO numbers VALUES (2, -128, 0, 0, -32768, -8388608, -2147483648, 0, 0, -9223372036854775808, 0, '-0.000000000000000000000000000001', -0.01, -1.17549435e-38,
    -2.2250738585072014e-308, 1901);
  INSERT INTO numbers (id, f, db, y) VALUES (3, 0.1, 0.1, 0), (4, 1234567.891, 1e15, 2000), (5, 16777217, 123456789012345678, NULL), (6, 1e-7, 5e-324, NULL);
  INSERT INTO times VALUES (1, '9999-12-31', '9999-12-31 23:59:59', '9999-12-31 23:59:59.999999', '2038-01-19 03:14:07', '2038-01-19 03:14:07.999999', '838:59:59', '838:59:59.000000');
  INSERT INTO times VALUES (2, '0000-00-00', '0000-00-00 00:00:00', '0000-00-00 00:00:00.000000', '1970-01-01 00:00:01', '1970-01-01 00:00:01.000001', '-838:59:59', '-00:00:00.000001');
  INSERT INTO times VALUES (3, '2024-02-30', '2024-00-10 00:00:00', '2024-03-31 02:30:00.1', '2024-03-31 02:30:00', '2024-10-27 01:30:00.5', '00:00:00', '12:00:00.5');
  INSERT INTO times (id) VALUES (4);
  INSERT INTO texts VALUES (1, 'abc  ', 'it''s "quoted"', '日本語 😀', REPEAT('x', 5000), 'ünïcode', 'x,z', '{"n": 12345678901234567890.5, "a": [1, null, "x"]}', 'naïve é', 'ütf16');
  INSERT INTO texts VALUES (2, '', '', '', '', '', '', 'null', '', '');
  INSERT INTO texts (id, js) VALUES (3, '"text"'), (4, NULL);
  INSERT INTO binaries VALUES (1, 'ab', x'00FF10', x'C328'), (2, '', '', ''), (3, NULL, NULL, NULL);
  INSERT INTO bits VALUES (1, b'1', b'111111111', 18446744073709551615), (2, b'0', 0, 0), (3, NULL, NULL, 9223372036854775808);
  INSERT INTO shapes VALUES (1, ST_GeomFromText('POINT(1.5 -2)'), ST_GeomFromText('LINESTRING(0 0,1 1e20,0.1 1e-7)')),
    (2, NULL, ST_GeomFromText('POLYGON((0 0,10 0,10 10,0 0),(1 1,2 1,2 2,1 1))')), (3, NULL, ST_GeomFromText('MULTIPOINT(1 2,3 4)')),
    (4, NULL, ST_GeomFromText('MULTILINESTRING((0 0,1 1),(2 2,3 3))')), (5, NULL, ST_GeomFromText('MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5)))')),
    (6, NULL, ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,123456789.123456789 1),GEOMETRYCOLLECTION(POINT(2 2)))')),
    (7, NULL, ST_GeomFromText('POINT(10 20)', 4326)), (8, NULL, ST_GeomFromText('LINESTRING(10 20,30 40)', 3857)), (9, NULL, ST_GeomFromText('POINT(1 2)', 4258));
`;

/** How the client is to show a column so that it is shown as ours: binary in hexadecimal, BIT as a number, geometry as text. */
const shown = (definition: string): string[] =>
  definition.split(/, (?=\w+ [A-Z])/).map((column) => {
    const [name = '', type = ''] = column.split(' ');
    if (/BINARY|BLOB/.test(type)) return `CONCAT('0x', HEX(${name}))`;
    if (type.startsWith('BIT')) return `CAST(${name} AS UNSIGNED)`;
    if (/POINT|GEOMETRY/.test(type))
      return `CONCAT(IF(ST_SRID(${name}) = 0, '', CONCAT('SRID=', ST_SRID(${name}), ';')), ST_AsText(${name}))`;
    return name;
  });

const TABLES = { numbers: NUMBERS, times: TIMES, texts: TEXTS, binaries: BINARIES, bits: BITS, shapes: SHAPES };
const flavors: readonly Flavor[] = ['mysql', 'mariadb'];
const available = process.platform === 'linux' && process.arch === 'x64';

for (const flavor of flavors) {
  suite(`values on ${flavor}`, () => {
    let server: TestServer;
    let database: Database;
    const zone = process.env['TZ'];

    suiteSetup(async function () {
      if (!available) this.skip();
      server = await startServer(flavor);
      const tables = Object.entries(TABLES).map(([name, columns]) => `CREATE TABLE ${name} (id INT PRIMARY KEY, ${columns});`);
      await execute(server, "CREATE DATABASE types CHARACTER SET utf8mb4; SET GLOBAL time_zone = '+00:00'");
      await execute(server, `SET sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00'; ${tables.join(' ')} ${ROWS}`, 'types');
      database = await openDatabase(
        { host: server.host, port: server.port, user: server.root.user, tls: 'preferred' },
        { password: () => Promise.resolve(server.root.password), warn: () => undefined },
      );
    });
    suiteTeardown(async () => {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
      if (!available) return;
      await database.close();
      await server.dispose();
    });

    for (const processZone of ['UTC', 'America/St_Johns', 'Pacific/Kiritimati']) {
      for (const [table, columns] of Object.entries(TABLES)) {
        test(`${table} are shown as by the server's own client (${processZone})`, async () => {
          process.env['TZ'] = processZone;
          const expected = await runClient(server, `SELECT id, ${shown(columns).join(', ')} FROM ${table} ORDER BY id`, 'types');
          const [result] = await database.reads.query(`SELECT * FROM ${table} ORDER BY id`, OPTIONS);
          const found = result?.rows.map((row) => row.map((cell) => cell ?? 'NULL'));
          assert.ok(expected.length >= 3);
          assert.deepEqual(found, expected);
        });
      }
    }
  });
}
