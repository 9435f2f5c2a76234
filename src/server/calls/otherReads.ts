import { isPilotError, toPilotError, type ErrorCode } from '../../engine/errors.ts';
import type { Connections, GivenConnections } from '../connections/connections.ts';
import type { RequestPolicy } from '../limits/requestPolicy.ts';
import { CallSightings } from '../receipts/sightings.ts';
import { opensConnection, readsTags, recordCall, withCallTag, type CallRecorder } from '../journal/recordedCall.ts';

export interface OtherReadsOptions extends CallRecorder {
  readonly connections: Connections;
  readonly requestPolicy: RequestPolicy;
  readonly peer: string;
}

/** What reaches a database and is no call of a tool: resources and completions, which give structure. It counts for the same limits, and resources go into the same record. */
export class OtherReads {
  readonly #options: OtherReadsOptions;

  constructor(options: OtherReadsOptions) {
    this.#options = options;
  }

  /** `method` is what the record names; `connection` is as the client wrote it. Rejects with what `work` does, or `rate.limited`. */
  async recorded<T>(
    method: string,
    connection: string | undefined,
    work: (connections: GivenConnections, sightings: CallSightings) => Promise<T>,
  ): Promise<T> {
    const { id, end } = recordCall(this.#options, method, undefined, () => undefined);
    const sightings = new CallSightings();
    let failure: ErrorCode | undefined;
    try {
      await this.#admit(id, connection);
      const connections = this.#options.connections.giving('structure', sightings, (profile) =>
        opensConnection(this.#options, id, profile.id),
      );
      const found = await withCallTag(this.#options, { kind: 'request', name: method.replaceAll('/', '_'), call: id }, () =>
        work(connections, sightings),
      );
      this.#options.calls.requireOpen(id);
      return found;
    } catch (error) {
      failure = toPilotError(error).code;
      throw error;
    } finally {
      end(failure, performance.now());
      this.#options.journal.saw(sightings.settle(failure !== undefined));
    }
  }

  /** Of names to propose while somebody types: these are left out of the record, and of the answer where there are too many. */
  async proposed<T>(connection: string | undefined, work: (connections: GivenConnections) => Promise<T>, none: T): Promise<T> {
    try {
      await this.#admit(undefined, connection);
    } catch (error) {
      if (isPilotError(error, 'rate.limited')) return none;
      throw error;
    }
    const sightings = new CallSightings();
    const found = await withCallTag(this.#options, { kind: 'request', name: 'completion_complete' }, () =>
      work(this.#options.connections.giving('structure', sightings, () => readsTags(this.#options))),
    );
    this.#options.journal.saw(sightings.settle(false));
    return found;
  }

  async #admit(id: number | undefined, connection: string | undefined): Promise<void> {
    const { calls, connections, requestPolicy, peer } = this.#options;
    const name = connection === undefined ? undefined : await connections.nameOf(connection);
    if (id !== undefined && name !== undefined) calls.usesConnection(id, name);
    requestPolicy.admitRead(peer, name);
  }
}
