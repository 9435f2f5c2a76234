import type { KeyObject } from 'node:crypto';
import type { AuthPlugin, Connection, ConnectionOptions } from 'mysql2';
import { PilotError } from '../errors.ts';
import { encryptPassword, hashSha1, scrambleSha1, scrambleSha256, signNonce } from './passwordProofs.ts';
import type { ConnectionTarget } from './profile.ts';
import { isEncrypted } from './tls.ts';

const NONCE_BYTES = 20;
const ED25519_NONCE_BYTES = 32;

export interface Credentials {
  readonly target: ConnectionTarget;
  readonly password: string;
  /** The server's RSA key, from a file that the person trusts; undefined where none was given. */
  readonly serverKey: KeyObject | undefined;
  /** True where this connection is to be encrypted: then nothing is answered before it is. */
  readonly tls: boolean;
}

type Answer = (data: Buffer) => Buffer | null;

/**
 * Every authentication plugin that is answered, and the only place from which a password, or what is computed from it, reaches a server: the driver gets none. A plugin that is
 * not in this list is refused by the driver. @see passwordOptions
 */
export function authPlugins(credentials: Credentials): NonNullable<ConnectionOptions['authPlugins']> {
  const { target, password, tls } = credentials;
  const plugin =
    (make: (line: Line) => Answer): AuthPlugin =>
    ({ connection }) => {
      const line = new Line(credentials, connection);
      const answer = make(line);
      return (data) => {
        // A false server may send its questions behind the greeting, before there is TLS and before its certificate is checked.
        if (tls && !isEncrypted(connection, target)) throw refusal(beforeEncryption());
        return answer(data);
      };
    };
  const cleartext = plugin((line) => () => {
    if (target.cleartextPassword !== true) throw refusal(cleartextNotAllowed());
    if (!line.isPrivate) throw refusal(cleartextWithoutTls());
    return line.password();
  });
  return {
    caching_sha2_password: plugin(cachingSha2),
    sha256_password: plugin(sha256Password),
    mysql_native_password: plugin(
      () => (nonce) => (password === '' ? Buffer.alloc(0) : scrambleSha1(password, takeNonce('mysql_native_password', nonce))),
    ),
    client_ed25519: plugin(() => (nonce) => signNonce(password, nonce.subarray(0, ED25519_NONCE_BYTES))),
    mysql_clear_password: cleartext,
    // MariaDB's plugin for PAM asks questions by `dialog`; the one that it hides the answer to is for the password.
    dialog: cleartext,
  };
}

/**
 * What the driver itself needs: it always begins with mysql_native_password, for which a hash is enough. So no plugin and no fault of the driver can send the password. The
 * driver's types call the hash a string; it computes with bytes.
 */
export function passwordOptions(password: string): Pick<ConnectionOptions, 'passwordSha1'> {
  return password === '' ? {} : { passwordSha1: hashSha1(password) as unknown as string };
}

/** The way to the server, as far as the password is concerned. */
class Line {
  readonly #credentials: Credentials;
  readonly #connection: Connection;

  constructor(credentials: Credentials, connection: Connection) {
    this.#credentials = credentials;
    this.#connection = connection;
  }

