import assert from 'node:assert/strict';
import type { Database } from '../../src/engine/connection/database.ts';
import type { ConnectionTarget } from '../../src/engine/driver/profile.ts';
import { isPilotError } from '../../src/engine/errors.ts';
import { openDatabase } from '../../src/engine/connection/openDatabase.ts';
import { WRITE_CLASSES, type WriteAccess } from '../../src/engine/sql/statementClasses.ts';
import { secondFlavor } from '../harness/depth.ts';
import { loadSample } from '../harness/servers/sample.ts';
import { startServer } from '../harness/servers/source.ts';
import type { Flavor } from '../harness/servers/testServer.ts';
import { readCorpus } from './corpus.ts';
import { differences, Fixture, type Snapshot } from './fixture.ts';

const OPTIONS = { database: 'fence', timeoutMs: 5000, signal: undefined, parameters: undefined };
/** Code in executable comments is code. */
const COMMENTS = /\/\*(?![Mm]?!)[^]*?\*\/|(?:--|#)[^\n]*\n/g;
const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

/** The hostile corpus of the read guard, sent to what writes. */
for (const flavor of flavors) {
  suite(`the hostile corpus as writes on ${flavor}`, function () {
    secondFlavor(this, flavor);
    this.timeout(180_000);
    let fixture: Fixture;
    let target: ConnectionTarget;
    let start: Snapshot;
    const opened: Database[] = [];

    const open = async (writes: WriteAccess): Promise<Database> => {
      const password = fixture.server.root.password;
      const database = await openDatabase({ ...target, writes }, { password: () => Promise.resolve(password), warn: () => undefined });
      opened.push(database);
      return database;
    };
    /** Runs what the rules let through; resolves to those statements. */
    const runAll = async (database: Database): Promise<string[]> => {
      const ran: string[] = [];
      for (const { sql } of readCorpus('hostile', fixture.folder)) {
        try {
          const judged = await database.writes.judge(sql, OPTIONS);
          ran.push(sql);
          const preview = await database.writes.preview(judged, OPTIONS);
          await database.writes.run(preview.id, { ...OPTIONS, intent: () => Promise.resolve() });
        } catch (error) {
          if (!isPilotError(error)) throw error;
        }
      }
      return ran;
    };

    suiteSetup(async () => {
      const server = await startServer(flavor, ['--log-bin=bin', '--server-id=1', '--log-bin-trust-function-creators=ON']);
      await loadSample(server);
      fixture = await Fixture.create(server);
      target = { host: server.host, port: server.port, user: server.root.user, database: 'fence', tls: 'preferred' };
      start = await fixture.snapshot();
    });
    suiteTeardown(async () => {
      for (const database of opened) await database.close();
      await fixture.dispose();
    });

    test('with everything read-only, none of it is let through', async () => {
      assert.deepEqual(await runAll(await open({})), []);
      assert.deepEqual(await runAll(await open(Object.fromEntries(WRITE_CLASSES.map((one) => [one, 'readOnly'])))), []);
      assert.deepEqual(differences(start, await fixture.snapshot()), []);
    });

    for (const one of ['insert', 'update', 'delete'] as const) {
      test(`with ${one} alone allowed, all that happens is to rows`, async () => {
        const database = await open({ [one]: 'allow' });
        const ran = await runAll(database);
        assert.ok(ran.length > 3, 'some of the corpus is what was allowed');
        assert.deepEqual(
          ran.filter((sql) => !new RegExp(`(?<![A-Za-z_])${one}\\b`, 'i').test(sql.replaceAll(COMMENTS, ' '))),
          [],
        );
        const changed = differences(start, await fixture.snapshot());
        assert.deepEqual(
          changed.filter((aspect) => !aspect.startsWith('rows of')),
          [],
        );
        await fixture.restore();
        start = await fixture.snapshot();
      });
    }

    test('with ddl alone allowed, no row is lost and no program is made', async () => {
      const database = await open({ ddl: 'allow' });
      const ran = await runAll(database);
      assert.ok(ran.length > 5, 'some of the corpus is what was allowed');
      const now = await fixture.snapshot();
      const structure = ['tables and views', 'columns', 'views', 'databases', 'routines', 'triggers and events'];
      // A table that has another name has its rows there.
      const renamed = ran.some((sql) => /^RENAME TABLE t\b/i.test(sql)) ? ['rows of t'] : [];
      const changed = differences(start, now).filter((aspect) => !structure.includes(aspect) && !renamed.includes(aspect));
      assert.deepEqual(changed, [], ran.join('\n'));
      for (const aspect of ['routines', 'triggers and events']) {
        const names = (snapshot: Snapshot): string[] =>
          (JSON.parse(snapshot.get(aspect) ?? '[]') as unknown[]).map((row) => JSON.stringify(row));
        const before = new Set(names(start));
        assert.deepEqual(
          names(now).filter((name) => !before.has(name)),
          [],
          aspect,
        );
      }
      await fixture.restore();
      start = await fixture.snapshot();
    });
  });
}
