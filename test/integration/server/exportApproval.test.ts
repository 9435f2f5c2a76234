import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApprovalRequest } from '../../../src/broker/contracts.ts';
import type { ExportReview } from '../../../src/broker/exportContract.ts';
import { AgentSetup } from '../../harness/mcp/agentSetup.ts';
import { StdioClient } from '../../harness/mcp/stdioClient.ts';
import type { TestBroker } from '../../harness/mcp/testBroker.ts';
import { until } from '../../harness/run.ts';

const SQL = 'SELECT id, status FROM orders ORDER BY id LIMIT 3';

suite('exports that a person decides about at the window', function () {
  this.timeout(60_000);
  let setup: AgentSetup;
  let broker: TestBroker;
  let client: StdioClient;
  let count = 0;

  const exists = async (): Promise<boolean> => (await readdir(broker.folder)).includes('.mysql-pilot');
  const files = async (): Promise<string[]> =>
    (await readdir(broker.exportFolder).catch(() => [])).filter((name) => name !== '.gitignore').sort();
  const run = (args: Record<string, unknown> = {}): Promise<{ text: string; isError: boolean }> =>
    client.call('mysql_export', { connection: 'shop', sql: SQL, file: `file${String(++count)}`, ...args });
  const exported = ({ review }: Pick<ApprovalRequest, 'review'>): ExportReview => {
    assert.ok('kind' in review);
    return review;
  };
  const audit = async (): Promise<Record<string, unknown>[]> => {
    const folder = path.join(broker.folder, 'audit');
    const texts = await Promise.all((await readdir(folder)).map((name) => readFile(path.join(folder, name), 'utf8')));
    return texts
      .join('')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };

  suiteSetup(async () => {
    setup = await AgentSetup.start('mysql', {
      profiles: () => [
        { environment: 'production' },
        { name: 'ruled', columns: ['shop.customers.email=mask', 'shop.customers.full_name=pseudonym', 'shop.customers.country=hide'] },
      ],
    });
    ({ broker, client } = setup);
    broker.exportAccess = 'ask';
  });
  suiteTeardown(() => setup.dispose());
  teardown(() => {
    broker.exportAccess = 'ask';
    broker.asked.length = 0;
    broker.finished.length = 0;
    broker.decide = () => Promise.resolve('reject');
  });

  test('shows all of the export before there is a file or a folder, and a no with its reason reaches the agent', async () => {
    broker.decide = async () => {
      assert.ok(!(await exists()));
      return { decision: 'reject', reason: 'Only the paid ones.' };
    };
    const { text, isError } = await run({ file: 'rejected', format: 'jsonl' });
    assert.ok(isError);
    assert.match(
      text,
      /^approval\.denied: The user rejected the export\. The user's reason: "Only the paid ones\."\. No file was written\./,
    );
    assert.ok(!(await exists()));
    const [request] = broker.asked;
    assert.ok(request);
    assert.deepEqual(exported(request), {
      ...{ kind: 'export', database: 'shop', tables: [{ database: 'shop', name: 'orders' }], protected: [], maxRows: '3' },
      ...{ sql: 'SELECT `id`, `status`\nFROM `shop`.`orders`\nORDER BY `id`\nLIMIT 3', format: 'jsonl' },
      ...{ folder: broker.exportFolder, file: 'rejected.jsonl', hasSession: true },
    });
    assert.equal(request.client, 'test');
    await until(() => broker.calls.at(-1)?.write?.outcome === 'rejected', 'the window to hear of the outcome');
    assert.equal(broker.calls.at(-1)?.error, 'approval.denied');
  });

  test('a yes writes this one file, and the next export asks again', async () => {
    broker.decide = () => Promise.resolve('run');
    const { text } = await run({ file: 'yes' });
    assert.match(text, /^3 rows, /);
    assert.match(await readFile(path.join(broker.exportFolder, 'yes.csv'), 'utf8'), /^id,status\r\n1,/);
    await until(() => broker.calls.at(-1)?.write !== undefined, 'the window to hear of the outcome');
    assert.deepEqual(
      broker.finished.map(({ outcome, rows }) => [outcome, rows]),
      [['exported', 3]],
    );
    const { write } = broker.calls.at(-1) ?? {};
    assert.deepEqual([write?.outcome, write?.rows], ['exported', 3]);
    broker.decide = () => Promise.resolve('reject');
    assert.match((await run()).text, /^approval\.denied/);
    assert.equal(broker.asked.length, 2);
  });

  test('the audit log has who decided and what became of it', async () => {
    const steps = (await audit()).filter(({ event }) => event === 'decision' || event === 'outcome');
    assert.deepEqual(
      steps.slice(0, 3).map(({ event, tool, decision, outcome, rows, error }) => ({ event, tool, decision, outcome, rows, error })),
      [
        { event: 'decision', tool: 'mysql_export', decision: 'not run', outcome: undefined, rows: undefined, error: 'approval.denied' },
        { event: 'decision', tool: 'mysql_export', decision: 'run', outcome: undefined, rows: undefined, error: undefined },
        { event: 'outcome', tool: 'mysql_export', decision: undefined, outcome: 'exported', rows: 3, error: undefined },
      ],
    );
    assert.equal(steps[1]?.['preview'], steps[2]?.['preview']);
    assert.deepEqual([steps[1]?.['connection'], steps[1]?.['sql']], ['shop', 'SELECT id, status FROM orders ORDER BY id LIMIT ?']);
  });

  test('what would be refused is refused before anybody is asked', async () => {
    broker.decide = () => Promise.resolve('run');
    await run({ file: 'taken' });
    broker.asked.length = 0;
    for (const [args, expected] of [
      [{ sql: 'DELETE FROM orders' }, /^statement\.refused/],
      [{ sql: 'SELECT 1; SELECT 2' }, /^input\.invalid: One read/],
      [{ sql: 'SELECT nothing FROM orders' }, /^object\.unknown/],
      [{ sql: 'SELECT * FROM custmers' }, /Did you mean customers/],
      [{ file: '../x' }, /^file\.failed: .* is not allowed as a file name/],
      [{ file: 'taken' }, /^file\.failed: taken\.csv already exists/],
      [{ connection: 'ruled', sql: 'SELECT country FROM customers' }, /^(?:object\.unknown|statement\.refused)/],
    ] as const)
      assert.match((await run(args)).text, expected);
    assert.equal(broker.asked.length, 0);
  });

  test('names masked columns and pseudonyms as the agent sees them, and hidden ones nowhere', async () => {
    broker.decide = () => Promise.resolve('run');
    const { text } = await run({ connection: 'ruled', sql: 'SELECT * FROM customers', file: 'ruled' });
    assert.match(text, /^\d+ rows, /);
    const [request] = broker.asked;
    assert.ok(request);
    const review = exported(request);
    assert.deepEqual(review.protected.map(({ database, name, column, action }) => `${database}.${name}.${column} ${action}`).sort(), [
      'shop.customers.email mask',
      'shop.customers.full_name pseudonym',
    ]);
    assert.equal(review.maxRows, undefined);
    assert.doesNotMatch(JSON.stringify(review), /country/);
    assert.doesNotMatch((await readFile(path.join(broker.exportFolder, 'ruled.csv'), 'utf8')).split('\r\n')[0] ?? '', /country/);
  });

  test('a yes for the session is for this agent, this connection and its rights, while the session lasts', async () => {
    broker.decide = () => Promise.resolve({ decision: 'run', forSession: true });
    assert.match((await run()).text, /^3 rows/);
    broker.decide = () => Promise.resolve('reject');
    assert.match((await run()).text, /^3 rows/);
    assert.equal(broker.asked.length, 1);
    assert.match((await run({ connection: 'ruled' })).text, /^approval\.denied/, 'another connection');
    const other = await StdioClient.start(broker.rendezvous);
    assert.match(
      (await other.call('mysql_export', { connection: 'shop', sql: SQL, file: 'other' })).text,
      /^approval\.denied/,
      'another agent',
    );
    await other.close();
    const [shop] = broker.profiles;
    assert.ok(shop);
    broker.profiles[0] = { ...shop, columns: ['shop.customers.tier=hide'] };
    broker.server.profilesChanged();
    await sleep(300);
    assert.match((await run()).text, /^approval\.denied/, 'other rights');
    broker.profiles[0] = shop;
    broker.server.profilesChanged();
    broker.exportAccess = 'deny';
    assert.match((await run()).text, /^statement\.refused: The user doesn't allow agents to export data to files/, 'a no by the setting');
  });

  test('"allow" asks nobody, and "deny" refuses without a question', async () => {
    broker.exportAccess = 'allow';
    assert.match((await run({ file: 'unasked' })).text, /^3 rows/);
    broker.exportAccess = 'deny';
    const before = await files();
    assert.match((await run()).text, /^statement\.refused: The user doesn't allow agents to export data to files\. No file was written\./);
    assert.deepEqual(await files(), before);
    assert.equal(broker.asked.length, 0);
  });

  test('a call that is canceled withdraws its question, and a late yes writes nothing', async () => {
    const [asked, over] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    broker.decide = async (_request, signal) => {
      asked.resolve(undefined);
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      over.resolve(undefined);
      return 'run';
    };
    const before = await files();
    const stop = new AbortController();
    const call = client.call('mysql_export', { connection: 'ruled', sql: SQL, file: 'late' }, stop.signal);
    await asked.promise;
    stop.abort();
    await assert.rejects(call);
    await over.promise;
    await until(() => broker.finished.some(({ outcome }) => outcome === 'failed'), 'the window to hear that its yes came too late');
    assert.deepEqual(await files(), before);
  });

  test('a connection that changes while the person reads is not exported', async () => {
    const ruled = broker.profiles[1];
    assert.ok(ruled);
    broker.decide = () => {
      broker.profiles[1] = { ...ruled, user: 'reader' };
      return Promise.resolve('run');
    };
    const before = await files();
    assert.match(
      (await run({ connection: 'ruled' })).text,
      /^statement\.refused: The connection was changed or removed before the decision/,
    );
    assert.deepEqual(await files(), before);
    await until(() => broker.finished.some(({ outcome }) => outcome === 'failed'), 'the window to hear of it');
    broker.profiles[1] = ruled;
    broker.server.profilesChanged();
    await sleep(300);
  });

  test('a window that closes while the person reads leaves no file', async () => {
    broker.decide = () => new Promise(() => undefined);
    const before = await files();
    const call = run({ connection: 'ruled' });
    await until(() => broker.asked.length === 1, 'the question');
    await broker.stop();
    const { text } = await call;
    assert.match(text, /^broker\.unavailable/);
    assert.deepEqual(await files(), before);
  });
});
