import { isPilotError, toPilotError, type ErrorCode } from '../engine/errors.ts';
import type { CallJournal } from './callJournal.ts';
import type { CallRegistry } from './callRegistry.ts';
import type { Connections } from './connections.ts';
import type { Gatekeeper } from './gatekeeper.ts';

/** What the reads of one client work with. */
export interface OtherReadsOptions {
  readonly connections: Connections;
  readonly calls: CallRegistry;
  readonly journal: CallJournal;
  readonly gate: Gatekeeper;
  readonly peer: string;
  readonly client: string | undefined;
}

/** What reaches a database and is no call of a tool: resources and completions. It counts for the same limits, and resources go into the same record. */
export class OtherReads {
  readonly #options: OtherReadsOptions;

  constructor(options: OtherReadsOptions) {
    this.#options = options;
  }

  /** `method` is what the record names; `connection` is as the client wrote it. Rejects with what `work` does, or `rate.limited`. */
  async recorded<T>(method: string, connection: string | undefined, work: () => Promise<T>): Promise<T> {
    const { calls, journal, client } = this.#options;
    const id = calls.start(method, undefined, () => undefined);
    journal.started({ call: id, tool: method, client });
    let failure: ErrorCode | undefined;
    try {
      await this.#admit(id, connection);
      return await work();
    } catch (error) {
      failure = toPilotError(error).code;
      throw error;
    } finally {
      const finished = calls.finish(id, failure !== undefined, performance.now());
      const milliseconds = Math.round(finished.milliseconds);
      journal.finished({ call: id, tool: method, connection: finished.connection, milliseconds, error: failure }, undefined, []);
    }
  }

  /** Of names to propose while somebody types: these are left out of the record, and of the answer where there are too many. */
  async proposed<T>(connection: string | undefined, work: () => Promise<T>, none: T): Promise<T> {
    try {
      await this.#admit(undefined, connection);
    } catch (error) {
      if (isPilotError(error, 'rate.limited')) return none;
      throw error;
    }
    return work();
  }

  async #admit(id: number | undefined, connection: string | undefined): Promise<void> {
    const { calls, connections, gate, peer } = this.#options;
    const name = connection === undefined ? undefined : await connections.nameOf(connection);
    if (id !== undefined && name !== undefined) calls.usesConnection(id, name);
    gate.admitRead(peer, name);
  }
}
