import { PilotError } from '../../errors.ts';
import type { SshHop } from '../profile.ts';

/** `[user@]host[:port]`, also as `ssh://…`. Throws `input.invalid`. */
export function parseAddress(text: string): SshHop {
  const [, user, bracketed, plain, port] = /^(?:ssh:\/\/)?(?:([^@]+)@)?(?:\[([^\]]+)\]|([^:@[\]]+))(?::(\d{1,5}))?\/?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) {
    throw new PilotError('input.invalid', `${JSON.stringify(text)} isn't a valid SSH server address.`, { advice: 'ssh.address' });
  }
  return { host, ...(port === undefined ? {} : { port: Number(port) }), ...(user === undefined ? {} : { user }) };
}
