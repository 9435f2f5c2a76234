import type { UndoObstacleCode } from '../../../src/engine/writes/undoRecord.ts';
import type { Flavor } from '../../harness/servers/testServer.ts';

export interface HostileWrite {
  readonly title: string;
  readonly only?: Flavor;
  readonly tables: readonly string[];
  readonly write: string;
  /** Why it can't be undone; undefined for one that has to be. */
  readonly obstacle?: UndoObstacleCode;
  /** For each statement how many rows are shown one by one; undefined for none. */
  readonly shown?: readonly (number | undefined)[];
  /** What somebody else does between the approval and the write, with rows that tell what is left of it in the end. */
  readonly meanwhile?: string;
  readonly rows?: string;
  readonly left?: readonly unknown[][];
}

const ALL = 'ON DELETE CASCADE ON UPDATE CASCADE';
const FAMILY = [
  'CREATE TABLE p (id INT PRIMARY KEY, code VARCHAR(9) UNIQUE, v INT)',
  `CREATE TABLE c (id INT PRIMARY KEY, p_id INT, code VARCHAR(9), v INT, FOREIGN KEY (p_id) REFERENCES p (id) ${ALL}, FOREIGN KEY (code) REFERENCES p (code) ${ALL})`,
  "INSERT INTO p VALUES (1, 'a', 1), (2, 'b', 1), (3, 'c', 1)",
  "INSERT INTO c VALUES (1, 1, 'a', 1), (2, 2, NULL, 1)",
];
const tree = (action: string): string[] => [
  `CREATE TABLE tree (id INT PRIMARY KEY, up INT, v INT, FOREIGN KEY (up) REFERENCES tree (id) ON DELETE ${action})`,
  'INSERT INTO tree VALUES (1, NULL, 1), (2, 1, 1), (3, 2, 1), (4, NULL, 1)',
];
const CLOCKED = [
  'CREATE TABLE clocked (id INT, at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, v INT, PRIMARY KEY (id, at))',
  "INSERT INTO clocked VALUES (1, '2020-01-01', 1), (2, '2020-01-01', 2)",
];
const DOUBLED = [
  'CREATE TABLE doubled (n INT, id INT AS (n * 2) STORED PRIMARY KEY, v INT)',
  'INSERT INTO doubled (n, v) VALUES (1, 1), (2, 2)',
];

/** Foreign keys that change, while a statement runs, what it reads. */
const CASCADES: readonly HostileWrite[] = [
  {
    title: 'ON DELETE SET NULL makes more rows match',
    tables: tree('SET NULL'),
    write: 'DELETE FROM tree WHERE up IS NULL',
    obstacle: 'rows',
    shown: [undefined],
  },
  {
    title: 'ON DELETE CASCADE deletes a row that LIMIT has counted',
    tables: tree('CASCADE'),
    write: 'DELETE FROM tree ORDER BY id LIMIT 2',
    obstacle: 'rows',
    shown: [undefined],
  },
  {
    title: 'a subquery reads the rows that are deleted along',
    tables: FAMILY,
    write: 'DELETE FROM p WHERE NOT EXISTS (SELECT 1 FROM c WHERE c.p_id = p.id - 1)',
    obstacle: 'rows',
    shown: [undefined],
  },
  {
    title: 'a join finds a row by a key that was updated along',
    tables: FAMILY,
    write: "UPDATE p STRAIGHT_JOIN c ON c.code = IF(p.id = 1, 'a', IF(p.id = 2, 'z', 'y')) SET p.code = IF(p.id = 1, 'z', 'q'), c.v = c.v",
    obstacle: 'rows',
  },
  {
    title: 'a join misses a row that was deleted along',
    tables: FAMILY,
    write: 'DELETE p, c FROM p LEFT JOIN c ON c.p_id = p.id - 1 WHERE c.id IS NULL OR p.id = 9',
    obstacle: 'rows',
  },
  {
    title: 'REPLACE deletes along what its query reads',
    tables: FAMILY,
    write: 'REPLACE INTO p SELECT id, code, 9 FROM c',
    obstacle: 'rows',
  },
  { title: 'rows that only vanish', tables: tree('CASCADE'), write: 'DELETE FROM tree WHERE v = 1', shown: [4] },
  { title: 'a condition on the key alone', tables: tree('SET NULL'), write: 'DELETE FROM tree WHERE id = 1', shown: [1] },
  { title: 'an inner join with rows that are deleted along', tables: FAMILY, write: 'DELETE p, c FROM p STRAIGHT_JOIN c ON c.p_id = p.id' },
  { title: 'a join that leaves the keys alone', tables: FAMILY, write: 'UPDATE p JOIN c ON c.p_id = p.id SET p.v = 5, c.v = 6' },
  {
    title: 'a row that an earlier statement changed is deleted along',
    tables: tree('CASCADE'),
    write: 'UPDATE tree SET v = 5 WHERE id = 2; DELETE FROM tree WHERE id = 1',
  },
  {
    title: 'foreign keys that go in a circle',
    tables: [
      'CREATE TABLE x (id INT PRIMARY KEY, y INT)',
      'CREATE TABLE y (id INT PRIMARY KEY, x INT, FOREIGN KEY (x) REFERENCES x (id) ON DELETE CASCADE)',
      'INSERT INTO x VALUES (1, 1), (2, 1); INSERT INTO y VALUES (1, 1), (2, 2)',
      'ALTER TABLE x ADD FOREIGN KEY (y) REFERENCES y (id) ON DELETE CASCADE',
    ],
    write: 'DELETE FROM x WHERE id = 1',
  },
  {
    title: 'a foreign key to a column that the server computes',
    only: 'mysql',
    tables: [
      'CREATE TABLE p (id INT PRIMARY KEY, n INT, g INT AS (n + 1) STORED UNIQUE); CREATE TABLE c (id INT PRIMARY KEY, g INT, FOREIGN KEY (g) REFERENCES p (g) ON UPDATE CASCADE)',
      'INSERT INTO p (id, n) VALUES (1, 1); INSERT INTO c VALUES (1, 2)',
    ],
    write: 'UPDATE p SET n = 5 WHERE id = 1',
  },
];

