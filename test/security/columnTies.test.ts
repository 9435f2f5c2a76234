import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StdioClient, withoutMarks } from '../harness/mcp/stdioClient.ts';
import { secondFlavor } from '../harness/depth.ts';
import { startServer } from '../harness/servers/source.ts';
import { execute, type TestServer } from '../harness/servers/testServer.ts';
import { plantTies, TIE_GUESSES, TIE_RULES, UNTIED_WRITES } from './columns/ties.ts';

const RIGHTS = { insert: 'allow', update: 'allow', delete: 'allow' };

for (const flavor of ['mysql', 'mariadb'] as const)
  suite(`writes that the server checks against protected columns, on ${flavor}`, function () {
    secondFlavor(this, flavor);
    let server: TestServer;
    let folder: string;
    let client: StdioClient;

    suiteSetup(async () => {
      server = await startServer(flavor);
      await plantTies(server);
      folder = await mkdtemp(path.join(tmpdir(), 'mpt-column-ties-'));
      const url = `mysql://${server.root.user}@${server.host}:${String(server.port)}/vault`;
      const connections = [{ name: 'rows', url, password: '${env:P}', columns: TIE_RULES, writes: RIGHTS }];
      await writeFile(path.join(folder, 'config.json'), JSON.stringify({ connections, folder, writesFrom: ['test'] }));
      client = await StdioClient.launch({ args: ['--config', path.join(folder, 'config.json')], env: { P: server.root.password } });
    });
    suiteTeardown(async () => {
      await client.close();
      await execute(server, 'DROP DATABASE IF EXISTS vault');
      await server.dispose();
      await rm(folder, { recursive: true });
    });

    const write = async (sql: string, preview: boolean): Promise<string> =>
      withoutMarks((await client.call('mysql_execute', { sql, preview })).text);

    test(`a right guess and a wrong one by ${String(TIE_GUESSES.length)} pairs of writes are refused alike, also in a preview`, async () => {
      const told: string[] = [];
      for (const [right, wrong] of TIE_GUESSES)
        for (const preview of [true, false]) {
          const answers = [await write(right, preview), await write(wrong, preview)];
          if (answers[0] !== answers[1] || answers[0]?.startsWith('statement.refused') !== true) told.push([right, ...answers].join('\n'));
        }
      assert.deepEqual(told, []);
    });

    test('the refusal names the columns to leave out, and no hidden one', async () => {
      assert.match(await write('UPDATE pay SET top = 1', true), /^vault\.pay: top$/m);
      assert.doesNotMatch(await write('UPDATE calls SET day = 1 WHERE id = 2', true), /number|short/);
    });

    test(`${String(UNTIED_WRITES.length)} writes beside such columns run`, async () => {
      const failed: string[] = [];
      for (const sql of UNTIED_WRITES) {
        const [preview, done] = [await write(sql, true), await write(sql, false)];
        if (!preview.startsWith('Nothing was changed') || !done.startsWith('COMMITTED')) failed.push(`${sql}\n${preview}\n${done}`);
      }
      assert.deepEqual(failed, []);
    });
  });
