import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../test/harness/root.ts';
import { run } from '../../test/harness/run.ts';
import { formatVersion, parseVersion, preRelease } from './versions.ts';

/** `npm run release:pre`: gives the working copy the version of a pre-release, major.odd.build; it is packaged from there and never committed. */
const file = path.join(ROOT, 'package.json');
const text = readFileSync(file, 'utf8');
const { version } = JSON.parse(text) as { version: string };
if ((await run('git', ['rev-parse', '--is-shallow-repository'], { cwd: ROOT })).trim() === 'true')
  throw new Error('The number of a pre-release is that of the commits on main: fetch all of them (fetch-depth: 0).');
const build = Number(await run('git', ['rev-list', '--count', 'HEAD'], { cwd: ROOT }));
const next = formatVersion(preRelease(parseVersion(version), build));
writeFileSync(file, text.replace(`"version": "${version}"`, `"version": "${next}"`));
console.log(next);
