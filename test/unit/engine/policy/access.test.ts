import assert from 'node:assert/strict';
import fc from 'fast-check';
import { accessTo, accessToAll, allowsWrites, describeAccess } from '../../../../src/engine/policy/access.ts';
import { ACCESS_MODES, WRITE_CLASSES } from '../../../../src/engine/sql/statementClasses.ts';

const rules = fc.record({
  writes: fc.option(fc.dictionary(fc.constantFrom(...WRITE_CLASSES), fc.constantFrom(...ACCESS_MODES)), { nil: undefined }),
  environment: fc.constantFrom(undefined, 'development', 'staging', 'production'),
  unattendedProduction: fc.constantFrom(undefined, false, true),
});

suite('access', () => {
  test('what nobody has opened is read-only', () => {
    assert.equal(accessTo({}, 'update'), 'readOnly');
    assert.equal(accessTo({ writes: { insert: 'allow' } }, 'update'), 'readOnly');
    assert.equal(describeAccess({ writes: { insert: 'readOnly' } }), 'read-only');
    assert.equal(
      describeAccess({ writes: { insert: 'ask', update: 'ask', ddl: 'allow' } }),
      'may insert, update (a person is asked), ddl (unasked)',
    );
  });

  test('on production nothing runs unasked unless that is said apart', () => {
    fc.assert(
      fc.property(rules, fc.constantFrom(...WRITE_CLASSES), (one, statementClass) => {
        const mode = accessTo({ ...one, environment: 'production' }, statementClass);
        assert.ok(mode !== 'allow' || one.unattendedProduction === true);
        assert.equal(mode === 'readOnly', (one.writes?.[statementClass] ?? 'readOnly') === 'readOnly');
      }),
    );
  });

  test('several classes have the strictest mode of all of them', () => {
    fc.assert(
      fc.property(rules, fc.uniqueArray(fc.constantFrom(...WRITE_CLASSES), { minLength: 1 }), (one, classes) => {
        const modes = classes.map((statementClass) => accessTo(one, statementClass));
        const strictest = modes.includes('readOnly') ? 'readOnly' : modes.includes('ask') ? 'ask' : 'allow';
        assert.equal(accessToAll(one, classes), strictest);
        if (strictest !== 'readOnly') assert.ok(allowsWrites(one));
      }),
    );
  });
});
