import { spawnSync } from 'node:child_process';
import { ROOT } from '../test/harness/root.ts';

/** `npm run test:versions`: the suites of engine and tools on the other releases that are supported; what MySQL 5.6 lacks is in test/harness/servers/differences.ts. */
const RELEASES = [
  { name: 'MySQL 5.6', grep: 'on mysql|of mysql|mysql$|: mysql', env: { MYSQL_TEST_VERSION: '5.6' } },
  { name: 'MariaDB 10.5', grep: 'mariadb', env: { MARIADB_TEST_VERSION: '10.5' } },
  { name: 'MariaDB 11.8', grep: 'mariadb', env: { MARIADB_TEST_VERSION: '11.8' } },
];

let failed = 0;
for (const { name, grep, env } of RELEASES) {
  console.log(`\n━━ ${name}`);
  const patterns = ['test/integration/engine/*.test.ts', 'test/integration/server/*.test.ts'];
  const { status } = spawnSync(process.execPath, ['test/harness/runMocha.ts', ...patterns], {
    cwd: ROOT,
    env: { ...process.env, ...env, GREP: grep },
    stdio: 'inherit',
  });
  if (status !== 0) failed++;
}
process.exitCode = failed === 0 ? 0 : 1;
