import assert from 'node:assert/strict';
import { until } from '../../../harness/run.ts';
import { runSuite } from '../../../harness/runner/child.ts';
import { ProcessorTime } from '../../../harness/runner/processorTime.ts';
import { check } from '../../../harness/runner/suites.ts';

const BUSY = 'while (process.cpuUsage().user < 300_000); setTimeout(() => {}, 5000)';
/** Ends before its child has anything to do. */
const PARENT = `require('node:child_process').spawn(process.execPath, ['--eval', ${JSON.stringify(BUSY)}], { detached: true, stdio: 'ignore' }).unref();
  console.log('started');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 500)`;

suite('processor time of a suite', () => {
  test('counts a child that outlives its parent', async function () {
    if (process.platform !== 'linux') this.skip();
    const time = new ProcessorTime();
    await runSuite(check('a suite', 1, ['--eval', PARENT]), {
      onStart: (pid) => {
        time.add('a suite', pid);
      },
      onLine: () => {
        time.sample(); // knows the child while its parent lives
      },
    });
    await until(() => {
      time.sample();
      return time.seconds('a suite') >= 0.3;
    }, 'the time of the child');
    assert.equal(time.seconds('another suite'), 0);
  }).timeout(40_000);
});
