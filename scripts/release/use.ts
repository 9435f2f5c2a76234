import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../../test/harness/root.ts';

/** `npm run release:use`: installs the very VSIX that is going to be published into a real VS Code, and uses it there. */
const { values } = parseArgs({ options: { from: { type: 'string', default: path.join(ROOT, 'release') } } });
const folder = path.resolve(values.from);
const [vsix, ...others] = readdirSync(folder).filter((name) => name.endsWith('.vsix'));
if (vsix === undefined || others.length > 0) throw new Error(`${folder} does not hold one VSIX: npm run release:build.`);
const env = { ...process.env, PILOT_VSIX: path.join(folder, vsix) };
const { status } = spawnSync(process.execPath, ['scripts/test.ts', 'installed VSIX'], { cwd: ROOT, env, stdio: 'inherit' });
process.exitCode = status ?? 1;
