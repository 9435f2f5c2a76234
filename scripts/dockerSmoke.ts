import { access } from 'node:fs/promises';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { run } from '../test/harness/run.ts';
import { loadSample, SAMPLE } from '../test/harness/servers/sample.ts';
import { startServer } from '../test/harness/servers/source.ts';
import { ROOT } from '../test/harness/root.ts';

/**
 * `npm run docker:smoke`, after `npm run package:server`: builds the image and asks it for rows, as a client would, read-only file system and without any
 * right of the kernel. Needs Docker on Linux.
 */
const IMAGE = 'mysql-pilot:smoke';

await access(path.join(ROOT, 'dist/npm/server.js')); // what goes in
await run('docker', ['build', '--tag', IMAGE, ROOT], { cwd: ROOT });
const written = {
  MYSQL_HOST: 'db.example',
  MYSQL_USER: 'app',
  MYSQL_HTTP_TOKEN: 'a-token-of-32-characters-or-more',
  DB_PASSWORD_FILE: '/dev/null',
};
await run('docker', ['compose', '--file', path.join(ROOT, 'docs/compose.yaml'), 'config', '--quiet'], {
  env: { ...process.env, ...written },
});
const [image] = JSON.parse(await run('docker', ['image', 'inspect', IMAGE])) as { Size: number; Config: { User: string } }[];
console.log(`${IMAGE}: ${((image?.Size ?? 0) / 1e6).toFixed(0)} MB, user ${image?.Config.User ?? ''}`);
if (!['nonroot', '65532'].includes(image?.Config.User ?? '')) throw new Error('The image does not run as nonroot.');

const database = await startServer();
await loadSample(database);
const { user: MYSQL_USER, password: MYSQL_PASSWORD } = SAMPLE.reader;
const environment = { MYSQL_HOST: database.host, MYSQL_PORT: String(database.port), MYSQL_USER, MYSQL_PASSWORD, MYSQL_DB: SAMPLE.database };
const names = Object.keys(environment).flatMap((name) => ['--env', name]); // values stay out of the arguments
const isolation = ['--network', 'host', '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'];
const client = new Client({ name: 'smoke', version: '1' });
try {
  await client.connect(
    new StdioClientTransport({
      command: 'docker',
      args: ['run', '--rm', '--interactive', ...isolation, ...names, IMAGE],
      env: { PATH: process.env['PATH'] ?? '', ...environment },
    }),
  );
  const result = await client.callTool({ name: 'mysql_query', arguments: { sql: 'SELECT COUNT(*) AS n FROM orders' } });
  const [answer] = result.content as { text: string }[];
  if (answer?.text.includes('\n1000\n') !== true) throw new Error(`Not what was asked for: ${answer?.text ?? 'no answer'}`);
  console.log('It answers.');
} finally {
  await client.close();
  await database.dispose();
}
process.exit(0);
