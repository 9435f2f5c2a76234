import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Database } from '../../src/engine/connection/database.ts';
import { Session, type RowSink } from '../../src/engine/driver/session.ts';
import type { ConnectionTarget } from '../../src/engine/driver/profile.ts';
import { isPilotError } from '../../src/engine/errors.ts';
import { openDatabase } from '../../src/engine/connection/openDatabase.ts';
import { full, secondFlavor } from '../harness/depth.ts';
import { ROOT } from '../harness/root.ts';
import { loadSample } from '../harness/servers/sample.ts';
import { startServer } from '../harness/servers/source.ts';
import { execute, type Flavor } from '../harness/servers/testServer.ts';
import { readCorpus, type Case } from './corpus.ts';
import { loadCorpusDatabases } from './corpusDatabases.ts';
import { differences, Fixture, leaks, READER, type Snapshot } from './fixture.ts';
import { changesSince, DENIED, FLOODS, RULES, sendHostile } from './hostileRun.ts';

const OPTIONS = { limits: { maxRows: 100, maxCharacters: 100_000 }, timeoutMs: 10_000 };
/** A statement that holds its session for longer was not stopped by a fence. */
const HELD_MS = 250;
/** How long a statement may take here before it is ended. */
const TIMEOUT_MS = 300;

/** What is refused is not sent: that nothing happened is looked at once for so many, which saves ten thousand queries. */
const REFUSED_TOGETHER = 25;

/** The cases of `hostile.txt`. */
const FIRST_CASES = 674;

/** Effects that go with the session. */
const HELD = 'held the session';
const TOLD = 'told a secret';
const LEAVES_NOTHING = new Set([HELD, TOLD]);

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];
/** Honest cases that one server or the other has answered. */
const answered = new Set<string>();
/** The servers of this run: the second one belongs to the full depth. */
const ran = new Set<Flavor>();
/** Why the last server that was asked did not answer. */
const unanswered = new Map<string, string>();

