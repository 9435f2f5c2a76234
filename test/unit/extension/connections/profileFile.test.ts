import fc from 'fast-check';
import assert from 'node:assert/strict';
import { MIGRATIONS, readProfileFile, writeProfileFile, type Migration } from '../../../../src/extension/connections/profileFile.ts';

/** Two releases to come: one that renames and adds, one that adds a limit. */
const RENAMED: Migration = {
  up: ({ tls, ...rest }) => ({ ...rest, transport: tls }),
  down: ({ transport, group: _, ...rest }) => ({ ...rest, tls: transport }),
};
const LIMITED: Migration = {
  up: (form) => form,
  down: ({ hiddenColumns, ...rest }) => (hiddenColumns === undefined ? rest : undefined),
};
const FIRST: readonly Migration[] = [];
const SECOND = [RENAMED];
const THIRD = [RENAMED, LIMITED];

suite('files of connections', () => {
  const profile = { id: 'a', name: 'shop', tls: 'required' };

  test('a file from before the first release is read', () => {
    assert.deepEqual(readProfileFile(JSON.stringify(profile)), profile);
  });

  test('what this version writes holds its format, and reads back', () => {
    const text = writeProfileFile(profile, undefined);
    assert.deepEqual(JSON.parse(text), { format: 6, forms: { 1: profile, 2: profile, 3: profile, 4: profile, 5: profile, 6: profile } });
    assert.deepEqual(readProfileFile(text), profile);
  });

  test('for the first version a connection that is read-only for everybody is one that no agent may write to', () => {
    const locked = { ...profile, readOnly: true, writes: { insert: 'allow' } };
    const { forms } = JSON.parse(writeProfileFile(locked, undefined)) as { forms: unknown };
    assert.deepEqual(forms, { 1: profile, 2: locked, 3: locked, 4: locked, 5: locked, 6: locked });
    const open = { ...profile, writes: { insert: 'allow' } };
    assert.deepEqual(JSON.parse(writeProfileFile(open, undefined)), {
      format: 6,
      forms: { 1: open, 2: open, 3: open, 4: open, 5: open, 6: open },
    });
  });

  test('earlier versions do without looks and secrets of SSH, and do not use what they would store a password of', () => {
    const ssh = { host: 'bastion', secret: 'password' };
    const looks = { ...profile, ssh, group: 'G', color: 'red', position: 5, timeZone: 'UTC' };
    const { forms } = JSON.parse(writeProfileFile(looks, undefined)) as { forms: Record<string, unknown> };
    assert.deepEqual(forms[2], { ...profile, ssh: { host: 'bastion' } });
    const asked = JSON.parse(writeProfileFile({ ...profile, keepPassword: 'moment' }, undefined)) as { forms: Record<string, unknown> };
    assert.deepEqual(Object.keys(asked.forms), ['3', '4', '5', '6']);
  });

  test('a connection that was allowed without server-enforced read-only stays so under its new name, until a version takes it back', () => {
    const allowed = { ...profile, allowUnenforcedReadOnly: true };
    const before = { ...profile, acceptsOneFence: true };
    assert.deepEqual(readProfileFile(JSON.stringify(before)), allowed);
    assert.deepEqual(readProfileFile(JSON.stringify({ format: 3, forms: { 1: before, 2: before, 3: before } })), allowed);
    const written = writeProfileFile(allowed, undefined);
    assert.deepEqual(readProfileFile(written, MIGRATIONS.slice(0, 2)), before);
    const takenBack = writeProfileFile(profile, written, MIGRATIONS.slice(0, 2));
    assert.deepEqual(readProfileFile(takenBack), profile);
  });

  for (const agents of ['none', 'schema'])
    test(`earlier versions cannot use a connection of which agents see ${agents}, whatever they wrote of it before`, () => {
      const earlier = MIGRATIONS.slice(0, 3);
      const before = writeProfileFile(profile, undefined, earlier);
      assert.deepEqual(readProfileFile(before, earlier), profile);
      const closed = writeProfileFile({ ...profile, agents }, before);
      assert.deepEqual(JSON.parse(closed), { format: 6, forms: { 5: { ...profile, agents }, 6: { ...profile, agents } } });
      assert.equal(readProfileFile(closed, earlier), undefined);
      assert.deepEqual(readProfileFile(closed), { ...profile, agents });
    });

  test('earlier versions cannot use a connection with protected columns, whatever they wrote of it before', () => {
    const earlier = MIGRATIONS.slice(0, 4);
    const before = writeProfileFile(profile, undefined, earlier);
    const columns = ['shop.customers.email=mask'];
    const closed = writeProfileFile({ ...profile, columns }, before);
    assert.deepEqual(JSON.parse(closed), { format: 6, forms: { 6: { ...profile, columns } } });
    assert.equal(readProfileFile(closed, earlier), undefined);
    assert.deepEqual(readProfileFile(closed), { ...profile, columns });
    const { forms } = JSON.parse(writeProfileFile({ ...profile, columns: [] }, undefined)) as { forms: Record<string, unknown> };
    assert.deepEqual(forms[5], profile);
  });

  test('earlier versions go on with a connection of which agents see all', () => {
    const { forms } = JSON.parse(writeProfileFile({ ...profile, agents: 'data' }, undefined)) as { forms: Record<string, unknown> };
    assert.deepEqual(forms[4], profile);
  });

  test('the next version reads what this one wrote; this one reads what the next one wrote', () => {
    assert.deepEqual(readProfileFile(writeProfileFile(profile, undefined, FIRST), SECOND), {
      id: 'a',
      name: 'shop',
      transport: 'required',
    });
    const newer = writeProfileFile({ id: 'a', name: 'shop', transport: 'required', group: 'x' }, undefined, SECOND);
    assert.deepEqual(readProfileFile(newer, FIRST), profile);
  });

  test('a connection that was changed by an earlier version keeps what that one could not see, and loses what it removed', () => {
    const newer = writeProfileFile({ id: 'a', name: 'shop', transport: 'required', group: 'x', database: 'shop' }, undefined, SECOND);
    const seen = readProfileFile(newer, FIRST);
    assert.deepEqual(seen, { ...profile, database: 'shop' });
    const changed = writeProfileFile({ ...profile, name: 'store', tls: 'disabled' }, newer, FIRST);
    assert.deepEqual(readProfileFile(changed, SECOND), { id: 'a', name: 'store', transport: 'disabled', group: 'x' });
  });

  test('a limit that an earlier version does not know keeps it from using the connection', () => {
    const limited = writeProfileFile({ id: 'a', name: 'shop', transport: 'required', hiddenColumns: ['card'] }, undefined, THIRD);
    assert.equal(readProfileFile(limited, SECOND), undefined);
    assert.equal(readProfileFile(limited, FIRST), undefined);
    const free = writeProfileFile({ id: 'a', name: 'shop', transport: 'required' }, undefined, THIRD);
    assert.deepEqual(readProfileFile(free, FIRST), profile);
  });

  test('whichever versions save after one another, nothing that none of them touched is lost', () => {
    const versions = [FIRST, SECOND, THIRD];
    const value = fc.string({ maxLength: 5 });
    fc.assert(
      fc.property(value, value, fc.array(fc.record({ version: fc.nat(2), name: value })), (tls, group, edits) => {
        let text = writeProfileFile({ id: 'a', name: 'first', transport: tls, group }, undefined, THIRD);
        let name: unknown = 'first';
        for (const edit of edits) {
          const migrations = versions[edit.version] ?? FIRST;
          const form = readProfileFile(text, migrations);
          assert.equal(form?.['name'], name);
          ({ name } = edit);
          text = writeProfileFile({ ...form, name }, text, migrations);
        }
        assert.deepEqual(readProfileFile(text, THIRD), { id: 'a', name, transport: tls, group });
        assert.deepEqual(readProfileFile(text, FIRST), { id: 'a', name, tls });
      }),
    );
  });

  test('what is no such file is an error, not a connection', () => {
    for (const text of [
      '',
      '[]',
      'null',
      '{"forms":[]}',
      '{"format":"1","forms":{}}',
      '{"format":1,"forms":{"1":2}}',
      '{"format":1,"forms":{}}',
    ])
      assert.throws(() => readProfileFile(text), text);
  });
});
