import assert from 'node:assert/strict';
import { parseStatements } from '../../../../../src/engine/sql/parser/parse.ts';
import { ParseError } from '../../../../../src/engine/sql/lexer/parseError.ts';
import { print } from '../../../../../src/engine/sql/printer/print.ts';
import type { Statement } from '../../../../../src/engine/sql/ast/statements.ts';
import { children, walk, type Node } from '../../../../../src/engine/sql/walk.ts';
import { full } from '../../../../harness/depth.ts';
import { MARIADB, MYSQL } from '../dialects.ts';

const LENGTH = 200_000;
const repeat = (text: string): string => text.repeat(Math.floor(LENGTH / text.length));

/** Long and flat: these must parse and print. */
const FLAT = [
  `SELECT ${repeat('1+')}1`,
  `SELECT 1 FROM t WHERE ${repeat('a=1 AND ')}1`,
  `SELECT 1 FROM t WHERE ${repeat('(id=1 OR name=2) AND ')}1`,
  `SELECT a IN (${repeat('1,')}1)`,
  `SELECT ${repeat('a,')}a`,
  `SELECT 1${repeat(' UNION SELECT 1')}`,
  `SELECT 1 FROM a${repeat(' JOIN b ON 1')}`,
  `SELECT ${repeat('/*!a+*/1,')}1`,
  `SELECT '${repeat("''")}'`,
  `SELECT ${repeat('/**/')}1`,
  `INSERT INTO t VALUES ${repeat('(1),')}(1)`,
];

/** Deep: these must end with an error, not with the stack. */
const DEEP = [
  `SELECT ${repeat('(')}1`,
  `SELECT ${'('.repeat(LENGTH / 2)}1${')'.repeat(LENGTH / 2)}`,
  `${'('.repeat(LENGTH / 2)}SELECT 1${')'.repeat(LENGTH / 2)}`,
  `SELECT ${repeat('- ')}1`,
  `SELECT ${repeat('NOT ')}1`,
  `SELECT ${repeat('f(')}`,
  `SELECT ${repeat('CASE WHEN ')}`,
  `SELECT ${repeat('@a:=')}1`,
  `SELECT ${repeat('a BETWEEN 1 AND ')}1`,
  `SELECT a ${repeat('+ INTERVAL 1 DAY * 2')}`,
  `SELECT a ${repeat('IS NULL ')}`,
  `SELECT a ${repeat('COLLATE b ')}`,
  `SELECT a ${repeat("LIKE 'x' ")}`,
  `SELECT 1 FROM a${' JOIN b'.repeat(5000)}${' ON 1'.repeat(5000)}`,
  `SELECT 1 FROM ${repeat('(')}`,
  `${repeat('EXPLAIN ')}SELECT 1`,
  `CREATE PROCEDURE p() ${repeat('BEGIN ')}`,
  `CREATE PROCEDURE p() BEGIN ${repeat('IF 1 THEN ')}`,
];

suite('limits of the parser', () => {
  for (const dialect of [MYSQL, MARIADB]) {
    const flat = test(`long flat statements parse, print and are walked on ${dialect.flavor}`, () => {
      for (const sql of FLAT) {
        const [statement] = parseStatements(sql, dialect);
        assert.ok(statement);
        assert.equal(parseStatements(print(statement, dialect), dialect).length, 1);
        let nodes = 0;
        walk(statement, () => {
          nodes++;
          return undefined;
        });
        assert.ok(nodes > 0);
      }
    });
    if (dialect === MARIADB) full(flat);

    test(`deep statements end with a ParseError on ${dialect.flavor}`, () => {
      for (const sql of DEEP) assert.throws(() => parseStatements(sql, dialect), ParseError, sql.slice(0, 40));
    });

    test(`the deepest tree that parses can be printed and walked on ${dialect.flavor}`, () => {
      const tail = '^1*1+1<<1&1|1 IN (1) = 1 AND 1 XOR 1 OR 1)';
      const nested = (depth: number): string => `SELECT ${'('.repeat(depth)}1${tail.repeat(depth)}`;
      const queries = (depth: number): string =>
        `SELECT ${'1 = ANY (SELECT a FROM (SELECT CASE WHEN 1 THEN f('.repeat(depth)}1${') END) x)'.repeat(depth)}`;
      for (const make of [nested, queries]) {
        let depth = 200;
        let statement: Statement | undefined;
        for (; statement === undefined; depth--) {
          try {
            [statement] = parseStatements(make(depth), dialect);
          } catch (error) {
            assert.ok(error instanceof ParseError, String(error));
          }
        }
        assert.ok(depth > 20, String(depth));
        assert.ok(print(statement, dialect).length > 100);
        // A consumer of the tree that recurses, with far more on its stack than ours.
        const recurse = (node: Node): number =>
          1 +
          children(node)
            .map((child) => recurse(child))
            .reduce((a, b) => Math.max(a, b), 0);
        assert.ok(recurse(statement) < 2000);
      }
    });
  }
});
