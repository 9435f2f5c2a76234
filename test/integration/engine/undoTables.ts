import fc from 'fast-check';
import type { Flavor } from '../../harness/servers/testServer.ts';
import { columnsOf, type TestedColumn } from './roundTripTypes.ts';

/** A table of the property test, and how values of its columns are written. */
export interface UndoneTable {
  readonly name: string;
  readonly definition: string;
  /** Columns that statements write, with literals of theirs. */
  readonly columns: Readonly<Record<string, fc.Arbitrary<string>>>;
  readonly key: readonly string[];
  /** What tells values apart that `*` does not. */
  readonly exact?: readonly string[];
  readonly also?: readonly string[];
}

const oneOf = (...texts: string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);
const small = fc.integer({ min: 0, max: 12 }).map(String);
const maybe = (of: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof({ weight: 5, arbitrary: of }, { weight: 1, arbitrary: oneOf('NULL') });
const word = oneOf("'a'", "'A'", "'b'", "'é'", "'e'", "'ab '", "'abcdef'", "'abcdeg'", "''", "'0'");
/** The server chooses the number, or the statement does. */
const numbered = fc.oneof({ weight: 3, arbitrary: oneOf('NULL', 'DEFAULT', '0') }, { weight: 5, arbitrary: small });

/** A primary key of each type that can be one. */
const KEYS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'BIGINT UNSIGNED': oneOf('0', '1', '18446744073709551615', '9223372036854775808', '7'),
  'DECIMAL(20,4)': oneOf('0', '-1.5', '1.5', '9999999999999999.9999', '3'),
  DOUBLE: oneOf('0e0', '0.1e0', '-1.5e0', '1e300', '3e0'),
  FLOAT: oneOf('0e0', '0.1e0', '-1.5e0', '16777216e0', '3e0'),
  DATE: oneOf("'2024-02-29'", "'1000-01-01'", "'9999-12-31'", "'2024-01-01'"),
  'DATETIME(3)': oneOf("'2024-02-29 12:00:00.123'", "'1000-01-01 00:00:00'", "'2024-02-29 12:00:00.124'"),
  'TIMESTAMP(3)': oneOf("'2024-10-27 00:30:00'", "'2024-10-27 01:30:00.5'", "'2038-01-19 03:14:07'"),
  'TIME(6)': oneOf("'-838:59:59'", "'12:00:00.000001'", "'00:00:00'"),
  YEAR: oneOf('1901', '2155', '2024', "'0000'"),
  'BIT(9)': oneOf("b'0'", "b'111111111'", "b'1'", '5'),
  'BINARY(4)': oneOf("X'00000000'", "X'61626300'", "X'FFFFFFFF'"),
  "ENUM('x','y','z')": oneOf("'x'", "'y'", "'z'"),
  "SET('p','q')": oneOf("'p'", "'q'", "'p,q'", "''"),
  'VARCHAR(20) CHARACTER SET latin1': oneOf("'a'", "'é'", "'ß'", "'B'"),
  'CHAR(5) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin': oneOf("'a'", "'A'", "'é'", "'a b'"),
};

