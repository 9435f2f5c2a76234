import assert from 'node:assert/strict';
import { inEnglish } from '../../../src/engine/phrase.ts';
import type { Database } from '../../../src/engine/connection/database.ts';
import type { Dialect } from '../../../src/engine/sql/lexer/dialect.ts';
import { dialectOf } from '../../../src/engine/sql/lexer/dialect.ts';
import type { UserReview } from '../../../src/engine/writes/userReview.ts';
import type { ReviewedStatement } from '../../../src/engine/writes/writeReview.ts';
import { WriteSetup } from '../../harness/servers/writeSetup.ts';

for (const flavor of ['mysql', 'mariadb'] as const)
  suite(`what people review before their statements run, on ${flavor}`, () => {
    let setup: WriteSetup;

    interface Given {
      readonly on?: Database;
      readonly session?: Dialect | undefined;
      readonly seesSame?: boolean;
    }
    const review = async (sqls: readonly string[], { on = setup.database, session, seesSame = true }: Given = {}): Promise<UserReview> => {
      const { signal } = new AbortController();
      const statements = sqls.map((sql) => ({ sql, database: 'shop' }));
      const dangers = await on.sessions.dangers(statements, signal, session);
      const asked = statements.map((one, i) => ({ ...one, dangers: dangers[i] ?? [] }));
      return on.sessions.review(asked, { signal, session, seesSame });
    };
    const only = async (sql: string, given: Given = {}): Promise<ReviewedStatement> =>
      (await review([sql], given)).statements[0] ?? assert.fail();
    const countPlain = async (): Promise<unknown> => (await setup.rows('SELECT COUNT(*), SUM(v) FROM shop.plain')).flat().map(Number);

    suiteSetup(async () => {
      setup = await WriteSetup.start(flavor);
    });
    suiteTeardown(() => setup.dispose());

    test('an UPDATE shows the text as it is written and the rows as they are, and tries nothing out', async () => {
      const before = await countPlain();
      const sql = 'update plain /* all of them? */ set v = v + 1 where id < 3 or 1 = 1';
      const { statements, server = '', account } = await review([sql]);
      const one = statements[0] ?? assert.fail();
      assert.match(server, flavor === 'mysql' ? /^MySQL / : /^MariaDB /);
      assert.match(account ?? '', /@/);
      assert.deepEqual([one.sql, one.verb, one.rows, one.about], [sql, 'UPDATE', 3, false]);
      assert.deepEqual(one.object, { type: 'TABLE', names: [['shop', 'plain']] });
      assert.deepEqual(
        one.changes?.before.map(([id]) => id),
        ['1', '2', '3'],
      );
      assert.deepEqual(one.changes.after, []);
      assert.equal(one.changes.columns.find(({ name }) => name === 'v')?.assigned, '`v` + 1');
      assert.equal(one.irreversible, true, 'nothing brings the values back');
      assert.deepEqual([one.verified, one.unverified], [[], []]);
      const said = one.warnings.map(({ text }) => inEnglish(text)).join();
      assert.doesNotMatch(said, /WHERE|Not verified/, 'the window words that itself');
      assert.deepEqual(await countPlain(), before);
    });

    test('what the server does besides is shown: cascades and triggers', async () => {
      const cascade = await only('DELETE FROM orders WHERE id = 20');
      assert.match(
        cascade.warnings.map(({ weight, text }) => `${weight} ${inEnglish(text)}`).join('\n'),
        /danger order_items: 2 rows also deleted/,
      );
      const trigger = await only('UPDATE logged SET v = 1');
      assert.deepEqual(
        trigger.triggers.map(({ name }) => name),
        ['logged_update'],
      );
    });

    test('a DROP has the size of what it drops', async () => {
      const one = await only('DROP TABLE plain');
      assert.deepEqual([one.level, one.irreversible, one.sizes.length], ['alone', true, 1]);
    });

    test('rules on tables are for agents: people see their rows', async () => {
      const ruled = await setup.open({ tables: { deny: ['shop.plain'] } });
      await assert.rejects(setup.look('UPDATE plain SET v = 1', ruled));
      assert.equal((await only('UPDATE plain SET v = 1', { on: ruled })).changes?.before.length, 3);
    });

    test('no rows are shown that the session may see otherwise', async () => {
      const own = await only('UPDATE plain SET v = 1', { seesSame: false });
      assert.deepEqual([own.changes, own.rows, own.about, own.object?.names], [undefined, 3, false, [['shop', 'plain']]]);
      const mode = dialectOf(flavor, flavor === 'mysql' ? 90_700 : 101_100, 'ANSI_QUOTES');
      const ansi = await only('DELETE FROM "plain" WHERE "v" = \'1\'', { session: mode });
      assert.deepEqual([ansi.changes, ansi.object?.names, ansi.condition], [undefined, [['shop', 'plain']], "`v` = '1'"]);
    });

    test('of several statements each is named, and none is looked at as if those before it had not run', async () => {
      const { statements } = await review(['DELETE FROM plain', 'TRUNCATE TABLE keyless', 'UPDATE plain SET v = 1 WHERE id = 1']);
      assert.deepEqual(
        statements.map(({ verb, object, rows, changes }) => [verb, object?.names[0]?.join('.'), rows, changes]),
        [
          ['DELETE', 'shop.plain', 3, undefined],
          ['TRUNCATE', 'shop.keyless', undefined, undefined],
          ['UPDATE', 'shop.plain', undefined, undefined],
        ],
      );
    });

    test('a text that nobody can read, and what the guard refuses to agents, are shown as they are', async () => {
      for (const sql of ['DELETE FRM plain', 'UPDATE nowhere SET a = 1', 'UPDATE plain SET v = @a := 1', 'GRANT ALL ON *.* TO app']) {
        const one = await only(sql);
        assert.deepEqual([one.sql, one.changes], [sql, undefined], sql);
      }
      assert.equal((await only('DELETE FRM plain')).irreversible, true);
    });
  });
