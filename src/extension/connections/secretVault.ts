import * as vscode from 'vscode';
import type { Secret } from '../../broker/contracts.ts';
import type { ConnectionProfile, SshSecret } from '../../engine/driver/profile.ts';
import { PilotError } from '../../engine/errors.ts';
import { showWarning } from '../ui/dialogs.ts';
import { askText } from '../ui/picks.ts';
import { StoredSecrets, type AskOtherWindows, type WithSecrets } from './storedSecrets.ts';

/** An agent's call does not wait longer than this for a person to type a password. */
const ASK_TIMEOUT_MS = 60_000;
/** A program that connects opens several sessions at once, and is not asked for each. */
const MOMENT_MS = 60_000;

/** Secrets, in SecretStorage alone, under one key for each connection; or in memory, where the person wants them stored nowhere. */
export class SecretVault {
  readonly #stored: StoredSecrets;
  readonly #asking = new Map<string, Promise<string>>();
  readonly #kept = new Map<string, string>();

  constructor(secrets: vscode.SecretStorage, askOtherWindows: AskOtherWindows, inTurnOfWindows: WithSecrets) {
    this.#stored = new StoredSecrets(secrets, askOtherWindows, inTurnOfWindows);
  }

  /** The stored password; a lost one is asked for. Throws `secret.missing` if none is given. */
  async require(profile: ConnectionProfile, caller: Caller = 'person'): Promise<string> {
    if (profile.keepPassword !== undefined) return this.#kept.get(profile.id) ?? this.ask(profile, caller);
    return (await this.adopt(profile.id))?.password ?? this.ask(profile, caller);
  }

  /** What the SSH servers on the way need, in their order; what is lost is asked for. Throws `secret.missing`. */
  async requireSsh({ id, name, ssh }: ConnectionProfile, caller: Caller = 'person'): Promise<readonly SshSecret[]> {
    if (ssh?.secret === undefined) return [];
    const { secret } = ssh;
    const stored = (await this.adopt(id))?.ssh ?? [];
    const place = ssh.jumps?.length ?? 0;
    if (stored[place]?.[secret] !== undefined) return stored;
    const given = await this.#askOnce(`${id} ssh`, {
      ...{ name, caller },
      title: vscode.l10n.t('MySQL Pilot: SSH for {0}', name),
      prompt:
        secret === 'password'
          ? vscode.l10n.t('Enter the password for {0}.', ssh.host)
          : vscode.l10n.t('Enter the passphrase of the key for {0}.', ssh.host),
    });
    const secrets = sshSecretsOf(ssh.jumps?.length ?? 0, { [secret]: given });
    await this.storeSsh(id, secrets);
    return secrets;
  }

  /** Of the pseudonyms of a connection; see `StoredSecrets`. */
  async pseudonymKey(id: string): Promise<string> {
    return this.#stored.pseudonymKey(id);
  }

  /** What is stored, here or by another window. */
  async adopt(id: string): Promise<Secret | undefined> {
    return this.#stored.adopt(id);
  }

  /** Asks for the password and keeps it as the connection says; several callers share one question. */
  async ask(profile: ConnectionProfile, caller: Caller = 'person'): Promise<string> {
    const password = await this.#askOnce(profile.id, {
      ...{ name: profile.name, caller },
      title: vscode.l10n.t('MySQL Pilot: password for {0}', profile.name),
      prompt:
        profile.keepPassword === undefined
          ? vscode.l10n.t('Enter the password for {0} on {1}.', profile.user, profile.host)
          : vscode.l10n.t("Enter the password for {0} on {1}. It isn't stored.", profile.user, profile.host),
    });
    if (profile.keepPassword === undefined) await this.store(profile.id, password);
    else this.keep(profile, password);
    return password;
  }

  /**
   * Asks for the password in place of the one that is known; false where the person gave up, or has entered nothing: Enter alone replaces no password. Rejects as
   * `stillMeant` does, which is called before anything is stored: what was typed for one server is not for another.
   */
  async change(profile: ConnectionProfile, stillMeant: () => Promise<void>): Promise<boolean> {
    const { user, host, keepPassword } = profile;
    const prompt =
      keepPassword !== undefined
        ? vscode.l10n.t("Enter the password for {0} on {1}. It isn't stored.", user, host)
        : (await this.stored(profile.id))?.password === undefined
          ? vscode.l10n.t('Enter the password for {0} on {1}.', user, host)
          : vscode.l10n.t('Enter the password for {0} on {1}. It replaces the stored one.', user, host);
    const password = await askText({
      ...{ title: vscode.l10n.t('MySQL Pilot: password for {0}', profile.name), prompt },
      ...{ password: true, ignoreFocusOut: true },
    });
    if (password === undefined || (password === '' && (await this.holds(profile.id)))) return false;
    await stillMeant();
    if (keepPassword === undefined) await this.store(profile.id, password);
    else this.keep(profile, password);
    return true;
  }

  /** In memory, until this window closes or for a moment. */
  keep({ id, keepPassword }: Pick<ConnectionProfile, 'id' | 'keepPassword'>, password: string): void {
    this.#kept.set(id, password);
    if (keepPassword === 'moment') setTimeout(() => this.#kept.delete(id), MOMENT_MS).unref();
  }

  async store(id: string, password: string): Promise<void> {
    await this.#stored.change(id, { password });
  }

  /** Of the SSH servers on the way: the jumps in order, then the last one. */
  async storeSsh(id: string, ssh: readonly SshSecret[]): Promise<void> {
    await this.#stored.change(id, { ssh });
  }

  async remove(id: string): Promise<void> {
    this.#kept.delete(id);
    await this.#stored.remove(id);
  }

  async removePassword(id: string): Promise<void> {
    this.#kept.delete(id);
    if ((await this.stored(id)) !== undefined) await this.#stored.change(id, { password: undefined });
  }

  /** Whether a password is at hand, without a question. */
  async holds(id: string): Promise<boolean> {
    return this.#kept.has(id) || (await this.stored(id))?.password !== undefined;
  }

  /** Asks neither other windows nor the user. */
  async stored(id: string): Promise<Secret | undefined> {
    return this.#stored.read(id);
  }

  #askOnce(of: string, question: Question): Promise<string> {
    const key = `${question.caller} ${of}`;
    const asking =
      this.#asking.get(key) ??
      ask(question).finally(() => {
        this.#asking.delete(key);
      });
    this.#asking.set(key, asking);
    return asking;
  }
}

