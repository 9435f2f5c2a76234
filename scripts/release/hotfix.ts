import { parseArgs } from 'node:util';
import { ROOT } from '../../test/harness/root.ts';
import { run } from '../../test/harness/run.ts';

/**
 * `npm run hotfix -- vX.Y.Z`: makes the branch hotfix/X.Y from a released tag, where what is mended goes when main is not fit to be released. `--push` puts it
 * on GitHub; `--repo` is for tests.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { repo: { type: 'string', default: ROOT }, push: { type: 'boolean', default: false } },
});
const [, line] = /^v(\d+\.\d+)\.\d+$/.exec(positionals[0] ?? '') ?? [];
if (line === undefined) throw new Error('Name the tag to start from: npm run hotfix -- v1.2.0.');
const git = (...args: string[]): Promise<string> => run('git', args, { cwd: values.repo });
const branch = `hotfix/${line}`;
await git('rev-parse', '--verify', '--quiet', `refs/tags/${positionals[0] ?? ''}`).catch(() => {
  throw new Error(`There is no tag ${positionals[0] ?? ''} here: git fetch --tags.`);
});
await git('branch', branch, `${positionals[0] ?? ''}^{commit}`);
if (values.push) await git('push', 'origin', branch);
console.log(
  `${branch} starts at ${positionals[0] ?? ''}. Bring the fix there (git cherry-pick -x), then merge the release's pull request into it.`,
);
