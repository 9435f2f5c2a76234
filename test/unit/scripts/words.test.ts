import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runScript } from './run.ts';

suite('words of documents and UI strings', () => {
  test('names a misspelled word, a sentence that is too long and a term that was left behind, with file and line', () => {
    const root = mkdtempSync(path.join(tmpdir(), 'mpt-words-'));
    try {
      mkdirSync(path.join(root, 'l10n'));
      mkdirSync(path.join(root, 'docs'));
      mkdirSync(path.join(root, 'src'));
      writeFileSync(
        path.join(root, 'src/a.ts'),
        "const serverFlavour = 1;\n// A cancelled call.\nconst order = { status: 'cancelled' };\nclass EditorPlaces {}\n",
      );
      writeFileSync(path.join(root, 'CHANGELOG.md'), `# Changelog\n\n## Unreleased\n\n${'one and another '.repeat(9)}end.\n`);
      const long = `${'one and another '.repeat(9)}end.`;
      writeFileSync(path.join(root, 'README.md'), `# Title\n\nShort. ${long}\n\nA short one about a \`colour\`, and a misspelledd word.\n`);
      writeFileSync(path.join(root, 'docs/a.md'), '# Fine\n\nNothing to see.\n');
      writeFileSync(path.join(root, 'package.nls.json'), JSON.stringify({ a: 'The statement was cancelled.' }));
      writeFileSync(path.join(root, 'l10n/bundle.l10n.json'), JSON.stringify({ b: 'Require the read-only fence again' }));
      mkdirSync(path.join(root, 'src/server'), { recursive: true });
      writeFileSync(
        path.join(root, 'src/server/a.ts'),
        `// The fence of a comment.\nconst a = ['SELECT fence FROM a', 'The call was ' + \`cancelled by \${b}.\`, 'One ${'and another '.repeat(13)}end.'];\n`,
      );
      const { code, said } = runScript('words', '--root', root);
      assert.equal(code, 1, said);
      assert.match(said, /README\.md:3: 28 words in a sentence, 25 at most: one and another/);
      assert.match(said, /README\.md:5: Unknown word “misspelledd”/);
      assert.match(said, /package\.nls\.json: “The statement was cancelled\.”: .*canceled/);
      assert.match(said, /bundle\.l10n\.json: “Require the read-only fence again”: .*“fence”/);
      assert.match(said, /src\/a\.ts:1: British spelling “Flavour”/);
      assert.match(said, /src\/a\.ts:2: British spelling “cancelled”/);
      assert.match(said, /src\/a\.ts:4: “EditorPlaces” is called EditorConnections/);
      assert.match(said, /CHANGELOG\.md: 28 words in a sentence/);
      assert.match(said, /src\/server\/a\.ts: “The call was cancelled by x\.”: .*canceled/);
      assert.match(said, /src\/server\/a\.ts: “One and another .*: 28 words in a sentence/);
      assert.doesNotMatch(said, /fence of a comment|SELECT fence/);
      assert.doesNotMatch(said, /docs\/a\.md|src\/a\.ts:3/);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