/** The secrets of a way, where only its last server has one. */
export function sshSecretsOf(jumps: number, last: SshSecret): SshSecret[] {
  return [...Array.from({ length: jumps }, () => ({})), last];
}

/** Who needs a secret: the person who has just opened something, or an agent, whose question opens by itself. */
export type Caller = 'person' | 'agent';

interface Question {
  readonly name: string;
  readonly caller: Caller;
  readonly title: string;
  readonly prompt: string;
}

async function ask({ name, caller, title, prompt }: Question): Promise<string> {
  const timeout = new vscode.CancellationTokenSource();
  const timer = setTimeout(() => {
    timeout.cancel();
  }, ASK_TIMEOUT_MS);
  try {
    const wanted = caller === 'person' || (await offer(name, timeout.token));
    const given = wanted ? await askText({ title, prompt, password: true, ignoreFocusOut: true }, timeout.token) : undefined;
    if (given !== undefined) return given;
    throw new PilotError('secret.missing', `The password of the connection "${name}" isn't stored, and none was entered.`, {
      nextStep: 'Ask the user to run the command "MySQL Pilot: Enter Password…". Then call again.',
    });
  } finally {
    clearTimeout(timer);
    timeout.dispose();
  }
}

/**
 * A box that opens by itself takes the keys of whoever types: what was meant for an editor would be sent to a server as a password, and stored as one. So a notification comes
 * first, which takes no keys.
 */
async function offer(name: string, token: vscode.CancellationToken): Promise<boolean> {
  const enter = vscode.l10n.t('Enter Password');
  const over = new Promise<undefined>((resolve) => {
    token.onCancellationRequested(() => {
      resolve(undefined);
    });
  });
  return (await Promise.race([showWarning(vscode.l10n.t('An agent needs the password for "{0}".', name), enter), over])) === enter;
}
