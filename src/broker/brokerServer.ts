import { type CancellationToken, type MessageConnection } from 'vscode-jsonrpc/node';
import type { ConnectionProfile, SshSecret } from '../engine/driver/profile.ts';
import {
  APPROVE_WRITE,
  ApprovalRequestSchema,
  CALL_FINISHED,
  CALL_STARTED,
  CallFinishedSchema,
  CallStartedSchema,
  EXTEND_DECISION,
  GET_RECORDING,
  GET_SAVED_QUERIES,
  GET_SECRET,
  GET_PSEUDONYM_KEY,
  GET_SSH_SECRETS,
  GET_STORED_SECRET,
  GetSecretSchema,
  LIST_PROFILES,
  PROFILES_CHANGED,
  PROTOCOL_VERSION,
  STOP_CALL,
  WRITE_FINISHED,
  WriteFinishedSchema,
  type ApprovalRequest,
  type CallFinished,
  type CallStarted,
  type Decision,
  type Recording,
  type Rendezvous,
  type Secret,
  type WriteFinished,
} from './contracts.ts';
import { orDto, PeerServer, type Peer } from './peerServer.ts';
import { GET_EXPORTS, type ExportSettings } from './exportContract.ts';
import { RECEIPT_CHANGED, ReceiptSchema, type Receipt } from './receiptContract.ts';
import type { SavedQuery } from './savedQueries.ts';
import { SHOW_VIEW, ViewSchema, type View } from './viewContract.ts';
import { ToldLists } from './toldLists.ts';

/** What the broker serves; in VS Code the stores of the extension, in tests whatever the test needs. */
export interface BrokerHost {
  listProfiles(): Promise<readonly ConnectionProfile[]>;
  /** Throws `secret.missing` where the user has none to give. */
  getSecret(id: string): Promise<string>;
  /** Of the SSH servers on the way. */
  getSshSecrets(id: string): Promise<readonly SshSecret[]>;
  /** Of the pseudonyms of a connection. */
  getPseudonymKey(id: string): Promise<string>;
  /** The password if it is stored here; asks nobody. */
  getStoredSecret(id: string): Promise<Secret | undefined>;
  savedQueries(): Promise<readonly SavedQuery[]>;
  exports(): Promise<ExportSettings>;
  recording(): Promise<Recording>;
  /** Resolves to what the person decided; to `reject` when the signal says that nobody waits any longer. `extend` has the server wait anew. */
  approve(request: ApprovalRequest, signal: AbortSignal, extend: () => void): Promise<Omit<Decision, 'id'>>;
  /** Shows the person what an agent wants to be seen. */
  showView(view: View): Promise<void>;
  /** What became of a write or export that was decided here. */
  writeFinished(write: WriteFinished): void;
  /** `peer` tells the servers apart. */
  callStarted(peer: number, call: CallStarted): void;
  callFinished(peer: number, call: CallFinished): void;
  /** What an agent has seen of a connection since its session began. */
  receiptChanged(peer: number, receipt: Receipt): void;
  /** The server is gone, with all its calls. */
  peerGone(peer: number): void;
  /** One line for the log; never holds a token or a secret. What an error quotes is not for it. */
  log(message: string, error?: unknown): void;
}

/** The window's half: listens on a private socket and serves peers that know the token. */
export class BrokerServer {
  readonly #peers: ServedPeers;
  readonly #server: PeerServer;

  private constructor(peers: ServedPeers, server: PeerServer) {
    this.#peers = peers;
    this.#server = server;
  }

  static async listen(host: BrokerHost): Promise<BrokerServer> {
    const peers = new ServedPeers(host.log.bind(host));
    const server = await PeerServer.listen({
      accepts: (protocol) => protocol === PROTOCOL_VERSION,
      onPeer: (peer) => {
        peers.serve(peer, host);
      },
      log: host.log.bind(host),
    });
    return new BrokerServer(peers, server);
  }

  get rendezvous(): Rendezvous {
    return { protocol: PROTOCOL_VERSION, socket: this.#server.address, token: this.#server.token, pid: process.pid };
  }

  /** Tells every server that the list of profiles is another one now, where it is for agents. */
  profilesChanged(): void {
    this.#peers.profilesChanged();
  }

  stopCall(peer: number, call: number): void {
    this.#peers.stopCall(peer, call);
  }

  async close(): Promise<void> {
    await this.#server.close();
  }
}

interface Served {
  readonly connection: MessageConnection;
  /** What it has got. */
  readonly told: ToldLists;
}

/** The peers that use the contract of the broker: each has a host that answers it. */
export class ServedPeers {
  /** By the number that the host knows them by. */
  readonly #peers = new Map<number, Served>();
  readonly #log: BrokerHost['log'];

