import { createHash } from 'node:crypto';
import { Point, etc } from '@noble/ed25519';
import type { AuthPlugin, ConnectionOptions } from 'mysql2';
import { PilotError } from '../errors.ts';
import type { ConnectionTarget } from './profile.ts';

const NONCE_BYTES = 32;

/** Ways to log in that the driver has not, or has without our conditions. */
export function authPlugins(target: ConnectionTarget, password: string): NonNullable<ConnectionOptions['authPlugins']> {
  const ed25519: AuthPlugin = () => (nonce) => signNonce(password, nonce.subarray(0, NONCE_BYTES));
  const cleartext: AuthPlugin =
    ({ connection }) =>
    () => {
      const refusal = refuseCleartext(target, isEncrypted(connection));
      // As a cause: the driver writes a code of its own over that of an error.
      if (refusal !== undefined) throw new Error(refusal.message, { cause: refusal });
      return Buffer.from(`${password}\0`);
    };
  // MariaDB's plug-in for PAM asks questions by `dialog`; the one that it hides the answer to is for the password.
  return { client_ed25519: ed25519, mysql_clear_password: cleartext, dialog: cleartext };
}

function isEncrypted(connection: unknown): boolean {
  return (connection as { stream?: { encrypted?: boolean } }).stream?.encrypted === true;
}

function refuseCleartext({ cleartextPassword, socket }: ConnectionTarget, encrypted: boolean): PilotError | undefined {
  if (cleartextPassword !== true)
    return new PilotError('login.refused', 'The server asks for the password in clear text, and this connection does not allow that.', {
      nextStep: 'If the account logs in by PAM or LDAP, allow it in the settings of the connection.',
    });
  if (!encrypted && socket === undefined)
    return new PilotError('login.refused', 'The server asks for the password in clear text over a connection without TLS.', {
      nextStep: 'Require TLS for this connection; best with the identity of the server verified.',
    });
  return undefined;
}

/**
 * MariaDB's `ed25519`: an Ed25519 signature of the nonce, where the secret is the password, of any length, instead of 32 bytes. Node's crypto takes no such key.
 * @see https://mariadb.com/docs/server/reference/plugins/authentication-plugins/authentication-plugin-ed25519
 * @see https://www.rfc-editor.org/rfc/rfc8032#section-5.1.6
 */
function signNonce(password: string, nonce: Uint8Array): Buffer {
  const expanded = sha512(Buffer.from(password));
  const head = expanded.subarray(0, 32);
  head[0] = (head[0] ?? 0) & 0xf8;
  head[31] = ((head[31] ?? 0) & 0x7f) | 0x40;
  const secret = scalar(head);
  const publicKey = Point.BASE.multiply(secret).toBytes();
  const once = scalar(sha512(expanded.subarray(32), nonce));
  const commitment = Point.BASE.multiply(once).toBytes();
  const challenge = scalar(sha512(commitment, publicKey, nonce));
  return Buffer.concat([commitment, littleEndian(etc.mod(once + challenge * secret, ORDER))]);
}

const ORDER = Point.CURVE().n;

function sha512(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha512');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** Little-endian bytes as a number below the order of the base point. */
function scalar(bytes: Uint8Array): bigint {
  return etc.mod(BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`), ORDER);
}

function littleEndian(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
}
