import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { StandaloneSetup } from '../../harness/mcp/standaloneSetup.ts';
import { StdioClient } from '../../harness/mcp/stdioClient.ts';

const HOOK = fileURLToPath(new URL('../../harness/countAllocations.cjs', import.meta.url));
const CALLS = 1500;
/**
 * What a short call may allocate, in bytes, by sampling (which is 3 % off at most): what is allocated is collected later, and collecting it takes a twentieth of the time of a call. A
 * number that falls is good news; one that rises has to be wanted, and is changed here.
 */
const BUDGET = 139_000; // 122,000 before receipts and names of calls; 64,000 before statements were parsed, resolved and printed, and before the SDK read each message by its schemas

suite('allocations', function () {
  this.timeout(60_000);
  let setup: StandaloneSetup;

  const allocated = async (calls: number): Promise<number> => {
    const file = path.join(setup.folder, `allocated-${String(calls)}`);
    const env = { ...setup.env, NODE_OPTIONS: `--require=${HOOK}`, ALLOCATIONS_FILE: file };
    const client = await StdioClient.launch({ args: [], env });
    for (let n = 0; n < calls; n++) {
      const { text } = await client.call('mysql_query', { sql: `SELECT id, status FROM orders WHERE id = ${String((n % 1000) + 1)}` });
      assert.match(text, /\(1 row\)/);
    }
    await client.close();
    return Number(await readFile(file, 'utf8'));
  };

  suiteSetup(async () => {
    setup = await StandaloneSetup.start();
  });
  suiteTeardown(() => setup.dispose());

  test('a short call allocates no more than it is said here', async () => {
    const few = await allocated(100);
    const many = await allocated(100 + CALLS);
    const perCall = Math.round((many - few) / CALLS);
    assert.ok(perCall > 1000, `a call allocates something, and not ${String(perCall)} bytes`);
    assert.ok(perCall <= BUDGET, `${String(perCall)} bytes a call`);
  });
});
