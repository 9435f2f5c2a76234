import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { filledOnce } from '../cache.ts';
import { recorded } from '../recorder.ts';
import { ROOT } from '../root.ts';
import { run } from '../run.ts';

/** An extension that does nothing but provide a scripted language model; also the development extension where a VSIX is under test. */
export const SCRIPTED_MODEL = path.join(ROOT, 'test/harness/vscode/scriptedModel');

/**
 * Packs what was built; everything is in the bundles, so no dependencies go in. The same content is packed once, by whichever process asks first.
 * A release has the very file tested that it publishes: PILOT_VSIX.
 */
export async function packageVsix(): Promise<string> {
  return process.env['PILOT_VSIX'] ?? vsce(ROOT, 'mysql-pilot', await allowedFiles());
}

export async function packageScriptedModel(): Promise<string> {
  return vsce(SCRIPTED_MODEL, 'scripted-model', ['package.json', 'extension.js'], '--allow-missing-repository', '--skip-license');
}

/** An extension that does nothing but provide a folder that lies on no disk. */
export async function packageVirtualFolder(): Promise<string> {
  const folder = path.join(ROOT, 'test/harness/vscode/virtualFolder');
  return vsce(folder, 'virtual-folder', ['package.json', 'extension.js'], '--allow-missing-repository', '--skip-license');
}

/** The files that .vscodeignore lets in, and itself. */
async function allowedFiles(): Promise<string[]> {
  const lines = (await readFile(path.join(ROOT, '.vscodeignore'), 'utf8')).split('\n');
  return ['.vscodeignore', ...lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1))];
}

/** A digest of the contents of files, by their names; a file that is missing counts as such. */
export async function digestOf(folder: string, names: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const name of names) {
    const content = await readFile(path.resolve(folder, name)).catch(() => undefined);
    hash.update(`${name}\0${String(content?.length)}\0`).update(content ?? '');
  }
  return hash.digest('hex').slice(0, 16);
}

async function vsce(cwd: string, name: string, files: readonly string[], ...options: string[]): Promise<string> {
  const program = path.join(ROOT, 'node_modules/@vscode/vsce/vsce');
  const folder = await filledOnce(path.join(ROOT, 'out/packages', `${name}-${await digestOf(cwd, files)}`), {
    fill: (temporary) =>
      recorded('package', async () => {
        const file = path.join(temporary, `${name}.vsix`);
        await run(process.execPath, [program, 'package', '--no-dependencies', ...options, '--out', file], { cwd });
      }),
  });
  return path.join(folder, `${name}.vsix`);
}
