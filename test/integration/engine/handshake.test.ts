import assert from 'node:assert/strict';
import { connect, createServer, type AddressInfo } from 'node:net';
import { openDatabase } from '../../../src/engine/openDatabase.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';

/** https://dev.mysql.com/doc/dev/mysql-server/latest/group__group__cs__capabilities__flags.html */
const FORBIDDEN = { FOUND_ROWS: 1 << 1, LOCAL_FILES: 1 << 7, IGNORE_SPACE: 1 << 8, MULTI_STATEMENTS: 1 << 16 };

suite('handshake', () => {
  test('the capabilities on the wire hold nothing that widens what a statement can do', async () => {
    const server = await startServer();
    await loadSample(server);
    let first: Buffer | undefined;
    const proxy = createServer((client) => {
      const upstream = connect(server.port, server.host);
      client.once('data', (chunk) => (first ??= chunk));
      client.pipe(upstream).pipe(client);
      for (const socket of [client, upstream]) socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const database = await openDatabase(
      { host: '127.0.0.1', port: (proxy.address() as AddressInfo).port, user: SAMPLE.owner.user, database: 'shop', tls: 'disabled' },
      { password: () => Promise.resolve(SAMPLE.owner.password), warn: () => undefined },
    );
    try {
      await database.check();
      const capabilities = first?.readUInt32LE(4) ?? 0;
      assert.ok((capabilities & (1 << 9)) !== 0, 'protocol 4.1: the right bytes are read');
      for (const [name, flag] of Object.entries(FORBIDDEN)) assert.equal(capabilities & flag, 0, name);
    } finally {
      await database.close();
      proxy.close();
      await server.dispose();
    }
  });
});
