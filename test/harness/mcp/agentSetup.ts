import type { ConnectionProfile } from '../../../src/engine/driver/profile.ts';
import { loadSample } from '../servers/sample.ts';
import { startServer } from '../servers/source.ts';
import type { Flavor, TestServer } from '../servers/testServer.ts';
import { StdioClient, withoutMarks } from './stdioClient.ts';
import { TestBroker } from './testBroker.ts';

type Profile = { readonly password?: string } & Partial<ConnectionProfile>;

export interface AgentSetupOptions {
  /** For the server's program. */
  readonly serverOptions?: readonly string[];
  /** Runs when the sample is there and nothing is connected. */
  readonly prepare?: (server: TestServer) => Promise<unknown>;
  /** The connections; `shop` with the account `app` if nothing is said. */
  readonly profiles?: (server: TestServer) => readonly Profile[];
}

/** A connection with all rights. */
export function asRoot({ root: { user, password } }: TestServer): Profile {
  return { user, password };
}

/** What an agent's tools need: a database server with the sample, a window's broker with a connection, our server and a client. */
export class AgentSetup {
  readonly server: TestServer;
  readonly broker: TestBroker;
  readonly client: StdioClient;

  private constructor(server: TestServer, broker: TestBroker, client: StdioClient) {
    this.server = server;
    this.broker = broker;
    this.client = client;
  }

  static async start(flavor: Flavor, { serverOptions, prepare, profiles = () => [{}] }: AgentSetupOptions = {}): Promise<AgentSetup> {
    const server = await startServer(flavor, serverOptions);
    await loadSample(server);
    await prepare?.(server);
    const broker = await TestBroker.start();
    for (const profile of profiles(server)) broker.add(server, profile);
    return new AgentSetup(server, broker, await StdioClient.start(broker.rendezvous));
  }

  /** The answer without its marks; fails for an error. */
  async answer(tool: string, args: Record<string, unknown>): Promise<string> {
    const { text, isError } = await this.client.call(tool, args);
    if (isError) throw new Error(text);
    return withoutMarks(text);
  }

  async dispose(): Promise<void> {
    await this.client.close();
    await this.broker.dispose();
    await this.server.dispose();
  }
}
