import assert from 'node:assert/strict';
import fc from 'fast-check';
import { permissionsOf, permissionValues } from '../../../../../src/extension/connections/permissions/permissionValues.ts';
import { ACCESS_MODES, WRITE_CLASSES } from '../../../../../src/engine/sql/statementClasses.ts';
import type { WriteAccess } from '../../../../../src/engine/sql/statementClasses.ts';

const NOTHING = { writes: undefined, unattendedProduction: undefined, dryRunOnProduction: undefined };
const modes = fc.constantFrom(...ACCESS_MODES, undefined);
const writes = fc.record(Object.fromEntries(WRITE_CLASSES.map((one) => [one, modes]))) as fc.Arbitrary<WriteAccess>;

/** Without what says nothing. */
const meant = (all: WriteAccess = {}): WriteAccess =>
  Object.fromEntries(Object.entries(all).filter(([, mode]) => mode !== undefined && mode !== 'readOnly'));

suite('agent permissions in a form', () => {
  test('come back from the form as they were saved', () => {
    fc.assert(
      fc.property(writes, fc.boolean(), (saved, dryRunOnProduction) => {
        const before = { agents: undefined, writes: saved, unattendedProduction: undefined, dryRunOnProduction };
        const after = permissionsOf(permissionValues(before), before);
        assert.deepEqual(meant(after.writes), meant(saved));
        assert.equal(after.agents, undefined);
      }),
    );
  });

  test('are a preset where all classes are as it says', () => {
    for (const [changes, saved] of [
      ['nothing', undefined],
      ['nothing', { insert: 'readOnly' }],
      ['rows', { insert: 'ask', update: 'ask', delete: 'ask' }],
      ['everything', Object.fromEntries(WRITE_CLASSES.map((one) => [one, 'ask']))],
      ['each', { insert: 'ask' }],
      ['each', { insert: 'allow', update: 'ask', delete: 'ask' }],
    ] as const)
      assert.equal(permissionValues({ writes: saved })['changes'], changes);
  });

  test('leave no right to change anything where agents see no rows', () => {
    const before = { writes: { insert: 'allow' }, unattendedProduction: true, dryRunOnProduction: true } as const;
    for (const agents of ['schema', 'none'] as const)
      assert.deepEqual(permissionsOf({ ...permissionValues(before), agents }, before), { agents, ...NOTHING });
  });

  test('mean the least where a field holds what is no choice, or is missing', () => {
    assert.deepEqual(permissionsOf({}, {}), { agents: 'none', ...NOTHING });
    assert.deepEqual(permissionsOf({ agents: 'DATA', changes: 'everything' }, {}), { agents: 'none', ...NOTHING });
    assert.deepEqual(permissionsOf({ agents: 'data', changes: 'all' }, {}), { agents: undefined, ...NOTHING });
    assert.deepEqual(permissionsOf({ agents: 'data', changes: 'each', 'write.ddl': 'Allow', 'write.call': true }, {}).writes, undefined);
  });

  test('keep what the form of a connection that is not production does not show, but for a preset', () => {
    const before = { writes: { insert: 'allow' }, unattendedProduction: true, dryRunOnProduction: true } as const;
    const { unattendedProduction: _, dryRunOnProduction: __, ...shown } = permissionValues(before);
    assert.deepEqual(permissionsOf(shown, before), { agents: undefined, ...before });
    assert.deepEqual(permissionsOf({ ...shown, changes: 'rows' }, before), {
      agents: undefined,
      writes: { insert: 'ask', update: 'ask', delete: 'ask' },
      unattendedProduction: undefined,
      dryRunOnProduction: true,
    });
  });
});
