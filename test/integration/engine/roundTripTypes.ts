import fc from 'fast-check';
import type { Flavor } from '../../harness/servers/testServer.ts';

/** A type of a column, and values of it as literals. */
export interface TestedColumn {
  readonly type: string;
  readonly values: fc.Arbitrary<string>;
  /** What tells two values apart where their bytes do not. */
  readonly exact?: (name: string) => string;
  /** The server computes it: no file may name it. */
  readonly generated?: true;
  /** Files that can't bring it back, and refuse it or say so. */
  readonly without?: readonly ('sql' | 'csv' | 'undo')[];
}

const asText = (name: string): string => `CAST(${name} AS CHAR)`;
const quoted = (text: string): string => `_utf8mb4 X'${Buffer.from(text, 'utf8').toString('hex')}'`;
const hex = (bytes: Uint8Array): string => `X'${Buffer.from(bytes).toString('hex')}'`;
const oneOf = (...texts: string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);
const integer = (min: bigint, max: bigint): fc.Arbitrary<string> =>
  fc.oneof(fc.constantFrom(min, max, 0n, max / 2n), fc.bigInt({ min, max })).map(String);
const signed = (bits: number): fc.Arbitrary<string> => integer(-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n);
const unsigned = (bits: number): fc.Arbitrary<string> => integer(0n, 2n ** BigInt(bits) - 1n);
const bytes = (maxLength: number): fc.Arbitrary<string> => fc.uint8Array({ maxLength }).map(hex);

const AWKWARD = [
  '',
  ' ',
  'a ',
  "it's",
  '"',
  '\\',
  'C:\\',
  "\\'",
  '\0',
  '\x1a',
  '\n',
  '\r\n',
  '\t',
  ',',
  ';',
  '0x41',
  'NULL',
  '\\N',
  '-- x',
  '/*',
  '=1+1',
  "'=1",
  '\ufeff',
  'é',
  '日本語',
  '😀',
  '%_',
  '`',
  '0',
  '-1',
];
const text = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .oneof(
      fc.constantFrom(...AWKWARD),
      fc.array(fc.constantFrom(...AWKWARD), { maxLength: 4 }).map((parts) => parts.join('')),
      fc.string({ unit: 'grapheme', maxLength }),
    )
    .map((one) => quoted(Array.from(one).slice(0, maxLength).join('')));
const latin = fc.string({ unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 20 }).map(quoted);

const two = (n: number): string => String(n).padStart(2, '0');
const time = fc.record({ h: fc.nat(23), m: fc.nat(59), s: fc.nat(59), f: fc.nat(999_999) });
const clock = ({ h, m, s }: { h: number; m: number; s: number }): string => `${two(h)}:${two(m)}:${two(s)}`;
const date = fc
  .record({ y: fc.oneof(fc.integer({ min: 1000, max: 9999 }), fc.constant(0)), m: fc.nat(12), d: fc.nat(31) })
  .map(({ y, m, d }) => `${String(y).padStart(4, '0')}-${two(m)}-${two(d)}`);
const DATES = oneOf("'0000-00-00'", "'9999-12-31'", "'1000-01-01'", "'2024-02-30'", "'2024-00-10'", "'2024-02-29'");
const moment = (digits: number): fc.Arbitrary<string> =>
  fc
    .tuple(date, time)
    .map(([day, at]) => `'${day} ${clock(at)}${digits === 0 ? '' : `.${String(at.f).padStart(6, '0').slice(0, digits)}`}'`);
/** Between 1970-01-02 and 2038-01-18, in UTC. */
const stamp = (digits: number): fc.Arbitrary<string> =>
  fc.oneof(
    oneOf(
      "'0000-00-00 00:00:00'",
      "'1970-01-01 00:00:01'",
      "'2038-01-19 03:14:07'",
      "'2024-10-27 00:30:00'",
      "'2024-10-27 01:30:00'",
      "'2024-03-31 02:30:00'",
    ),
    fc.tuple(fc.integer({ min: 86_400, max: 2_147_300_000 }), fc.nat(999_999)).map(([seconds, fraction]) => {
      const day = new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
      return `'${day}${digits === 0 ? '' : `.${String(fraction).padStart(6, '0').slice(0, digits)}`}'`;
    }),
  );
const duration = (digits: number): fc.Arbitrary<string> =>
  fc.oneof(
    oneOf("'838:59:59'", "'-838:59:59'", "'00:00:00'"),
    fc.tuple(fc.boolean(), fc.nat(837), time).map(([negative, hours, { m, s, f }]) => {
      const fraction = digits === 0 ? '' : `.${String(f).padStart(6, '0').slice(0, digits)}`;
      return `'${negative ? '-' : ''}${two(hours)}:${two(m)}:${two(s)}${fraction}'`;
    }),
  );

