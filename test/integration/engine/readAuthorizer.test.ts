import assert from 'node:assert/strict';
import { Session } from '../../../src/engine/driver/session.ts';
import { isPilotError } from '../../../src/engine/errors.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import { compileTableRules } from '../../../src/engine/policy/tableRules.ts';
import { agentDialect } from '../../../src/engine/query/authorization/agentDialect.ts';
import { parseReads } from '../../../src/engine/query/authorization/parseReads.ts';
import { ReadAuthorizer } from '../../../src/engine/query/authorization/readAuthorizer.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type TestServer } from '../../harness/servers/testServer.ts';

const OPTIONS = { limits: { maxRows: 100, maxCharacters: 100_000 }, timeoutMs: 20_000 };
/** More names than are kept. */
const MANY = 5100;

/** Names of tables that do not exist. */
function junk(prefix: string, count = MANY): string {
  return Array.from({ length: count }, (_, i) => `${prefix}${String(i)}`).join();
}

suite('the names of a statement', function () {
  this.timeout(120_000);
  let server: TestServer;

  suiteSetup(async () => {
    server = await startServer();
    await loadSample(server);
    await execute(server, 'CREATE VIEW shop.waits AS SELECT SLEEP(0) AS x; CREATE TABLE shop.secrets (s TEXT)', 'shop');
  });
  suiteTeardown(() => server.dispose());

  const target = () => ({
    ...{ host: server.host, port: server.port, ...{ user: server.root.user }, database: SAMPLE.database, tls: 'preferred' as const },
  });
  const isRefused = (error: unknown): boolean => isPilotError(error, 'statement.refused');

  test('are judged however many names were asked for before', async () => {
    const database = await openDatabase(
      { ...target(), tables: { deny: ['shop.secrets'] } },
      { password: () => Promise.resolve(server.root.password), warn: () => undefined },
    );
    try {
      for (const denied of ['waits', 'secrets']) {
        const query = (sql: string): Promise<unknown> => database.reads.query(sql, OPTIONS);
        await assert.rejects(query(`SELECT * FROM ${denied}`), isRefused, 'known from here on');
        await assert.rejects(query(`SELECT 1 FROM ${junk(`${denied}_a`)}`), 'there are no such tables');
        await assert.rejects(query(`SELECT * FROM ${denied}, ${denied}_new`), isRefused, `${denied} beside a new name`);
        await assert.rejects(query(`SELECT * FROM ${denied}, ${junk(`${denied}_b`)}`), isRefused, `${denied} beside many new names`);
        await assert.rejects(query(`SELECT * FROM ${junk(`${denied}_c`)}, ${denied}`), `${denied} behind many new names`);
      }
    } finally {
      await database.close();
    }
  });

  test('are judged whatever another call asks for meanwhile', async () => {
    const session = await Session.open(target(), { password: server.root.password });
    try {
      const rules = { isTableDenied: compileTableRules({ deny: ['shop.secrets'] }) };
      const authorizer = new ReadAuthorizer(rules);
      const context = { ...rules, dialect: agentDialect(session.server), database: 'shop' };
      const authorize = (on: Session, sql: string): Promise<unknown> =>
        authorizer.authorize(on, sql, parseReads(sql, context)[0] ?? assert.fail());
      const refusesBoth = async (): Promise<void> => {
        for (const denied of ['waits', 'secrets']) {
          // Another check empties the cache while this one waits for what it does not know yet.
          let meanwhile = async (): Promise<unknown> => {
            meanwhile = () => Promise.resolve();
            await assert.rejects(authorize(session, `SELECT 1 FROM ${junk(`${denied}_x`)}`), 'there are no such tables');
            return assert.rejects(authorize(session, `SELECT 1 FROM ${denied}_y`), 'there is no such table');
          };
          const interrupted = Object.assign(Object.create(session) as Session, {
            read: async (...args: Parameters<Session['read']>) => {
              await meanwhile();
              return session.read(...args);
            },
          });
          await assert.rejects(authorize(session, `SELECT * FROM ${denied}`), isRefused);
          await assert.rejects(authorize(interrupted, `SELECT * FROM ${denied}, ${denied}_z`), isRefused, denied);
        }
      };
      await refusesBoth();
    } finally {
      session.destroy();
    }
  });

  test('that nobody has resolved is never sent', async () => {
    const session = await Session.open(target(), { password: server.root.password });
    try {
      const sql = 'SELECT * FROM waits';
      const [read = assert.fail()] = parseReads(sql, { dialect: agentDialect(session.server), database: 'shop' });
      // As a fault of the parser would make it: the name of a table is no node that the resolver knows.
      const broken = JSON.parse(JSON.stringify(read.statement).replace('"kind":"objectName"', '"kind":"name"')) as typeof read.statement;
      await assert.rejects(new ReadAuthorizer({}).authorize(session, sql, { ...read, statement: broken }), /was not resolved/);
    } finally {
      session.destroy();
    }
  });

  test('and calls decide whether READ ONLY is restored behind the statement', async () => {
    const session = await Session.open(target(), { password: server.root.password });
    try {
      const context = { dialect: agentDialect(session.server), database: 'shop' };
      const isInert = async (sql: string): Promise<boolean> =>
        (await new ReadAuthorizer({}).authorize(session, sql, parseReads(sql, context)[0] ?? assert.fail())).inert;
      for (const sql of [
        'SELECT id FROM orders WHERE id = 1',
        'SELECT COUNT(*) FROM orders o JOIN customers c ON c.id = o.customer_id',
        'TABLE orders',
      ])
        assert.equal(await isInert(sql), true, sql);
      for (const sql of [
        'SELECT UPPER(name) FROM customers',
        'SELECT * FROM sys.version',
        'SHOW TABLES',
        'SELECT id FROM orders ORDER BY ABS(id)',
      ])
        assert.equal(await isInert(sql), false, sql);
    } finally {
      session.destroy();
    }
  });

  test('on a version that was never asked, a native name that a stored function bears is refused', async () => {
    await execute(server, 'SET GLOBAL log_bin_trust_function_creators = 1');
    await execute(server, 'CREATE FUNCTION shop.`ROUND`(x INT) RETURNS INT DETERMINISTIC RETURN x');
    const session = await Session.open(target(), { password: server.root.password });
    try {
      const { server: info } = session;
      const of = (versionNumber: number): Session =>
        ({ server: { ...info, versionNumber }, read: session.read.bind(session) }) as unknown as Session;
      const authorize = async (versionNumber: number, sql: string): Promise<unknown> => {
        const one = of(versionNumber);
        const [read] = parseReads(sql, { dialect: agentDialect(one.server), database: 'shop' });
        assert.ok(read !== undefined);
        return new ReadAuthorizer({}).authorize(one, sql, read);
      };
      await assert.rejects(authorize(80406, 'SELECT ROUND(1.5)'), isRefused);
      await assert.rejects(authorize(80406, 'SELECT id FROM orders ORDER BY round(id)'), isRefused);
      await authorize(80406, 'SELECT FLOOR(1.5)');
      await authorize(info.versionNumber, 'SELECT ROUND(1.5)');
    } finally {
      session.destroy();
      await execute(server, 'DROP FUNCTION shop.`ROUND`');
    }
  });
});
