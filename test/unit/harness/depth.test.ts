import assert from 'node:assert/strict';
import Mocha from 'mocha';
import { allTests, deferFull, depthOf, full, secondFlavor } from '../../harness/depth.ts';

/** `a` always, `b` in the full depth, a suite of the full depth with `c`, and one for each server with `d`. */
function sample(): Mocha.Suite {
  const root = new Mocha().suite;
  root.addTest(new Mocha.Test('a'));
  root.addTest(full(new Mocha.Test('b')));
  const rehearsal = Mocha.Suite.create(root, 'rehearsal');
  full(rehearsal);
  rehearsal.addTest(new Mocha.Test('c'));
  for (const flavor of ['mysql', 'mariadb']) {
    const suite = Mocha.Suite.create(root, flavor);
    secondFlavor(suite, flavor);
    suite.addTest(new Mocha.Test('d'));
  }
  return root;
}

suite('depths of a run', () => {
  const titles = (tests: readonly Mocha.Test[]): string[] => tests.map((one) => one.fullTitle());

  test('a test is of the full depth if it is marked, or a suite around it', () => {
    const depths = allTests(sample()).map((one) => `${one.fullTitle()}: ${depthOf(one)}`);
    assert.deepEqual(depths, ['a: pull-request', 'b: full', 'rehearsal c: full', 'mysql d: pull-request', 'mariadb d: full']);
  });

  test('what a pull request does not need is taken out, and told', () => {
    const root = sample();
    assert.deepEqual(titles(deferFull(root)), ['b', 'rehearsal c', 'mariadb d']);
    assert.deepEqual(titles(allTests(root)), ['a', 'mysql d']);
  });
});
