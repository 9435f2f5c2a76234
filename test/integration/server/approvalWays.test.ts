import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PageHand } from '../../harness/mcp/approvalPage.ts';
import { StandaloneSetup } from '../../harness/mcp/standaloneSetup.ts';
import { StdioClient } from '../../harness/mcp/stdioClient.ts';
import { URL_CLIENTS } from '../../harness/mcp/urlClients.ts';
import { until } from '../../harness/run.ts';
import { SAMPLE } from '../../harness/servers/sample.ts';
import { execute } from '../../harness/servers/testServer.ts';

const SQL = "UPDATE orders SET note = 'ways' WHERE id = 77";
const ADDRESS = /http:\/\/127\.0\.0\.1:\d+\/#[\w-]{43}/;

suite('where writes are approved', function () {
  this.timeout(60_000);
  let setup: StandaloneSetup;
  let env: Readonly<Record<string, string>>;

  const note = async (): Promise<unknown> => {
    const [row] = (await execute(setup.server, 'SELECT note FROM shop.orders WHERE id = 77')) as { note: unknown }[];
    return row?.note;
  };
  const launch = (approvals: string, more: Record<string, string> = {}): Promise<StdioClient> =>
    StdioClient.launch({ args: [], env: { ...env, MYSQL_APPROVALS: approvals, ...more }, name: 'trusted' });

  suiteSetup(async () => {
    setup = await StandaloneSetup.start();
    const { user: MYSQL_USER, password: MYSQL_PASSWORD } = SAMPLE.owner;
    env = { ...setup.env, MYSQL_USER, MYSQL_PASSWORD, MYSQL_ALLOW_UPDATE: 'ask', MYSQL_WRITES_FROM: 'trusted' };
  });
  suiteTeardown(() => setup.dispose());
  teardown(() => execute(setup.server, "UPDATE shop.orders SET note = 'before' WHERE id = 77"));

  test('a client that can ask nothing is refused by default, and the agent learns what its user can set', async () => {
    for (const approvals of ['client', 'page']) {
      const client = await launch(approvals);
      const { text } = await client.call('mysql_execute', { sql: SQL });
      assert.match(text, /^approval\.denied: This client can't ask its user, so no one can approve the write\. Nothing was changed\./);
      assert.match(text, /Ask the user to set MYSQL_APPROVALS=browser/);
      assert.doesNotMatch(text + client.stderr, ADDRESS);
      await client.close();
    }
    assert.notEqual(await note(), 'ways');
  });

  test('"browser" opens the page by the opener of the system, and tells neither the agent nor stderr where it is', async function () {
    if (process.platform !== 'linux') this.skip();
    const bin = path.join(setup.folder, 'bin');
    await mkdir(bin, { recursive: true });
    const opened = path.join(setup.folder, 'opened');
    await writeFile(
      path.join(bin, 'xdg-open'),
      `#!/bin/sh\necho noise\necho noise >&2\nprintf %s "$1" > ${opened}.part && mv ${opened}.part ${opened}\n`,
    );
    await chmod(path.join(bin, 'xdg-open'), 0o755);
    const client = await launch('browser', { PATH: `${bin}:${process.env['PATH'] ?? ''}` });
    const call = client.call('mysql_execute', { sql: SQL });
    const address = await until(() => readFile(opened, 'utf8').catch(() => undefined), 'the address');
    await (await PageHand.open(address)).run();
    const { text } = await call;
    assert.match(text, /^COMMITTED/);
    assert.equal(await note(), 'ways');
    assert.doesNotMatch(text + client.stderr, /127\.0\.0\.1:\d+\/#|noise/);
    await client.close();
  });

  test('"browser" without a browser refuses the write', async () => {
    const client = await launch('browser', { PATH: '/nonexistent' });
    const { text } = await client.call('mysql_execute', { sql: SQL });
    assert.match(text, /^approval\.denied: The browser couldn't be opened/);
    assert.doesNotMatch(text, ADDRESS);
    assert.notEqual(await note(), 'ways');
    await client.close();
  });

  test('"stderr" prints the address there alone', async () => {
    const client = await launch('stderr');
    const call = client.call('mysql_execute', { sql: SQL });
    const address = await until(() => ADDRESS.exec(client.stderr)?.[0], 'the address');
    const page = await PageHand.open(address);
    await page.reject();
    const { text } = await call;
    assert.match(text, /^approval\.denied: The user rejected the write\./);
    assert.doesNotMatch(text, ADDRESS);
    await client.close();
  });

  test('a client with forms and addresses is asked by its form, unless "page" is set', async () => {
    for (const [approvals, modes] of [
      ['client', ['form']],
      ['page', ['url']],
    ] as const) {
      const asked: unknown[] = [];
      const client = await URL_CLIENTS['2026-07-28 over stdio']({
        env: { ...env, MYSQL_APPROVALS: approvals },
        asksByForm: true,
        open: (question) => {
          asked.push((question as { mode?: string }).mode ?? 'form');
          return Promise.resolve('decline');
        },
      });
      assert.match(await client.call('mysql_execute', { sql: SQL }), /^approval\.denied/);
      assert.deepEqual(asked, modes);
      await client.close();
    }
  });

  test('a call that is canceled withdraws its page', async () => {
    const shown = Promise.withResolvers<string>();
    const client = await URL_CLIENTS['2025-11-25 over stdio']({
      env,
      open: ({ url }) => {
        shown.resolve(url);
        return Promise.resolve('accept');
      },
    });
    const stop = new AbortController();
    const call = client.call('mysql_execute', { sql: SQL }, stop.signal);
    const page = await PageHand.open(await shown.promise);
    await page.read();
    stop.abort();
    await assert.rejects(call);
    await until(async () => (await page.look())?.phase === 'expired', 'the page to hear of it');
    assert.match(page.shown?.text ?? '', /^The agent canceled the request\. Nothing was changed\./);
    await page.say({ type: 'run', ticket: page.ticket, typed: '' });
    assert.notEqual(await note(), 'ways');
    await client.close();
  });

  test('data that changes while a person reads is shown anew, and only what was seen then is run', async () => {
    const addresses: string[] = [];
    const client = await URL_CLIENTS['2025-11-25 over stdio']({
      env,
      open: async ({ url }) => {
        addresses.push(url);
        const page = await PageHand.open(url);
        await page.read();
        if (addresses.length === 1) await execute(setup.server, "UPDATE shop.orders SET note = 'meanwhile' WHERE id = 77");
        else assert.match(JSON.stringify(page.review), /The data changed after the last review/);
        await page.say({ type: 'run', ticket: page.ticket, typed: '' });
        return 'accept';
      },
    });
    assert.match(await client.call('mysql_execute', { sql: SQL }), /^COMMITTED/);
    assert.equal(addresses.length, 2);
    assert.equal(await note(), 'ways');
    await client.close();
  });
});
