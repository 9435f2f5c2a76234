import { readdir, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { readNamedFile } from '../../namedFile.ts';
import type { SshEnvironment } from './sshRoute.ts';

const MAX_DEPTH = 5;
/** The pipe of the agent that comes with Windows. */
const WINDOWS_AGENT = String.raw`\\.\pipe\openssh-ssh-agent`;

/** What `ssh` of this user would go by; `configFile` instead of `~/.ssh/config`, or none of it where that is false. */
export async function readSshEnvironment(configFile: string | false | undefined): Promise<SshEnvironment> {
  const home = os.homedir();
  const file = configFile ?? path.join(home, '.ssh', 'config');
  const agent = process.env['SSH_AUTH_SOCK'] ?? (process.platform === 'win32' && (await exists(WINDOWS_AGENT)) ? WINDOWS_AGENT : undefined);
  const config = file === false ? '' : await readConfig(file, home, 0).catch((error: unknown) => missing(error, configFile));
  return { home, user: os.userInfo().username, agent, config };
}

/** A file that nobody has named need not be there. */
function missing(error: unknown, named: string | false | undefined): string {
  if (named === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return '';
  throw error;
}

/** The text with the files of its `Include` lines in their place. */
async function readConfig(file: string, home: string, depth: number): Promise<string> {
  const lines = (await readNamedFile(file)).toString('utf8').split('\n');
  const read = lines.map(async (line) => {
    const [, names] = /^\s*include[\s=]+(.+?)\s*$/i.exec(line) ?? [];
    if (names === undefined || depth >= MAX_DEPTH) return line;
    const files = await Promise.all(names.split(/\s+/).map((name) => find(name.replaceAll('"', ''), home)));
    const texts = files.flat().map((one) => readConfig(one, home, depth + 1).catch(() => '')); // as `ssh` does
    return (await Promise.all(texts)).join('\n');
  });
  return (await Promise.all(read)).join('\n');
}

/** Files of a pattern with `*` in its last part, in order; relative ones lie in `~/.ssh`. */
async function find(pattern: string, home: string): Promise<string[]> {
  const whole = path.resolve(path.join(home, '.ssh'), pattern.replace(/^~(?=[\\/])/, home));
  const name = path.basename(whole);
  if (!name.includes('*')) return [whole];
  const [first = '', ...rest] = name.split('*');
  const last = rest.at(-1) ?? '';
  const names = await readdir(path.dirname(whole)).catch(() => []);
  return names
    .filter((one) => one.startsWith(first) && one.endsWith(last) && one.length >= first.length + last.length)
    .sort()
    .map((one) => path.join(path.dirname(whole), one));
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