/** Keys that a statement changes without naming them. */
const KEYS: readonly HostileWrite[] = [
  { title: 'a key with ON UPDATE CURRENT_TIMESTAMP', tables: CLOCKED, write: 'UPDATE clocked SET v = 9 WHERE id = 1', obstacle: 'keys' },
  {
    title: 'such a key in a join',
    tables: [...CLOCKED, 'CREATE TABLE h (id INT PRIMARY KEY); INSERT INTO h VALUES (1)'],
    write: 'UPDATE clocked k JOIN h ON h.id = k.id SET k.v = 9',
    obstacle: 'keys',
  },
  { title: 'a generated key', only: 'mysql', tables: DOUBLED, write: 'UPDATE doubled SET n = 10 WHERE n = 1', obstacle: 'keys' },
  {
    title: 'a generated key in a join',
    only: 'mysql',
    tables: [...DOUBLED, 'CREATE TABLE h (id INT PRIMARY KEY); INSERT INTO h VALUES (1)'],
    write: 'UPDATE doubled g JOIN h ON h.id = g.n SET g.n = 10',
    obstacle: 'keys',
  },
];

/** Values that are stored otherwise than they are compared, so that another row is found by them. */
const replaced = (title: string, key: string, rows: string, value: string, source?: string): HostileWrite => ({
  title,
  tables: [
    `CREATE TABLE t (k ${key}, n INT, v INT, PRIMARY KEY (k, n)); INSERT INTO t VALUES ${rows}`,
    ...(source === undefined ? [] : [`CREATE TABLE s (k ${source}); INSERT INTO s VALUES (${value})`]),
  ],
  write: source === undefined ? `REPLACE INTO t VALUES (${value}, 1, 9)` : 'REPLACE INTO t SELECT k, 1, 9 FROM s',
  obstacle: 'keys',
});
const VALUES: readonly HostileWrite[] = [
  replaced("'0' for a YEAR", 'YEAR', '(0, 1, 1), (2000, 1, 5)', "'0'"),
  replaced('a text for a BIT', 'BIT(8)', '(1, 1, 1), (49, 1, 5)', "'1'"),
  replaced('two digits for the year of a DATE', 'DATE', "('0024-01-01', 1, 1), ('2024-01-01', 1, 2)", '240101'),
  replaced('a DATE for an INT', 'INT', '(2024, 1, 1), (20240102, 1, 2)', "'2024-01-02'", 'DATE'),
  replaced('a BIT for a text', 'VARCHAR(9)', "('49', 1, 1), ('1', 1, 2)", '49', 'BIT(8)'),
  replaced('bytes for a text', 'VARCHAR(9)', "('0x61', 1, 1), ('a', 1, 2)", "'a'", 'VARBINARY(9)'),
  replaced(
    'a text in another character set for bytes',
    'VARBINARY(9)',
    "('é', 1, 1), (X'E9', 1, 2)",
    "'é'",
    'VARCHAR(9) CHARACTER SET latin1',
  ),
  replaced('a FLOAT for a DOUBLE', 'DOUBLE', '(0.1, 1, 1), (0.10000000149011612, 1, 2)', '0.1', 'FLOAT'),
  ...["ENUM('1', '2', 'invisible')", "VARCHAR(20) DEFAULT 'invisible'"].map((type) => ({
    title: `a column that says it is invisible: ${type}`,
    tables: [
      `CREATE TABLE t (e ${type}, id INT PRIMARY KEY, v INT); INSERT INTO t VALUES ('1', 1, 1), ('1', 5, 5)`,
      'CREATE TABLE s (a INT, b INT, c INT); INSERT INTO s VALUES (1, 5, 77)',
    ],
    write: 'REPLACE INTO t SELECT a, b, c FROM s',
  })),
  {
    title: 'a negative zero in a FLOAT',
    tables: ['CREATE TABLE f (id INT PRIMARY KEY, f FLOAT, v INT)', 'INSERT INTO f VALUES (1, -0e0, 1), (2, 0e0, 1)'],
    write: 'UPDATE f SET f = 1, v = 2',
  },
];

const OTHERS: readonly HostileWrite[] = [
  {
    title: 'a query whose rows somebody else changes before it runs',
    tables: [
      'CREATE TABLE t (id INT PRIMARY KEY, v INT); INSERT INTO t VALUES (1, 1), (2, 2)',
      'CREATE TABLE s (k INT PRIMARY KEY, id INT, v INT); INSERT INTO s VALUES (1, 1, 99)',
    ],
    write: 'REPLACE INTO t SELECT id, v FROM s',
    meanwhile: 'UPDATE shop.s SET id = 2',
    rows: 'SELECT id, v FROM shop.t ORDER BY id',
    left: [
      [1, 1],
      [2, 2],
    ],
  },
  {
    title: 'an alias that only letter case tells from another one',
    tables: [
      'CREATE TABLE t1 (id INT PRIMARY KEY); CREATE TABLE t2 (id INT PRIMARY KEY)',
      'INSERT INTO t1 VALUES (1); INSERT INTO t2 VALUES (1)',
    ],
    write: 'DELETE a FROM t1 A JOIN t2 a ON a.id = A.id',
    obstacle: 'unread',
  },
];

export const HOSTILE_WRITES: readonly HostileWrite[] = [...CASCADES, ...KEYS, ...VALUES, ...OTHERS];
