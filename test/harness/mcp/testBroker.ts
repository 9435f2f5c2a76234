import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { BrokerServer } from '../../../src/broker/brokerServer.ts';
import type { ApprovalRequest, CallFinished, CallStarted, Decision, WriteFinished } from '../../../src/broker/contracts.ts';
import type { ExportAccess } from '../../../src/broker/exportContract.ts';
import type { Receipt } from '../../../src/broker/receiptContract.ts';
import type { View } from '../../../src/broker/viewContract.ts';
import type { SavedQuery } from '../../../src/broker/savedQueries.ts';
import { writeRendezvous } from '../../../src/broker/rendezvous.ts';
import type { ConnectionProfile } from '../../../src/engine/driver/profile.ts';
import { PilotError } from '../../../src/engine/errors.ts';
import { SAMPLE } from '../servers/sample.ts';
import type { TestServer } from '../servers/testServer.ts';

/** The real broker over lists in memory: what a window serves, without a window. */
export class TestBroker {
  readonly folder: string;
  readonly rendezvous: string;
  readonly profiles: ConnectionProfile[] = [];
  readonly secrets = new Map<string, string>();
  readonly calls: CallFinished[] = [];
  readonly started: CallStarted[] = [];
  /** The server of each started call. */
  readonly peers: number[] = [];
  /** What agents have seen, by session and connection: the last that was told. */
  readonly receipts = new Map<string, Receipt>();
  answersAfterMs = 0;
  readonly log: string[] = [];
  /** What the person was asked, and what they answer. */
  readonly asked: ApprovalRequest[] = [];
  decide: (request: ApprovalRequest, signal: AbortSignal, extend: () => void) => Promise<Decision['decision'] | Omit<Decision, 'id'>> =
    () => Promise.resolve('reject');
  /** What became of the writes that were approved. */
  readonly finished: WriteFinished[] = [];
  /** What agents have put in front of the person. */
  readonly views: View[] = [];
  /** Tests of other things export without a question. */
  exportAccess: ExportAccess = 'allow';
  fullStatements = false;
  statementTags = true;
  savedQueries: SavedQuery[] = [];
  #broker: BrokerServer | undefined;

  private constructor(folder: string) {
    this.folder = folder;
    this.rendezvous = path.join(folder, 'window.json');
  }

  /** A folder and a rendezvous path, and nobody who listens yet. */
  static async prepare(): Promise<TestBroker> {
    return new TestBroker(await mkdtemp(path.join(tmpdir(), 'mpt-broker-')));
  }

  static async start(): Promise<TestBroker> {
    const broker = await TestBroker.prepare();
    await broker.listen();
    return broker;
  }

  async listen(): Promise<void> {
    this.#broker = await BrokerServer.listen({
      listProfiles: () => setTimeout(this.answersAfterMs, this.profiles),
      getSecret: (id) => {
        const secret = this.secrets.get(id);
        if (secret !== undefined) return Promise.resolve(secret);
        return Promise.reject(new PilotError('secret.missing', 'No password is stored.', { nextStep: 'Enter it in VS Code.' }));
      },
      getSshSecrets: () => Promise.resolve([]),
      getPseudonymKey: (id) => Promise.resolve(`key of ${id}`),
      getStoredSecret: (id) => {
        const password = this.secrets.get(id);
        return Promise.resolve(password === undefined ? undefined : { password });
      },
      savedQueries: () => Promise.resolve(this.savedQueries),
      exports: () => Promise.resolve({ folder: this.exportFolder, access: this.exportAccess }),
      recording: () => Promise.resolve({ folder: this.folder, fullStatements: this.fullStatements, statementTags: this.statementTags }),
      approve: async (request, signal, extend) => {
        this.asked.push(request);
        const decided = await this.decide(request, signal, extend);
        return typeof decided === 'string' ? { decision: decided } : decided;
      },
      showView: (view) => {
        this.views.push(view);
        return Promise.resolve();
      },
      writeFinished: (write) => this.finished.push(write),
      callStarted: (peer, call) => {
        this.peers.push(peer);
        this.started.push(call);
      },
      callFinished: (_peer, call) => this.calls.push(call),
      receiptChanged: (_peer, receipt) => this.receipts.set(`${receipt.session} ${receipt.connection}`, receipt),
      peerGone: () => undefined,
      log: (message) => this.log.push(message),
    });
    await writeRendezvous(this.rendezvous, this.#broker.rendezvous);
  }

  get exportFolder(): string {
    return path.join(this.folder, '.mysql-pilot/exports');
  }

  get server(): BrokerServer {
    if (this.#broker === undefined) throw new Error('The broker does not listen.');
    return this.#broker;
  }

  add(server: TestServer, options: { name?: string; password?: string } & Partial<ConnectionProfile> = {}): ConnectionProfile {
    const { password = SAMPLE.owner.password, ...overrides } = options;
    const profile: ConnectionProfile = {
      id: randomUUID(),
      name: 'shop',
      host: server.host,
      port: server.port,
      user: SAMPLE.owner.user,
      database: SAMPLE.database,
      tls: 'preferred',
      createdAt: Date.now(),
      ...overrides,
    };
    this.profiles.push(profile);
    this.secrets.set(profile.id, password);
    return profile;
  }

  async stop(): Promise<void> {
    await this.#broker?.close();
    this.#broker = undefined;
  }

  async dispose(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
