import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Secret } from '../../../../src/broker/contracts.ts';
import { withFileLock } from '../../../../src/extension/files/fileLock.ts';
import { StoredSecrets, type WithSecrets } from '../../../../src/extension/connections/storedSecrets.ts';

const ID = 'one';

/** As slow as a real one: what is read and what is written are moments apart. */
function storageOf(entries = new Map<string, string>()): ConstructorParameters<typeof StoredSecrets>[0] {
  return {
    get: async (key) => {
      const found = entries.get(key);
      await sleep(1);
      return found;
    },
    store: async (key, value) => {
      await sleep(1);
      entries.set(key, value);
    },
    delete: async (key) => {
      await sleep(1);
      entries.delete(key);
    },
  };
}

/** What nobody else holds. */
const free: WithSecrets = (_, work) => work();
const alone = (): Promise<Secret | undefined> => Promise.resolve(undefined);

suite('stored secrets', () => {
  test('keeps a password that is stored while the key of pseudonyms is made, and the key', async () => {
    const secrets = new StoredSecrets(storageOf(), alone, free);
    const [pseudonymKey] = await Promise.all([secrets.pseudonymKey(ID), secrets.change(ID, { password: 'p' })]);
    assert.deepEqual(await secrets.read(ID), { password: 'p', pseudonymKey });
  });

  test('gives callers at the same moment one key of pseudonyms', async () => {
    const secrets = new StoredSecrets(storageOf(), alone, free);
    const keys = await Promise.all([secrets.pseudonymKey(ID), secrets.pseudonymKey(ID)]);
    assert.equal(new Set(keys).size, 1);
    assert.match(keys[0], /^[0-9a-f]{64}$/);
  });

  for (const [storages, isShared] of [
    ['one storage', true],
    ['storages of their own, as in the browser', false],
  ] as const)
    test(`gives two windows at the same moment one key of pseudonyms and loses no password, with ${storages}`, async () => {
      const folder = await mkdtemp(path.join(tmpdir(), 'secrets-'));
      const locked: WithSecrets = (id, work) => withFileLock(path.join(folder, `${id}.lock`), work);
      const storage = storageOf();
      const windows = [storage, isShared ? storage : storageOf()].map(
        (one, i): StoredSecrets => new StoredSecrets(one, (id) => windows[1 - i]?.read(id) ?? alone(), locked),
      );
      try {
        for (let times = 0; times < 10; times++) {
          const id = String(times);
          const [first, second] = await Promise.all([
            ...windows.map((window) => window.pseudonymKey(id)),
            ...windows.map((window) => window.change(id, { password: 'p' })),
          ]);
          assert.equal(first, second);
          for (const window of windows) assert.deepEqual(await window.read(id), { password: 'p', pseudonymKey: first });
        }
      } finally {
        await rm(folder, { recursive: true });
      }
    });

  test('takes the key of pseudonyms that another window has made, also where the password is known here', async () => {
    const other = new StoredSecrets(storageOf(), alone, free);
    await other.change(ID, { password: 'p' });
    const pseudonymKey = await other.pseudonymKey(ID);
    const secrets = new StoredSecrets(storageOf(), (id) => other.read(id), free);
    await secrets.change(ID, { password: 'p' });
    assert.equal(await secrets.pseudonymKey(ID), pseudonymKey);
    assert.deepEqual(await secrets.read(ID), { password: 'p', pseudonymKey });
  });

  test('does not put the password of another window over one that was entered meanwhile', async () => {
    const secrets = new StoredSecrets(
      storageOf(),
      async () => {
        await secrets.change(ID, { password: 'entered' });
        return { password: 'of the other', pseudonymKey: 'k' };
      },
      free,
    );
    const shown = await secrets.adopt(ID);
    assert.deepEqual(shown, { password: 'entered', pseudonymKey: 'k' });
    assert.deepEqual(await secrets.read(ID), shown);
  });

  test('keeps what a later version stores beside the secrets', async () => {
    const entries = new Map([[`connection.${ID}`, '{"password":"p","later":1}']]);
    const secrets = new StoredSecrets(storageOf(entries), alone, free);
    await secrets.pseudonymKey(ID);
    assert.equal((JSON.parse(entries.get(`connection.${ID}`) ?? '') as { later: number }).later, 1);
  });
});
