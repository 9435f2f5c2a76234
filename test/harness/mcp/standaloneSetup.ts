import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadSample, SAMPLE } from '../servers/sample.ts';
import { startServer } from '../servers/source.ts';
import type { TestServer } from '../servers/testServer.ts';

/** A database server with the sample, and what the environment says of it to a server that runs by itself. */
export class StandaloneSetup {
  readonly server: TestServer;
  /** For exports, records, logs and whatever a test needs. */
  readonly folder: string;
  /** Connects as the account that may only read. */
  readonly env: Readonly<Record<string, string>>;

  private constructor(server: TestServer, folder: string) {
    this.server = server;
    this.folder = folder;
    const { user: MYSQL_USER, password: MYSQL_PASSWORD } = SAMPLE.reader;
    const address = { MYSQL_HOST: server.host, MYSQL_PORT: String(server.port) };
    this.env = { ...address, MYSQL_USER, MYSQL_PASSWORD, MYSQL_DB: SAMPLE.database, MYSQL_DATA_DIR: folder };
  }

  static async start(): Promise<StandaloneSetup> {
    const server = await startServer();
    await loadSample(server);
    return new StandaloneSetup(server, await mkdtemp(path.join(tmpdir(), 'mpt-alone-')));
  }

  async dispose(): Promise<void> {
    await this.server.dispose();
    await rm(this.folder, { recursive: true });
  }
}
