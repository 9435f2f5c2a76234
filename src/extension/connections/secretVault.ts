import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { PilotError } from '../../engine/errors.ts';

/** An agent's call does not wait longer than this for a person to type a password. */
const ASK_TIMEOUT_MS = 60_000;

/** Passwords, in SecretStorage alone, under one key for each connection. Read when needed and never kept. */
export class SecretVault {
  readonly #secrets: vscode.SecretStorage;
  readonly #askOtherWindows: (id: string) => Promise<string | undefined>;
  readonly #asking = new Map<string, Promise<string>>();

  constructor(secrets: vscode.SecretStorage, askOtherWindows: (id: string) => Promise<string | undefined>) {
    this.#secrets = secrets;
    this.#askOtherWindows = askOtherWindows;
  }

  /** The stored password; a lost one is asked for. Throws `secret.missing` if none is given. */
  async require(profile: ConnectionProfile): Promise<string> {
    return (await this.adopt(profile.id)) ?? this.ask(profile);
  }

  /**
   * The stored password, else that of another window, which is then stored here, too. In the browser every window writes
   * the secrets it knows over those of the others, so each must know all of them.
   */
  async adopt(id: string): Promise<string | undefined> {
    const stored = await this.stored(id);
    if (stored !== undefined) return stored;
    const adopted = await this.#askOtherWindows(id);
    if (adopted !== undefined) await this.store(id, adopted);
    return adopted;
  }

  /** Asks for the password and stores it; several callers share one question. */
  ask(profile: ConnectionProfile): Promise<string> {
    const asking =
      this.#asking.get(profile.id) ??
      this.#ask(profile).finally(() => {
        this.#asking.delete(profile.id);
      });
    this.#asking.set(profile.id, asking);
    return asking;
  }

  async store(id: string, password: string): Promise<void> {
    // JSON, because a stored empty string cannot be told from no secret in every VS Code. What a later version keeps beside the password stays.
    const before = toJson((await this.#secrets.get(key(id))) ?? '{}');
    await this.#secrets.store(key(id), JSON.stringify({ ...(before as object | undefined), password }));
  }

  async remove(id: string): Promise<void> {
    await this.#secrets.delete(key(id));
  }

  /** Asks neither other windows nor the user. */
  async stored(id: string): Promise<string | undefined> {
    const text = await this.#secrets.get(key(id));
    if (text === undefined) return undefined;
    const { SecretSchema } = await import('../../broker/contracts.ts'); // loaded when needed: activation reads no secret
    const parsed = SecretSchema.safeParse(toJson(text));
    return parsed.success ? parsed.data.password : undefined;
  }

  async #ask(profile: ConnectionProfile): Promise<string> {
    const timeout = new vscode.CancellationTokenSource();
    const timer = setTimeout(() => {
      timeout.cancel();
    }, ASK_TIMEOUT_MS);
    try {
      const password = await vscode.window.showInputBox(
        {
          title: vscode.l10n.t('MySQL Pilot: password for {0}', profile.name),
          prompt: vscode.l10n.t('The password of {0} on {1} is not stored here.', profile.user, profile.host),
          password: true,
          ignoreFocusOut: true,
        },
        timeout.token,
      );
      if (password === undefined) {
        throw new PilotError('secret.missing', `The password of the connection "${profile.name}" is not stored, and none was entered.`, {
          nextStep: 'Run the VS Code command "MySQL Pilot: Enter Password", then try again.',
        });
      }
      await this.store(profile.id, password);
      return password;
    } finally {
      clearTimeout(timer);
      timeout.dispose();
    }
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
