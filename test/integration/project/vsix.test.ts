import { strFromU8, unzipSync } from 'fflate';
import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { ROOT } from '../../harness/root.ts';
import { packageVsix } from '../../harness/vscode/packages.ts';

/** Everything that a user installs; a file more or less is a decision, made here. */
const GOLDEN = [
  '[Content_Types].xml',
  'extension.vsixmanifest',
  'extension/LICENSE.txt',
  'extension/changelog.md',
  'extension/dist/NOTICE.txt',
  'extension/dist/engine.js',
  'extension/dist/extension.js',
  'extension/dist/http.js',
  'extension/dist/logging.js',
  'extension/dist/server.js',
  'extension/dist/ssh.js',
  'extension/dist/tracing.js',
  'extension/media/activity.svg',
  'extension/media/icon.png',
  'extension/package.json',
  'extension/readme.md',
];
const MAX_BYTES = 1_500_000;

suite('VSIX', () => {
  let size: number;
  let files: Record<string, Uint8Array>;

  suiteSetup(async () => {
    const file = await packageVsix();
    size = (await stat(file)).size;
    files = unzipSync(await readFile(file));
  });

  test('holds the golden list and nothing else', () => {
    assert.deepEqual(Object.keys(files).sort(), GOLDEN);
  });

  test(`is under ${String(MAX_BYTES)} bytes`, () => {
    assert.ok(size < MAX_BYTES, `it is ${String(size)} bytes`);
  });

  test('names no path of the machine that built it', () => {
    for (const [name, content] of Object.entries(files)) assert.ok(!strFromU8(content, true).includes(ROOT), name);
  });

  test('the driver is in the lazy chunk alone', () => {
    const text = (name: string): string => strFromU8(files[`extension/dist/${name}`] ?? new Uint8Array());
    assert.ok(text('engine.js').includes('caching_sha2_password'));
    assert.ok(!text('extension.js').includes('caching_sha2_password'));
    assert.ok(!text('server.js').includes('caching_sha2_password'));
  });
});
