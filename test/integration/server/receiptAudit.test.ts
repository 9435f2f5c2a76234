import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { AuditCalls } from '../../../src/extension/audit/auditCalls.ts';
import { StandaloneSetup } from '../../harness/mcp/standaloneSetup.ts';
import { StdioClient } from '../../harness/mcp/stdioClient.ts';
import { until } from '../../harness/run.ts';

suite('receipts in the audit log', () => {
  let setup: StandaloneSetup;

  suiteSetup(async () => {
    setup = await StandaloneSetup.start();
  });
  suiteTeardown(() => setup.dispose());

  const folderOf = (env: Readonly<Record<string, string>>): string => path.join(env['MYSQL_DATA_DIR'] ?? '', 'audit');
  const linesOf = async (folder: string): Promise<string[]> => {
    const names = await readdir(folder).catch(() => []);
    const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
    return texts.join('').split('\n');
  };

  test('a client that closes stdin leaves a line for each connection, which the table of the audit log shows', async () => {
    const env = { ...setup.env, MYSQL_DATA_DIR: path.join(setup.folder, 'closed') };
    const client = await StdioClient.launch({ args: [], env, name: 'agent' });
    await client.call('mysql_query', { sql: "SELECT id, email FROM customers WHERE full_name <> 'secret' LIMIT 2" });
    await client.close();
    const line = await until(async () => (await linesOf(folderOf(env))).find((one) => one.includes('"receipt"')), 'the receipt');
    assert.ok(!line.includes('secret') && !line.includes('@example.com'), 'it has names and no values');
    const calls = new AuditCalls();
    calls.add(line, { file: 'a.jsonl', line: 0 });
    const [{ agent, outcome, rows, receipt } = assert.fail()] = calls.newestFirst();
    assert.deepEqual([agent, outcome, rows, calls.unreadable], ['agent', 'ended', 2, 0]);
    assert.deepEqual(receipt?.tables, [
      { database: 'shop', name: 'customers', all: false, columns: ['id', 'email', 'full_name'], maybe: [], protected: [] },
    ]);
  });

  test('where reads are left out of the audit log there are no receipts', async () => {
    const env = { ...setup.env, MYSQL_DATA_DIR: path.join(setup.folder, 'withoutReads'), MYSQL_AUDIT_ALL_QUERIES: 'false' };
    const client = await StdioClient.launch({ args: [], env });
    await client.call('mysql_query', { sql: 'SELECT id FROM customers LIMIT 2' });
    await client.close();
    assert.deepEqual(await linesOf(folderOf(env)), ['']);
  });

  test('mysql_status tells what was seen once something was, and nothing before', async () => {
    const client = await StdioClient.launch({ args: [], env: setup.env });
    assert.ok(!(await client.call('mysql_status')).text.includes('seen'));
    const { resources } = await client.client.listResources();
    await client.client.readResource({ uri: `${resources[0]?.uri ?? ''}/shop/orders` });
    await client.call('mysql_query', { sql: 'SELECT id FROM customers LIMIT 2' });
    await client.call('mysql_query', { sql: 'SELECT id FROM customers LIMIT 2' });
    const { text } = await client.call('mysql_status');
    assert.match(text, /You have seen:\n<(data-\w+)>\n {2}\S+: 4 rows; read shop\.customers \(id\); structure of shop\n<\/\1>/);
    await client.close();
  });
});
