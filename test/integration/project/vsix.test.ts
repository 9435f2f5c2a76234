import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '../../harness/root.ts';
import { packageVsix } from '../../harness/vscode/packages.ts';

suite('VSIX', () => {
  let file: string;
  let files: Record<string, Uint8Array>;

  suiteSetup(async () => {
    file = await packageVsix();
    files = unzipSync(await readFile(file));
  });

  const check = (name: string): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, ['scripts/vsixFiles.ts', name], { cwd: ROOT, encoding: 'utf8' });
  const checkPacked = async (content: Record<string, Uint8Array>): Promise<{ status: number | null; stderr: string }> => {
    const folder = await mkdtemp(path.join(tmpdir(), 'mpt-vsix-'));
    await writeFile(path.join(folder, 'x.vsix'), zipSync(content, { level: 0 }));
    const outcome = check(path.join(folder, 'x.vsix'));
    await rm(folder, { recursive: true });
    return outcome;
  };

  test('holds the golden list and nothing else, and names no path of the machine that built it', () => {
    const { status, stdout, stderr } = check(file);
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /mysql-pilot\.vsix: 63 files, \d+ bytes/);
  });

  test('a file too many, one too few, too many bytes, a path of ours: each is told', async () => {
    const { 'extension/media/icon.png': _, ...without } = files;
    const more = await checkPacked({ ...without, 'extension/dist/left-over.map': strToU8('{}'), 'extension/readme.md': strToU8(ROOT) });
    assert.equal(more.status, 1);
    assert.match(more.stderr, /left-over\.map is in the VSIX and not on the list/);
    assert.match(more.stderr, /icon\.png is on the list and not in the VSIX/);
    assert.match(more.stderr, /readme\.md names \//);
    assert.match(more.stderr, /It has \d+ bytes; 2200000 are the most/);
  });

  test('every picture and link of the pages that the Marketplace shows leads to a file of the repository', () => {
    for (const page of ['readme.md', 'changelog.md']) {
      const text = strFromU8(files[`extension/${page}`] ?? new Uint8Array()).replaceAll(/^```[^]*?^```/gm, '');
      const targets = [...text.matchAll(/\]\(<?([^)\s>]+)>?\)|\bsrc="([^"]+)"/g)].map(([, link, src]) => link ?? src ?? '');
      assert.ok(targets.length > 0, page);
      const dead = targets.filter((target) => {
        const { host, pathname } = new URL(target); // throws for a relative one, which the Marketplace resolves nowhere
        if (!['github.com', 'raw.githubusercontent.com'].includes(host)) return true;
        const [, inside] = /^\/mysql-pilot\/mysql-pilot\/(?:(?:blob|raw|tree)\/)?(?:HEAD|main)\/(.+)$/.exec(pathname) ?? [];
        return inside === undefined || !existsSync(path.join(ROOT, decodeURIComponent(inside)));
      });
      assert.deepEqual(dead, [], page);
    }
  });

  test('the driver is in the lazy chunk alone', () => {
    const text = (name: string): string => strFromU8(files[`extension/dist/${name}`] ?? new Uint8Array());
    assert.ok(text('engine.js').includes('Unexpected packet while no commands in the queue'));
    assert.ok(!text('extension.js').includes('Unexpected packet while no commands in the queue'));
    assert.ok(!text('program.js').includes('Unexpected packet while no commands in the queue'));
  });
});
