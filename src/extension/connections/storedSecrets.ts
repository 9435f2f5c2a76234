import { randomBytes } from 'node:crypto';
import type * as vscode from 'vscode';
import type { Secret } from '../../broker/contracts.ts';

/** What another window has stored of a connection; with `wanted` one that has this secret. */
export type AskOtherWindows = (id: string, wanted?: keyof Secret) => Promise<Secret | undefined>;

/** Works on the secrets of a connection while no other window does. */
export type WithSecrets = <T>(id: string, work: () => Promise<T>) => Promise<T>;

/** The secrets of connections in SecretStorage: one entry for each connection, so that what is written of one is read and written whole. */
export class StoredSecrets {
  readonly #storage: Pick<vscode.SecretStorage, 'get' | 'store' | 'delete'>;
  readonly #askOtherWindows: AskOtherWindows;
  readonly #inTurnOfWindows: WithSecrets;
  /** By id: a change that is read before another is written would take it back. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(
    storage: Pick<vscode.SecretStorage, 'get' | 'store' | 'delete'>,
    askOtherWindows: AskOtherWindows,
    inTurnOfWindows: WithSecrets,
  ) {
    this.#storage = storage;
    this.#askOtherWindows = askOtherWindows;
    this.#inTurnOfWindows = inTurnOfWindows;
  }

  /** Asks neither other windows nor the user. */
  async read(id: string): Promise<Secret | undefined> {
    const text = await this.#storage.get(key(id));
    if (text === undefined) return undefined;
    const { SecretSchema } = await import('../../broker/contracts.ts'); // loaded when needed: activation reads no secret
    const parsed = SecretSchema.safeParse(toJson(text));
    return parsed.success ? parsed.data : undefined;
  }

  /**
   * What is stored, else what another window has, which is then stored here, too. In the browser every window writes
   * the secrets it knows over those of the others, so each must know all of them.
   */
  async adopt(id: string): Promise<Secret | undefined> {
    const stored = await this.read(id);
    if (stored !== undefined) return stored;
    const adopted = await this.#askOtherWindows(id);
    if (adopted === undefined) return undefined;
    return this.#inTurn(id, async () => {
      const meanwhile = await this.read(id);
      await this.#write(id, { ...adopted, ...meanwhile });
      return { ...adopted, ...meanwhile };
    });
  }

  /**
   * Of the pseudonyms of a connection, made when it is needed first: it stays as long as the connection, so that a value keeps its pseudonym. In the browser another window may have made it
   * for a connection whose password this one has stored. Of windows that need one at the same time, the first makes it, and the others ask that one.
   */
  async pseudonymKey(id: string): Promise<string> {
    return this.#inTurn(id, async () => {
      const stored = (await this.read(id))?.pseudonymKey;
      if (stored !== undefined) return stored;
      const pseudonymKey = (await this.#askOtherWindows(id, 'pseudonymKey'))?.pseudonymKey ?? randomBytes(32).toString('hex');
      await this.#write(id, { pseudonymKey });
      return pseudonymKey;
    });
  }

  async change(id: string, changed: Partial<Secret>): Promise<void> {
    await this.#inTurn(id, () => this.#write(id, changed));
  }

  async remove(id: string): Promise<void> {
    await this.#inTurn(id, async () => this.#storage.delete(key(id)));
  }

  async #write(id: string, changed: Partial<Secret>): Promise<void> {
    // JSON, because a stored empty string cannot be told from no secret in every VS Code. What a later version keeps beside them stays.
    const before = toJson((await this.#storage.get(key(id))) ?? '{}');
    await this.#storage.store(key(id), JSON.stringify({ ...(before as object | undefined), ...changed }));
  }

  #inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(id) ?? Promise.resolve()).then(() => this.#inTurnOfWindows(id, work));
    const settled = turn.catch(() => undefined); // who asked for it is told
    this.#turns.set(id, settled);
    void settled.then(() => {
      if (this.#turns.get(id) === settled) this.#turns.delete(id);
    });
    return turn;
  }
}

function key(id: string): string {
  return `connection.${id}`;
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema then refuses it, and the password is asked for
  }
}
