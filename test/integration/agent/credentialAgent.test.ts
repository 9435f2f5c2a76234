import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { AgentHome, fedConnection } from '../../harness/mcp/agentHome.ts';
import type { StdioClient } from '../../harness/mcp/stdioClient.ts';
import { TestBroker } from '../../harness/mcp/testBroker.ts';
import { run, until } from '../../harness/run.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type TestServer } from '../../harness/servers/testServer.ts';

const ROWS = />\none\n1\n</;
const COUNT = 'SELECT 1 AS one';
const query = (client: StdioClient): Promise<{ text: string; isError: boolean }> => client.call('mysql_query', { sql: COUNT });

suite('credential agent: servers without a window', function () {
  this.timeout(60_000);
  let mysql: TestServer;
  let home: AgentHome;

  suiteSetup(async function () {
    this.timeout(120_000);
    mysql = await startServer();
    await loadSample(mysql);
  });
  suiteTeardown(() => mysql.dispose());
  setup(async () => {
    home = await AgentHome.open();
  });
  teardown(() => home.dispose());

  test('a program reads with a connection of a window that has closed, and after Lock is told what to do', async () => {
    const window = home.window(() => home.feed([fedConnection(mysql)]));
    await window.changed();
    await window.close();
    const client = await home.client(['--vscode']);
    assert.match((await query(client)).text, ROWS);
    const status = await home.command('status');
    assert.match(status, /is running \(process \d+, version 0\.1\.0\)\.\n.*\nConnections: 1\nWindows: {5}0\nMCP servers: 1\n/);
    assert.match(await home.command('lock'), /^The credential agent is locked\./);
    assert.match(
      (await query(client)).text,
      /^broker\.unavailable: No VS Code window runs .*, and the credential agent is locked, .*\nNext step: Ask the user to open/,
    );
    await assert.rejects(home.command('status'), /The credential agent is locked\./);
  });

  test('the server of a window reads through the agent while the window is closed, and moves to it when it is back', async () => {
    const broker = await TestBroker.start();
    try {
      const profile = broker.add(mysql);
      const fed = { ...fedConnection(mysql), profile };
      const window = home.window(() => home.feed([fed], { rendezvous: broker.rendezvous }));
      await window.changed();
      const client = await home.client(['--rendezvous', broker.rendezvous]);
      assert.match((await query(client)).text, ROWS);
      await until(() => broker.calls.length === 1, 'the window to hear of the call');
      await broker.stop();
      assert.match((await query(client)).text, ROWS);
      assert.equal(broker.calls.length, 1, 'the call was not one of the window');
      await broker.listen();
      await until(async () => (await home.command('status')).includes('MCP servers: 0'), 'the server to move to the window', 15_000);
      assert.match((await query(client)).text, ROWS);
      await until(() => broker.calls.length === 2, 'the window to hear of the call');
    } finally {
      await broker.dispose();
    }
  });

  test('a call that runs while the window closes gets its answer', async () => {
    const broker = await TestBroker.start();
    try {
      broker.answersAfterMs = 1500;
      const profile = broker.add(mysql);
      const window = home.window(() => home.feed([{ ...fedConnection(mysql), profile }], { rendezvous: broker.rendezvous }));
      await window.changed();
      const client = await home.client(['--rendezvous', broker.rendezvous]);
      const answer = query(client);
      await until(() => broker.started.length > 0 || undefined, 'the call to reach the window');
      await broker.stop();
      assert.match((await answer).text, ROWS);
    } finally {
      await broker.dispose();
    }
  });

  test('a new password is used within two seconds, and an older one of a window that has not seen it does not come back', async () => {
    const user = `'rotating'@'%'`;
    await execute(mysql, `CREATE USER ${user} IDENTIFIED BY 'first'`);
    await execute(mysql, `GRANT SELECT ON ${SAMPLE.database}.* TO ${user}`);
    const before = fedConnection(mysql, { user: 'rotating', password: 'first' });
    let current = before;
    const [window, other] = [home.window(() => home.feed([current])), home.window(() => home.feed([before], { rendezvous: '/other' }))];
    await window.changed();
    const read = async (): Promise<string> => {
      const client = await home.client(['--vscode']);
      const { text } = await query(client);
      await client.close();
      return text;
    };
    assert.match(await read(), ROWS);
    await execute(mysql, `ALTER USER ${user} IDENTIFIED BY 'second'`);
    assert.match(await read(), /^login\.refused/);
    current = { ...before, secret: { password: 'second' }, changedAt: Date.now() };
    const changed = Date.now();
    await window.changed();
    await other.changed();
    assert.match(await read(), ROWS);
    assert.ok(Date.now() - changed < 2000, `it took ${String(Date.now() - changed)} ms`);
    await execute(mysql, `DROP USER ${user}`);
  });

  test('a connection that is deleted, or that agents no longer see, is gone at once', async () => {
    const [kept, deleted, hidden] = ['kept', 'deleted', 'hidden'].map((name) => fedConnection(mysql, { name }));
    assert.ok(kept !== undefined && deleted !== undefined && hidden !== undefined);
    let all = [kept, deleted, hidden];
    const window = home.window(() => home.feed(all));
    await window.changed();
    const client = await home.client(['--vscode']);
    assert.match((await client.call('mysql_connections')).text, /kept[^]*deleted[^]*hidden/);
    all = [kept, { ...hidden, profile: { ...hidden.profile, agents: 'none' } }];
    await window.changed();
    const listed = await until(async () => {
      const { text } = await client.call('mysql_connections');
      return !text.includes('deleted') && text;
    }, 'the deleted connection to go');
    assert.ok(listed.includes('kept') && !listed.includes('hidden'), listed);
    assert.match(await home.command('status'), /Connections: 1\n/);
  });

  test('a folder gets the connections of the windows that have it open, a worktree those of its main folder', async () => {
    const at = await realpath(home.folder);
    const [repository, worktree, elsewhere] = ['repository', 'worktree', 'elsewhere'].map((name) => path.join(at, name));
    assert.ok(repository !== undefined && worktree !== undefined && elsewhere !== undefined);
    await mkdir(elsewhere);
    await mkdir(repository);
    const git = (...args: string[]): Promise<string> => run('git', ['-C', repository, ...args]);
    await git('init', '-q');
    await git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m', 'first');
    await git('worktree', 'add', '-q', worktree);
    const one = home.window(() => home.feed([fedConnection(mysql, { name: 'of the repository' })], { folders: [repository] }));
    const two = home.window(() =>
      home.feed([fedConnection(mysql, { name: 'of another' })], { origin: '/another', rendezvous: '/another/windows/w.json' }),
    );
    await one.changed();
    await two.changed();
    const listed = async (cwd: string): Promise<string> =>
      (await (await home.client(['--vscode'], { cwd })).call('mysql_connections')).text;
    assert.match(await listed(worktree), /of the repository/);
    assert.match(await listed(repository), /of the repository/);
    assert.match(await listed(elsewhere), /of another/);
  });

  for (const decision of ['run', 'reject'] as const)
    test(`a write without a window is asked for by the client: ${decision}`, async () => {
      const fed = fedConnection(mysql, { writes: { update: 'ask' } });
      const window = home.window(() => home.feed([fed]));
      await window.changed();
      await window.close();
      await execute(mysql, 'UPDATE shop.orders SET note = NULL WHERE id = 7');
      let asked = 0;
      const client = await home.client(['--vscode'], {
        elicit: (question) => {
          asked++;
          const choice = /"(run [0-9a-f]+)"/.exec(JSON.stringify(question))?.[1];
          return Promise.resolve({ action: 'accept', content: { decision: decision === 'run' ? String(choice) : 'reject' } });
        },
      });
      const { text } = await client.call('mysql_execute', { sql: "UPDATE orders SET note = 'agreed' WHERE id = 7" });
      assert.match(text, decision === 'run' ? /1 row/ : /^approval\.denied/);
      assert.equal(asked, 1);
      // What was shown has passed through the client.
      if (decision === 'run') assert.match((await client.call('mysql_status')).text, /\d+ rows? shown to the user; read shop\.orders/);
      const rows = JSON.stringify(await execute(mysql, 'SELECT note FROM shop.orders WHERE id = 7'));
      assert.equal(rows.includes('agreed'), decision === 'run', rows);
      // The record and the undo file are where the window has them.
      const files = (await readdir(home.storage, { recursive: true })).sort();
      const record = files.find((name) => name.startsWith('audit/'));
      const events = (await readFile(path.join(home.storage, record ?? ''), 'utf8'))
        .match(/"event":"\w+"/g)
        ?.map((one) => one.slice(9, -1));
      const all = ['verdict', 'preview', 'decision', ...(decision === 'run' ? ['intent', 'outcome'] : [])];
      assert.deepEqual(
        events?.filter((event) => event !== 'call'),
        all,
      );
      assert.equal(
        files.some((name) => name.startsWith('undo/')),
        decision === 'run',
        files.join(),
      );
    });

  test('a write is refused with what to do where nobody can be asked', async () => {
    const window = home.window(() => home.feed([fedConnection(mysql, { writes: { update: 'ask' } })]));
    await window.changed();
    const client = await home.client(['--vscode']);
    const { text } = await client.call('mysql_execute', { sql: 'UPDATE orders SET note = 1 WHERE id = 1' });
    assert.match(
      text,
      /^approval\.denied: No VS Code window runs .* can't ask its user.*Nothing was changed\.\nNext step: Ask the user to open/,
    );
  });

  test('a view that an agent wants to show without a window returns what to do instead, and no rows', async () => {
    const window = home.window(() => home.feed([fedConnection(mysql)]));
    await window.changed();
    await window.close();
    const client = await home.client(['--vscode']);
    const { text, isError } = await client.call('mysql_show', { sql: "SELECT 'canary-row' AS a" });
    assert.ok(isError && !text.includes('canary-row'), text);
    assert.match(text, /^broker\.unavailable: [^]*\nNext step: Ask the user to open/);
  });
});
