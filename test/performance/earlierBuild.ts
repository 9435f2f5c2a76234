import path from 'node:path';
import { cached } from '../harness/cache.ts';
import { ROOT } from '../harness/root.ts';
import { run } from '../harness/run.ts';

/** The last commit before today's parser and the MCP SDK. */
export const FIRST_EDITION = '92d19e4';

/** The server of an earlier commit, built once in the cache with the packages of then. */
export async function earlierBuild(commit: string): Promise<string> {
  const folder = await cached(`bench-${commit}`, `the build of ${commit}`, async (into) => {
    const archive = path.join(into, 'sources.tar');
    await run('git', ['archive', '--output', archive, commit], { cwd: ROOT });
    await run('tar', ['--extract', '--file', archive], { cwd: into });
    await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: into });
    await run(process.execPath, ['esbuild.js'], { cwd: into });
  });
  return path.join(folder, 'dist/server.js');
}
