import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ROOT } from '../test/harness/root.ts';

/** `npm run pr:title -- "feat: a title"`: the title becomes the subject of the commit on main, from which version and changelog are made. */
const title = process.argv[2] ?? '';
const commitlint = path.join(ROOT, 'node_modules/@commitlint/cli/cli.js');
const { status, stdout } = spawnSync(process.execPath, [commitlint], { cwd: ROOT, input: title, encoding: 'utf8' });
if (status === 0) {
  console.log('The title is one of a Conventional Commit.');
} else {
  console.error(`${stdout.trim()}\nNot a title for main: ${JSON.stringify(title)}. Write for example: fix: a cursor ends with its rows`);
  process.exitCode = 1;
}