  /** True where nobody between us and the server can read what is sent: over TLS, or a socket. An SSH tunnel that ends at a TCP port is not: what is behind it is plain. */
  get isPrivate(): boolean {
    return this.isSocket || isEncrypted(this.#connection, this.#credentials.target);
  }

  get isSocket(): boolean {
    return this.#credentials.target.socket !== undefined;
  }

  get hasPassword(): boolean {
    return this.#credentials.password !== '';
  }

  /** As it is. Throws where the line is not private. */
  password(): Buffer {
    if (!this.isPrivate) throw refusal(cleartextWithoutTls());
    return Buffer.from(`${this.#credentials.password}\0`);
  }

  /** What caching_sha2_password sends first: a proof that is of no use without the hash that the server has. */
  scramble(nonce: Buffer): Buffer {
    return this.hasPassword ? scrambleSha256(this.#credentials.password, nonce) : Buffer.alloc(0);
  }

  /** Encrypted with the key that the person has pinned. Throws `login.refused` where there is none. */
  encrypted(plugin: string, nonce: Buffer): Buffer {
    const { serverKey, target } = this.#credentials;
    if (serverKey === undefined) throw refusal(needsTls(plugin, target));
    return this.encryptedWith(serverKey, nonce);
  }

  encryptedWith(key: KeyObject | Buffer, nonce: Buffer): Buffer {
    return encryptPassword(this.#credentials.password, nonce, key);
  }
}

const FAST_OK = 3;
const FULL_AUTHENTICATION = 4;
const REQUEST_KEY_SHA256 = Buffer.from([1]);

/** @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_caching_sha2_authentication_exchanges.html */
function cachingSha2(line: Line): Answer {
  const name = 'caching_sha2_password';
  let nonce: Buffer | undefined;
  let done = false;
  return (data) => {
    if (nonce === undefined) {
      nonce = takeNonce(name, data);
      return line.scramble(nonce);
    }
    if (done || data.length !== 1) throw refusal(unexpected(name));
    if (data[0] === FAST_OK) return null;
    if (data[0] !== FULL_AUTHENTICATION) throw refusal(unexpected(name));
    done = true;
    return line.isPrivate ? line.password() : line.encrypted(name, nonce);
  };
}

/** @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_authentication_methods_sha256_password_authentication.html */
function sha256Password(line: Line): Answer {
  const name = 'sha256_password';
  let nonce: Buffer | undefined;
  let asked = false;
  return (data) => {
    if (nonce === undefined) {
      nonce = takeNonce(name, data);
      if (!line.hasPassword) return Buffer.from([0]);
      // This plugin takes a socket for a line without encryption; the key that comes over a socket is that of its owner.
      asked = line.isSocket;
      if (asked) return REQUEST_KEY_SHA256;
      return line.isPrivate ? line.password() : line.encrypted(name, nonce);
    }
    if (!asked) throw refusal(unexpected(name));
    asked = false;
    return line.encryptedWith(data, nonce);
  };
}

/** The server's random bytes, which end with a zero. */
function takeNonce(plugin: string, data: Buffer): Buffer {
  if (data.length < NONCE_BYTES) throw refusal(unexpected(plugin));
  return Buffer.from(data.subarray(0, NONCE_BYTES)); // the driver reuses the packet
}

/** As a cause: the driver writes a code of its own over that of an error. */
function refusal(error: PilotError): Error {
  return new Error(error.message, { cause: error });
}

/** Somebody who is between us and the server speaks for it. */
export function beforeEncryption(): PilotError {
  return new PilotError('tls.failed', 'The server requested the login before the connection was encrypted.', {
    advice: 'login.checkNetwork',
  });
}

function unexpected(plugin: string): PilotError {
  return new PilotError('login.refused', `The server doesn't follow the protocol of ${plugin}.`, { advice: 'login.checkAddress' });
}

function cleartextNotAllowed(): PilotError {
  return new PilotError('login.refused', "The server requests the password in clear text, which this connection doesn't allow.", {
    advice: 'login.allowCleartext',
  });
}

function cleartextWithoutTls(): PilotError {
  return new PilotError('login.refused', 'The server requests the password in clear text over a connection without TLS.', {
    advice: 'tls.require',
  });
}

/** The same account logs in by a hash while the server has it in its cache, so this may come after weeks without it. */
function needsTls(plugin: string, { tls }: ConnectionTarget): PilotError {
  const why = tls === 'disabled' ? 'TLS is turned off for this connection (ssl-mode=disabled)' : 'the server offers no TLS';
  return new PilotError(
    'login.refused',
    `The server requests the password itself (${plugin}), and ${why}. Any program at this address could read it, so the password wasn't sent.`,
    { advice: tls === 'disabled' ? 'tls.setMode' : 'tls.onServer' },
  );
}
