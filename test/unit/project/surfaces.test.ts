import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { SURFACES } from '../../../scripts/lint/surfaces.mjs';
import { ROOT } from '../../harness/root.ts';

suite('the surfaces of the window', () => {
  const folder = path.join(ROOT, 'src/extension');

  test('each is used where the list says, and lint knows no other', () => {
    const config = readFileSync(path.join(ROOT, 'eslint.config.mjs'), 'utf8');
    assert.match(config, /files: \['src\/extension\/\*\*\/\*\.ts'\], plugins: \{ pilot \}, rules: \{ 'pilot\/surfaces': 'error'/);
    for (const [name, { files }] of Object.entries(SURFACES))
      for (const file of files) {
        const word = name.split('.').at(-1) ?? name;
        assert.match(readFileSync(path.join(folder, file), 'utf8'), new RegExp(`\\b${word}\\b`), `${name} in ${file}`);
      }
  });

  test('each that shows text of others has a check in the workbench', () => {
    const checked = readFileSync(path.join(ROOT, 'test/workbench/hostileText.test.ts'), 'utf8');
    for (const [name, { checks }] of Object.entries(SURFACES))
      for (const check of checks) assert.ok(checked.includes(`shown('${check}'`), `${name}: ${check}`);
  });

  test('every panel, and nothing else, is a page of ours with a policy', () => {
    const pages = globSync('**/*.ts', { cwd: folder }).filter((file) => readFileSync(path.join(folder, file), 'utf8').includes('.html = '));
    assert.deepEqual(pages, ['panels/webviewPage.ts']);
  });

  test('what pages say is heard in one place, which knows what they may say', () => {
    const heard = globSync('**/*.ts', { cwd: folder }).filter((file) =>
      readFileSync(path.join(folder, file), 'utf8').includes('onDidReceiveMessage'),
    );
    assert.deepEqual(heard, ['panels/webviewPage.ts']);
  });

  test('no page makes markup of a text', () => {
    for (const file of globSync('src/webview/**/*.ts', { cwd: ROOT }))
      assert.doesNotMatch(
        readFileSync(path.join(ROOT, file), 'utf8'),
        /\b(?:innerHTML|outerHTML|insertAdjacentHTML|DOMParser|createContextualFragment|document\.write|eval|new Function|srcdoc)\b/,
        file,
      );
  });
});
