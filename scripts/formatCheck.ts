import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { version } from 'prettier';
import { currentDepth } from '../test/harness/depth.ts';
import { digestOfTexts, KnownGood } from '../test/harness/knownGood.ts';
import { ROOT } from '../test/harness/root.ts';

/**
 * What `npm run format:check` does; in `npm test` without the files that were formatted in an earlier run: whether one is depends on its path, its text, the settings
 * and the version of Prettier alone. The full depth begins anew.
 */
const SETTINGS = ['.prettierrc', '.prettierignore', '.gitignore', '.editorconfig'];

const read = (name: string): Buffer => readFileSync(path.join(ROOT, name));
const settings = digestOfTexts(version, ...SETTINGS.map((name) => (existsSync(path.join(ROOT, name)) ? read(name) : '')));
const known = await KnownGood.of('format');
const digests = new Map(filesOfGit()?.map((name) => [name, digestOfTexts(settings, name, read(name))]));
const unknown = [...digests].filter(([, digest]) => currentDepth() === 'full' || !known.has(digest)).map(([name]) => name);
const files = digests.size === 0 ? ['.'] : unknown;
const program = path.join(ROOT, 'node_modules/prettier/bin/prettier.cjs');
const options = ['--check', '--log-level=warn', '--ignore-unknown'];
const passed =
  files.length === 0 || spawnSync(process.execPath, [program, ...options, '--', ...files], { cwd: ROOT, stdio: 'inherit' }).status === 0;
if (passed) for (const name of unknown) known.add(digests.get(name) ?? '');
await known.save();
if (digests.size > 0) console.log(`${String(unknown.length)} of ${String(digests.size)} files were new to Prettier`);
process.exitCode = passed ? 0 : 1;

/** The files of the repository and those that are not yet in it; undefined where there is no repository. */
function filesOfGit(): string[] | undefined {
  const { status, stdout } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) return undefined;
  return [...new Set(stdout.split('\0'))].filter((name) => name !== '' && existsSync(path.join(ROOT, name)));
}
