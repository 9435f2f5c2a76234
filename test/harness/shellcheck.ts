import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { cached } from './cache.ts';
import { unpackDebian } from './debian.ts';

/** Runs shellcheck, from the PATH or from Debian's package, over a script of bash. */
export async function shellcheck(script: string): Promise<{ readonly code: number; readonly said: string }> {
  return start('shellcheck', script) ?? (await fromDebian(script));
}

async function fromDebian(script: string): Promise<{ code: number; said: string }> {
  const prefix = await cached('shellcheck', 'shellcheck from Debian', (folder) =>
    unpackDebian({ suite: 'host', packages: ['shellcheck'] }, folder),
  );
  const ran = start(path.join(prefix, 'usr/bin/shellcheck'), script);
  if (ran === undefined) throw new Error('shellcheck of the package does not start.');
  return ran;
}

function start(command: string, input: string): { code: number; said: string } | undefined {
  const { error, status, stdout, stderr } = spawnSync(command, ['--shell', 'bash', '-'], { input, encoding: 'utf8' });
  return error === undefined ? { code: status ?? 1, said: stdout + stderr } : undefined;
}