const coordinate = fc.oneof(
  fc.constantFrom(0, -0, 1, -1.5, 1e20, 1e-7, 0.1, 123456789.12345679),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 }),
);
const degree = fc.double({ noNaN: true, min: -89, max: 89 });
/** Of three numbers with single precision. */
const vector = fc
  .array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 3, maxLength: 3 })
  .map((all) => hex(new Uint8Array(new Float32Array(all).buffer)));
/** WKB, little endian. */
const wkb = (type: number, ...parts: readonly Buffer[]): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt8(1);
  head.writeUInt32LE(type, 1);
  return Buffer.concat([head, ...parts]);
};
const counted = (parts: readonly Buffer[]): Buffer[] => {
  const head = Buffer.alloc(4);
  head.writeUInt32LE(parts.length);
  return [head, ...parts];
};
const pair = (of: fc.Arbitrary<number>): fc.Arbitrary<Buffer> =>
  fc.tuple(of, of).map(([x, y]) => {
    const both = Buffer.alloc(16);
    both.writeDoubleLE(x);
    both.writeDoubleLE(y, 8);
    return both;
  });
const pointOf = (of: fc.Arbitrary<number>): fc.Arbitrary<Buffer> => pair(of).map((point) => wkb(1, point));
const lineOf = (of: fc.Arbitrary<number>): fc.Arbitrary<Buffer> =>
  fc.array(pair(of), { minLength: 2, maxLength: 4 }).map((points) => wkb(2, ...counted(points)));
const shape = (of: fc.Arbitrary<number>): fc.Arbitrary<Buffer> =>
  fc.oneof(
    pointOf(of),
    lineOf(of),
    fc.array(pointOf(of), { minLength: 1, maxLength: 3 }).map((points) => wkb(4, ...counted(points))),
    fc.array(lineOf(of), { minLength: 1, maxLength: 3 }).map((lines) => wkb(5, ...counted(lines))),
    fc.array(fc.oneof(pointOf(of), lineOf(of)), { minLength: 1, maxLength: 3 }).map((shapes) => wkb(7, ...counted(shapes))),
  );
const SQUARE = "ST_GeomFromText('POLYGON((0 0,10 0,10 10,0 10,0 0),(1 1,2 1,2 2,1 2,1 1))')";
const COLLECTION = "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1),GEOMETRYCOLLECTION(POINT(2 2)))')";
const fromWkb = (value: Buffer, srid: number): string => `ST_GeomFromWKB(X'${value.toString('hex')}', ${String(srid)})`;

