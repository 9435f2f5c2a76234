import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { limitsOf } from '../../../src/server/limits/limits.ts';
import { allTools } from '../../../src/server/tools/builtInTools.ts';
import { ROOT } from '../../harness/root.ts';

const read = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8');
const Words = z.record(z.string(), z.unknown());
/** In italics, and with a capital: emphasis has none. */
const NAMED = /(?<!\w)_([A-Z][^_\n]*)_(?!\w)/g;

/** What pages set in italics and others than we name: keys, and labels of VS Code, its MCP support and operating systems. */
const OTHERS = new Set([
  ...['Ctrl+Enter', 'Cmd+Enter', 'Ctrl+Shift+Enter', 'Cmd+Shift+Enter', 'F2', 'Keyboard Shortcuts', 'Extensions: Install from VSIX'],
  ...['MCP: List Servers', 'MCP: Restart Server', 'Configure Tools', 'Settings', 'Developer', 'Install Another Version'],
  ...['Private vulnerability reporting', 'MySQL Pilot', 'Which tables are the largest?', 'Which tables have no primary key?'],
  ...['Why is this query slow?', 'What changed in orders last week?'],
]);

/** Bundles, which a checkout has none of. */
const BUILT = new Set(
  [
    'server',
    'program',
    'reader',
    'engine',
    'extension',
    'window',
    'http',
    'stdio',
    'logging',
    'tracing',
    'broker',
    'ssh',
    'cache',
    'parquet',
    'zod',
  ].map((name) => `${name}.js`),
);

suite('the pages for users', () => {
  test('README is short, and its pictures are in the repository', () => {
    const readme = read('README.md');
    assert.ok(readme.split('\n').length < 120);
    const pictures = [...readme.matchAll(/!\[[^\]]*\]\(https:\/\/raw\.githubusercontent\.com\/mysql-pilot\/mysql-pilot\/main\/([^)]*)\)/g)];
    assert.ok(pictures.length > 0);
    for (const [, file = ''] of pictures) assert.ok(existsSync(path.join(ROOT, file)), file);
  });

  test('README and changelog count the tools as they are', () => {
    const words = ['ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen'];
    const count = new RegExp(`\\b${words[allTools(limitsOf()).length - 10] ?? ''} tools\\b`, 'i');
    for (const page of ['README.md', 'CHANGELOG.md']) assert.match(read(page), count);
  });

  test('no page names a script or a file of the repository that is not there', () => {
    const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json')));
    const wrong = ['README.md', 'CONTRIBUTING.md', ...globSync(['docs/*.md', '.github/*.md'], { cwd: ROOT })].flatMap((page) => {
      const named = [...read(page).matchAll(/npm run ([a-z][\w:]*)/g)]
        .map(([, script = '']) => script)
        .filter((script) => !(script in scripts));
      const files = [...read(page).matchAll(/`((?:src|test|scripts|docs|media|l10n|\.github)\/[\w./-]+)`/g)]
        .map(([, file = '']) => file)
        .filter((file) => !file.includes('mysqlName') && ![file, `${file}.ts`].some((one) => existsSync(path.join(ROOT, one))));
      return [...named, ...files].map((one) => `${page}: ${one}`);
    });
    assert.deepEqual(wrong, []);
  });

  test('the page of contents leads to every page', () => {
    const contents = read('docs/README.md');
    for (const page of globSync('*.md', { cwd: path.join(ROOT, 'docs') }))
      assert.ok(page === 'README.md' || contents.includes(`](${page})`), page);
  });

  test('files that the pages for developers name exist', () => {
    const files = [...globSync('{src,scripts,test}/**/*', { cwd: ROOT }), ...globSync('*', { cwd: ROOT })].map((file) => `/${file}`);
    for (const page of ['docs/architecture.md', 'docs/decisions.md'])
      for (const [, file = ''] of read(page).matchAll(/`((?:[\w-]+\/)*[\w-]+\.(?:ts|js|mjs|cjs))`/g))
        assert.ok(file.startsWith('dist/') || BUILT.has(file) || files.some((one) => one.endsWith(`/${file}`)), `${page}: ${file}`);
  });

  test('commands and labels that they name exist', () => {
    const labels = new Set(
      [
        ...Object.values(Words.parse(JSON.parse(read('package.nls.json')))),
        ...Object.keys(Words.parse(JSON.parse(read('l10n/bundle.l10n.json')))),
      ]
        .map(String)
        .map(plain),
    );
    const unknown = ['README.md', ...globSync('docs/*.md', { cwd: ROOT })].flatMap((page) =>
      [...withoutCode(read(page)).matchAll(NAMED)]
        .map(([, label = '']) => plain(label))
        .filter((label) => !labels.has(label) && !OTHERS.has(label))
        .map((label) => `${page}: ${label}`),
    );
    assert.deepEqual(unknown, []);
  });
});

function withoutCode(text: string): string {
  return text
    .replaceAll(/^```[^]*?^```/gm, '')
    .replaceAll(/`[^`\n]*`/g, '')
    .replaceAll(/\]\([^)]*\)/g, ']');
}

/** As it is named in a sentence: without what follows a command, and whose it is. */
function plain(label: string): string {
  return label
    .replace(/^MySQL Pilot: /, '')
    .replace(/…$/, '')
    .replaceAll('’', "'")
    .replaceAll(/\s+/g, ' ');
}
