import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheRoot } from './cache.ts';
import { run } from './run.ts';

export interface DebianPackages {
  /** A Debian suite such as `sid`, with its own C library; `host` for what this system lacks of its own suite. */
  readonly suite: string;
  readonly packages: readonly string[];
  /** Of these nothing but their own files is wanted. */
  readonly alone?: readonly string[];
}

/** Unpacks Debian packages and what they depend on into a folder. Nothing is installed, no root is needed. */
export async function unpackDebian({ suite, packages, alone = [] }: DebianPackages, into: string): Promise<void> {
  await run('apt-get', ['--version']).catch((error: unknown) => {
    throw new Error('apt-get is not there: this is not a Debian system.', { cause: error });
  });
  await mkdir(cacheRoot(), { recursive: true });
  const state = await mkdtemp(path.join(cacheRoot(), 'apt-'));
  try {
    const options = await aptOptions(suite, state);
    await run('apt-get', [...options, 'update', '-qq']);
    await run('apt-get', [...options, 'install', '-y', '-qq', '--download-only', '--no-install-recommends', ...packages]);
    const archives = path.join(state, 'cache/archives');
    if (alone.length > 0) await run('apt-get', [...options, 'download', '-qq', ...alone], { cwd: archives });
    for (const file of await readdir(archives)) {
      if (file.endsWith('.deb')) await run('dpkg-deb', ['-x', path.join(archives, file), into]);
    }
    for (const folder of ['doc', 'man', 'locale', 'info']) await rm(path.join(into, 'usr/share', folder), { recursive: true, force: true });
  } finally {
    await rm(state, { recursive: true, force: true });
  }
}

/** A private apt: its own lists and cache; with a foreign suite also its own, empty, list of installed packages. */
async function aptOptions(suite: string, state: string): Promise<string[]> {
  for (const folder of ['lists/partial', 'cache/archives/partial']) await mkdir(path.join(state, folder), { recursive: true });
  const options = [`Dir::State::Lists=${state}/lists`, `Dir::Cache=${state}/cache`, 'Debug::NoLocking=1', 'APT::Sandbox::User='];
  if (suite !== 'host') {
    const mirror = await debianMirror();
    await writeFile(
      path.join(state, 'sources.list'),
      `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror} ${suite} main\n`,
    );
    await writeFile(path.join(state, 'status'), '');
    options.push(`Dir::Etc::SourceList=${state}/sources.list`, 'Dir::Etc::SourceParts=/dev/null', `Dir::State::Status=${state}/status`);
  }
  return options.flatMap((option) => ['-o', option]);
}

/** The mirror that this system uses already. */
async function debianMirror(): Promise<string> {
  for (const file of ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list']) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const found = /^URIs:\s*(\S+)/m.exec(text)?.[1] ?? /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)/m.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  throw new Error('No Debian mirror is configured on this system.');
}
