import assert from 'node:assert/strict';
import { codeOf, PageHand } from '../../harness/mcp/approvalPage.ts';
import { HttpServer } from '../../harness/mcp/httpServer.ts';
import { StandaloneSetup } from '../../harness/mcp/standaloneSetup.ts';
import { URL_CLIENTS, type UrlClient } from '../../harness/mcp/urlClients.ts';
import { SAMPLE } from '../../harness/servers/sample.ts';
import { execute } from '../../harness/servers/testServer.ts';

const TOKEN = 'a-token-for-tests';

suite('approval in a page on the loopback', function () {
  this.timeout(60_000);
  let setup: StandaloneSetup;
  let http: HttpServer;
  let env: Readonly<Record<string, string>>;

  const note = async (id: number): Promise<unknown> => {
    const [row] = (await execute(setup.server, `SELECT note FROM shop.orders WHERE id = ${String(id)}`)) as { note: unknown }[];
    return row?.note;
  };

  suiteSetup(async () => {
    setup = await StandaloneSetup.start();
    const { user: MYSQL_USER, password: MYSQL_PASSWORD } = SAMPLE.owner;
    env = { ...setup.env, MYSQL_USER, MYSQL_PASSWORD, MYSQL_ALLOW_UPDATE: 'ask', MYSQL_WRITES_FROM: 'trusted' };
    http = await HttpServer.start({ ...env, MYSQL_HTTP_TOKEN: TOKEN });
  });
  suiteTeardown(async () => {
    await http.stop();
    await setup.dispose();
  });

  for (const [i, [where, connect]] of Object.entries(URL_CLIENTS).entries()) {
    suite(where, () => {
      let client: UrlClient;
      let person: (address: string) => Promise<'accept' | 'decline' | 'cancel'>;
      const addresses: string[] = [];
      const id = 40 + i;
      const sql = `UPDATE orders SET note = 'page' WHERE id = ${String(id)}`;

      suiteSetup(async () => {
        client = await connect({
          ...{ env, url: http.url, token: TOKEN },
          open: ({ url, message }) => {
            addresses.push(url);
            assert.match(message, /^An agent wants to change data\./);
            return person(url);
          },
        });
      });
      suiteTeardown(() => client.close());

      test('does not run a write that its user accepts to look at and rejects, and gives the agent the reason', async () => {
        person = async (address) => {
          const page = await PageHand.open(address);
          await page.reject('Not on a Friday');
          return 'accept';
        };
        const answer = await client.call('mysql_execute', { sql });
        assert.match(
          answer,
          /^approval\.denied: The user rejected the write\. The user's reason: "Not on a Friday"\. Nothing was changed\./,
        );
        assert.notEqual(await note(id), 'page');
      });

      test('does not run a write whose address its user declines to open', async () => {
        person = () => Promise.resolve('decline');
        assert.match(await client.call('mysql_execute', { sql }), /^approval\.denied: The user didn't open the approval page\./);
        assert.notEqual(await note(id), 'page');
        const page = await PageHand.open(addresses.at(-1) ?? '');
        await page.say({ type: 'reject', ticket: page.ticket, reason: '' });
        assert.equal(page.shown?.phase, 'expired', 'whoever opens it later reads that it is over');
      });

      test('runs what was approved in the page, shows it there, and never shows the address to the agent', async () => {
        let outcome: Promise<unknown> = Promise.resolve();
        person = async (address) => {
          const page = await PageHand.open(address);
          assert.equal(page.review?.run, 'Run 1-Row Update');
          await page.run();
          outcome = page.outcome();
          return 'accept';
        };
        const answer = await client.call('mysql_execute', { sql });
        assert.match(answer, /^COMMITTED/);
        assert.equal(await note(id), 'page');
        const { phase, text } = (await outcome) as { phase: string; text: string };
        assert.equal(phase, 'committed');
        assert.match(text, /^Committed in [\d,]+ ms\. Rows changed: 1\./);
        const address = addresses.at(-1) ?? '';
        for (const read of [answer, client.stderr(), http.stderr]) {
          assert.ok(!read.includes(codeOf(address)), 'the code is where a model may read it');
          assert.ok(!read.includes(new URL(address).host));
        }
        assert.equal(client.completed(), where.startsWith('2025') ? 3 : 0, 'a client is told that the address is of no use any more');
      });
    });
  }
});
