import { spawn } from 'node:child_process';
import path from 'node:path';
import { cached } from './cache.ts';
import { unpackDebian } from './debian.ts';

/** Runs Prometheus's own checker, from the PATH or from Debian's package; resolves to its exit code and what it said. */
export async function promtool(args: readonly string[], input = ''): Promise<{ readonly code: number; readonly said: string }> {
  const given = await start('promtool', args, input).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (given !== undefined) return given;
  const prefix = await cached('prometheus', 'promtool from Debian', (folder) =>
    unpackDebian({ suite: 'host', packages: ['prometheus'] }, folder),
  );
  return start(path.join(prefix, 'usr/bin/promtool'), args, input);
}

async function start(command: string, args: readonly string[], input: string): Promise<{ code: number; said: string }> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve(code ?? 1);
    });
  });
  child.stdin.on('error', () => undefined); // it may not want to read
  child.stdin.end(input);
  return { code: await ended, said };
}
