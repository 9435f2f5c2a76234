import { spawnSync } from 'node:child_process';
import { ROOT } from '../../harness/root.ts';

/** Runs a script as `npm run` would; resolves to how it ended. */
export function runScript(name: string, ...args: string[]): { readonly code: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`scripts/${name}.ts`, ...args], { cwd: ROOT, encoding: 'utf8' });
  return { code: status, said: stdout + stderr };
}
