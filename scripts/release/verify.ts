import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../../test/harness/root.ts';
import { run } from '../../test/harness/run.ts';
import { isStable, parseVersion } from './versions.ts';

/**
 * `npm run release:verify -- vX.Y.Z`: the tag is annotated, signed by a key of .github/allowed_signers *on main* (a tag cannot bring its own), names the
 * version of the package, which is a stable one, and its commit is on main or on a hotfix branch. `--fetch` gets the tag as GitHub has it
 * (actions/checkout replaces an annotated tag by its commit). `--repo` is for tests.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { repo: { type: 'string', default: ROOT }, fetch: { type: 'boolean', default: false } },
});
const [tag = ''] = positionals;
const git = (...args: string[]): Promise<string> => run('git', args, { cwd: values.repo });
const complaints: string[] = [];
const check = async (what: () => Promise<boolean> | boolean, complaint: string): Promise<void> => {
  const fine = await Promise.resolve(what()).catch(() => false);
  if (!fine) complaints.push(complaint);
};

if (!/^v\d+\.\d+\.\d+$/.test(tag)) throw new Error(`Name a tag as v1.2.0, not ${JSON.stringify(tag)}.`);
if (values.fetch) await git('fetch', '--force', 'origin', `refs/tags/${tag}:refs/tags/${tag}`);
const { version } = JSON.parse(readFileSync(path.join(values.repo, 'package.json'), 'utf8')) as { version: string };
await check(() => tag === `v${version}`, `${tag} is not the version of package.json, ${version}.`);
await check(() => isStable(parseVersion(tag.slice(1))), `${tag} has an odd minor: that is the pre-release channel, which is not tagged.`);
await check(async () => (await git('cat-file', '-t', tag)).trim() === 'tag', `${tag} is not an annotated tag: make it by git tag -s.`);
await check(
  async () => (await git('rev-parse', `${tag}^{commit}`)) === (await git('rev-parse', 'HEAD')),
  `${tag} is not what is checked out.`,
);
await check(async () => {
  const branches = await git('branch', '--remotes', '--contains', `${tag}^{commit}`, '--format', '%(refname:short)');
  return branches.split('\n').some((branch) => branch === 'origin/main' || branch.startsWith('origin/hotfix/'));
}, `The commit of ${tag} is neither on main nor on a hotfix branch.`);
const folder = mkdtempSync(path.join(tmpdir(), 'mpt-signers-'));
const signers = path.join(folder, 'allowed_signers');
writeFileSync(signers, await git('show', 'origin/main:.github/allowed_signers'));
await check(
  async () =>
    (await git('-c', 'gpg.format=ssh', '-c', `gpg.ssh.allowedSignersFile=${signers}`, 'verify-tag', tag)).includes('Good "git" signature'),
  `${tag} is not signed by a key of .github/allowed_signers on main.`,
);
rmSync(folder, { recursive: true });
for (const complaint of complaints) console.error(complaint);
if (complaints.length === 0) console.log(`${tag} is signed by a maintainer and fits the package.`);
process.exitCode = complaints.length === 0 ? 0 : 1;
