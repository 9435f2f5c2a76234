import assert from 'node:assert/strict';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import { startProxy } from '../../harness/servers/proxy.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';

/** https://dev.mysql.com/doc/dev/mysql-server/latest/group__group__cs__capabilities__flags.html */
const FORBIDDEN = { FOUND_ROWS: 1 << 1, LOCAL_FILES: 1 << 7, IGNORE_SPACE: 1 << 8, MULTI_STATEMENTS: 1 << 16 };

suite('handshake', () => {
  test('the capabilities on the wire hold nothing that widens what a statement can do', async () => {
    const server = await startServer();
    await loadSample(server);
    let first: Buffer | undefined;
    const proxy = await startProxy(server, {
      toServer: (chunk) => {
        first ??= Buffer.from(chunk);
        return chunk;
      },
    });
    const { host, port } = proxy;
    const database = await openDatabase(
      { host, port, user: SAMPLE.owner.user, database: 'shop', tls: 'disabled' },
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
