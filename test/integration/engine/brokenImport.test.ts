import assert from 'node:assert/strict';
import { importRows, type ImportRow } from '../../../src/engine/writes/rowImport.ts';
import { until } from '../../harness/run.ts';
import { startServer } from '../../harness/servers/source.ts';
import { adminConnection, execute } from '../../harness/servers/testServer.ts';
import { openPeople } from './session/people.ts';

for (const flavor of ['mysql', 'mariadb'] as const) {
  suite(`an import that breaks off while rows are on their way, on ${flavor}`, function () {
    this.timeout(60_000);

    test('claims nothing of these rows', async () => {
      const server = await startServer(flavor);
      const database = await openPeople(server, 'own');
      await execute(server, 'CREATE TABLE imported (id INT PRIMARY KEY)', 'own');
      const holder = await adminConnection(server, 'own');
      try {
        await holder.query('LOCK TABLES imported READ');
        const rows = async function* (): AsyncGenerator<ImportRow> {
          yield await Promise.resolve({ line: 2, values: ['1'] });
        };
        const options = { atomic: false, signal: new AbortController().signal, progress: () => undefined };
        const table = { database: 'own', name: 'imported' };
        const broken = assert.rejects(
          importRows(database.sessions.open('own'), table, [{ name: 'id', type: 'int' }], rows(), options),
          /(?<!Nothing was inserted\. )The rows that were being sent may or may not have been inserted\.$/,
        );
        const waiting = "SELECT id AS id FROM information_schema.processlist WHERE info LIKE 'INSERT INTO %imported%'";
        let found: { id: number }[] = [];
        await until(async () => (found = (await execute(server, waiting)) as { id: number }[]).length > 0, 'the rows to be sent');
        for (const { id } of found) await execute(server, `KILL ${String(id)}`);
        await broken;
      } finally {
        await holder.end();
        await database.close();
        await server.dispose();
      }
    });
  });
}