const TABLES: readonly UndoneTable[] = [
  {
    name: 'composite',
    definition: 'a INT UNSIGNED, b VARCHAR(10), v INT, w VARCHAR(10), PRIMARY KEY (a, b), UNIQUE (v, a)',
    columns: { a: small, b: word, v: maybe(small), w: maybe(word) },
    key: ['a', 'b'],
  },
  {
    name: 'bytes',
    definition: 'k VARBINARY(8) PRIMARY KEY, v VARBINARY(20), u BINARY(3) UNIQUE',
    columns: { k: oneOf("'a'", "X'00'", "X'FF00'", "'A'", "''"), v: maybe(oneOf("X'0000'", "'x'")), u: maybe(oneOf("'a'", "'b'", "'c'")) },
    key: ['k'],
  },
  {
    name: 'prefixed',
    definition: 'name VARCHAR(20), v TEXT, u VARCHAR(30), PRIMARY KEY (name(3)), UNIQUE (u(2))',
    columns: { name: oneOf("'abcd'", "'abce'", "'x'", "'yyyyyyy'", "'zz '"), v: maybe(word), u: maybe(word) },
    key: ['name'],
  },
  {
    name: 'folded',
    definition:
      'name VARCHAR(10) PRIMARY KEY, pos INT UNIQUE, at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3)',
    columns: { name: word, pos: maybe(small) },
    key: ['name'],
  },
  { name: 'keyless', definition: 'v INT, w VARCHAR(10)', columns: { v: maybe(small), w: maybe(word) }, key: [] },
  {
    name: 'parent',
    definition: 'id INT PRIMARY KEY, code VARCHAR(10) UNIQUE, note VARCHAR(10)',
    columns: { id: small, code: maybe(word), note: maybe(word) },
    key: ['id'],
  },
  {
    name: 'child',
    definition:
      'id INT AUTO_INCREMENT PRIMARY KEY, parent_id INT, code VARCHAR(10), v INT, FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE ON UPDATE CASCADE, FOREIGN KEY (code) REFERENCES parent (code) ON DELETE SET NULL ON UPDATE CASCADE',
    columns: { id: numbered, parent_id: maybe(small), code: maybe(word), v: small },
    key: ['id'],
  },
  {
    name: 'line',
    definition:
      'parent_id INT, n INT, v INT, at TIMESTAMP NULL ON UPDATE CURRENT_TIMESTAMP, PRIMARY KEY (parent_id, n), FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE ON UPDATE CASCADE',
    columns: { parent_id: small, n: small, v: small },
    key: ['parent_id', 'n'],
  },
  {
    name: 'grandchild',
    definition:
      'id INT AUTO_INCREMENT PRIMARY KEY, child_id INT, v INT UNIQUE, FOREIGN KEY (child_id) REFERENCES child (id) ON DELETE SET NULL ON UPDATE CASCADE',
    columns: { id: numbered, child_id: maybe(small), v: maybe(small) },
    key: ['id'],
  },
  {
    name: 'kept',
    definition: 'id INT PRIMARY KEY, child_id INT, FOREIGN KEY (child_id) REFERENCES child (id)',
    columns: { id: small, child_id: maybe(small) },
    key: ['id'],
  },
  {
    name: 'tree',
    definition: 'id INT PRIMARY KEY, up INT, v INT UNIQUE, FOREIGN KEY (up) REFERENCES tree (id) ON DELETE CASCADE',
    columns: { id: small, up: maybe(small), v: maybe(small) },
    key: ['id'],
  },
  {
    name: 'loose',
    definition: 'id INT PRIMARY KEY, up INT, FOREIGN KEY (up) REFERENCES loose (id) ON DELETE SET NULL',
    columns: { id: small, up: maybe(small) },
    key: ['id'],
  },
  {
    name: 'clocked',
    definition: 'id INT, at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), v INT, PRIMARY KEY (id, at)',
    columns: { id: small, at: oneOf("'2020-01-01'", "'2020-01-02'"), v: maybe(small) },
    key: ['id', 'at'],
  },
  {
    name: 'yearly',
    definition: 'y YEAR, b BIT(8), v INT, PRIMARY KEY (y, b)',
    columns: { y: oneOf("'0'", '0', "'00'", "'0000'", '2000', '1', "'2001'"), b: oneOf('49', "'1'", "b'1'", '1'), v: maybe(small) },
    key: ['y', 'b'],
  },
  {
    name: 'lefty',
    definition: 'id INT PRIMARY KEY, other INT, v INT, FOREIGN KEY (other) REFERENCES righty (id) ON DELETE CASCADE',
    columns: { id: small, other: maybe(small), v: maybe(small) },
    key: ['id'],
  },
  {
    name: 'righty',
    definition: 'id INT PRIMARY KEY, other INT, v INT, FOREIGN KEY (other) REFERENCES lefty (id) ON DELETE CASCADE',
    columns: { id: small, other: maybe(small), v: maybe(small) },
    key: ['id'],
  },
  {
    name: 'computed',
    definition:
      'id INT AUTO_INCREMENT PRIMARY KEY, n INT, twice INT GENERATED ALWAYS AS (n * 2) STORED, low VARCHAR(10) GENERATED ALWAYS AS (LOWER(t)) VIRTUAL, t VARCHAR(10), UNIQUE (twice), CHECK (n < 11)',
    columns: { id: numbered, n: maybe(small), t: maybe(word) },
    key: ['id'],
  },
  {
    name: 'stamped',
    definition:
      "id INT AUTO_INCREMENT PRIMARY KEY, v INT, state ENUM('new','old'), mixed ENUM('','m'), at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, dt DATETIME(6) ON UPDATE CURRENT_TIMESTAMP(6)",
    columns: { id: numbered, v: maybe(small), state: oneOf("'new'", "'old'", 'NULL'), mixed: oneOf("''", "'m'") },
    key: ['id'],
    exact: ['state + 0', 'mixed + 0'],
  },
  {
    name: 'places',
    definition: 'id INT PRIMARY KEY, pos INT NOT NULL UNIQUE, list INT, name VARCHAR(10), UNIQUE (list, name)',
    columns: { id: small, pos: small, list: maybe(oneOf('1', '2')), name: maybe(word) },
    key: ['id'],
  },
  {
    name: 'counters',
    definition: 'id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(10) NOT NULL UNIQUE, n INT NOT NULL DEFAULT 0',
    columns: { id: numbered, name: word, n: small },
    key: ['id'],
  },
  {
    name: 'bumped',
    definition: 'id INT PRIMARY KEY, v INT, version INT NOT NULL DEFAULT 0',
    columns: { id: small, v: maybe(small) },
    key: ['id'],
    also: ['CREATE TRIGGER bump BEFORE UPDATE ON bumped FOR EACH ROW SET NEW.version = OLD.version + 1'],
  },
  {
    name: 'moved',
    definition: 'id INT PRIMARY KEY, v INT UNIQUE',
    columns: { id: small, v: maybe(small) },
    key: ['id'],
    also: [
      'CREATE TRIGGER move_on BEFORE INSERT ON moved FOR EACH ROW SET NEW.id = NEW.id + (NEW.id % 3 = 0)',
      'CREATE TRIGGER move_up BEFORE UPDATE ON moved FOR EACH ROW SET NEW.id = NEW.id + (NEW.v = 5)',
    ],
  },
  {
    name: 'logged',
    definition: 'id INT PRIMARY KEY, v INT',
    columns: { id: small, v: maybe(small) },
    key: ['id'],
    also: ['CREATE TRIGGER logged_on AFTER UPDATE ON logged FOR EACH ROW INSERT INTO keyless (v) VALUES (NEW.v)'],
  },
  { name: 'isam', definition: 'id INT PRIMARY KEY, v INT', columns: { id: small, v: small }, key: ['id'] },
];

