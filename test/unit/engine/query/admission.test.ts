import assert from 'node:assert/strict';
import { isPilotError } from '../../../../src/engine/errors.ts';
import { admitReads } from '../../../../src/engine/query/admission.ts';
import { IN_A_VIEW, readCorpus } from '../../../security/corpus.ts';

/** The corpora against the first fence, without a server; `test/security` runs them against real ones. */
suite('admission', () => {
  test('refuses each hostile statement, says where and what to do instead', () => {
    const hostile = readCorpus('hostile').filter(({ reason }) => reason !== IN_A_VIEW);
    assert.ok(hostile.length >= 300);
    for (const { reason, sql } of hostile) {
      assert.throws(
        () => admitReads(sql, { database: 'fence' }),
        (error) => isPilotError(error, 'statement.refused') && /line \d+, column \d+/.test(error.message) && error.nextStep.length > 5,
        `${reason} | ${sql}`,
      );
    }
  });

  test('refuses no honest statement', () => {
    const honest = readCorpus('honest');
    assert.ok(honest.length >= 400);
    for (const { reason, sql } of honest) assert.doesNotThrow(() => admitReads(sql, { database: 'fence' }), `${reason} | ${sql}`);
  });

  test('one refusal refuses the whole text', () => {
    assert.throws(() => admitReads('SELECT 1; SELECT 2; DELETE FROM t'), /DELETE is not allowed \(line 1, column 21\)/);
  });

  test('collects every name that may be a view', () => {
    const [statement] = admitReads('SELECT x.a FROM shop.v x JOIN `w` ON TRUE WHERE EXISTS (TABLE other.z)');
    const names = statement?.references.map(({ database, name }) => (database === undefined ? name : `${database}.${name}`));
    for (const name of ['shop.v', 'w', 'other.z', 'x']) assert.ok(names?.includes(name), name);
  });

  test('refuses what is too long or too much', () => {
    assert.throws(() => admitReads(`SELECT '${'x'.repeat(1_000_001)}'`), /longer than/);
    assert.throws(() => admitReads('SELECT 1;'.repeat(51)), /More than 50 statements/);
  });

  test('deep nesting is judged, not crashed on', () => {
    const depth = 100_000;
    assert.equal(admitReads(`SELECT ${'('.repeat(depth)}1${')'.repeat(depth)}`).length, 1);
  });
});
