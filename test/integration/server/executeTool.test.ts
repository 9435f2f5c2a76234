import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ApprovalRequest } from '../../../src/broker/contracts.ts';
import { AgentSetup } from '../../harness/mcp/agentSetup.ts';
import { writeReview } from '../../harness/mcp/sampleReview.ts';
import { withoutMarks, type StdioClient } from '../../harness/mcp/stdioClient.ts';
import type { TestBroker } from '../../harness/mcp/testBroker.ts';
import { until } from '../../harness/run.ts';
import { execute, type Flavor, type TestServer } from '../../harness/servers/testServer.ts';

const ASK = { insert: 'ask', update: 'ask', delete: 'ask', ddl: 'ask', call: 'ask', administration: 'ask' } as const;
const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

interface AuditLine {
  readonly event: string;
  readonly call: number;
  readonly sql?: string;
  readonly outcome?: string;
  readonly decision?: string;
  readonly error?: string;
  readonly client?: string;
  readonly rows?: number;
}

for (const flavor of flavors) {
  suite(`mysql_execute on ${flavor}`, () => {
    let setup: AgentSetup;
    let server: TestServer;
    let broker: TestBroker;
    let client: StdioClient;

    const rows = async (sql: string): Promise<unknown[][]> =>
      ((await execute(server, sql)) as Record<string, unknown>[]).map((row) => Object.values(row));
    const call = async (sql: string, more: Record<string, unknown> = {}): Promise<{ text: string; isError: boolean }> => {
      const { text, isError } = await client.call('mysql_execute', { sql, ...more });
      return { text: withoutMarks(text), isError };
    };
    const audit = async (): Promise<AuditLine[]> => {
      const folder = path.join(broker.folder, 'audit');
      const names = await readdir(folder).catch(() => []);
      const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
      return texts.flatMap((text) => text.split('\n').filter((line) => line !== '')).map((line) => JSON.parse(line) as AuditLine);
    };
    /** The steps of the last write. */
    const steps = async (): Promise<string[]> => {
      const lines = (await audit()).filter(({ event }) => event !== 'call');
      const last = lines.at(-1)?.call;
      return lines
        .filter((line) => line.call === last)
        .map(({ event, decision, outcome, error }) => [event, decision ?? outcome ?? error].filter((part) => part !== undefined).join(' '));
    };
    const setAccess = (writes: Partial<typeof ASK> | { insert: 'allow' } | undefined, more: object = {}): void => {
      const [profile] = broker.profiles;
      broker.profiles[0] = { ...(profile ?? assert.fail()), ...more, writes };
      broker.server.profilesChanged();
    };
    const offered = async (): Promise<boolean> => (await client.client.listTools()).tools.some(({ name }) => name === 'mysql_execute');

    suiteSetup(async () => {
      setup = await AgentSetup.start(flavor, { profiles: () => [{ writes: ASK }] });
      ({ server, broker, client } = setup);
    });
    suiteTeardown(() => setup.dispose());
    teardown(() => {
      broker.decide = () => Promise.resolve('reject');
      broker.asked.length = 0;
      broker.finished.length = 0;
    });

    test('CALL returns the result sets of the procedure, also of one that fails later', async () => {
      await execute(
        server,
        `CREATE PROCEDURE shop.two_results() BEGIN SELECT 1 AS a, 'x' AS b; SELECT id FROM shop.orders ORDER BY id; UPDATE shop.orders SET note = 'called' WHERE id = 1; END`,
      );
      await execute(
        server,
        "CREATE PROCEDURE shop.fails_late() BEGIN SELECT 7 AS seen; SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'too late'; SELECT 8 AS unseen; END",
      );
      await execute(server, "GRANT EXECUTE ON shop.* TO 'app'@'%'");
      setAccess({ ...ASK, call: 'ask' });
      broker.decide = () => Promise.resolve('run');
      const { text, isError } = await call('CALL two_results()');
      assert.equal(isError, false, text);
      assert.match(text, /^COMMITTED .*\nCALL: done\n/);
      assert.match(text, /#1 .*a,b\s+1,x\s[\s\S]*\(1 row\)/);
      assert.match(text, /#2 [\s\S]*\(200 rows, TRUNCATED by the row limit/);
      assert.deepEqual(await rows('SELECT note FROM shop.orders WHERE id = 1'), [['called']], 'the limit ended nothing');
      const failed = await call('CALL fails_late()');
      assert.equal(failed.isError, true);
      assert.match(failed.text, /too late[\s\S]*seen\s+7/);
      assert.doesNotMatch(failed.text, /unseen/);
      setAccess(ASK);
      await execute(
        server,
        'UPDATE shop.orders SET note = NULL WHERE id = 1; DROP PROCEDURE shop.two_results; DROP PROCEDURE shop.fails_late',
      );
    });

    test('what a person approves is committed, and told', async () => {
      broker.decide = () => Promise.resolve('run');
      const { text, isError } = await call("UPDATE orders SET status = 'paid', note = ? WHERE id = 3", { params: ['it’s “paid”'] });
      assert.ok(!isError, text);
      assert.match(
        text,
        /^COMMITTED on shop, in \d+ ms\.\nUPDATE: 1 row\nUndo: statements that restore the rows are in .*undo-copy-of-data-[\w-]+\.sql, for one day\.$/,
      );
      assert.deepEqual(await rows('SELECT status, note FROM shop.orders WHERE id = 3'), [['paid', 'it’s “paid”']]);
      const [request] = broker.asked;
      assert.ok(request);
      const [shown] = writeReview(request).statements;
      assert.deepEqual([shown?.verb, shown?.rows, shown?.level, shown?.irreversible], ['UPDATE', 1, 'rows', false]);
      assert.equal(shown?.sql, "UPDATE `shop`.`orders`\nSET `status` = 'paid', `note` = _utf8mb4'it’s “paid”'\nWHERE `id` = 3");
      assert.equal(shown.condition, '`id` = 3');
      const note = shown.changes?.columns.findIndex(({ name }) => name === 'note') ?? -1;
      assert.deepEqual([shown.changes?.before[0]?.[note], shown.changes?.after[0]?.[note]], [null, 'it’s “paid”']);
      await until(() => Promise.resolve(broker.finished.length === 1), 'the window to hear of the commit');
      const [told] = broker.finished;
      assert.deepEqual([told?.id, told?.outcome, told?.rows], [request.id, 'committed', 1]);
      assert.match(told?.undo?.file ?? '', /undo-copy-of-data/);
      assert.equal(request.client, 'test');
      assert.deepEqual(await steps(), ['verdict ask', 'preview', 'decision run', 'intent', 'outcome committed']);
    });

    test('the script to undo is private, says what it is, and brings the rows back by another write', async () => {
      broker.decide = () => Promise.resolve('run');
      const before = await rows('SELECT * FROM shop.order_items WHERE order_id BETWEEN 30 AND 32 ORDER BY 1, 2');
      const { text } = await call('DELETE FROM order_items WHERE order_id BETWEEN 30 AND 32');
      const file = /in (\/\S+\.sql)/.exec(text)?.[1] ?? assert.fail(text);
      assert.equal((await stat(file)).mode & 0o777, 0o600);
      const script = await readFile(file, 'utf8');
      assert.match(script, /^-- A COPY OF DATA: the 6 rows as they were/);
      assert.deepEqual(await rows('SELECT COUNT(*) FROM shop.order_items WHERE order_id BETWEEN 30 AND 32'), [[0]]);
      broker.decide = () => Promise.resolve('reject');
      assert.match((await call(script)).text, /SET of the session is not allowed[^]*Remove the statement/);
      const statements = script.replaceAll(/^SET .*;$/gm, '');
      assert.match((await call(statements)).text, /approval\.denied/);
      broker.decide = () => Promise.resolve('run');
      await call(statements);
      assert.deepEqual(await rows('SELECT * FROM shop.order_items WHERE order_id BETWEEN 30 AND 32 ORDER BY 1, 2'), before);
    });

    for (const [what, change] of [
      ['read-only for everybody', { readOnly: true }],
      ['without rights to write', { writes: undefined }],
      ['with fewer rights', { writes: { ...ASK, update: undefined } }],
      ['marked as production', { environment: 'production' }],
      ['that logs in as somebody else', { user: 'somebody' }],
      ['that was removed', undefined],
    ] as const) {
      test(`an approval is void on a connection ${what} while the question stood`, async () => {
        const saved = [...broker.profiles];
        const before = await rows('SELECT note FROM shop.orders WHERE id = 5');
        broker.decide = () => {
          const [profile] = broker.profiles;
          if (change === undefined) broker.profiles.splice(0);
          else broker.profiles[0] = { ...(profile ?? assert.fail()), ...change };
          return Promise.resolve('run'); // the window has told nobody of the change yet
        };
        try {
          const { text, isError } = await call("UPDATE orders SET note = 'void' WHERE id = 5");
          assert.ok(isError, text);
          assert.deepEqual(await rows('SELECT note FROM shop.orders WHERE id = 5'), before);
        } finally {
          broker.profiles.splice(0, Infinity, ...saved);
          broker.server.profilesChanged();
        }
      });
    }

    test('a rejection, a lost window and a canceled call change nothing', async () => {
      const sql = "UPDATE orders SET note = 'never' WHERE id < 10";
      const rejected = await call(sql);
      assert.match(rejected.text, /^approval\.denied: The user rejected the write\. Nothing was changed\./);
      broker.decide = () => Promise.resolve({ decision: 'reject', reason: 'only the "paid" ones\nplease' });
      assert.match(
        (await call(sql)).text,
        /^approval\.denied: The user rejected the write\. The user's reason: "only the \\"paid\\" ones\\nplease"\. Nothing was changed\./,
      );
      broker.asked.pop();
      assert.deepEqual(await steps(), ['verdict ask', 'preview', 'decision not run']);

      let withdrawn = false;
      broker.decide = (_request, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            withdrawn = true;
            resolve('run'); // a click that comes too late
          });
        });
      const controller = new AbortController();
      const canceled = client.call('mysql_execute', { sql }, controller.signal).catch((error: unknown) => String(error));
      await until(() => Promise.resolve(broker.asked.length === 2), 'the question');
      controller.abort();
      await canceled;
      await until(() => Promise.resolve(withdrawn), 'the window to hear that nobody waits');
      await until(async () => (await steps()).at(-1) === 'decision not run', 'the record');

      broker.decide = () => new Promise(() => undefined);
      const lost = call(sql);
      await until(() => Promise.resolve(broker.asked.length === 3), 'the question');
      await broker.stop();
      assert.match((await lost).text, /^broker\.unavailable/);
      await broker.listen();
      assert.deepEqual(await rows("SELECT COUNT(*) FROM shop.orders WHERE note = 'never'"), [[0]]);
    });

    test('data that changes while the person looks is shown anew, and only that is committed', async () => {
      const documents: string[] = [];
      broker.decide = async (request: ApprovalRequest) => {
        const review = writeReview(request);
        documents.push(JSON.stringify(review));
        if (documents.length === 1) await execute(server, "UPDATE shop.orders SET note = 'changed by another' WHERE id = 40");
        else assert.ok(review.again);
        return 'run';
      };
      const { text } = await call('UPDATE orders SET total = 5 WHERE id IN (40, 41)');
      assert.match(text, /^COMMITTED/);
      assert.equal(documents.length, 2);
      assert.doesNotMatch(documents[0] ?? '', /changed by another/);
      assert.match(documents[1] ?? '', /changed by another/);
      assert.deepEqual(await steps(), [
        'verdict ask',
        'preview',
        'decision run',
        'intent',
        'outcome undone',
        'preview',
        'decision run',
        'intent',
        'outcome committed',
      ]);
    });

    test('two statements are one transaction and one question [P61]', async () => {
      broker.decide = () => Promise.resolve('run');
      const { text } = await call(
        "INSERT INTO customers (email, full_name, created_at) VALUES ('n@x', 'N', NOW()); UPDATE customers SET credit = 7 WHERE email = 'n@x'",
      );
      assert.match(
        text,
        /^COMMITTED on shop[^\n]*\n#1 INSERT: 1 row\n#2 UPDATE: 1 row\nUndo: the user can undo it in VS Code for one day\.$/,
      );
      assert.equal(broker.asked.length, 1);
      assert.deepEqual(await rows("SELECT credit FROM shop.customers WHERE email = 'n@x'"), [['7.0000']]);
    });

    test('`preview` shows and asks nobody', async () => {
      const { text, isError } = await call('DELETE FROM orders WHERE id = 50', { preview: true });
      assert.ok(!isError);
      assert.match(text, /^Nothing was changed[^]*DELETE: 1 row of orders[^]*order_items: 2 rows also deleted/);
      assert.equal(broker.asked.length, 0);
      assert.deepEqual(await rows('SELECT COUNT(*) FROM shop.orders WHERE id = 50'), [[1]]);
    });

    test('where the user allows it nobody is asked; what was not opened stays closed', async () => {
      setAccess({ insert: 'allow' });
      assert.match((await call("INSERT INTO customers (email, full_name, created_at) VALUES ('m@x', 'M', NOW())")).text, /^COMMITTED/);
      assert.deepEqual(await steps(), ['verdict allow', 'preview', 'decision run, unasked', 'intent', 'outcome committed']);
      assert.match(
        (await call("DELETE FROM customers WHERE email = 'm@x'")).text,
        /statement\.refused: This connection doesn't allow these writes by agents: delete/,
      );
      assert.equal(broker.asked.length, 0);
      setAccess({ insert: 'allow' }, { environment: 'production' });
      await call("INSERT INTO customers (email, full_name, created_at) VALUES ('p@x', 'P', NOW())");
      assert.equal(broker.asked.length, 1, 'on production a person is asked');
      assert.match((await client.call('mysql_connections')).text, /production, default database shop, may insert \(a person is asked\)/);
      setAccess(ASK, { environment: undefined });
    });

    test('the tool comes and goes with what the user allows', async () => {
      assert.ok(await offered());
      setAccess(undefined);
      await until(async () => !(await offered()), 'the tool to go');
      assert.match(
        (await call('DELETE FROM orders')).text,
        /statement\.refused: This connection doesn't allow these writes by agents: delete/,
      );
      assert.match((await client.call('mysql_connections')).text, /read-only/);
      setAccess(ASK);
      await until(offered, 'the tool to come');
    });

    test('nothing runs without its record [P39]', async () => {
      broker.decide = () => Promise.resolve('run');
      const [profile] = broker.profiles;
      assert.ok(profile);
      const lines = await audit();
      assert.ok(lines.length > 10);
      for (const { sql } of lines) assert.doesNotMatch(sql ?? '', /never|n@x|it’s/, 'no value stands in the record');
      assert.ok(lines.some(({ sql }) => sql === 'UPDATE orders SET note = ? WHERE id < ?'));
      assert.ok(lines.every((line) => line.client === 'test'));
      const folder = path.join(broker.folder, 'audit');
      for (const name of await readdir(folder)) assert.equal((await stat(path.join(folder, name))).mode & 0o777, 0o600);
    });

    test('the window hears of every call as it begins and as it ends', async () => {
      assert.ok(
        broker.started.some(
          ({ tool, sql, client: name }) => tool === 'mysql_execute' && sql?.startsWith('UPDATE orders') === true && name === 'test',
        ),
      );
      assert.ok(broker.calls.some(({ tool, error }) => tool === 'mysql_execute' && error === 'approval.denied'));
      const running = client.call('mysql_query', {
        sql: 'SELECT COUNT(*) FROM orders a, orders b, orders c WHERE a.total + b.total + c.total < 0',
        timeoutSeconds: 50,
      });
      await until(() => Promise.resolve(broker.started.at(-1)?.tool === 'mysql_query'), 'the start');
      broker.server.stopCall(broker.peers.at(-1) ?? 0, broker.started.at(-1)?.call ?? 0);
      assert.match((await running).text, /^statement\.canceled/);
    });
  });
}
