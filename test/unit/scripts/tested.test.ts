import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkedOut, recordFullRun, requireFullRun } from '../../../scripts/release/tested.ts';
import { run } from '../../harness/run.ts';

suite('the full run that a release needs', () => {
  let repo: string;
  let record: string;

  const git = (...args: string[]): Promise<string> =>
    run('git', ['-c', 'user.name=test', '-c', 'user.email=test@localhost', '-c', 'commit.gpgSign=false', ...args], { cwd: repo });
  const commit = (): Promise<string> => git('commit', '--quiet', '--no-verify', '--allow-empty', '--message', 'feat: a thing');
  const recorded = async (counts: { passed: number; failed: number }): Promise<void> => {
    await recordFullRun(await checkedOut(repo), counts, { repo, record });
  };
  const check = async (): Promise<string> => requireFullRun((await checkedOut(repo)).commit, record);

  setup(async () => {
    repo = mkdtempSync(path.join(tmpdir(), 'mpt-tested-'));
    record = `${repo}.json`;
    await git('init', '--quiet');
    await commit();
  });
  teardown(() => {
    rmSync(repo, { recursive: true });
    rmSync(record, { force: true });
  });

  test('lets the commit pass on which everything passed', async () => {
    await recorded({ passed: 7, failed: 0 });
    assert.match(await check(), /has passed on [0-9a-f]{40}: 7 tests/);
  });

  test('refuses without a record, or with one that is damaged', async () => {
    await assert.rejects(check(), /there is no record of one/);
    writeFileSync(record, '{"commit":');
    await assert.rejects(check(), /there is no record of one/);
  });

  test('refuses another commit', async () => {
    await recorded({ passed: 7, failed: 0 });
    await commit();
    await assert.rejects(check(), /the last one was of [0-9a-f]{40}/);
  });

  test('refuses what failed, and a run of nothing', async () => {
    await recorded({ passed: 7, failed: 1 });
    await assert.rejects(check(), /7 tests passed and 1 failed/);
    await recorded({ passed: 0, failed: 0 });
    await assert.rejects(check(), /0 tests passed/);
  });

  test('refuses a run of files that are not committed, or that changed under it', async () => {
    writeFileSync(path.join(repo, 'new.ts'), '');
    await recorded({ passed: 7, failed: 0 });
    await assert.rejects(check(), /not committed/);
    rmSync(path.join(repo, 'new.ts'));
    const before = await checkedOut(repo);
    await commit();
    await recordFullRun(before, { passed: 7, failed: 0 }, { repo, record });
    assert.throws(() => requireFullRun(before.commit, record), /not committed/);
  });
});
