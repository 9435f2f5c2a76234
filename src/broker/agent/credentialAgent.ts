import { randomBytes } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { ServedPeers } from '../brokerServer.ts';
import { PROTOCOL_VERSION } from '../contracts.ts';
import { orDto, PeerServer, pipeName, type Peer } from '../peerServer.ts';
import { AgentContents } from './agentContents.ts';
import {
  CONTROL_PROTOCOL,
  FEED,
  FeedSchema,
  LOCK,
  SCOPE,
  ScopeSchema,
  STATUS,
  STOP,
  TAKE_OVER,
  TAKEN,
  WITHDRAW,
  WithdrawSchema,
  type AgentFile,
  type Contents,
  type Status,
} from '../agentContracts.ts';
import { answers, claimAgentFile, readAgentFile, removeAgentFile, replaceAgentFile } from '../agentFile.ts';
import { agentHost, noWindow } from './agentHost.ts';
import { AgentLife } from './agentLife.ts';
import { isAgentLocked, type AgentPlace } from '../agentPlace.ts';
import { isNewer, takeOver } from './takeOver.ts';

/** Why an agent has ended. */
export type AgentEnd = 'locked' | 'stopped' | 'idle' | 'replaced' | 'removed' | 'signal';

export interface CredentialAgentOptions {
  readonly place: AgentPlace;
  readonly version: string;
  readonly build: string;
  readonly log: (message: string) => void;
  /** Called once, when nothing is held any more. */
  readonly onEnd: (why: AgentEnd) => void;
}

/** Of all connections of a window. */
const MAX_FEED_BYTES = 16 * 1024 * 1024;
/** A Unix socket's address has 104 bytes on macOS. */
const MAX_ADDRESS = 100;
/** A younger file may belong to an agent that starts. */
const ABANDONED_MS = 60_000;
/** The other one may end, or be replaced by a third, at the same moment. */
const TAKE_OVER_ATTEMPTS = 3;
/** The answer to who has asked for the end is on its way. */
const ANSWER_FLUSH_MS = 50;

/** Holds in memory what windows have given, and serves MCP servers with it while there is no window. */
export class CredentialAgent {
  readonly #options: CredentialAgentOptions;
  readonly #contents = new AgentContents();
  readonly #served: ServedPeers;
  readonly #life: AgentLife;
  /** Windows and servers, to cut them off. */
  readonly #programs = new Map<number, () => void>();
  readonly #windows = new Set<number>();
  readonly #servers = new Set<number>();
  #server: PeerServer | undefined;
  /** The peer that replaces this agent, from the moment in which it has got everything. */
  #successor: number | undefined;
  /** Nothing is taken any more. */
  #ends = false;
  #ended = false;

