import assert from 'node:assert/strict';
import { secondFlavor } from '../../harness/depth.ts';
import { AgentSetup } from '../../harness/mcp/agentSetup.ts';
import { link, mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { StdioClient } from '../../harness/mcp/stdioClient.ts';
import { TestBroker } from '../../harness/mcp/testBroker.ts';
import { until } from '../../harness/run.ts';
import { execute, type Flavor, type TestServer } from '../../harness/servers/testServer.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];
/** Ten million rows that are made while they are read. */
const MANY = 'SELECT a.id AS a, b.id AS b FROM orders a, orders b, (SELECT 1 AS n UNION SELECT 2) c, products p LIMIT 10000000';

interface ExportAnswer {
  readonly content: readonly [{ readonly text: string }, { readonly type: string; readonly uri: string; readonly mimeType: string }];
}

for (const flavor of flavors) {
  suite(`mysql_export on ${flavor}`, function () {
    secondFlavor(this, flavor);
    let setup: AgentSetup;
    let server: TestServer;
    let broker: TestBroker;
    let client: StdioClient;

    const files = async (): Promise<string[]> =>
      (await readdir(broker.exportFolder).catch(() => [])).filter((name) => name !== '.gitignore');
    const exported = async (args: Record<string, unknown>): Promise<string> => {
      const { text, isError } = await client.call('mysql_export', args);
      assert.ok(!isError, text);
      return readFile(text.slice(text.indexOf(': ') + 2), 'utf8');
    };
    const refused = async (args: Record<string, unknown>, expected: RegExp): Promise<void> => {
      const before = await files();
      const { text, isError } = await client.call('mysql_export', args);
      assert.ok(isError, text);
      assert.match(text, expected);
      assert.deepEqual(await files(), before, 'nothing is left behind');
    };

    suiteSetup(async () => {
      setup = await AgentSetup.start(flavor);
      ({ server, broker, client } = setup);
    });
    suiteTeardown(() => setup.dispose());

    test('CSV by RFC 4180, with a link to the file', async () => {
      const args = { sql: 'SELECT id, txt, bytes, day FROM exact_values ORDER BY id', file: 'values' };
      const { content } = (await client.client.callTool({ name: 'mysql_export', arguments: args })) as unknown as ExportAnswer;
      const [{ text }, link] = content;
      assert.match(text, /^3 rows, \d+ bytes, in \d+\.\d s: \/.*\/\.mysql-pilot\/exports\/values\.csv$/);
      assert.deepEqual(
        [link.type, link.mimeType, fileURLToPath(link.uri)],
        ['resource_link', 'text/csv', text.slice(text.indexOf(': ') + 2)],
      );
      assert.equal(
        await readFile(fileURLToPath(link.uri), 'utf8'),
        'id,txt,bytes,day\r\n1,"a,""b""\nc",0x00FF,9999-12-31\r\n2,"",,\r\n3,"  😀 ",0xC328,1000-01-01\r\n',
      );
      assert.equal(await readFile(path.join(broker.exportFolder, '.gitignore'), 'utf8'), '*\n');
    });

    test('JSON lines: each line an object, numbers to the last digit', async () => {
      const text = await exported({
        sql: 'SELECT big, exact, doc, txt FROM exact_values WHERE id = 1',
        file: 'values',
        format: 'jsonl',
      });
      const doc = flavor === 'mysql' ? '{"n": 9007199254740993}' : String.raw`"{\"n\": 9007199254740993}"`;
      assert.equal(
        text,
        `{"big":18446744073709551615,"exact":12345678901234567890.12345678901234567890,"doc":${doc},"txt":"a,\\"b\\"\\nc"}\n`,
      );
      await refused(
        { sql: 'SELECT id, id FROM orders', file: 'twice', format: 'jsonl' },
        /^input\.invalid: Two columns have the same name/,
      );
    });

    test('SQL INSERTs bring every table back as it was', async () => {
      await execute(
        server,
        `CREATE TABLE odd (id INT PRIMARY KEY, \`a \`\`b\` TEXT, shape GEOMETRY, raw BLOB, f DOUBLE, z INT(5) ZEROFILL, y YEAR, t TIME(3), s SET('a','b'), stamp TIMESTAMP NULL);
         INSERT INTO odd VALUES (1, 'it''s \\\\ \\n \\0 \\Z "q"', ST_GeomFromText('POINT(1 2)', 4326), x'', 1e-300, 42, 2024, '-838:59:59', 'a,b', '2024-03-31 02:30:00'),
           (2, NULL, ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))'), x'00FF27', -0.1, 123456, 1901, '00:00:00.125', '', NULL)`,
        'shop',
      );
      await execute(server, 'DROP DATABASE IF EXISTS copy; CREATE DATABASE copy CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci');
      for (const table of ['orders', 'customers', 'exact_values', 'odd']) {
        const text = await exported({ sql: `SELECT * FROM ${table}`, file: `${table}.sql`, format: 'sql' });
        await execute(server, `CREATE TABLE copy.${table} LIKE shop.${table}`);
        await execute(server, text, 'copy');
        const checksums = (await execute(server, `CHECKSUM TABLE shop.${table}, copy.${table}`)) as { Checksum: number }[];
        assert.ok((checksums[0]?.Checksum ?? 0) > 0 && checksums[0]?.Checksum === checksums[1]?.Checksum, table);
      }
      await execute(server, 'DROP DATABASE copy; DROP TABLE odd', 'shop');
      assert.equal((await exported({ sql: 'SELECT * FROM orders WHERE id < 0', file: 'none', format: 'sql' })).includes('INSERT'), false);
    });

    test('Parquet: types where Parquet has them, exact', async () => {
      await execute(
        server,
        `CREATE TABLE kinds (id INT PRIMARY KEY, big BIGINT UNSIGNED, neg BIGINT, money DECIMAL(12,2), wide DECIMAL(40,20), f DOUBLE, day DATE, moment DATETIME(6), raw VARBINARY(4), txt TEXT, t TIME);
         INSERT INTO kinds VALUES (1, 18446744073709551615, -9007199254740993, -0.05, 12345678901234567890.12345678901234567890, 0.1, '1969-12-31', '2024-03-31 02:30:00.123456', x'00FF', 'é😀', '-12:00:00'),
           (2, NULL, NULL, 1234567890.12, NULL, NULL, '9999-12-31', '1000-01-01 00:00:00', NULL, '', NULL)`,
        'shop',
      );
      const { text } = await client.call('mysql_export', { sql: 'SELECT * FROM kinds ORDER BY id', file: 'kinds', format: 'parquet' });
      const { buffer } = new Uint8Array(await readFile(text.slice(text.indexOf(': ') + 2)));
      const metadata = parquetMetadata(buffer);
      assert.equal(metadata.num_rows, 2n);
      const [first = {}, second = {}] = (await parquetReadObjects({ file: buffer, utf8: false })) as Record<string, unknown>[];
      const { raw, ...others } = first;
      assert.equal(Buffer.from(raw as Uint8Array).toString('hex'), '00ff');
      assert.deepEqual(others, {
        ...{ id: 1n, big: 18446744073709551615n, neg: -9007199254740993n, money: -0.05, wide: '12345678901234567890.12345678901234567890' },
        ...{ f: 0.1, day: new Date('1969-12-31'), moment: new Date('2024-03-31T02:30:00.123Z'), txt: 'é😀', t: '-12:00:00' },
      });
      const { money, day, moment, txt, big } = second;
      assert.equal(Number(money).toFixed(2), '1234567890.12'); // this reader makes a float of it
      assert.deepEqual([day, moment, txt, big], [new Date('9999-12-31'), new Date('1000-01-01'), '', null]);
      await execute(server, 'DROP TABLE kinds', 'shop');
      const many = await client.call('mysql_export', {
        sql: 'SELECT a.id, b.note FROM orders a, orders b LIMIT 120000',
        file: 'many',
        format: 'parquet',
      });
      const large = new Uint8Array(await readFile(many.text.slice(many.text.indexOf(': ') + 2))).buffer;
      assert.deepEqual(
        parquetMetadata(large).row_groups.map(({ num_rows }) => num_rows),
        [50000n, 50000n, 20000n],
      );
    });

    test('never outside the folder, never over a file, never through a link', async () => {
      for (const file of [
        '../x',
        '/tmp/x',
        'a/b',
        '..',
        '.hidden',
        'nul',
        'x\ny',
        'a\\b',
        '-rf',
        'COM¹',
        'con ',
        'aux .x',
        'ｃｏｎ',
        '字'.repeat(86),
      ])
        await refused({ sql: 'SELECT 1', file }, /^file\.failed: .* is not allowed as a file name/);
      await exported({ sql: 'SELECT 1 AS one', file: 'once' });
      await refused({ sql: 'SELECT 2 AS two', file: 'once' }, /^file\.failed: once\.csv already exists and wasn't overwritten/);
      assert.match(await readFile(path.join(broker.exportFolder, 'once.csv'), 'utf8'), /^one\r\n1\r\n$/);

      const other = await TestBroker.start();
      other.add(server);
      const elsewhere = path.join(other.folder, 'elsewhere');
      await mkdir(elsewhere);
      await symlink(elsewhere, path.dirname(other.exportFolder));
      const peer = await StdioClient.start(other.rendezvous);
      assert.match(
        (await peer.call('mysql_export', { sql: 'SELECT 1', file: 'x' })).text,
        /^file\.failed: .* is a link\. Exports don't follow/,
      );
      assert.deepEqual(await readdir(elsewhere), []);
      await peer.close();
      await other.dispose();
    });

    test("a folder that is a link is not read either, and a file that has another name is nobody's export", async () => {
      const outside = path.join(path.dirname(broker.exportFolder), 'private');
      await mkdir(outside);
      for (const name of ['id_rsa', 'notes.csv']) await writeFile(path.join(outside, name), 'private');
      const linked = await TestBroker.start();
      linked.add(server);
      await mkdir(path.dirname(linked.exportFolder), { recursive: true });
      await symlink(outside, linked.exportFolder);
      const peer = await StdioClient.start(linked.rendezvous);
      const listed = (await peer.client.listResources()).resources.filter(({ uri }) => uri.startsWith('file:'));
      assert.deepEqual(listed, []);
      for (const name of ['id_rsa', 'notes.csv'])
        await assert.rejects(
          peer.client.readResource({ uri: pathToFileURL(path.join(linked.exportFolder, name)).href }),
          /object\.unknown/,
          name,
        );
      await peer.close();
      await linked.dispose();

      await exported({ sql: 'SELECT 1 AS one', file: 'twice named' });
      const uriOf = (name: string): string => pathToFileURL(path.join(broker.exportFolder, name)).href;
      assert.match(JSON.stringify(await client.client.readResource({ uri: uriOf('twice named.csv') })), /one/);
      await link(path.join(outside, 'id_rsa'), path.join(broker.exportFolder, 'hard.csv'));
      await writeFile(path.join(broker.exportFolder, 'readme'), 'not ours');
      for (const name of ['hard.csv', 'readme'])
        await assert.rejects(client.client.readResource({ uri: uriOf(name) }), /object\.unknown/, name);
    });

    test('what a killed export has left goes with a later one, what another one writes now stays', async () => {
      const place = (name: string): string => path.join(broker.exportFolder, name);
      for (const name of ['.old.csv.part', '.now.csv.part', '.mine.part']) await writeFile(place(name), 'rows');
      for (const name of ['old.csv', 'now.csv']) await writeFile(place(name), '');
      const longAgo = new Date(Date.now() - 3 * 60 * 60 * 1000);
      for (const name of ['.old.csv.part', '.mine.part', 'old.csv']) await utimes(place(name), longAgo, longAgo);
      await exported({ sql: 'SELECT 1 AS one', file: 'after the kill' });
      const left = await readdir(broker.exportFolder);
      assert.deepEqual(
        ['.old.csv.part', 'old.csv', '.now.csv.part', 'now.csv', '.mine.part'].map((name) => left.includes(name)),
        [false, false, true, true, true],
      );
      await exported({ sql: 'SELECT 1 AS one', file: 'old' });
    });

    test('only one read, and only what the guard lets pass', async () => {
      await refused({ sql: 'DELETE FROM orders', file: 'bad' }, /^statement\.refused: DELETE/);
      await refused({ sql: 'SELECT 1; SELECT 2', file: 'bad' }, /^input\.invalid: One read can be exported/);
      await refused({ sql: "SELECT * FROM orders INTO OUTFILE '/tmp/x'", file: 'bad' }, /^statement\.refused/);
      await refused({ sql: 'SELECT * FROM custmers', file: 'bad' }, /Did you mean customers/);
      await refused({ sql: 'SELECT nothing FROM orders', file: 'bad' }, /^object\.unknown/);
      await refused({ sql: MANY, file: 'late', timeoutSeconds: 0.5 }, /^statement\.timeout/);
    });

    test('tells its progress, and a canceled one leaves nothing', async () => {
      const controller = new AbortController();
      const seen: number[] = [];
      const call = client.client.callTool({ name: 'mysql_export', arguments: { sql: MANY, file: 'cancelled' } }, undefined, {
        signal: controller.signal,
        onprogress: ({ progress }) => seen.push(progress),
      });
      await until(() => seen.length >= 2, 'two reports', 15_000);
      assert.ok((seen[1] ?? 0) > (seen[0] ?? 0));
      assert.ok((await files()).includes('cancelled.csv'));
      controller.abort();
      await assert.rejects(call);
      await until(async () => !(await files()).some((name) => name.includes('cancelled')), 'the files to be gone');
      await writeFile(path.join(broker.exportFolder, 'cancelled.csv'), ''); // the name is free again
    });
  });
}
