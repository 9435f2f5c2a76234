import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { ROOT } from '../../test/harness/root.ts';
import { run } from '../../test/harness/run.ts';

/**
 * `npm run release:github -- vX.Y.Z`, after everything is published: creates the GitHub Release with the files and notes of release/, and tells
 * release-please that the release's pull request is done, so that it begins the next one. Needs GitHub's `gh` and its GH_TOKEN.
 */
const PENDING = 'autorelease: pending';
const TAGGED = 'autorelease: tagged';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { from: { type: 'string', default: path.join(ROOT, 'release') } },
});
const [tag = ''] = positionals;
if (!/^v\d+\.\d+\.\d+$/.test(tag)) throw new Error(`Name a tag as v1.2.0, not ${JSON.stringify(tag)}.`);
const folder = path.resolve(values.from);
const gh = (...args: string[]): Promise<string> => run('gh', args, { cwd: ROOT });
const files = readdirSync(folder)
  .sort()
  .filter((name) => name !== 'notes.md')
  .map((name) => path.join(folder, name));
await gh('release', 'create', tag, ...files, '--verify-tag', '--title', tag, '--notes-file', path.join(folder, 'notes.md'));
const listed = await gh('pr', 'list', '--state', 'merged', '--label', PENDING, '--json', 'number,title');
const requests = z.array(z.object({ number: z.number(), title: z.string() })).parse(JSON.parse(listed));
for (const { number } of requests.filter(({ title }) => title.endsWith(`release ${tag.slice(1)}`)))
  await gh('pr', 'edit', String(number), '--remove-label', PENDING, '--add-label', TAGGED);
console.log(`${tag} is released with ${String(files.length)} files.`);
