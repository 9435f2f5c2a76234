import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { digestOfTexts, KnownGood } from '../../harness/knownGood.ts';

suite('inputs that have passed a check', () => {
  let folder: string;
  const before = process.env['MYSQL_PILOT_CACHE'];
  setup(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mpt-known-'));
    process.env['MYSQL_PILOT_CACHE'] = folder;
  });
  teardown(async () => {
    if (before === undefined) delete process.env['MYSQL_PILOT_CACHE'];
    else process.env['MYSQL_PILOT_CACHE'] = before;
    await rm(folder, { recursive: true });
  });

  test('are known to a later run of this check, and of no other', async () => {
    const known = await KnownGood.of('one');
    known.add('a');
    await known.save();
    assert.ok((await KnownGood.of('one')).has('a'));
    assert.ok(!(await KnownGood.of('one')).has('b'));
    assert.ok(!(await KnownGood.of('other')).has('a'));
  });

  test('are forgotten when nobody has asked for them for a month', async () => {
    await (await KnownGood.of('one')).save();
    const file = path.join(folder, 'checked/one.json');
    await writeFile(file, '{"old":1,"asked":1}');
    const known = await KnownGood.of('one');
    assert.ok(known.has('asked'));
    await known.save();
    assert.deepEqual(Object.keys(JSON.parse(await readFile(file, 'utf8')) as object), ['asked']);
  });

  test('have a digest that tells where one text ends and the next begins', () => {
    assert.notEqual(digestOfTexts('ab', 'c'), digestOfTexts('a', 'bc'));
    assert.notEqual(digestOfTexts('a'), digestOfTexts('a', ''));
  });
});
