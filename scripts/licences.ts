import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import satisfies from 'spdx-satisfies';
import * as z from 'zod';
import { ROOT } from '../test/harness/root.ts';

/**
 * `npm run licences`, after a build: every package that went into a bundle has a licence that may be shipped, and what these licences ask to be told
 * stands in dist/NOTICE.txt. `--root` and `--out` are for tests.
 */

const ALLOWED = ['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0', 'ISC', 'MIT', 'Unlicense'];
/** Texts that a package ships for those who pass it on. */
const TEXTS = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

const MetaSchema = z.object({ inputs: z.record(z.string(), z.unknown()) });
const ManifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string().optional(),
  /** As packages of old tell it. */
  licenses: z.array(z.object({ type: z.string() })).optional(),
  repository: z.union([z.string(), z.object({ url: z.string() })]).optional(),
});

interface Shipped {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly source: string;
  readonly texts: readonly string[];
}

const { values } = parseArgs({ options: { root: { type: 'string', default: ROOT }, out: { type: 'string' } } });
const root = path.resolve(values.root);
const folders = await foldersOfBundles(path.join(root, 'out/meta'));
const shipped = await Promise.all(folders.map((folder) => read(path.join(root, folder))));
shipped.sort((a, b) => (a.name < b.name ? -1 : 1));
const problems = shipped.flatMap(({ name, version, licence, texts }) => {
  const whole = `${name}@${version}`;
  if (!isAllowed(licence)) return [`${whole}: the licence ${licence === '' ? 'is not told' : `"${licence}" is none that may be shipped`}`];
  return texts.length === 0 ? [`${whole}: ships no text of its licence`] : [];
});
for (const problem of problems) console.error(problem);
if (problems.length === 0) {
  const out = values.out ?? path.join(root, 'dist/NOTICE.txt');
  await mkdir(path.dirname(out), { recursive: true });
  await writeFile(out, notice(shipped));
  console.log(
    `${String(shipped.length)} packages are in the bundles: ${[...new Set(shipped.map(({ licence }) => licence))].sort().join(', ')}.`,
  );
}
process.exitCode = problems.length === 0 ? 0 : 1;

/** Of the packages whose files esbuild has taken in. */
async function foldersOfBundles(metas: string): Promise<string[]> {
  const found = new Set<string>();
  for (const name of await readdir(metas)) {
    const { inputs } = MetaSchema.parse(JSON.parse(await readFile(path.join(metas, name), 'utf8')));
    for (const input of Object.keys(inputs)) {
      const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
      if (folder !== undefined) found.add(folder);
    }
  }
  return [...found];
}

async function read(folder: string): Promise<Shipped> {
  const manifest = ManifestSchema.parse(JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')));
  const { name, version, license, licenses = [], repository } = manifest;
  const files = (await readdir(folder)).filter((file) => TEXTS.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
  const source = typeof repository === 'string' ? repository : (repository?.url ?? '');
  return {
    name,
    version,
    licence: license ?? licenses.map(({ type }) => type).join(' OR '),
    source: source.replace(/^git\+|\.git$/g, ''),
    texts: texts.map((text) => text.trim()),
  };
}

function isAllowed(licence: string): boolean {
  try {
    return satisfies(licence, ALLOWED);
  } catch {
    return false; // no expression of SPDX
  }
}

function notice(all: readonly Shipped[]): string {
  const head = 'MySQL Pilot contains the packages below. Each stands under its own licence, whose text follows.\n';
  const parts = all.map(({ name, version, licence, source, texts }) =>
    ['='.repeat(80), `${name} ${version} (${licence})`, ...(source === '' ? [] : [source]), '', ...texts, ''].join('\n'),
  );
  return [head, ...parts].join('\n');
}
