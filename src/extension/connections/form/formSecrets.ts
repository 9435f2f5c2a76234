import type { ConnectionProfile, SshSecret } from '../../../engine/driver/profile.ts';
import type { FormValues } from '../../../webview/form/messages.ts';

export interface Typed {
  readonly password: string | undefined;
  readonly ssh: SshSecret;
}

/** An empty field is nothing typed: for an account without a password nothing is stored, and nothing is sent. */
export function typedSecrets(values: FormValues): Typed {
  const typed = (field: string): string | undefined => String(values[field] ?? '') || undefined;
  const [password, passphrase] = [typed('sshPassword'), typed('sshPassphrase')];
  return {
    password: typed('password'),
    ssh: { ...(password === undefined ? {} : { password }), ...(passphrase === undefined ? {} : { passphrase }) },
  };
}

/** Fields of a connection that lead to a server and an account. */
const ADDRESS: readonly (keyof ConnectionProfile)[] = ['host', 'port', 'socket', 'user', 'ssh'];

/** What the person means without having changed it: a secret is typed for the server that the form shows. */
export function fieldsMeant({ password, ssh }: Typed): ReadonlySet<string> {
  return new Set(password === undefined && Object.keys(ssh).length === 0 ? [] : ADDRESS);
}

/** Whether secrets of SSH are to be stored: what the form was opened with may have been replaced in another window since. */
export function storesSsh({ ssh: typed }: Typed, before: Partial<ConnectionProfile>, { ssh }: Pick<ConnectionProfile, 'ssh'>): boolean {
  const isOther = before.ssh?.secret !== ssh?.secret || (before.ssh?.jumps?.length ?? 0) !== (ssh?.jumps?.length ?? 0);
  return isOther || Object.keys(typed).length > 0;
}