/** MariaDB has no generated primary keys. */
const DOUBLED: UndoneTable = {
  name: 'doubled',
  definition: 'n INT NOT NULL, id INT AS (n * 2) STORED PRIMARY KEY, v INT',
  columns: { n: small, v: maybe(small) },
  key: ['id'],
};

/** The tables that stay, and one of random columns and one of a random key. */
export function undoTables(flavor: Flavor, random: <T>(of: fc.Arbitrary<T>) => T): readonly UndoneTable[] {
  const kinds = columnsOf(flavor).filter(({ generated }) => generated !== true);
  const columns = random(fc.array(fc.constantFrom(...kinds), { minLength: 3, maxLength: 6 }));
  const [type, values] = random(fc.constantFrom(...Object.entries(KEYS)));
  const definitionOf = ({ type: of }: TestedColumn, i: number): string => `c${String(i)} ${of}`;
  return [
    ...TABLES,
    ...(flavor === 'mysql' ? [DOUBLED] : []),
    {
      name: 'typed',
      definition: `id INT AUTO_INCREMENT PRIMARY KEY, ${columns.map(definitionOf).join(', ')}`,
      columns: { id: numbered, ...Object.fromEntries(columns.map(({ values: of }, i) => [`c${String(i)}`, maybe(of)])) },
      key: ['id'],
      exact: columns.flatMap(({ exact }, i) => (exact === undefined ? [] : [exact(`c${String(i)}`)])),
    },
    {
      name: 'odd',
      definition: `k ${type} NOT NULL PRIMARY KEY, v INT UNIQUE`,
      columns: { k: values, v: maybe(small) },
      key: ['k'],
      ...(type === 'FLOAT' ? { exact: ['k + 0e0'] } : {}),
    },
  ];
}
