import { runTests } from '@vscode/test-electron';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '../test/harness/root.ts';
import { run } from '../test/harness/run.ts';
import { loadSample, SAMPLE } from '../test/harness/servers/sample.ts';
import { startServer } from '../test/harness/servers/source.ts';
import { serverUrl } from '../test/harness/servers/testServer.ts';

/**
 * `npm run test:desktop [-- <version>]`: the main suite in a desktop VS Code that is downloaded (any version, `stable` by
 * default). For GitHub's machines; on Linux it needs a display (xvfb-run).
 */
const version = process.argv[2] ?? 'stable';
await run(process.execPath, ['esbuild.js', '--tests'], { cwd: ROOT });
const server = await startServer();
const userData = await mkdtemp(path.join(tmpdir(), 'mpd-'));
try {
  await loadSample(server);
  await runTests({
    version,
    extensionDevelopmentPath: ROOT,
    extensionTestsPath: path.join(ROOT, 'out/runner.entry.cjs'),
    launchArgs: ['--user-data-dir', userData, '--disable-workspace-trust', '--disable-telemetry'],
    extensionTestsEnv: {
      PILOT_SUITES: path.join(ROOT, 'out/main.suite.cjs'),
      PILOT_USER_DATA: userData,
      PILOT_URL: serverUrl(server, SAMPLE.owner, SAMPLE.database),
      PILOT_FLAVOR: 'mysql',
      PILOT_INSTALLED: '0',
    },
  });
} finally {
  await server.dispose();
  await rm(userData, { recursive: true, force: true, maxRetries: 5 });
}