/** The columns of both servers: every type with the values at its edges. */
const COMMON: readonly TestedColumn[] = [
  { type: 'TINYINT', values: signed(8) },
  { type: 'TINYINT(1)', values: oneOf('0', '1', '-1', '127') },
  { type: 'TINYINT UNSIGNED', values: unsigned(8) },
  { type: 'SMALLINT', values: signed(16) },
  { type: 'MEDIUMINT', values: signed(24) },
  { type: 'INT', values: signed(32) },
  { type: 'INT(5) ZEROFILL', values: unsigned(32) },
  { type: 'BIGINT', values: signed(64) },
  { type: 'BIGINT UNSIGNED', values: unsigned(64) },
  {
    type: 'DECIMAL(65,30)',
    exact: asText,
    values: oneOf(
      "'12345678901234567890123456789012345.123456789012345678901234567890'",
      "'-0.000000000000000000000000000001'",
      '0',
      '-1.5',
    ),
  },
  {
    type: 'FLOAT',
    values: fc.oneof(
      oneOf('3.4028234e38', '16777217', '0.1', '1234567.891', '-1e-40', '-0e0'),
      fc.float({ noNaN: true, noDefaultInfinity: true }).map((n) => `${String(n)}${String(n).includes('e') ? '' : 'e0'}`),
    ),
    exact: (name) => `CAST(${name} * 1e0 AS CHAR)`,
    without: ['sql', 'csv'],
  }, // six digits, which the note says
  { type: 'DECIMAL(20,2)', exact: asText, values: integer(-(10n ** 19n), 10n ** 19n).map((n) => `${n}e-2`) },
  {
    type: 'DOUBLE',
    exact: asText,
    values: fc.oneof(
      oneOf('1.7976931348623157e308', '5e-324', '-2.2250738585072014e-308', '0.1', '1e15', '-0e0', '1e0'),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => `${String(n)}${String(n).includes('e') ? '' : 'e0'}`),
    ),
  },
  { type: 'YEAR', values: oneOf('1901', '2155', "'0000'", '2000', '1999') },
  {
    type: 'DATE',
    values: fc.oneof(
      DATES,
      date.map((one) => `'${one}'`),
    ),
  },
  { type: 'DATETIME', values: moment(0) },
  { type: 'DATETIME(6)', values: moment(6) },
  { type: 'DATETIME(3)', values: moment(3) },
  { type: 'TIMESTAMP NULL', values: stamp(0) },
  { type: 'TIMESTAMP(6) NULL', values: stamp(6) },
  { type: 'TIME', values: duration(0) },
  { type: 'TIME(6)', values: duration(6) },
  { type: 'CHAR(10)', values: text(10) },
  { type: 'VARCHAR(255)', values: text(40) },
  { type: 'TINYTEXT', values: text(20) },
  { type: 'TEXT', values: text(100) },
  { type: 'LONGTEXT', values: fc.oneof(text(100), fc.constant(`REPEAT(${quoted("a'\\\n")}, 20000)`)) },
  { type: 'VARCHAR(50) CHARACTER SET latin1', values: latin },
  { type: 'VARCHAR(20) CHARACTER SET utf16', values: text(20) },
  { type: 'VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin', values: text(20) },
  { type: 'VARCHAR(20) CHARACTER SET sjis', values: oneOf(quoted('日本語'), quoted('表\\ソ'), quoted('a')) },
  { type: "ENUM('a','b','ünïcode','')", values: oneOf("'a'", "''", quoted('ünïcode'), '1', '4') },
  { type: "ENUM('1','2','10','0')", values: oneOf("'1'", "'10'", "'0'", '3') },
  { type: "SET('x','y','z')", values: oneOf("'x,z'", "''", "'y'", '7') },
  { type: 'BINARY(4)', values: bytes(4) },
  { type: 'VARBINARY(50)', values: fc.oneof(bytes(50), oneOf("''", "'0x41'", "'NULL'")) },
  { type: 'TINYBLOB', values: bytes(20) },
  { type: 'BLOB', values: fc.oneof(bytes(100), oneOf("''")) },
  { type: 'LONGBLOB', values: bytes(100) },
  { type: 'BIT(1)', values: oneOf("b'0'", "b'1'") },
  { type: 'BIT(8)', values: unsigned(8) },
  { type: 'BIT(9)', values: unsigned(9) },
  { type: 'BIT(64)', values: unsigned(64) },
  {
    type: 'JSON',
    values: fc.oneof(
      oneOf(quoted('{"n": 12345678901234567890.5, "a": [1, null, "x\\\\y\\"\\u0000"]}'), "'null'", `'"text"'`, "'[]'", "'1e300'"),
      fc.json({ maxDepth: 3 }).map(quoted),
    ),
    exact: (name) => `HEX(CAST(${name} AS CHAR CHARACTER SET utf8mb4))`,
  },
  { type: 'POINT', values: pointOf(coordinate).map((point) => fromWkb(point, 0)) },
  {
    type: 'GEOMETRY',
    values: fc.oneof(
      shape(coordinate).map((one) => fromWkb(one, 0)),
      oneOf(SQUARE, COLLECTION),
    ),
  },
  { type: 'INT GENERATED ALWAYS AS (n * 2) STORED', values: oneOf('DEFAULT'), generated: true },
  { type: 'VARCHAR(20) GENERATED ALWAYS AS (CONCAT(n, 1)) VIRTUAL', values: oneOf('DEFAULT'), generated: true },
  // Of the table with an invalid value: strict mode would refuse it, and a CSV file does.
  { type: "ENUM('p','q')", values: oneOf("'p'", "'nothing'", "''"), without: ['csv'], exact: (name) => `${name} + 0` },
];

const OF: Readonly<Record<Flavor, readonly TestedColumn[]>> = {
  mysql: [
    { type: 'GEOMETRY', values: shape(degree).map((one) => fromWkb(one, 4326)) },
    { type: 'GEOMETRY SRID 3857', values: pointOf(coordinate).map((one) => fromWkb(one, 3857)) },
    { type: 'VECTOR(3)', values: vector },
  ],
  mariadb: [
    { type: 'GEOMETRY', values: shape(degree).map((one) => fromWkb(one, 4326)) },
    { type: 'UUID', values: fc.uuid().map((one) => `'${one}'`), exact: asText },
    { type: 'INET6', values: oneOf("'::1'", "'2001:db8::ff00:42:8329'", "'1.2.3.4'"), exact: asText },
    { type: 'INET4', values: oneOf("'0.0.0.0'", "'255.255.255.255'"), exact: asText },
  ],
};

export function columnsOf(flavor: Flavor): readonly TestedColumn[] {
  return [...COMMON, ...OF[flavor]];
}
