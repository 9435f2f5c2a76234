import path from 'node:path';
import { cached, exists } from '../cache.ts';
import { unpackDebian } from '../debian.ts';

/** A program, and what it needs in its environment. */
export interface Program {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface ProgramSource {
  /** Its name, looked for in PATH; or an absolute path. */
  readonly own: string;
  /** Where it lies in the package. */
  readonly inPackage: string;
  /** Of the folder in the cache. */
  readonly name: string;
  readonly packages: readonly string[];
}

/** A program of this machine, else of Debian's packages. */
export async function findProgram({ own, inPackage, name, packages }: ProgramSource): Promise<Program> {
  const folders = own.startsWith('/') ? [''] : (process.env['PATH'] ?? '').split(path.delimiter);
  for (const folder of folders) if (await exists(path.join(folder, own))) return { command: path.join(folder, own), env: {} };
  const prefix = await cached(name, `${name} from Debian`, (folder) => unpackDebian({ suite: 'host', packages }, folder));
  const libraries = ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu'].map((folder) => path.join(prefix, folder)).join(':');
  return { command: path.join(prefix, inPackage), env: { LD_LIBRARY_PATH: libraries } };
}