  constructor(log: BrokerHost['log']) {
    this.#log = log;
  }

  profilesChanged(): void {
    for (const peer of this.#peers.values()) {
      this.#tellChange(peer).catch((error: unknown) => {
        this.#log("A server couldn't be notified of changed connections.", error);
      });
    }
  }

  async #tellChange({ connection, told }: Served): Promise<void> {
    if (await told.areOld().catch(() => true)) await connection.sendNotification(PROFILES_CHANGED);
  }

  stopCall(peer: number, call: number): void {
    this.#peers
      .get(peer)
      ?.connection.sendNotification(STOP_CALL, { call })
      .catch((error: unknown) => {
        this.#log("A call couldn't be canceled.", error);
      });
  }

  serve({ number, connection: peer, gone }: Peer, host: BrokerHost): void {
    const told = new ToldLists(host);
    /** Writes and exports of this peer that a person has approved, and whose outcome it has not told. */
    const approved = new Set<string>();
    this.#peers.set(number, { connection: peer, told });
    gone.addEventListener('abort', () => {
      this.#peers.delete(number);
      host.peerGone(number);
      for (const id of approved) host.writeFinished({ id, outcome: 'unknown', milliseconds: 0, error: 'connection.lost' });
    });
    const ofProfile = (method: string, answer: (id: string) => Promise<unknown>): void => {
      peer.onRequest(method, (parameters: unknown) => orDto(() => answer(GetSecretSchema.parse(parameters).id)));
    };
    ofProfile(GET_SECRET, async (id) => ({ password: await host.getSecret(id) }));
    ofProfile(GET_SSH_SECRETS, async (id) => ({ ssh: await host.getSshSecrets(id) }));
    ofProfile(GET_PSEUDONYM_KEY, async (id) => ({ key: await host.getPseudonymKey(id) }));
    ofProfile(GET_STORED_SECRET, async (id) => (await host.getStoredSecret(id)) ?? null);
    peer.onRequest(LIST_PROFILES, () => orDto(() => told.profiles()));
    peer.onRequest(GET_SAVED_QUERIES, () => orDto(() => told.queries()));
    peer.onRequest(GET_EXPORTS, () => orDto(() => host.exports()));
    peer.onRequest(GET_RECORDING, () => orDto(() => told.recording()));
    peer.onRequest(APPROVE_WRITE, async (parameters: unknown, token: CancellationToken) => {
      const request = ApprovalRequestSchema.parse(parameters);
      const over = new AbortController();
      const leave = (): void => {
        over.abort();
      };
      const extend = (): void => {
        peer.sendNotification(EXTEND_DECISION, { id: request.id }).catch((error: unknown) => {
          this.#log("A server couldn't be notified to wait longer.", error);
        });
      };
      const cancellation = token.onCancellationRequested(leave);
      gone.addEventListener('abort', leave);
      try {
        const decided = await orDto(() => host.approve(request, over.signal, extend));
        if (decided.decision === 'run') approved.add(request.id);
        return { id: request.id, ...decided };
      } finally {
        cancellation.dispose();
        gone.removeEventListener('abort', leave);
      }
    });
    peer.onRequest(SHOW_VIEW, (parameters: unknown) =>
      orDto(async () => {
        await host.showView(ViewSchema.parse(parameters));
        return true;
      }),
    );
    peer.onNotification(CALL_STARTED, (parameters: unknown) => {
      const parsed = CallStartedSchema.safeParse(parameters);
      if (parsed.success) host.callStarted(number, parsed.data);
    });
    peer.onNotification(CALL_FINISHED, (parameters: unknown) => {
      const parsed = CallFinishedSchema.safeParse(parameters);
      if (parsed.success) host.callFinished(number, parsed.data);
    });
    peer.onNotification(RECEIPT_CHANGED, (parameters: unknown) => {
      const parsed = ReceiptSchema.safeParse(parameters);
      if (parsed.success) host.receiptChanged(number, parsed.data);
    });
    peer.onNotification(WRITE_FINISHED, (parameters: unknown) => {
      const parsed = WriteFinishedSchema.safeParse(parameters);
      if (parsed.success && approved.delete(parsed.data.id)) host.writeFinished(parsed.data);
    });
  }
}
