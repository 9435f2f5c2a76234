import { readdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { filledOnce } from '../cache.ts';
import { currentDepth } from '../depth.ts';
import { ROOT } from '../root.ts';

/** Those of VS Code's own extensions that a test looks at or works with: the chat, notebooks, themes, icons, and languages of files that are opened. */
const NEEDED = new Set([
  ...['configuration-editing', 'copilot', 'ipynb', 'json', 'json-language-features', 'markdown-basics', 'sql'],
  ...['theme-defaults', 'theme-modern-icons', 'theme-seti'],
]);

/** The folder of VS Code's own extensions. For a pull request the others are left out of a window, which costs it a second of a processor less. */
export async function builtinExtensions(install: string): Promise<string> {
  const all = path.join(install, 'node_modules/code-server/lib/vscode/extensions');
  if (currentDepth() === 'full') return all;
  return filledOnce(path.join(ROOT, 'out/builtin-extensions'), {
    fill: async (folder) => {
      for (const name of await readdir(all)) if (NEEDED.has(name)) await symlink(path.join(all, name), path.join(folder, name));
    },
  });
}
