import assert from 'node:assert/strict';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { namesOf, textsOf } from '../../../scripts/texts.ts';
import { ROOT } from '../../harness/root.ts';

type Bundle = Readonly<Record<string, string>>;
const read = (name: string): Bundle => JSON.parse(readFileSync(path.join(ROOT, name), 'utf8')) as Bundle;
/** What must be the same in each language: places for values, icons, links to commands. */
const fixed = (text: string): string[] => (text.match(/\{\d\}|\$\([\w~-]+\)|\(command:[\w.]+\)/g) ?? []).sort();
/** Quoted and no titles of ours: a command that VS Code makes for a view, and a node of the tree. */
const OTHER_TITLES = new Set(['Focus on Connections View', 'Loading…']);

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
      const hasWords = /[a-z]/.test(english); // NULL, and places with signs between them, have none
      assert.ok(!hasWords || /[\uAC00-\uD7A3]/.test(korean), `${english} is not translated`);
    }
  });

  test('a text that quotes a command quotes its title, in both languages', () => {
    const titles = (name: string): Set<string> =>
      new Set(Object.entries(read(name)).flatMap(([key, title]) => (key.startsWith('command.') ? title : [])));
    const code = globSync('src/**/*.ts', { cwd: ROOT }).map((file) => readFileSync(path.join(ROOT, file), 'utf8'));
    const sources = [
      ['package.nls.json', [...texts, ...code]],
      ['package.nls.ko.json', Object.values(read('l10n/bundle.l10n.ko.json'))],
    ] as const;
    for (const [name, said] of sources) {
      const known = titles(name);
      const quoted = said.flatMap((text) =>
        [...text.matchAll(/"(?:MySQL Pilot: ([^"\n]+)|((?!MySQL Pilot: )[^"'`\n]{3,}…))"/gu)].map(([, one, other]) => one ?? other ?? ''),
      );
      const wrong = quoted.filter((title) => !known.has(title) && !OTHER_TITLES.has(title));
      assert.ok(quoted.length >= 5, name);
      assert.deepEqual(wrong, [], name);
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
