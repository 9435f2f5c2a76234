import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StdioClient, withoutMarks } from '../harness/mcp/stdioClient.ts';
import { secondFlavor } from '../harness/depth.ts';
import { startServer } from '../harness/servers/source.ts';
import { execute, type TestServer } from '../harness/servers/testServer.ts';
import { canariesIn, plantCustomers, PROTECTED, RULES } from './columns/canaries.ts';
import { HOSTILE_WRITES, HONEST_WRITES } from './columns/writes.ts';

const EVERYTHING = { insert: 'allow', update: 'allow', delete: 'allow', ddl: 'allow', call: 'allow', administration: 'allow' };

for (const flavor of ['mysql', 'mariadb'] as const)
  suite(`writes on a connection with rules for columns, on ${flavor}`, function () {
    secondFlavor(this, flavor);
    let server: TestServer;
    let folder: string;
    let client: StdioClient;

    suiteSetup(async () => {
      server = await startServer(flavor);
      await plantCustomers(server, flavor);
      folder = await mkdtemp(path.join(tmpdir(), 'mpt-column-writes-'));
      const url = `mysql://${server.root.user}@${server.host}:${String(server.port)}/vault`;
      const config = {
        connections: [{ name: 'rows', url, password: '${env:P}', columns: RULES, writes: EVERYTHING }],
        ...{ folder, writesFrom: ['test'] },
      };
      await writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
      client = await StdioClient.launch({ args: ['--config', path.join(folder, 'config.json')], env: { P: server.root.password } });
    });
    suiteTeardown(async () => {
      await client.close();
      await execute(server, 'DROP DATABASE IF EXISTS vault');
      await server.dispose();
      await rm(folder, { recursive: true });
    });

    const call = async (args: Record<string, unknown>): Promise<string> => {
      const answer = await client.client.callTool({ name: 'mysql_execute', arguments: args });
      const given = Object.values(PROTECTED).filter((value) => JSON.stringify(args).includes(value));
      const text = given.reduce((left, value) => left.replaceAll(value, ''), JSON.stringify(answer));
      assert.deepEqual(canariesIn(text), [], `${JSON.stringify(args)}\n${text}`);
      return withoutMarks((answer.content as { text?: string }[])[0]?.text ?? '');
    };

    test(`refuses ${String(HOSTILE_WRITES.length)} writes that touch protected columns, and changes nothing`, async () => {
      const before = JSON.stringify(await execute(server, 'SELECT * FROM vault.customers ORDER BY id'));
      const passed: string[] = [];
      for (const sql of HOSTILE_WRITES) {
        const text = await call({ sql });
        if (!/^(?:statement\.(?:refused|failed)|input\.invalid)/.test(text)) passed.push(`${sql}\n${text}`);
      }
      assert.deepEqual(passed, []);
      assert.equal(JSON.stringify(await execute(server, 'SELECT * FROM vault.customers ORDER BY id')), before);
      const copies = (await execute(
        server,
        "SELECT COUNT(*) AS n FROM information_schema.tables WHERE table_schema = 'vault' AND table_name LIKE 'copy%'",
      )) as { n: number }[];
      assert.equal(Number(copies[0]?.n), 0);
    });

    test('runs writes beside protected columns, and shows no row of them', async () => {
      for (const sql of HONEST_WRITES) {
        const preview = await call({ sql, preview: true });
        assert.match(preview, /^Nothing was changed/, `${sql}\n${preview}`);
        assert.doesNotMatch(preview, /Rows before|Rows after/);
        assert.match(await call({ sql }), /^COMMITTED/, sql);
      }
    });

    test('keeps no protected value in files', async () => {
      for (const file of (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())) {
        const text = await readFile(path.join(file.parentPath, file.name), 'latin1');
        assert.deepEqual(canariesIn(text), [], file.name);
      }
    });
  });
