import * as vscode from 'vscode';
import type { CallFinished, CallStarted, WriteFinished } from '../../broker/contracts.ts';
import { Disposable } from '../base/disposable.ts';

/** A tool call of an agent, as the window heard of it. Only in memory. */
export interface ActivityCall {
  readonly key: string;
  /** The number of the server that runs it. */
  readonly peer: number;
  readonly call: number;
  readonly tool: string;
  readonly sql: string | undefined;
  readonly client: string | undefined;
  readonly startedAt: Date;
  /** Known when it has ended. */
  readonly connection: string | undefined;
  readonly milliseconds: number | undefined;
  readonly error: string | undefined;
  /** What became of the write that it has asked for. */
  readonly write: WriteFinished | undefined;
  /** The write was undone since. */
  readonly undone: boolean;
}

const MAX_CALLS = 500;
const NO_WRITE = { write: undefined, undone: false } as const;

/** The calls of all agents of this window, the last ones first. */
export class CallActivity extends Disposable {
  readonly #calls = new Map<string, ActivityCall>();
  readonly #changed = this.register(new vscode.EventEmitter<void>());

  readonly onDidChange = this.#changed.event;

  get calls(): readonly ActivityCall[] {
    return [...this.#calls.values()].reverse();
  }

  started(peer: number, { call, tool, sql, client }: CallStarted): void {
    const key = `${String(peer)}/${String(call)}`;
    this.#calls.set(key, {
      key,
      peer,
      call,
      tool,
      sql,
      client,
      startedAt: new Date(),
      connection: undefined,
      milliseconds: undefined,
      error: undefined,
      ...NO_WRITE,
    });
    for (const oldest of this.#calls.keys()) {
      if (this.#calls.size <= MAX_CALLS) break;
      this.#calls.delete(oldest);
    }
    this.#changed.fire();
  }

  finished(peer: number, { call, tool, connection, milliseconds, error, write }: CallFinished): void {
    const key = `${String(peer)}/${String(call)}`;
    const started = this.#calls.get(key) ?? {
      key,
      peer,
      call,
      tool,
      sql: undefined,
      client: undefined,
      startedAt: new Date(),
      ...NO_WRITE,
    };
    this.#calls.set(key, { ...started, connection, milliseconds, error, write });
    this.#changed.fire();
  }

  /** What still ran there runs no longer. */
  gone(peer: number): void {
    for (const [key, call] of this.#calls) {
      if (call.peer === peer && call.milliseconds === undefined)
        this.#calls.set(key, { ...call, milliseconds: Date.now() - call.startedAt.getTime(), error: 'connection.lost' });
    }
    this.#changed.fire();
  }

  /** A write was undone. */
  undone(id: string): void {
    for (const [key, call] of this.#calls) if (call.write?.id === id) this.#calls.set(key, { ...call, undone: true });
    this.#changed.fire();
  }

  refresh(): void {
    this.#changed.fire();
  }

  clear(): void {
    for (const [key, call] of this.#calls) if (call.milliseconds !== undefined) this.#calls.delete(key);
    this.#changed.fire();
  }
}
