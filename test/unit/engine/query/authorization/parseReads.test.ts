import assert from 'node:assert/strict';
import { nextStepOf } from '../../../../../src/server/messages/describeForAgent.ts';
import { isPilotError } from '../../../../../src/engine/errors.ts';
import { parseReads, type ParsedRead } from '../../../../../src/engine/query/authorization/parseReads.ts';
import { PLAIN_MODES, type Dialect } from '../../../../../src/engine/sql/lexer/dialect.ts';
import { keyOfName } from '../../../../../src/engine/sql/identifiers.ts';
import { readCorpus } from '../../../../security/corpus.ts';

const DIALECTS: readonly Dialect[] = [
  { flavor: 'mysql', version: 90_704, ...PLAIN_MODES },
  { flavor: 'mariadb', version: 101_118, ...PLAIN_MODES },
];
const [MYSQL = assert.fail()] = DIALECTS;

const parse = (sql: string, dialect = MYSQL, database = 'fence'): ParsedRead[] =>
  parseReads(sql, { dialect, database, functions: new Set([keyOfName({ database: 'odd', name: 'double_it' })]) });

/** What the names of a statement hide shows on a server alone: test/security. */
suite('parsing of reads', () => {
  test('no honest statement is refused', () => {
    for (const dialect of DIALECTS) {
      const honest = readCorpus('honest').filter(({ flavors }) => flavors.includes(dialect.flavor));
      assert.ok(honest.length >= 1400);
      const refused = honest.flatMap(({ sql, database }) => {
        try {
          parse(sql, dialect, database);
          return [];
        } catch (error) {
          return [`${sql} → ${(error as Error).message}`];
        }
      });
      assert.deepEqual(refused, [], dialect.flavor);
    }
  });

  test('a refusal says where and what to do instead', () => {
    for (const { reason, sql } of readCorpus('hostile').filter((one) => one.reason === 'writes rows' && one.flavors.includes('mysql'))) {
      assert.throws(
        () => parse(sql),
        (error) =>
          isPilotError(error) && /\(line \d+, column \d+\)\. Nothing was run\.$/.test(error.message) && nextStepOf(error).length > 5,
        `${reason} | ${sql}`,
      );
    }
  });

  test('one refusal refuses the whole text', () => {
    assert.throws(() => parse('SELECT 1; SELECT 2; DELETE FROM t'), /DELETE is not allowed \(line 1, column 21\)/);
  });

  test('a text that is not SQL is shown with its place', () => {
    assert.throws(
      () => parse('SELECT a,\n  FROM t'),
      (error) => isPilotError(error, 'statement.failed') && error.evidence === '  FROM t\n  ^',
    );
  });

  test('what is too long or too much is refused', () => {
    assert.throws(() => parse(`SELECT '${'x'.repeat(256 * 1024)}'`), /longer than/);
    assert.throws(() => parse('SELECT 1;'.repeat(51)), /More than 50 statements/);
  });

  test('nesting without end is refused and long chains are not', () => {
    assert.throws(() => parse(`SELECT ${'('.repeat(50_000)}1${')'.repeat(50_000)}`), /nested/i);
    assert.equal(parse(`SELECT 1${' + 1'.repeat(50_000)}`).length, 1);
  });
});
