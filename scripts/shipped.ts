import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';

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

/** A package of which something is in a bundle. */
export interface Shipped {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly source: string;
  readonly texts: readonly string[];
}

/** Every package that went into a bundle, by name; `root` has been built. */
export async function shippedPackages(root: string): Promise<Shipped[]> {
  const folders = await foldersOfBundles(path.join(root, 'out/meta'));
  const shipped = await Promise.all(folders.map((folder) => read(path.join(root, folder))));
  return shipped.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1));
}

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
    license: license ?? licenses.map(({ type }) => type).join(' OR '),
    source: source.replace(/^git\+|\.git$/g, ''),
    texts: texts.map((text) => text.trim()),
  };
}
