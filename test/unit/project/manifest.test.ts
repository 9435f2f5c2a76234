import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { isStable, parseVersion } from '../../../scripts/release/versions.ts';
import { ROOT } from '../../harness/root.ts';

const url = z.url({ protocol: /^https$/ });
/** What the Marketplace's page is made of. @see https://code.visualstudio.com/api/working-with-extensions/publishing-extension#marketplace-integration */
const PageSchema = z.object({
  name: z.string(),
  displayName: z.string().min(3).max(60),
  description: z.string().min(20).max(200),
  version: z.string(),
  publisher: z.literal('mysql-pilot'),
  license: z.literal('MIT'),
  pricing: z.literal('Free'),
  icon: z.string().endsWith('.png'),
  galleryBanner: z.object({ color: z.string().regex(/^#[0-9a-f]{6}$/), theme: z.enum(['dark', 'light']) }),
  categories: z.array(z.enum(['AI', 'Data Science', 'Other', 'Programming Languages', 'Visualization'])).min(1),
  keywords: z.array(z.string()).min(5).max(30),
  homepage: url,
  qna: url,
  bugs: z.object({ url }),
  repository: z.object({ type: z.literal('git'), url: url.endsWith('.git') }),
});

suite('the page on the Marketplace', () => {
  const read = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8');
  const manifest: unknown = JSON.parse(read('package.json'));

  test('the manifest has what it shows', () => {
    PageSchema.parse(manifest);
    assert.ok(!PageSchema.safeParse({ ...(manifest as object), keywords: Array.from({ length: 31 }, String) }).success);
  });

  test('the icon is a square PNG of at least 128 pixels', () => {
    const icon = readFileSync(path.join(ROOT, PageSchema.parse(manifest).icon));
    assert.equal(icon.subarray(1, 4).toString('latin1'), 'PNG');
    const [width, height] = [icon.readUInt32BE(16), icon.readUInt32BE(20)];
    assert.ok(width >= 128 && width === height, `${String(width)} × ${String(height)}`);
  });

  test('pictures of the README come by https, and the support policy is where it says', () => {
    const readme = read('README.md');
    for (const [, source = ''] of readme.matchAll(/!\[[^\]]*\]\(([^)]*)\)|<img[^>]*src="([^"]*)"/g))
      assert.match(source, /^https:\/\/.*(?<!\.svg)$/);
    assert.match(readme, /\]\(\.github\/SUPPORT\.md\)/);
    assert.ok(existsSync(path.join(ROOT, '.github/SUPPORT.md')));
  });

  test('the version is the last stable one, or that from before the first release', () => {
    const { version } = PageSchema.parse(manifest);
    const released = z.record(z.string(), z.string()).parse(JSON.parse(read('.github/release-please-manifest.json')))['.'];
    if (released === undefined) assert.ok(!isStable(parseVersion(version)));
    else assert.equal(version, released);
  });
});

/** What stands in the menus of a tree's rows. */
const MenusSchema = z.object({
  contributes: z.object({
    menus: z.object({
      'view/item/context': z.array(z.object({ command: z.string().optional(), when: z.string(), group: z.string().optional() })),
    }),
  }),
});

suite('the menus of trees', () => {
  test('what has a button on its row is in the menu of the row, too: only that opens by keyboard', () => {
    const { contributes } = MenusSchema.parse(JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')));
    const entries = contributes.menus['view/item/context'];
    const buttons = entries.filter(({ group }) => group?.startsWith('inline') === true);
    assert.ok(buttons.length > 0);
    for (const { command, when } of buttons)
      assert.ok(
        entries.some((one) => one.command === command && one.when === when && one.group?.startsWith('inline') !== true),
        command,
      );
  });
});

suite('the oldest Node that the server runs on', () => {
  const read = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8');
  const { engines } = z.object({ engines: z.object({ node: z.string().regex(/^>=\d+$/) }) }).parse(JSON.parse(read('package.json')));
  const oldest = engines.node.slice('>='.length);

  for (const [file, says] of [
    ['src/server/main.ts', /const OLDEST_NODE = (\d+);/],
    ['esbuild.js', /target: 'node(\d+)'/],
    ['docs/standalone.md', /Node\.js (\d+) or newer/],
    ['docs/troubleshooting.md', /Node\.js (\d+) or newer/],
  ] as const) {
    test(`is the same in package.json and ${file}`, () => {
      assert.equal(says.exec(read(file))?.[1], oldest);
    });
  }
});
