import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { npmTool } from '../../test/harness/npmTools.ts';
import { freePort } from '../../test/harness/ports.ts';
import { until } from '../../test/harness/run.ts';

export interface LocalRegistry {
  readonly url: string;
  /** A file for npm's `userconfig`: the registry takes any token, npm publishes with none at all never. */
  readonly userConfig: string;
  stop(): void;
}

/** A registry of npm packages on this machine (verdaccio), empty, that asks no other for what it has not. */
export async function startRegistry(folder: string): Promise<LocalRegistry> {
  const port = await freePort();
  const url = `http://127.0.0.1:${String(port)}`;
  const config = path.join(folder, 'verdaccio.yaml');
  const rules = {
    storage: path.join(folder, 'storage'),
    uplinks: {},
    packages: { '**': { access: '$all', publish: '$all' } },
    log: { type: 'stdout', level: 'error' },
  };
  await writeFile(config, JSON.stringify({ ...rules, max_body_size: '50mb' })); // JSON is YAML
  const userConfig = path.join(folder, 'npmrc');
  await writeFile(userConfig, `//127.0.0.1:${String(port)}/:_authToken=none\n`);
  const program = await npmTool('verdaccio');
  const child = spawn(process.execPath, [program, '--config', config, '--listen', `127.0.0.1:${String(port)}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await until(async () => (await fetch(`${url}/-/ping`).catch(() => undefined))?.ok === true, 'the registry to start');
  return { url, userConfig, stop: () => void child.kill() };
}
