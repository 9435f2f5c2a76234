import { spawnSync } from 'node:child_process';
import { ROOT } from '../test/harness/root.ts';

/** `npm run test:versions`: the suites of engine and tools on the other releases of MariaDB; MySQL 5.6 has a suite of its own in `npm test`. */
const RELEASES = ['10.5', '11.8'];

let failed = 0;
for (const version of RELEASES) {
  console.log(`\n━━ MariaDB ${version}`);
  const env = { ...process.env, MARIADB_TEST_VERSION: version, GREP: 'mariadb' };
  const patterns = ['test/integration/engine/*.test.ts', 'test/integration/server/*.test.ts'];
  const { status } = spawnSync(process.execPath, ['test/harness/runMocha.ts', ...patterns], { cwd: ROOT, env, stdio: 'inherit' });
  if (status !== 0) failed++;
}
process.exitCode = failed === 0 ? 0 : 1;
