import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createConnection, type Connection } from 'mysql2/promise';
import { nextStepOf } from '../../../src/server/messages/describeForAgent.ts';
import type { ConnectionTarget } from '../../../src/engine/driver/profile.ts';
import { isPilotError } from '../../../src/engine/errors.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import { until } from '../../harness/run.ts';
import { startProxy } from '../../harness/servers/proxy.ts';
import { startServer } from '../../harness/servers/source.ts';
import { adminConnection, execute, type TestServer } from '../../harness/servers/testServer.ts';

const PASSWORD = 'of all accounts here';

/** Logs in; resolves to `open`, or to the code of what is wrong and what to do. */
async function logIn(target: Pick<ConnectionTarget, 'host' | 'port' | 'user'> & Partial<ConnectionTarget>): Promise<string> {
  const database = await openDatabase(
    { tls: 'preferred', ...target },
    { password: () => Promise.resolve(PASSWORD), warn: () => undefined },
  );
  try {
    await database.check();
    return 'open';
  } catch (error) {
    return isPilotError(error) ? `${error.code}: ${error.message} ${nextStepOf(error)}` : String(error);
  } finally {
    await database.close();
  }
}

/** A session of somebody else; undefined where there is no room for it. */
async function logInRaw({ host, port }: TestServer): Promise<Connection | undefined> {
  return createConnection({ host, port, user: 'open', password: PASSWORD }).catch(() => undefined);
}

for (const flavor of ['mysql', 'mariadb'] as const) {
  suite(`logins that ${flavor} refuses`, function () {
    this.timeout(60_000);
    let server: TestServer;
    const as = (user: string, more: Partial<ConnectionTarget> = {}): Promise<string> =>
      logIn({ host: server.host, port: server.port, user, ...more });

    suiteSetup(async () => {
      server = await startServer(flavor);
      await execute(
        server,
        `CREATE DATABASE closed; ${['open', 'expired', 'locked', 'few'].map((user) => `CREATE USER ${user} IDENTIFIED BY '${PASSWORD}'`).join('; ')};
         ALTER USER expired PASSWORD EXPIRE; ALTER USER locked ACCOUNT LOCK; ALTER USER few WITH MAX_USER_CONNECTIONS 1`,
      );
    });
    suiteTeardown(() => server.dispose());

    test('a connection that breaks off behind the login is lost, and not a login that takes too long', async () => {
      assert.equal(await as('open'), 'open'); // MySQL knows the password from now on, and does not ask for it itself
      const proxy = await startProxy(server, { toServer: (chunk) => (chunk.includes('VERSION()') ? undefined : chunk) });
      try {
        assert.match(
          await as('open', { host: proxy.host, port: proxy.port, tls: 'disabled', connectTimeoutMs: 20_000 }),
          /^connection\.lost:/,
        );
      } finally {
        proxy.close();
      }
    });

    test('what a server says when it ends a session behind its login is told', async () => {
      await execute(server, "SET GLOBAL init_connect = 'no such statement'");
      try {
        assert.match(await as('open'), /^login\.refused: [^]*init_connect command failed[^]*Ask an administrator to fix it/);
      } finally {
        await execute(server, "SET GLOBAL init_connect = ''");
      }
    });

    test('an account that is as it should be comes in', async () => {
      assert.equal(await as('open'), 'open');
    });

    test('a password that has expired [F18]', async () => {
      assert.match(await as('expired'), /^login\.refused: .*expired.* Set a new one with ALTER USER/);
    });

    test('an account that is locked [F19]', async () => {
      assert.match(await as('locked'), /^login\.refused: .*locked.* ACCOUNT UNLOCK/);
    });

    test('a database without rights', async () => {
      assert.match(
        await as('open', { database: 'closed' }),
        /^login\.refused: .*closed.* ask an administrator to grant the account privileges/,
      );
    });

    test('an account that may have one session, and needs another for stopping its statements', async () => {
      const database = await openDatabase(
        { host: server.host, port: server.port, user: 'few', tls: 'preferred' },
        { password: () => Promise.resolve(PASSWORD), warn: () => undefined },
      );
      try {
        await database.check().catch(() => undefined); // whichever of the two came first
        assert.match(await as('few'), /^connection\.limit: .* close some of its sessions/);
      } finally {
        await database.close();
      }
    });

    test('a server without a free connection [F20]', async () => {
      const admin = await adminConnection(server);
      try {
        const [[before]] = (await admin.query('SELECT @@max_connections AS n')) as unknown as [{ n: number }[]];
        await admin.query(`SET GLOBAL max_connections = ${flavor === 'mysql' ? '1' : '10'}`); // MariaDB takes no less
        const sessions = async (): Promise<number> => {
          const [[row]] = (await admin.query(
            'SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE USER = "open"',
          )) as unknown as [[{ n: number }]];
          return row.n;
        };
        await until(async () => (await sessions()) === 0, 'the sessions of the tests before to end'); // they would leave room behind them
        const others = await Promise.all(Array.from({ length: 12 }, () => logInRaw(server)));
        assert.match(await as('open'), /^connection\.limit: .* increase max_connections/);
        for (const other of others) other?.destroy();
        await admin.query(`SET GLOBAL max_connections = ${String(before?.n)}`);
      } finally {
        await admin.end();
      }
    });

    if (flavor === 'mysql')
      test('a server that wants TLS [F21]', async () => {
        const admin = await adminConnection(server);
        try {
          await admin.query('SET GLOBAL require_secure_transport = ON');
          assert.match(await as('open', { tls: 'disabled' }), /^tls\.failed: .* Set the TLS mode \(ssl-mode\) to required/);
          assert.equal(await as('open', { tls: 'required' }), 'open');
        } finally {
          await admin.query('SET GLOBAL require_secure_transport = OFF');
          await admin.end();
        }
      });
  });
}

suite('what answers at an address', () => {
  const listen = async (greet: (socket: Socket) => void, use: (port: number) => Promise<void>): Promise<void> => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      greet(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      await use((server.address() as AddressInfo).port);
    } finally {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  };

  test('nothing is said in time [F22]', async () => {
    await listen(
      () => undefined,
      async (port) => {
        const said = await logIn({ host: '127.0.0.1', port, user: 'x', connectTimeoutMs: 300 });
        assert.match(said, /^host\.unreachable: .*ETIMEDOUT.* firewall/);
      },
    );
  });

  for (const [what, greeting] of [
    ['a web server whose request timed out', 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n'],
    ['an SSH server', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ] as const) {
    test(`${what} is told to be no MySQL [F23]`, async () => {
      await listen(
        (socket) => socket.write(greeting),
        async (port) => {
          const said = await logIn({ host: '127.0.0.1', port, user: 'x', connectTimeoutMs: 20_000 });
          assert.match(said, /^host\.unreachable: .*doesn't use the MySQL protocol.* Check the host and port/);
        },
      );
    });
  }
});
