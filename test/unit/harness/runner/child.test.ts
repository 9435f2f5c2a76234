import assert from 'node:assert/strict';
import { failureReport, runSuite } from '../../../harness/runner/child.ts';
import { check } from '../../../harness/runner/suites.ts';

const program = (code: string, counts = true): Parameters<typeof runSuite>[0] => ({ ...check('it', 1, ['--eval', code]), counts });
const counted = async (code: string, counts = true): Promise<readonly number[]> => {
  const { passed, failed } = await runSuite(program(code, counts));
  return [passed, failed];
};

suite('a suite in a process of its own', () => {
  test('its report counts, unless its end says otherwise', async () => {
    assert.deepEqual(await counted(`console.log('[R] {"passed":3,"failed":0}')`), [3, 0]);
    assert.deepEqual(await counted(`console.log('[R] {"passed":3,"failed":2}'); process.exit(1)`), [3, 2]);
    assert.deepEqual(await counted(`console.log('[R] {"passed":3,"failed":0}'); process.exit(7)`), [3, 1], 'it died after its report');
    assert.deepEqual(await counted(''), [0, 1], 'it never came to a report');
    assert.deepEqual(await counted('process.kill(process.pid, "SIGKILL")'), [0, 1]);
    assert.deepEqual(await counted('', false), [1, 0]);
    assert.deepEqual(await counted('process.exit(2)', false), [0, 1]);
  });

  test('a program that is not there fails, and says so', async () => {
    const { failed, lines } = await runSuite({ ...program('', false), command: '/nowhere/nothing' });
    assert.equal(failed, 1);
    assert.match(lines.join('\n'), /ENOENT/);
  });

  test('its lines are in one piece, and it has a temporary folder that is gone afterwards', async () => {
    const { lines } = await runSuite(
      program(`console.log('one'); console.log('[R] {"passed":0,"failed":0}'); console.log(require('node:os').tmpdir())`),
    );
    assert.equal(lines[0], 'one');
    assert.match(lines[1] ?? '', /mpr-/);
    assert.equal(lines.length, 2);
    const again = await counted(`require('node:fs').accessSync(${JSON.stringify(lines[1])})`, false);
    assert.deepEqual(again, [0, 1]);
  });

  test('of a failed one the report at the end is shown again, or the last lines', () => {
    assert.deepEqual(failureReport(['  12 passing', '  1 failing', '', '  1) why']), ['  1 failing', '', '  1) why']);
    assert.deepEqual(failureReport(['a', 'b', 'c'], 2), ['b', 'c']);
  });
});