for (const flavor of flavors) {
  suite(`fences on ${flavor}`, function () {
    secondFlavor(this, flavor);
    this.timeout(600_000);
    let fixture: Fixture;
    let target: ConnectionTarget;
    let database: Database;
    /** The same, with rules on tables. */
    let ruled: Database;
    let start: Snapshot;

    suiteSetup(async () => {
      ran.add(flavor);
      const server = await startServer(flavor, ['--log-bin=bin', '--server-id=1', '--log-bin-trust-function-creators=ON']);
      await loadSample(server);
      await loadCorpusDatabases(server);
      fixture = await Fixture.create(server);
      const { host, port, root } = server;
      target = {
        host,
        port,
        user: root.user,
        database: 'fence',
        tls: 'preferred',
        allowedFunctions: [{ database: 'odd', name: 'double_it' }],
      };
      const warn = (message: string, error: unknown): never => assert.fail(`${message} ${String(error)}`);
      database = await openDatabase(target, { password: () => Promise.resolve(root.password), warn });
      ruled = await openDatabase({ ...target, tables: RULES }, { password: () => Promise.resolve(root.password), warn });
      start = await fixture.snapshot();
      for (const [aspect, text] of start) assert.ok(!text.startsWith('error:'), `${aspect}: ${text}`);
    });
    suiteTeardown(async () => {
      await database.close();
      await ruled.close();
      await fixture.dispose();
    });

    test('the eye sees what happens', async () => {
      await execute(fixture.server, "INSERT INTO t (id) VALUES (1000); CREATE USER 'y'@'%'; SET GLOBAL max_connections = 152", 'fence');
      assert.deepEqual(differences(start, await fixture.snapshot()), ['rows of t', 'accounts', 'variables']);
      await fixture.restore();
      const again = await fixture.snapshot();
      assert.deepEqual(differences(start, again), flavor === 'mysql' ? ['accounts'] : []); // MySQL's hashes have a fresh salt
      start = again;
    });

    test('the first fence stops every hostile statement before it is sent, and nothing happens [P05]', async () => {
      const passed: string[] = [];
      const cases = readCorpus('hostile', fixture.folder).filter(({ flavors }) => flavors.includes(flavor));
      let together: string[] = [];
      for (const [i, one] of cases.entries()) {
        const { kind, error = '', effects: told } = await sendHostile(one.reason === DENIED ? ruled : database, one);
        const text = `${one.reason} | ${one.sql.slice(0, 500)} → ${kind} ${error}`;
        if (kind === 'ran' || told.length > 0) passed.push(`${text} ${told.join()}`);
        together.push(text);
        if (kind === 'refused' && together.length < REFUSED_TOGETHER && i < cases.length - 1) continue;
        const effects = await changesSince(fixture, start);
        if (effects.length > 0) passed.push(`${effects.join()}, by one of these: ${together.join('\n')}`);
        if (await fixture.revive()) passed.push(`the server was ended by one of these: ${together.join('\n')}`);
        together = [];
        if (effects.length > 0) {
          await fixture.restore();
          start = await fixture.snapshot();
        }
      }
      assert.deepEqual(passed, []);
    });

    test('no honest statement is refused, and none of them changes anything', async () => {
      const refused: string[] = [];
      for (const { reason, sql, database: name, flavors } of readCorpus('honest', fixture.folder)) {
        if (!flavors.includes(flavor)) continue;
        await database.reads.query(sql, { ...OPTIONS, database: name }).then(
          () => answered.add(sql),
          (error: unknown) => {
            if (!isPilotError(error)) throw error;
            unanswered.set(sql, `${error.code}: ${error.message}`);
            if (error.code === 'statement.refused' || error.code === 'internal') refused.push(`${reason} | ${sql} → ${error.message}`);
          },
        );
      }
      assert.deepEqual(refused, []);
      assert.deepEqual(differences(start, await fixture.snapshot()), []);
    });

    full(
      test('the second fence alone: what the server itself stops', async () => {
        const through = await runAll('second', (name) =>
          Session.open({ ...target, database: name }, { password: fixture.server.root.password }),
        );
        // READ ONLY is for exactly these two; the rest is why there is a first fence.
        assert.deepEqual(through.get('writes rows'), []);
        assert.deepEqual(
          through.get('explains by running')?.filter((line) => line.includes('rows')),
          [],
        );
      }),
    );

    full(
      test('the third fence alone: what the privileges of a read-only account stop', async () => {
        const account = { ...target, user: READER.user };
        const through = await runAll('third', (name) =>
          Session.openWritable({ ...account, database: name === 'shadow' ? 'fence' : name }, { password: READER.password }),
        );
        for (const reason of ['writes rows', 'changes the schema', 'writes or reads files'])
          assert.deepEqual(through.get(reason), [], reason);
      }),
    );

    /** Runs the hostile corpus with one fence only; resolves to what had an effect, by the reason to refuse it. */
    async function runAll(fence: string, open: (database: string) => Promise<Session>): Promise<Map<string, string[]>> {
      const through = new Map<string, string[]>();
      const totals = new Map<string, number>();
      for (const { reason, sql, database: name } of readCorpus('hostile', fixture.folder).filter(sampled)) {
        totals.set(reason, (totals.get(reason) ?? 0) + 1);
        const list = through.get(reason) ?? [];
        through.set(reason, list);
        const session = await open(name).catch(() => undefined); // an account without rights on the database gets no further
        const effects = session === undefined ? [] : await runUnguarded(sql, session);
        if (effects.length === 0) continue;
        const ended = await fixture.revive();
        list.push(`${sql} → ${ended ? 'ended the server' : effects.join(', ')}`);
        if (ended) console.log(`      · ended the server: ${sql}`);
        else if (effects.every((effect) => LEAVES_NOTHING.has(effect))) continue;
        else await fixture.restore();
        start = await fixture.snapshot();
      }
      const folder = path.join(ROOT, 'out/security');
      await mkdir(folder, { recursive: true });
      await writeFile(path.join(folder, `${fence}-fence-${flavor}.json`), JSON.stringify(Object.fromEntries(through), undefined, 2));
      for (const [reason, list] of through)
        console.log(`      · ${reason}: ${String(list.length)} of ${String(totals.get(reason))} had an effect`);
      const sum = [...through.values()].reduce((n, list) => n + list.length, 0);
      console.log(`      · together: ${String(sum)} of ${String([...totals.values()].reduce((n, total) => n + total, 0))}`);
      return through;
    }

    /** Sends a statement as it is; resolves to what happened. */
    async function runUnguarded(sql: string, session: Session): Promise<string[]> {
      const cells: (string | null)[] = [];
      const sink: RowSink = {
        columns: () => undefined,
        row: (row) => {
          cells.push(...row);
          return cells.length < 5000;
        },
        tooLarge: () => undefined,
      };
      const began = performance.now();
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise((resolve) => (timer = setTimeout(resolve, TIMEOUT_MS)));
      await Promise.race([session.stream(sql, sink).catch(() => undefined), timeout]);
      clearTimeout(timer);
      const held = performance.now() - began >= HELD_MS ? [HELD] : [];
      const effects = [...differences(start, await fixture.snapshot()), ...held, ...(leaks(cells) ? [TOLD] : [])];
      if (session.running) await execute(fixture.server, `KILL ${String(session.threadId)}`).catch(() => undefined);
      session.destroy();
      return effects;
    }
  });
}

/** Every case that was there first, and each eighth of the others: one with an effect costs half a second. */
function sampled({ reason, flavors, sql }: Case, index: number): boolean {
  if (reason === FLOODS || flavors.length === 0 || sql.length > 5000) return false;
  return index < FIRST_CASES || index % 8 === 0;
}

/** Servers of the environment are set up otherwise (no binary log, another version), so not all has an answer there. */
const own = process.env['MYSQL_TEST_URL'] === undefined && process.env['MARIADB_TEST_URL'] === undefined;

suite('honest corpus', () => {
  test('every case was answered by a server', function () {
    if (!own) this.skip();
    assert.deepEqual(
      readCorpus('honest')
        .filter(({ flavors }) => flavors.some((flavor) => ran.has(flavor)))
        .map(({ sql }) => sql)
        .filter((sql) => !answered.has(sql))
        .map((sql) => `${sql} → ${unanswered.get(sql) ?? ''}`),
      [],
    );
  });
});
