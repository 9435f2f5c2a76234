import assert from 'node:assert/strict';
import type { Database } from '../../../src/engine/connection/database.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
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

const NO_REMARKS = { count: 0, first: '' };

for (const flavor of ['mysql', 'mariadb'] as const) {
  suite(`rows of a file into a table of ${flavor}`, function () {
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
      const userSession = database.sessions.open('shop');
      try {
        return await importRows(userSession, table, COLUMNS, toAsync(rows), { atomic, signal, progress });
      } finally {
        userSession.close();
      }
    };

    suiteSetup(async () => {
      server = await startServer(flavor);
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

    test('a value that the server would store as another is refused with its line', async () => {
      await execute(
        server,
        "DROP TABLE IF EXISTS shop.fits; CREATE TABLE shop.fits (i INT, d DECIMAL(5,2), e ENUM('a','b'), t DATETIME, v VARCHAR(3), day DATE)",
      );
      const columns = [
        ...[
          { name: 'i', type: 'int NULL' },
          { name: 'd', type: 'decimal(5,2) NULL' },
        ],
        ...[
          { name: 'e', type: "enum('a','b') NULL" },
          { name: 't', type: 'datetime NULL' },
        ],
        ...[
          { name: 'v', type: 'varchar(3) NULL' },
          { name: 'day', type: 'date NULL' },
        ],
      ];
      const whole = ['1', '1.25', 'b', '2024-01-01 00:00:00', 'abc', '2024-01-01'];
      const others = ['1.5', '1.005', '2', '2024-01-01 00:00:00.9', 'abc  ', '2024-01-01 10:00:00'];
      const rows = [whole, ...others.map((value, i) => whole.with(i, value))].map((values, i) => ({ line: i + 2, values }));
      const userSession = database.sessions.open('shop');
      const outcome = await importRows(userSession, { database: 'shop', name: 'fits' }, columns, toAsync(rows), {
        ...{ atomic: false, signal: new AbortController().signal, progress: () => undefined },
      });
      userSession.close();
      assert.deepEqual([outcome.inserted, outcome.refused.map(({ line }) => line), outcome.remarks], [1, [3, 4, 5, 6, 7, 8], NO_REMARKS]);
      assert.equal(outcome.refused[0]?.message, 'The value 1.5 of i would be rounded.');
    });

    test('NULL for a TIMESTAMP that takes none is refused, and not replaced by the current time', async () => {
      await execute(
        server,
        'DROP TABLE IF EXISTS shop.moments; CREATE TABLE shop.moments (id INT PRIMARY KEY, at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, maybe TIMESTAMP NULL, f FLOAT(5,2))',
      );
      const columns = (await database.schema.describe('shop', 'moments'))?.definition?.columns ?? [];
      const userSession = database.sessions.open('shop');
      const at = '2024-01-01 00:00:00';
      const values = [
        ['1', at, null, '1.25'],
        ['2', null, at, '1'],
        ['3', at, at, '1.255'],
      ];
      const rows = toAsync(values.map((one, i) => ({ line: i + 2, values: one })));
      const outcome = await importRows(userSession, { database: 'shop', name: 'moments' }, columns, rows, {
        ...{ atomic: false, signal: new AbortController().signal, progress: () => undefined },
      });
      userSession.close();
      assert.deepEqual(
        [outcome.inserted, outcome.refused.map(({ message }) => message)],
        [1, ['The value NULL of at would be replaced by the current time.', 'The value 1.255 of f would be rounded.']],
      );
    });

    test('JSON that MySQL would store with fewer members or digits is refused, and stays as it is on MariaDB', async () => {
      await execute(server, 'DROP TABLE IF EXISTS shop.documents; CREATE TABLE shop.documents (doc JSON)');
      const columns = (await database.schema.describe('shop', 'documents'))?.definition?.columns ?? [];
      const texts = ['{"a": 1, "b": 0.1}', '{"a": 1, "a": 2}', '{"a": 0.12345678901234567890}'];
      const userSession = database.sessions.open('shop');
      const rows = toAsync(texts.map((text, i) => ({ line: i + 2, values: [text] })));
      const outcome = await importRows(userSession, { database: 'shop', name: 'documents' }, columns, rows, {
        ...{ atomic: false, signal: new AbortController().signal, progress: () => undefined },
      });
      userSession.close();
      assert.deepEqual(
        outcome.refused.map(({ line }) => line),
        flavor === 'mysql' ? [3, 4] : [],
      );
      const stored = (await execute(server, 'SELECT CAST(doc AS CHAR) AS doc FROM shop.documents')) as { doc: string }[];
      assert.deepEqual(
        stored.map(({ doc }) => doc),
        flavor === 'mysql' ? texts.slice(0, 1) : texts,
      );
    });

    test('what the server remarks on rows that it takes is told', async () => {
      await execute(server, 'DROP TABLE IF EXISTS shop.remarked; CREATE TABLE shop.remarked (v VARCHAR(3))');
      const userSession = database.sessions.open('shop');
      const columns = [{ name: 'v', type: 'text' }]; // as it was before somebody made it shorter
      const rows = toAsync([{ line: 2, values: ['abc  '] }]);
      const { inserted, remarks } = await importRows(userSession, { database: 'shop', name: 'remarked' }, columns, rows, {
        ...{ atomic: true, signal: new AbortController().signal, progress: () => undefined },
      });
      userSession.close();
      assert.deepEqual([inserted, remarks.count], [1, 1]);
      assert.match(remarks.first, /truncated/i);
    });

    test('values arrive as they were, in batches', async () => {
      const odd = ["it's", 'a\\b', '', null, 'ü😀', '"; DROP', '0x41'];
      const told: number[] = [];
      const rows = Array.from({ length: 1201 }, (_, i) => row(i, odd[i % odd.length] ?? null, '0x00FF', '5'));
      assert.deepEqual(await load(rows, { progress: () => told.push(1) }), {
        inserted: 1201,
        refused: [],
        stopped: false,
        remarks: NO_REMARKS,
      });
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

    test('a connection that breaks off: what was inserted is told, and nothing of all or none', async () => {
      for (const atomic of [true, false]) {
        const userSession = database.sessions.open('shop');
        let killed: Promise<unknown> | undefined;
        const slowly = async function* (): AsyncGenerator<ImportRow> {
          for (let i = 0; i < 1500; i++) {
            if (i === 1200) await killed;
            yield row(i, 'x');
          }
        };
        const progress = (inserted: number): void => {
          if (inserted < 500 || killed !== undefined) return;
          killed = (async () => {
            const all = `SELECT id AS id FROM information_schema.processlist WHERE user = '${SAMPLE.owner.user}'`;
            for (const { id } of (await execute(server, all)) as { id: number }[]) await execute(server, `KILL ${String(id)}`);
            await new Promise((resolve) => setTimeout(resolve, 200));
          })();
        };
        const options = { atomic, signal: new AbortController().signal, progress };
        const told = atomic ? /Nothing was inserted\./ : /\b(?:500|1,000) rows were inserted before that and are kept\./;
        await assert.rejects(importRows(userSession, table, COLUMNS, slowly(), options), told);
        userSession.close();
        assert.equal((await count()) > 0, !atomic);
      }
    });

    test('rows are committed where the server has autocommit off', async () => {
      await execute(server, 'SET GLOBAL autocommit = 0');
      try {
        assert.equal((await load([row(0, 'x'), row(1, 'y')], { atomic: false })).inserted, 2);
        assert.equal(await count(), 2);
      } finally {
        await execute(server, 'SET GLOBAL autocommit = 1');
      }
    });

    test('an id of 0 stays 0, and an empty value of bytes is empty', async () => {
      await execute(server, 'ALTER TABLE shop.`im``port` MODIFY id INT AUTO_INCREMENT');
      await load([row(0, 'zero', '0x'), row(7, 'seven', '0x41')]);
      const rows = (await execute(server, 'SELECT id, HEX(raw) AS raw FROM shop.`im``port` ORDER BY id')) as object[];
      assert.deepEqual(rows, [
        { id: 0, raw: '' },
        { id: 7, raw: '41' },
      ]);
    });

    test('an engine that cannot roll back: all or none is refused, and each row is inserted once and as it is', async () => {
      await execute(server, 'ALTER TABLE shop.`im``port` ENGINE = MyISAM');
      await assert.rejects(load([row(1, 'x')]), /can't roll back/);
      assert.equal(await count(), 0);
      const rows = Array.from({ length: 20 }, (_, i) => row(i === 10 ? 3 : i, i === 15 ? 'much too long' : 'x'));
      const { inserted, refused } = await load(rows, { atomic: false });
      assert.deepEqual([inserted, refused.length, await count()], [18, 2, 18]);
    });

    test('a row over max_allowed_packet is refused with the cause, and the others go in', async () => {
      await execute(server, 'ALTER TABLE shop.`im``port` MODIFY note LONGTEXT');
      const [{ size }] = (await execute(server, 'SELECT @@global.max_allowed_packet AS size')) as [{ size: number }];
      await execute(server, 'SET GLOBAL max_allowed_packet = 1048576');
      const small = await openDatabase(
        { host: server.host, port: server.port, user: SAMPLE.owner.user, database: 'shop', tls: 'preferred' },
        { password: () => Promise.resolve(SAMPLE.owner.password), warn: () => undefined },
      );
      try {
        const userSession = small.sessions.open('shop');
        const rows = [row(1, 'x'), row(2, '日'.repeat(400_000)), row(3, '日'.repeat(300_000)), row(4, '日'.repeat(300_000))];
        const options = { atomic: false, signal: new AbortController().signal, progress: (): void => undefined };
        const { inserted, refused } = await importRows(userSession, table, COLUMNS, toAsync(rows), options);
        assert.deepEqual([inserted, refused.map(({ line }) => line)], [3, [4]]);
        assert.match(refused[0]?.message ?? '', /max_allowed_packet/);
        const { signal } = options;
        const long = userSession.run(`SELECT 1 /* ${'x'.repeat(1_100_000)} */`, {
          limits: { maxRows: 1, maxCharacters: 9 },

          signal,
        });
        await assert.rejects(long, /The statement has 1,100,\d+ bytes, and the server accepts 1,048,576 \(max_allowed_packet\)/);
        userSession.close();
      } finally {
        await small.close();
        await execute(server, `SET GLOBAL max_allowed_packet = ${String(size)}`);
      }
    });

    const held = { 'a deadlock': "'40001' SET MYSQL_ERRNO = 1213", 'a lock wait timeout': "'HY000' SET MYSQL_ERRNO = 1205" };
    for (const [what, signal] of Object.entries(held))
      test(`${what} ends the import: what was rolled back is not taken for inserted, and no row for refused`, async () => {
        await execute(
          server,
          `CREATE TRIGGER shop.ends BEFORE INSERT ON shop.\`im\`\`port\` FOR EACH ROW BEGIN IF NEW.id = 600 THEN SIGNAL SQLSTATE ${signal}, MESSAGE_TEXT = 'Held up'; END IF; END`,
        );
        await assert.rejects(load(Array.from({ length: 1000 }, (_, i) => row(i, 'x'))), /Held up/);
        assert.equal(await count(), 0);
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
