import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '../../harness/root.ts';

const SCRIPT = 'scripts/installedNode.cjs';

suite('the tests of the server with the Node that is installed', () => {
  test('are run by that of npm, and not by the pinned one', async function () {
    if (process.platform === 'win32') this.skip();
    const folder = await mkdtemp(path.join(tmpdir(), 'mpt-node-'));
    const run = async (version: string): Promise<{ stdout: string; status: number | null }> => {
      const file = path.join(folder, 'node');
      await writeFile(file, `#!/bin/sh\nif [ "$1" = --version ]; then echo ${version}; else echo "ran $*"; fi\n`);
      await chmod(file, 0o700);
      return spawnSync(process.execPath, [SCRIPT, 'a.ts', 'b'], { cwd: ROOT, encoding: 'utf8', env: { npm_node_execpath: file } });
    };
    const { stdout, status } = await run('v22.1.0');
    assert.deepEqual([stdout, status], ['ran a.ts b\n', 0]);
    assert.equal((await run('v20.1.0')).status, 1);
    await rm(folder, { recursive: true });
  });

  test('are what CI runs on each Node of its matrix', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    assert.ok(scripts['test:server']?.startsWith(`node ${SCRIPT} `));
    const ci = readFileSync(path.join(ROOT, '.github/workflows/ci.yml'), 'utf8');
    assert.match(ci, /node: \[22, 24\]/);
    const [, grep = ''] = /GREP: '([^']+)'/.exec(ci) ?? [];
    for (const title of ['the server by itself answers', 'the server over HTTP /health', 'mysql_query on mysql answers'])
      assert.match(title, new RegExp(grep));
    for (const title of ['mysql_query on mariadb answers', 'MySQL 5.6 answers']) assert.doesNotMatch(title, new RegExp(grep));
  });
});
