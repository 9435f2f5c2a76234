import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Secret } from '../../../../src/broker/contracts.ts';
import { StoredSecrets } from '../../../../src/extension/connections/storedSecrets.ts';

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

const alone = (): Promise<Secret | undefined> => Promise.resolve(undefined);

suite('stored secrets', () => {
  test('keeps a password that is stored while the key of pseudonyms is made, and the key', async () => {
    const secrets = new StoredSecrets(storageOf(), alone);
    const [pseudonymKey] = await Promise.all([secrets.pseudonymKey(ID), secrets.change(ID, { password: 'p' })]);
    assert.deepEqual(await secrets.read(ID), { password: 'p', pseudonymKey });
  });

  test('gives callers at the same moment one key of pseudonyms', async () => {
    const secrets = new StoredSecrets(storageOf(), alone);
    const keys = await Promise.all([secrets.pseudonymKey(ID), secrets.pseudonymKey(ID)]);
    assert.equal(new Set(keys).size, 1);
    assert.match(keys[0], /^[0-9a-f]{64}$/);
  });

  test('takes the key of pseudonyms that another window has made, also where the password is known here', async () => {
    const other = new StoredSecrets(storageOf(), alone);
    await other.change(ID, { password: 'p' });
    const pseudonymKey = await other.pseudonymKey(ID);
    const secrets = new StoredSecrets(storageOf(), (id) => other.read(id));
    await secrets.change(ID, { password: 'p' });
    assert.equal(await secrets.pseudonymKey(ID), pseudonymKey);
    assert.deepEqual(await secrets.read(ID), { password: 'p', pseudonymKey });
  });

  test('does not put the password of another window over one that was entered meanwhile', async () => {
    const secrets = new StoredSecrets(storageOf(), async () => {
      await secrets.change(ID, { password: 'entered' });
      return { password: 'of the other', pseudonymKey: 'k' };
    });
    const shown = await secrets.adopt(ID);
    assert.deepEqual(shown, { password: 'entered', pseudonymKey: 'k' });
    assert.deepEqual(await secrets.read(ID), shown);
  });

  test('keeps what a later version stores beside the secrets', async () => {
    const entries = new Map([[`connection.${ID}`, '{"password":"p","later":1}']]);
    const secrets = new StoredSecrets(storageOf(entries), alone);
    await secrets.pseudonymKey(ID);
    assert.equal((JSON.parse(entries.get(`connection.${ID}`) ?? '') as { later: number }).later, 1);
  });
});
