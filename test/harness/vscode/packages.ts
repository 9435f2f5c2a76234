import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../root.ts';
import { run } from '../run.ts';

/** An extension that does nothing but provide a scripted language model; also the development extension where a VSIX is under test. */
export const SCRIPTED_MODEL = path.join(ROOT, 'test/harness/vscode/scriptedModel');

/** Packs what was built; everything is in the bundles, so no dependencies go in. A release has the very file tested that it publishes: PILOT_VSIX. */
export async function packageVsix(): Promise<string> {
  return process.env['PILOT_VSIX'] ?? vsce(ROOT, 'mysql-pilot.vsix');
}

export async function packageScriptedModel(): Promise<string> {
  return vsce(SCRIPTED_MODEL, 'scripted-model.vsix', '--allow-missing-repository', '--skip-license');
}

/** An extension that does nothing but provide a folder that lies on no disk. */
export async function packageVirtualFolder(): Promise<string> {
  const folder = path.join(ROOT, 'test/harness/vscode/virtualFolder');
  return vsce(folder, 'virtual-folder.vsix', '--allow-missing-repository', '--skip-license');
}

async function vsce(cwd: string, name: string, ...options: string[]): Promise<string> {
  const file = path.join(ROOT, 'out', name);
  await mkdir(path.dirname(file), { recursive: true });
  await run(
    process.execPath,
    [path.join(ROOT, 'node_modules/@vscode/vsce/vsce'), 'package', '--no-dependencies', ...options, '--out', file],
    { cwd },
  );
  return file;
}