  private constructor(options: CredentialAgentOptions) {
    this.#options = options;
    this.#served = new ServedPeers(options.log);
    this.#life = new AgentLife({
      windows: () => this.#windows.size,
      mode: () => this.#contents.latest,
      isOwnFile: async () => (await readAgentFile(options.place.file))?.socket === this.#server?.address,
      isLocked: isAgentLocked,
      end: (why) => {
        this.end(why).catch(() => undefined); // it ends all the same
      },
    });
  }

  /** Resolves to undefined where another agent runs that this build does not replace. */
  static async start(options: CredentialAgentOptions): Promise<CredentialAgent | undefined> {
    const agent = new CredentialAgent(options);
    const server = await PeerServer.listen(
      {
        accepts: (protocol) => protocol === PROTOCOL_VERSION || protocol === CONTROL_PROTOCOL,
        onPeer: (peer) => {
          agent.#meet(peer);
        },
        maxBytes: MAX_FEED_BYTES,
        log: options.log,
      },
      addressIn(options.place),
    );
    agent.#server = server;
    if (!(await agent.#claim())) {
      await server.close();
      return undefined;
    }
    await sweep(options.place, server.address);
    agent.#life.start();
    return agent;
  }

  get file(): AgentFile {
    const { address = '', token = '' } = this.#server ?? {};
    return { protocol: PROTOCOL_VERSION, socket: address, token, pid: process.pid, build: this.#options.build };
  }

  /** Overwrites what is held, and ends. */
  async end(why: AgentEnd): Promise<void> {
    if (this.#ended) return;
    [this.#ends, this.#ended] = [true, true];
    this.#life.stop();
    this.#contents.wipe();
    try {
      await removeAgentFile(this.#options.place.file, this.file); // before the socket: who finds no file may start another agent
      await this.#server?.close();
    } finally {
      this.#options.onEnd(why);
    }
  }

  async #claim(): Promise<boolean> {
    const { place, build } = this.#options;
    for (let attempt = 0; attempt < TAKE_OVER_ATTEMPTS; attempt++) {
      const other = await claimAgentFile(place.file, this.file);
      if (other === undefined) return true;
      if (!isNewer(build, other.build)) return false;
      const taken = await takeOver(other, async (contents) => {
        this.#restore(contents);
        await replaceAgentFile(place.file, this.file);
        if (await isAgentLocked()) this.#contents.wipe(); // whoever locks from now on finds this agent
      });
      if (taken) return true;
    }
    return false;
  }

  #restore({ feeds, lastUse }: Contents): void {
    for (const feed of feeds) this.#contents.feed(feed);
    this.#life.restore(lastUse);
  }

  #meet(peer: Peer): void {
    if (peer.protocol === CONTROL_PROTOCOL) this.#meetControl(peer);
    else this.#meetProgram(peer);
  }

  /** A window, which gives, or a server, which asks. */
  #meetProgram(peer: Peer): void {
    const { connection, number, gone, close } = peer;
    let isServer = false;
    this.#programs.set(number, close);
    gone.addEventListener('abort', () => {
      this.#programs.delete(number);
      this.#servers.delete(number);
      if (this.#windows.delete(number)) this.#life.windowGone();
    });
    connection.onRequest(FEED, (parameters: unknown) =>
      orDto(async () => {
        const feed = FeedSchema.parse(parameters);
        if (await isAgentLocked()) return false;
        // Not before that look: what is accepted after everything was handed over, or wiped, would be lost, or be there again.
        if (this.#successor !== undefined || this.#ends) throw noWindow(); // it is given to the next one
        this.#windows.add(number);
        this.#contents.feed(feed);
        this.#served.profilesChanged();
        return true;
      }),
    );
    connection.onRequest(SCOPE, (parameters: unknown) =>
      orDto(() => {
        const scope = ScopeSchema.parse(parameters);
        const contents = () => {
          this.#life.used();
          const found = this.#contents.scope(scope);
          if (found === undefined) throw noWindow();
          return found;
        };
        if (!isServer) this.#served.serve(peer, agentHost(contents, this.#options.log));
        isServer = true;
        this.#servers.add(number);
        return Promise.resolve(this.#contents.scope(scope) !== undefined);
      }),
    );
  }

  #meetControl({ connection, number, gone }: Peer): void {
    connection.onRequest(STATUS, () => this.#status());
    connection.onRequest(LOCK, () => this.#endSoon('locked'));
    connection.onRequest(STOP, () => this.#endSoon('stopped'));
    connection.onRequest(WITHDRAW, (parameters: unknown) =>
      orDto(() => {
        if (this.#successor !== undefined || this.#ends) return Promise.reject(noWindow());
        this.#contents.drop(WithdrawSchema.parse(parameters).origin);
        this.#served.profilesChanged();
        return Promise.resolve(this.#contents.latest !== undefined || this.#endSoon('stopped'));
      }),
    );
    connection.onRequest(TAKE_OVER, () =>
      orDto(() => {
        if (this.#successor !== undefined || this.#ends) return Promise.reject(noWindow());
        this.#successor = number;
        return Promise.resolve(this.#contents.export(this.#life.lastUse));
      }),
    );
    connection.onRequest(TAKEN, () => this.#successor === number && this.#endSoon('replaced'));
    gone.addEventListener('abort', () => {
      if (this.#successor === number) this.#successor = undefined; // it died: this agent stays
    });
  }

  #endSoon(why: AgentEnd): true {
    this.#ends = true;
    this.#contents.wipe();
    // At once: an answer that there is nothing would be taken for the truth, a link that is lost is looked for anew.
    for (const close of this.#programs.values()) close();
    setTimeout(() => {
      this.end(why).catch(() => undefined); // it ends all the same
    }, ANSWER_FLUSH_MS);
    return true;
  }

  #status(): Status {
    return {
      ...{ pid: process.pid, version: this.#options.version, startedAt: this.#life.startedAt },
      ...{ connections: this.#contents.connections, windows: this.#windows.size, servers: this.#servers.size },
      endsAt: this.#life.endsAt,
    };
  }
}

function addressIn({ folder }: AgentPlace): string | undefined {
  if (process.platform === 'win32') return pipeName();
  const address = path.join(folder, `${randomBytes(8).toString('hex')}.sock`);
  return Buffer.byteLength(address) > MAX_ADDRESS ? undefined : address;
}

/** What agents that were killed have left. The token in such a file leads nowhere. */
async function sweep({ folder, file }: AgentPlace, own: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const left = path.join(folder, name);
    const isClaim = name.endsWith('.claim');
    if (left === own || !(name.endsWith('.sock') || (name.startsWith(path.basename(file)) && (isClaim || name.endsWith('.tmp'))))) continue;
    const age = await stat(left)
      .then(({ mtimeMs }) => Date.now() - mtimeMs)
      .catch(() => 0);
    if (age <= ABANDONED_MS) continue;
    const address = isClaim ? (await readAgentFile(left))?.socket : left;
    if (address === undefined || !(await answers(address))) await rm(left, { force: true });
  }
}
