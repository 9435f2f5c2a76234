/**
 * The two depths of a run: `npm test` is what a pull request needs, `npm run test:full` is everything and what a release needs. A test belongs to both
 * unless it, its suite or its group in test/harness/runner/suites.ts is marked as one of the full depth.
 */
export type Depth = 'pull-request' | 'full';

/** Set by the runner; a file that is run by itself runs whole. */
export const DEPTH_VARIABLE = 'PILOT_TEST_DEPTH';

export function currentDepth(): Depth {
  return process.env[DEPTH_VARIABLE] === 'pull-request' ? 'pull-request' : 'full';
}

/** How many cases of a property are tried: for a pull request a tenth of those of the full depth. Each run tries others. */
export function propertyRuns(inFull: number): number {
  return currentDepth() === 'full' ? inFull : Math.ceil(inFull / 10);
}

const FULL = Symbol('of the full depth alone');

/** Marks a test, or a suite with all that is in it: `full(test('…', …))`, or `full(this)` inside of a suite. */
export function full<T extends object>(marked: T): T {
  return Object.assign(marked, { [FULL]: true });
}

/** The depth of a test: full if it or a suite around it is marked so. */
export function depthOf(runnable: Mocha.Test | Mocha.Suite): Depth {
  if (FULL in runnable) return 'full';
  return runnable.parent === undefined ? 'pull-request' : depthOf(runnable.parent);
}

/** Takes the tests of the full depth out, and answers them. */
export function deferFull(suite: Mocha.Suite): Mocha.Test[] {
  const deferred = [
    ...suite.tests.filter((one) => depthOf(one) === 'full'),
    ...suite.suites.filter((one) => depthOf(one) === 'full').flatMap(allTests),
  ];
  suite.tests = suite.tests.filter((one) => depthOf(one) !== 'full');
  suite.suites = suite.suites.filter((one) => depthOf(one) !== 'full');
  return [...deferred, ...suite.suites.flatMap(deferFull)];
}

/** For a suite that is the same on both servers: with the second one it belongs to the full depth. */
export function secondFlavor(suite: Mocha.Suite, flavor: string): void {
  if (flavor === 'mariadb') full(suite);
}

export function allTests(suite: Mocha.Suite): Mocha.Test[] {
  return [...suite.tests, ...suite.suites.flatMap(allTests)];
}
