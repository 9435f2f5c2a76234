import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { runInLanes, type Job } from '../../../harness/runner/lanes.ts';

/** Runs the jobs for as many milliseconds as they have seconds; answers the begins in order, and which were running at each. */
async function trace(jobs: readonly Job[], lanes: number): Promise<{ name: string; beside: string[] }[]> {
  const began: { name: string; beside: string[] }[] = [];
  const running = new Set<string>();
  await runInLanes(jobs, lanes, async ({ name, seconds }) => {
    began.push({ name, beside: [...running].sort() });
    running.add(name);
    await sleep(10 * seconds);
    running.delete(name);
  });
  return began;
}

const job = (name: string, seconds = 1, more: Partial<Job> = {}): Job => ({ name, seconds, kind: 'any', ...more });

suite('lanes', () => {
  test('each job runs once, the longest first, in no more lanes than there are', async () => {
    const began = await trace([job('a', 1), job('c', 3), job('b', 2), job('d', 4)], 2);
    assert.deepEqual(began.map(({ name }) => name).slice(0, 2), ['d', 'c']);
    assert.deepEqual(began.map(({ name }) => name).sort(), ['a', 'b', 'c', 'd']);
    assert.ok(began.every(({ beside }) => beside.length < 2));
  });

  test('what has to end before is waited for; what is not in the run is not', async () => {
    const began = await trace([job('tests', 9, { after: ['build', 'left out'] }), job('build', 2), job('lint', 1)], 3);
    assert.deepEqual(
      began.map(({ name }) => name),
      ['build', 'lint', 'tests'],
    );
    assert.equal(began[2]?.beside.includes('build'), false);
  });

  test('what others wait for comes before what takes longer by itself', async () => {
    const began = await trace([job('lint', 5), job('types', 4), job('build', 1), job('tests', 6, { after: ['build'] })], 2);
    assert.deepEqual(
      began.map(({ name }) => name),
      ['build', 'lint', 'tests', 'types'],
    );
  });

  test('jobs with the same lock are never beside each other', async () => {
    const locks = ['dist'];
    const began = await trace([job('a', 3, { locks }), job('b', 2, { locks }), job('c', 1)], 3);
    assert.deepEqual(began.find(({ name }) => name === 'b')?.beside.includes('a'), false);
    assert.deepEqual(began.map(({ name }) => name).slice(0, 2), ['a', 'c'], 'the third lane goes on meanwhile');
  });

  test('an exclusive job is beside none, and comes when the others are done', async () => {
    const began = await trace([job('kills', 9, { exclusive: true }), job('a'), job('b')], 2);
    assert.deepEqual(began[2], { name: 'kills', beside: [] });
    const two = await trace([job('x', 2, { exclusive: true }), job('y', 1, { exclusive: true })], 2);
    assert.deepEqual(
      two.map(({ beside }) => beside.length),
      [0, 0],
    );
  });

  test('a lane prefers a kind that is not running yet', async () => {
    const began = await trace(
      [job('w1', 5, { kind: 'workbench' }), job('w2', 4, { kind: 'workbench' }), job('d', 1, { kind: 'database' })],
      2,
    );
    assert.deepEqual(
      began.map(({ name }) => name),
      ['w1', 'd', 'w2'],
    );
  });

  test('one job that sleeps runs beside full lanes, and in a lane where there is only one', async () => {
    const jobs = [job('a', 6), job('b', 5), job('x', 4, { sleeps: true }), job('y', 3, { sleeps: true })];
    const began = await trace(jobs, 2);
    assert.deepEqual(began.find(({ name }) => name === 'x')?.beside, ['a', 'b']);
    assert.equal(began.find(({ name }) => name === 'y')?.beside.includes('x'), false);
    assert.ok((await trace(jobs, 1)).every(({ beside }) => beside.length === 0));
  });

  test('jobs that wait for each other are told', async () => {
    await assert.rejects(trace([job('a', 1, { after: ['b'] }), job('b', 1, { after: ['a'] })], 2), /a, b/);
  });
});
