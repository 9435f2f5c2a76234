import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ConnectionProfile } from '../../../../src/engine/driver/profile.ts';
import { ProfileFiles } from '../../../../src/extension/connections/profileFiles.ts';

const ID = '00000000-0000-4000-8000-000000000000';
const PROFILE: ConnectionProfile = { id: ID, name: 'shop', host: 'h', port: 3306, user: 'u', tls: 'preferred', createdAt: 1 };

suite('files of connections', () => {
  let folder: string;
  let one: ProfileFiles;
  let other: ProfileFiles;
  setup(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'profiles-'));
    [one, other] = [new ProfileFiles(folder), new ProfileFiles(folder)];
  });
  teardown(() => rm(folder, { recursive: true }));

  const stored = async (): Promise<ConnectionProfile> => {
    const read = await one.read(`${ID}.json`);
    assert.ok(read !== undefined && 'profile' in read, JSON.stringify(read));
    return read.profile;
  };

  test('two writers at once lose nothing of each other (property)', async () => {
    const ours = fc.oneof(
      fc.record({ name: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ group: fc.constantFrom('x', 'y', undefined) }),
      fc.record({ position: fc.integer() }),
    );
    const theirs = fc.oneof(
      fc.record({ readOnly: fc.constantFrom(true, undefined) }),
      fc.record({ environment: fc.constantFrom('production', 'staging', undefined) }),
      fc.record({
        writes: fc.constantFrom(undefined, { insert: 'ask' }, { delete: 'allow' }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(ours, { maxLength: 8 }), fc.array(theirs, { maxLength: 8 }), async (first, second) => {
        await one.remove(ID);
        await one.add(PROFILE);
        await Promise.all([
          ...first.map((change) => one.update(ID, () => change)),
          ...second.map((change) => other.update(ID, () => change)),
        ]);
        const expected = Object.assign({ ...PROFILE }, ...first, ...second) as object;
        assert.deepEqual(withoutUndefined(await stored()), withoutUndefined(expected));
      }),
      { numRuns: 25 },
    );
  }).timeout(60_000);

  test('a count that both raise is the sum', async () => {
    await one.add(PROFILE);
    const raise = (files: ProfileFiles): Promise<unknown> => files.update(ID, ({ position = 0 }) => ({ position: position + 1 }));
    await Promise.all(Array.from({ length: 20 }, (_, i) => raise(i % 2 === 0 ? one : other)));
    assert.equal((await stored()).position, 20);
  });

  test('what was removed is not saved again', async () => {
    await one.add(PROFILE);
    await other.remove(ID);
    assert.equal(await one.update(ID, () => ({ name: 'back' })), undefined);
    assert.deepEqual(await one.names(), []);
  });

  test('a lock of a window that has ended does not last, and none is left', async () => {
    await one.add(PROFILE);
    const lock = path.join(folder, `${ID}.lock`);
    await writeFile(lock, '');
    await utimes(lock, new Date(0), new Date(0));
    await one.update(ID, () => ({ name: 'later' }));
    assert.equal((await stored()).name, 'later');
    assert.deepEqual(await readdir(folder), [`${ID}.json`]);
  });

  test('of many who find a lock that was left, one takes it away, and nothing of any is lost', async () => {
    await one.add(PROFILE);
    const lock = path.join(folder, `${ID}.lock`);
    const writers = Array.from({ length: 40 }, () => new ProfileFiles(folder));
    for (let round = 1; round <= 12; round++) {
      await writeFile(lock, '');
      await utimes(lock, new Date(0), new Date(0));
      await Promise.all(writers.map((files) => files.update(ID, ({ position = 0 }) => ({ position: position + 1 }))));
      assert.equal((await stored()).position, round * writers.length);
    }
    assert.deepEqual(await readdir(folder), [`${ID}.json`]);
  }).timeout(60_000);

  test('a name with ends of lines in an older file is shown on one line, and none is written', async () => {
    const written = { ...PROFILE, name: 'dev\nConnection: production', group: '\u202Egroup' };
    await writeFile(path.join(folder, `${ID}.json`), JSON.stringify(written));
    assert.deepEqual([(await stored()).name, (await stored()).group], ['dev Connection: production', 'group']);
    await assert.rejects(one.update(ID, () => ({ name: 'a\nb' })));
    await assert.rejects(one.add({ ...PROFILE, user: 'root\r\nAllowed: yes' }));
  });
});

function withoutUndefined(value: object): object {
  return JSON.parse(JSON.stringify(value)) as object;
}
