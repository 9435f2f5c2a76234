import assert from 'node:assert/strict';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { FileReader } from '../../../../src/extension/import/fileReader.ts';
import { ROOT } from '../../../harness/root.ts';

const ENTRY = path.join(ROOT, 'src/extension/import/readerThread.ts');
const ENV = { kind: 'env', source: '.env', content: 'A=mysql://app:secret@db/shop\n' } as const;
/** A service merges as many keys as the file has: the largest work that the limits of a reader allow. */
const SLOW = `x: &a {${Array.from({ length: 200_000 }, (_, i) => `k${String(i)}: 1`).join(', ')}}\nservices:\n${Array.from({ length: 400 }, (_, i) => `  s${String(i)}: {<<: *a}\n`).join('')}`;
const slow = { kind: 'compose', source: 'compose.yaml', content: SLOW } as const;

suite('the thread that reads files of other programs', function () {
  this.timeout(60_000);
  let reader: FileReader;
  teardown(() => reader.end());

  test('reads each kind, bytes and texts, and says what is wrong with a file', async () => {
    reader = new FileReader(ENTRY);
    const { found, more } = await reader.read(ENV);
    assert.deepEqual([found.map(({ name, password }) => [name, password]), more], [[['shop', 'secret']], 0]);
    assert.equal((await reader.read({ ...ENV, kind: 'optionFile', content: Buffer.from('[client]\nuser=me\n') })).found.length, 1);
    await assert.rejects(reader.read({ ...ENV, kind: 'workbench', content: '<a>' }), /isn't valid XML: see line 1/);
    const many = Array.from({ length: 250 }, (_, i) => `A${String(i)}=mysql://a@b/c\n`).join('');
    assert.deepEqual(await reader.read({ ...ENV, content: many }).then((read) => [read.found.length, read.more]), [100, 150]);
  });

  test('repeats no line of a file that it cannot read', async () => {
    reader = new FileReader(ENTRY);
    for (const [kind, content] of [
      ['compose', 'services:\n  db:\n    environment:\n      MYSQL_ROOT_PASSWORD: "canary-secret\n'],
      ['compose', `services: ${'['.repeat(5000)}canary-secret`],
      ['workbench', '<a password="canary-secret'],
      ['devContainer', '{ "canary-secret": }'],
    ] as const) {
      const outcome = await reader.read({ ...ENV, kind, content }).then(JSON.stringify, String);
      assert.doesNotMatch(outcome, /canary/, kind);
      assert.match(outcome, /Error|"found":\[\]/, kind);
    }
  });

  test('leaves the window free while a file takes long, gives it up, and reads the next one', async () => {
    reader = new FileReader(ENTRY, 1500);
    let turns = 0;
    const counting = new AbortController();
    const count = (async () => {
      for (; !counting.signal.aborted; turns++) await turn();
    })();
    await assert.rejects(reader.read(slow), /takes too long/);
    counting.abort();
    await count;
    assert.ok(turns > 100, `the window had ${String(turns)} turns`);
    reader = new FileReader(ENTRY);
    assert.equal((await reader.read(ENV)).found.length, 1);
  });

  test('gives up a file that takes more memory than it may, says so, and reads the next one', async () => {
    reader = new FileReader(ENTRY, 50_000, 48);
    await assert.rejects(reader.read(slow), /takes too much memory to be read/);
    assert.equal((await reader.read(ENV)).found.length, 1);
  });

  test('leaves the rest unread after two that took too long', async () => {
    reader = new FileReader(ENTRY, 300);
    for (let i = 0; i < 2; i++) await assert.rejects(reader.read(slow), /takes too long/);
    await assert.rejects(reader.read(ENV), /other files took too long/);
  });
});
