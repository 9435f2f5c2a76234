import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../../harness/run.ts';
import { sentenceOf } from '../../../scripts/missing.ts';

const ROOT = path.resolve('/somewhere');

const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => assert.fail('It did not end with an error.'),
    (error: unknown) => error,
  );

suite('what a script says when it ends', () => {
  const cases: readonly (readonly [file: string, sentence: string])[] = [
    ['dist/server.js', 'dist/server.js is missing: run npm run build first.'],
    ['dist/npm/server.js', 'dist/npm/server.js is missing: run npm run package:server first.'],
    ['release', 'release is missing: run npm run release:build first.'],
    ['docs/none.md', 'docs/none.md is missing.'],
  ];
  for (const [file, sentence] of cases) {
    test(`names ${file} and what makes it`, async () => {
      assert.equal(sentenceOf(await caught(readFile(path.join(ROOT, file))), ROOT), sentence);
    });
  }

  test('names a program that is not installed', async () => {
    assert.equal(sentenceOf(await caught(run('no-such-program', [])), ROOT), 'no-such-program is needed, and not installed here.');
  });

  test('is the message of any other error', () => {
    assert.equal(sentenceOf(new Error('Name a tag.'), ROOT), 'Name a tag.');
    assert.equal(sentenceOf('text', ROOT), 'text');
  });
});
