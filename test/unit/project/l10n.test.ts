import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { namesOf, textsOf } from '../../../scripts/texts.ts';
import { ROOT } from '../../harness/root.ts';

type Bundle = Readonly<Record<string, string>>;
const read = (name: string): Bundle => JSON.parse(readFileSync(path.join(ROOT, name), 'utf8')) as Bundle;
/** What must be the same in each language: places for values, icons, links to commands. */
const fixed = (text: string): string[] => (text.match(/\{\d\}|\$\([\w~-]+\)|\(command:[\w.]+\)/g) ?? []).sort();
/** Words that are names in Korean, too. */
const SAME = new Set(['TLS']);

suite('languages', () => {
  const texts = [...textsOf(ROOT)].sort();

  test('each text of the code is in both bundles, and no other [F118]', () => {
    assert.ok(texts.length > 400);
    for (const name of ['l10n/bundle.l10n.json', 'l10n/bundle.l10n.ko.json'])
      assert.deepEqual(Object.keys(read(name)).sort(), texts, `${name} (npm run l10n)`);
    for (const [text, english] of Object.entries(read('l10n/bundle.l10n.json'))) assert.equal(english, text);
  });

  test('each name of the manifest is in both of its files, and no other', () => {
    const names = [...namesOf(readFileSync(path.join(ROOT, 'package.json'), 'utf8'))].sort();
    assert.ok(names.length > 90);
    for (const name of ['package.nls.json', 'package.nls.ko.json']) assert.deepEqual(Object.keys(read(name)).sort(), names, name);
  });

  test('the Korean is Korean, with the same places for values, icons and commands', () => {
    const pairs = [
      ...Object.entries(read('l10n/bundle.l10n.ko.json')),
      ...Object.entries(read('package.nls.ko.json')).map(([key, korean]) => [read('package.nls.json')[key] ?? '', korean] as const),
    ];
    for (const [english, korean] of pairs) {
      assert.deepEqual(fixed(korean), fixed(english), english);
      assert.ok(SAME.has(english) ? korean === english : /[\uAC00-\uD7A3]/.test(korean), `${english} is not translated`);
    }
  });

  test('a text that nobody could translate is found', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'mpt-texts-'));
    try {
      mkdirSync(path.join(folder, 'src/extension'), { recursive: true });
      const file = path.join(folder, 'src/extension/x.ts');
      writeFileSync(file, "vscode.l10n.t('it\\'s {0}', name); const { t } = vscode.l10n;\nt(\n  'two',\n); format('three');");
      assert.deepEqual([...textsOf(folder)], ["it's {0}", 'two']);
      for (const wrong of ['l10n.t(`a ${b}`)', 'l10n.t(name)', "l10n.t('a' + b)"]) {
        writeFileSync(file, wrong);
        assert.throws(() => textsOf(folder), /no plain string/);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
