import assert from 'node:assert/strict';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { recordedOutcome } from '../../../../src/extension/writes/recordedOutcome.ts';

suite('what the audit log says of a write', () => {
  let folder: string;

  setup(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mpt-audit-'));
  });
  teardown(() => rm(folder, { recursive: true }));

  const write = async (name: string, age: number, ...lines: readonly (object | string)[]): Promise<void> => {
    const file = path.join(folder, `audit-${name}.jsonl`);
    await writeFile(file, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
    await utimes(file, new Date(), new Date(Date.now() - age * 1000));
  };
  const [A, B] = ['a'.repeat(64), 'b'.repeat(64)];

  test('the outcome of the preview is found, in whichever of the newest files it is', async () => {
    await write('1', 60, { event: 'intent', preview: A }, { event: 'outcome', preview: A, outcome: 'committed', rows: 5 });
    await write('2', 10, { event: 'outcome', preview: B, outcome: 'undone' }, { event: 'call', tool: 'mysql_query' });
    assert.equal(await recordedOutcome(folder, A), 'committed');
    assert.equal(await recordedOutcome(folder, B), 'undone');
  });

  test('an intent without an outcome, half a line and a statement that looks like one say nothing', async () => {
    await write(
      '1',
      0,
      { event: 'intent', preview: A },
      { event: 'call', sql: `{"event":"outcome","preview":"${A}","outcome":"committed"}` },
      `{"event":"outcome","preview":"${A}","outco`,
    );
    assert.equal(await recordedOutcome(folder, A), undefined);
    assert.equal(await recordedOutcome(path.join(folder, 'missing'), A), undefined);
  });
});
