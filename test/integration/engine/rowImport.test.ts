import assert from 'node:assert/strict';
import type { Database } from '../../../src/engine/database.ts';
import { openDatabase } from '../../../src/engine/openDatabase.ts';
import { importRows, MAX_REFUSED, type ImportOutcome, type ImportRow } from '../../../src/engine/writes/rowImport.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type TestServer } from '../../harness/servers/testServer.ts';

const COLUMNS = [
  { name: 'id', type: 'int' },
  { name: 'note', type: 'varchar(10)' },
  { name: 'raw', type: 'varbinary(4)' },
  { name: 'bits', type: 'bit(4)' },
];

for (const flavour of ['mysql', 'mariadb'] as const) {
  suite(`rows of a file into a table of ${flavour}`, function () {
    this.timeout(60_000);
    let server: TestServer;
    let database: Database;

    const table = { database: 'shop', name: 'im`port' };
    const count = async (): Promise<number> =>
      Number(((await execute(server, 'SELECT COUNT(*) AS n FROM shop.`im``port`')) as { n: number }[])[0]?.n);
    const load = async (
      rows: Iterable<ImportRow>,
      { atomic = true, signal = new AbortController().signal, progress = (): void => undefined } = {},
    ): Promise<ImportOutcome> => {
      const console = database.console('shop');
      try {
        return await importRows(console, table, COLUMNS, toAsync(rows), { atomic, signal, progress });
      } finally {
        console.close();
      }
    };

    suiteSetup(async () => {
      server = await startServer(flavour);
      await loadSample(server);
      database = await openDatabase(
        { host: server.host, port: server.port, user: SAMPLE.owner.user, database: 'shop', tls: 'preferred' },
        { password: () => Promise.resolve(SAMPLE.owner.password), warn: () => undefined },
      );
    });
    setup(() =>
      execute(
        server,
        'DROP TABLE IF EXISTS shop.`im``port`; CREATE TABLE shop.`im``port` (id INT PRIMARY KEY, note VARCHAR(10), raw VARBINARY(4), bits BIT(4))',
      ),
    );
    suiteTeardown(async () => {
      await database.close();
      await server.dispose();
    });

    test('values arrive as they were, in batches', async () => {
      const odd = ["it's", 'a\\b', '', null, 'ü😀', '"; DROP', '0x41'];
      const told: number[] = [];
      const rows = Array.from({ length: 1201 }, (_, i) => row(i, odd[i % odd.length] ?? null, '0x00FF', '5'));
      assert.deepEqual(await load(rows, { progress: () => told.push(1) }), { inserted: 1201, refused: [], stopped: false });
      assert.equal(told.length, 3);
      const read = (await execute(server, 'SELECT note, HEX(raw) AS raw, bits + 0 AS bits FROM shop.`im``port` ORDER BY id LIMIT 7')) as {
        note: string | null;
        raw: string;
        bits: number;
      }[];
      assert.deepEqual(
        read.map(({ note }) => note),
        odd,
      );
      assert.deepEqual([read[0]?.raw, Number(read[0]?.bits)], ['00FF', 5]);
    });

    test('all or none: the first row that is refused is told with its line, and nothing is there', async () => {
      const rows = Array.from({ length: 700 }, (_, i) => ({ ...row(i === 650 ? 3 : i, 'x'), line: i + 2 }));
      const { inserted, refused } = await load(rows);
      assert.deepEqual([inserted, refused.map(({ line }) => line), await count()], [0, [652], 0]);
      assert.match(refused[0]?.message ?? '', /Duplicate/);
    });

    test('the others go on: each refused row with its line and reason', async () => {
      const rows = Array.from({ length: 1000 }, (_, i) => row(i, i % 250 === 7 ? 'much too long' : 'x'));
      const broken = [...rows, { line: 5000, values: ['1', 'x', null, null], problem: 'It has 1 cells.' }];
      const { inserted, refused } = await load(broken, { atomic: false });
      assert.deepEqual([inserted, await count()], [996, 996]);
      assert.deepEqual(
        refused.map(({ line }) => line).sort((a, b) => a - b),
        [9, 259, 509, 759, 5000],
      );
      assert.match(refused[0]?.message ?? '', /too long/i);
    });

    test('a file that fits nowhere ends', async () => {
      const { inserted, refused } = await load(
        Array.from({ length: 5000 }, () => row(1, 'much too long')),
        { atomic: false },
      );
      assert.deepEqual([inserted, refused.length], [0, MAX_REFUSED]);
    });

    test('stopped: nothing of all or none, what was there of the others', async () => {
      for (const atomic of [true, false]) {
        const stop = new AbortController();
        const rows = Array.from({ length: 3000 }, (_, i) => row(i, 'x'));
        const outcome = await load(rows, {
          atomic,
          signal: stop.signal,
          progress: () => {
            stop.abort();
          },
        });
        assert.deepEqual([outcome.stopped, outcome.inserted, await count()], [true, atomic ? 0 : 500, atomic ? 0 : 500]);
      }
    });

    test('a table that is not there is an error, and no row is at fault', async () => {
      await execute(server, 'DROP TABLE shop.`im``port`');
      await assert.rejects(load([row(1, 'x')]), { code: 'object.unknown' });
    });
  });
}

function row(id: number, note: string | null, raw: string | null = null, bits: string | null = null): ImportRow {
  return { line: id + 2, values: [String(id), note, raw, bits] };
}

async function* toAsync<T>(all: Iterable<T>): AsyncGenerator<T> {
  for (const one of all) {
    await Promise.resolve();
    yield one;
  }
}
