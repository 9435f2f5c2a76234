import assert from 'node:assert/strict';
import { mkdtemp, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Database } from '../../../src/engine/connection/database.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import { PilotError } from '../../../src/engine/errors.ts';
import { importRows, type ImportRow } from '../../../src/engine/writes/rowImport.ts';
import { readRows } from '../../../src/extension/csvImport/csvFile.ts';
import { fileState, unchangedRows } from '../../../src/extension/csvImport/fileState.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type TestServer } from '../../harness/servers/testServer.ts';

const COLUMNS = [
  { name: 'id', type: 'int' },
  { name: 'note', type: 'varchar(10)' },
];

for (const flavor of ['mysql', 'mariadb'] as const) {
  suite(`a file that changes while it is imported into ${flavor}`, function () {
    this.timeout(60_000);
    let server: TestServer;
    let database: Database;

    const count = async (): Promise<number> =>
      Number(((await execute(server, 'SELECT COUNT(*) AS n FROM shop.sheet')) as { n: number }[])[0]?.n);

    suiteSetup(async () => {
      server = await startServer(flavor);
      await loadSample(server);
      await execute(server, 'CREATE TABLE shop.sheet (id INT PRIMARY KEY, note VARCHAR(10))');
      database = await openDatabase(
        { host: server.host, port: server.port, user: SAMPLE.owner.user, database: 'shop', tls: 'preferred' },
        { password: () => Promise.resolve(SAMPLE.owner.password), warn: () => undefined },
      );
    });
    suiteTeardown(async () => {
      await database.close();
      await server.dispose();
    });

    test('is inserted no further, and what is there is told', async () => {
      const folder = await mkdtemp(path.join(tmpdir(), 'mpt-import-'));
      const file = path.join(folder, 'rows.csv');
      const text = (from: number): string => Array.from({ length: 1200 }, (_, i) => `${String(from + i)},x\n`).join('');
      const other = text(5000);
      const rewrite = (): Promise<void> => writeFile(file, other);
      /** Of the same length and time. */
      const replace = async (): Promise<void> => {
        const { atime, mtime } = await stat(file);
        await writeFile(`${file}.new`, other);
        await utimes(`${file}.new`, atime, mtime);
        await rename(`${file}.new`, file);
      };
      const importOf = async (atomic: boolean, change: { before?: () => Promise<void>; while?: () => Promise<void> }): Promise<unknown> => {
        await execute(server, 'DELETE FROM shop.sheet');
        await writeFile(file, text(1000));
        const state = await fileState(file);
        await change.before?.();
        const read = readRows(file, { delimiter: ',', header: false, emptyIsNull: true }, [0, 1], 2);
        const rows = unchangedRows(read, file, state, () => new PilotError('input.invalid', 'The file was changed.', {}));
        let changing: Promise<void> | undefined;
        const slowly = async function* (): AsyncGenerator<ImportRow> {
          for await (const one of rows) {
            yield one;
            if (one.line === 501) await (changing ??= change.while?.());
          }
        };
        const userSession = database.sessions.open('shop');
        try {
          const options = { atomic, signal: new AbortController().signal, progress: (): void => undefined };
          return (await importRows(userSession, { database: 'shop', name: 'sheet' }, COLUMNS, slowly(), options)).inserted;
        } catch (error) {
          return error instanceof Error ? error.message : error;
        } finally {
          userSession.close();
        }
      };
      try {
        for (const change of [rewrite, replace]) {
          for (const atomic of [true, false]) {
            assert.equal(await importOf(atomic, { before: change }), 'The file was changed. Nothing was inserted.');
            assert.equal(await count(), 0);
          }
          assert.equal(await importOf(true, { while: change }), 'The file was changed. Nothing was inserted.');
          assert.equal(await count(), 0);
          assert.equal(await importOf(false, { while: change }), 'The file was changed. 500 rows were inserted before that and are kept.');
          assert.equal(await count(), 500);
        }
        assert.equal(await importOf(true, {}), 1200);
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  });
}
