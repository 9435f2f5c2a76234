import { lstat, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

/** A `.git` file has one short line. */
const MAX_POINTER = 4096;

/** The folder, and for one in a linked Git worktree that of the main worktree. @see https://git-scm.com/docs/gitrepository-layout */
export async function workFolders(folder: string): Promise<readonly string[]> {
  const real = await realpath(folder).catch(() => folder);
  const main = await mainWorktreeOf(real);
  return main === undefined ? [real] : [real, main];
}

async function mainWorktreeOf(folder: string): Promise<string | undefined> {
  for (let tree = folder; ; tree = path.dirname(tree)) {
    const pointer = path.join(tree, '.git');
    const text = await readShort(pointer);
    if (text !== undefined) return mainOf(pointer, text);
    if (await isThere(pointer)) return undefined; // a repository of its own
    if (tree === path.dirname(tree)) return undefined;
  }
}

/** Only where the main repository knows the worktree, too: a folder from elsewhere may name any repository. */
async function mainOf(pointer: string, text: string): Promise<string | undefined> {
  const named = /^gitdir: (.+)$/m.exec(text)?.[1];
  if (named === undefined) return undefined;
  try {
    const own = path.resolve(path.dirname(pointer), named.trim());
    if (isElsewhere(pointer, own)) return undefined;
    const [back, common] = [await readShort(path.join(own, 'gitdir')), await readShort(path.join(own, 'commondir'))];
    if (back === undefined || common === undefined) return undefined;
    const [known, main] = [path.resolve(own, back.trim()), path.resolve(own, common.trim())];
    if (isElsewhere(pointer, known) || isElsewhere(pointer, main)) return undefined;
    if ((await realpath(known)) !== (await realpath(pointer))) return undefined;
    const repository = await realpath(main);
    if (path.dirname(await realpath(own)) !== path.join(repository, 'worktrees')) return undefined; // only there has the main repository a say
    return path.basename(repository) === '.git' ? path.dirname(repository) : undefined;
  } catch {
    return undefined; // not what Git writes
  }
}

/** True for a share of another computer, or a device: on Windows, even a look at one sends who the user is to it. */
export function isElsewhere(own: string, named: string, paths: path.PlatformPath = path): boolean {
  const [from, to] = [own, named].map((file) => paths.parse(file).root.replaceAll('/', '\\').toLowerCase());
  return to?.startsWith('\\\\') === true && to !== from;
}

async function isThere(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}

/** Undefined for what is no file, or too long. Neither is read: a link may lead to a device that never ends. */
async function readShort(file: string): Promise<string | undefined> {
  try {
    const found = await stat(file);
    return found.isFile() && found.size <= MAX_POINTER ? await readFile(file, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}
