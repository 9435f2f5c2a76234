import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { PageHand } from '../../harness/mcp/approvalPage.ts';
import { ERA_CLIENTS, type Question } from '../../harness/mcp/eraClients.ts';
import { HttpServer } from '../../harness/mcp/httpServer.ts';
import { StandaloneSetup } from '../../harness/mcp/standaloneSetup.ts';
import { StdioClient } from '../../harness/mcp/stdioClient.ts';
import { URL_CLIENTS } from '../../harness/mcp/urlClients.ts';
import { until } from '../../harness/run.ts';

const TOKEN = 'a-token-for-tests';
const SQL = 'SELECT id, status FROM orders ORDER BY id LIMIT 3';
const ADDRESS = /http:\/\/127\.0\.0\.1:\d+\/#[\w-]{43}/;
const EXPORTED = /^3 rows, \d+ bytes/;

suite('exports of a server without a window', function () {
  this.timeout(60_000);
  let setup: StandaloneSetup;
  let http: HttpServer;
  let count = 0;

  const folder = (): string => path.join(setup.folder, 'exports');
  const files = async (): Promise<string[]> => (await readdir(folder()).catch(() => [])).sort();
  const args = () => ({ sql: SQL, file: `file${String(++count)}` });
  /** Nothing is written by it. */
  const refused = async (call: () => Promise<string>, expected: RegExp): Promise<string> => {
    const before = await files();
    const text = await call();
    assert.match(text, expected);
    assert.deepEqual(await files(), before);
    return text;
  };

  suiteSetup(async () => {
    setup = await StandaloneSetup.start();
    http = await HttpServer.start({ ...setup.env, MYSQL_HTTP_TOKEN: TOKEN });
  });
  suiteTeardown(async () => {
    await http.stop();
    await setup.dispose();
  });

  for (const [where, connect] of Object.entries(ERA_CLIENTS)) {
    test(`${where}: asks in a form, and writes what was approved alone`, async () => {
      const asked: Question[] = [];
      let answer = 'Reject';
      const decide = async (question: Question): Promise<string> => {
        assert.deepEqual(
          (await files()).filter((name) => name.startsWith(`file${String(count)}`)),
          [],
        );
        asked.push(question);
        const once = question.choices['Export'] ?? '';
        return answer === 'for the session' ? once.replace('export', 'export and allow') : (question.choices[answer] ?? 'export');
      };
      const client = await connect({ env: setup.env, url: http.url, token: TOKEN, decide });
      const call = (): Promise<string> => client.call('mysql_export', args());
      await refused(call, /^approval\.denied: The user didn't choose to export\. No file was written\./);
      const [{ message, choices } = { message: '', choices: {} }] = asked;
      const session = where === '2026-07-28 over HTTP' ? [] : ['Export and allow for this session'];
      assert.deepEqual(Object.keys(choices), ['Reject', 'Export', ...session]);
      assert.match(
        message,
        /^Allow the agent to export data to a file\? The statement and the file:\n\n```sql\n-- EXPORT to file\d+\.csv \(csv\)\n-- Connection: "\w+", .*\n-- Database: shop\n-- Folder: .*exports\n-- Rows: at most 3\n-- Tables: shop\.orders\n\nSELECT `id`, `status`\n/,
      );
      answer = 'no such choice';
      await refused(call, /^approval\.denied/);
      answer = 'Export';
      assert.match(await call(), EXPORTED);
      assert.match(await readFile(path.join(folder(), `file${String(count)}.csv`), 'utf8'), /^id,status\r\n1,/);
      if (session.length === 0) {
        // Nobody can make it up, either.
        answer = 'for the session';
        assert.match(await call(), EXPORTED);
        answer = 'Reject';
        await refused(call, /^approval\.denied/);
        await client.close();
        return;
      }
      answer = 'Export and allow for this session';
      assert.match(await call(), EXPORTED);
      assert.equal(asked.length, 4);
      answer = 'Reject';
      assert.match(await call(), EXPORTED);
      assert.equal(asked.length, 4, 'is not asked again in this session');
      await client.close();
    });
  }

  test('a decision about one export writes no other', async () => {
    const connect = ERA_CLIENTS['2026-07-28 over stdio'];
    assert.ok(connect);
    const choices: string[] = [];
    const decide = (question: Question): Promise<string> => {
      choices.push(question.choices['Export'] ?? '');
      return Promise.resolve(choices[0] ?? '');
    };
    const client = await connect({ env: setup.env, url: http.url, token: TOKEN, decide });
    assert.match(await client.call('mysql_export', args()), EXPORTED);
    await refused(() => client.call('mysql_export', args()), /^approval\.denied: The user didn't choose to export/);
    assert.notEqual(choices[0], choices[1]);
    await client.close();
  });

  test('a client that can ask nothing is refused, and the agent learns what its user can set', async () => {
    for (const approvals of ['client', 'page']) {
      const client = await StdioClient.launch({ args: [], env: { ...setup.env, MYSQL_APPROVALS: approvals } });
      const text = await refused(
        async () => (await client.call('mysql_export', args())).text,
        /^approval\.denied: This client can't ask its user, so no one can approve the export\. No file was written\./,
      );
      assert.match(text, /MYSQL_APPROVALS=browser .*MYSQL_EXPORTS=allow/);
      await client.close();
    }
  });

  test('"allow" exports without a question, and "deny" nothing', async () => {
    const allowed = await StdioClient.launch({ args: [], env: { ...setup.env, MYSQL_EXPORTS: 'allow' } });
    assert.match((await allowed.call('mysql_export', args())).text, EXPORTED);
    await allowed.close();
    const denied = await StdioClient.launch({
      ...{ args: [], env: { ...setup.env, MYSQL_EXPORTS: 'deny' } },
      elicit: () => Promise.reject(new Error('nobody is asked')),
    });
    await refused(
      async () => (await denied.call('mysql_export', args())).text,
      /^statement\.refused: The user doesn't allow agents to export/,
    );
    await denied.close();
  });

  for (const era of ['2025-11-25 over stdio', '2026-07-28 over stdio'] as const)
    test(`${era}: asks on a page, which shows the export and what became of it`, async () => {
      const hands: PageHand[] = [];
      let decide: (page: PageHand) => Promise<unknown> = (page) => page.reject('Too much.');
      const client = await URL_CLIENTS[era]({
        env: setup.env,
        open: async ({ url, message }) => {
          assert.match(message, /^An agent wants to export data to a file\./);
          const page = await PageHand.open(url);
          hands.push(page);
          await decide(page);
          return 'accept';
        },
      });
      const call = (): Promise<string> => client.call('mysql_export', args());
      await refused(call, /^approval\.denied: The user rejected the export\. The user's reason: "Too much\."/);
      const { review } = hands[0] ?? {};
      assert.deepEqual([review?.kind, review?.run, review?.runForSession], ['export', 'Export', 'Export and Allow for This Session']);
      decide = (page) => page.run();
      assert.match(await call(), EXPORTED);
      assert.match((await hands[1]?.outcome())?.text ?? '', /^Exported in [\d,]+ ms\. Rows: 3\.$/);
      decide = async (page) => {
        await page.read();
        await page.say({ type: 'run', ticket: page.ticket, typed: '', forSession: true });
      };
      assert.match(await call(), EXPORTED);
      decide = (page) => page.reject();
      assert.match(await call(), EXPORTED);
      assert.equal(hands.length, 3, 'is not asked again in this session');
      await client.close();
    });

  test('"stderr" prints the address, and a page that nobody has read exports nothing', async () => {
    const client = await StdioClient.launch({ args: [], env: { ...setup.env, MYSQL_APPROVALS: 'stderr' } });
    const call = client.call('mysql_export', args());
    const address = await until(() => ADDRESS.exec(client.stderr)?.[0], 'the address');
    assert.match(client.stderr, /An agent wants to export data to a file\. To review the export and decide, open http/);
    const page = await PageHand.open(address);
    await page.say({ type: 'run', ticket: page.ticket, typed: '', forSession: true });
    assert.equal((await page.look())?.phase, 'waiting');
    await page.reject();
    await refused(async () => (await call).text, /^approval\.denied: The user rejected the export/);
    assert.equal((await page.outcome()).text, 'You rejected the export. No file was written.');
    await client.close();
  });
});
