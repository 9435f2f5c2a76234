import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { TLSSocket } from 'node:tls';
import { domainToASCII } from 'node:url';
import type { Connection, SslOptions } from 'mysql2';
import { PilotError } from '../errors.ts';
import { readNamedFile } from '../namedFile.ts';
import { streamOf } from './mysql2Internals.ts';
import type { ConnectionTarget, TlsMode } from './profile.ts';

/** One object for each target: the driver keeps the TLS context under it, which is large, and resumes sessions by it. */
const tlsOptionsOf = new WeakMap<ConnectionTarget, Promise<SslOptions>>();

/** As the `mysql` client: `preferred` and `required` encrypt without checking, the `verify` modes check; a socket needs no TLS. */
export async function tlsOptions(target: ConnectionTarget): Promise<SslOptions | undefined> {
  if (target.tls === 'disabled' || (target.tls === 'preferred' && target.socket !== undefined)) return undefined;
  const known = tlsOptionsOf.get(target);
  if (known !== undefined) return known;
  const made = readTlsOptions(target);
  tlsOptionsOf.set(target, made);
  made.catch(() => tlsOptionsOf.delete(target)); // the file may be there the next time
  return made;
}

async function readTlsOptions({ tls, tlsFiles = {} }: ConnectionTarget): Promise<SslOptions> {
  const [ca, cert, key] = await Promise.all([tlsFiles.ca, tlsFiles.certificate, tlsFiles.key].map(readPem));
  return {
    rejectUnauthorized: verifiesAuthority(tls),
    verifyIdentity: false, // the driver compares a certificate for an address with "localhost": see `refuseOtherHost`
    minVersion: 'TLSv1.2',
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

async function readPem(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    return (await readNamedFile(file)).toString('utf8');
  } catch (error) {
    throw new PilotError('tls.failed', `${file} can't be read: ${(error as Error).message}`, {
      advice: 'tls.certificatePath',
      cause: error,
    });
  }
}

type Peer = Pick<ConnectionTarget, 'tls' | 'host' | 'socket'>;

/**
 * True where what is written now is encrypted for a peer that has passed the checks of the TLS mode. A handshake that is not over counts as none: what is written meanwhile waits in
 * Node, and nothing promises that it goes only to a peer whose certificate was accepted.
 */
export function isEncrypted(connection: Connection, target: Pick<Peer, 'tls'>): boolean {
  const stream = streamOf(connection);
  if (!(stream instanceof TLSSocket)) return false;
  if (stream.authorized) return target.tls !== 'verify-identity' || identified.has(stream);
  // Set at the end of the handshake, where the certificate was not verified.
  return !verifiesAuthority(target.tls) && Boolean(stream.authorizationError as unknown);
}

/** Lines whose certificate is for the host that was asked for. */
const identified = new WeakSet<TLSSocket>();
/** What was found with these options. A session that is resumed shows no certificate: it is taken where the driver has kept nothing but sessions that were. */
const foundWith = new WeakMap<SslOptions, 'identified' | 'refused'>();

/**
 * In `verify-identity`: closes a line that has just become TLS, before anything is written to it, where the certificate is not one for the host that was asked for. `refuse` gets an
 * error as the driver gives them.
 */
export function refuseOtherHost(connection: Connection, target: ConnectionTarget, ssl: SslOptions, refuse: (error: Error) => void): void {
  const stream = streamOf(connection);
  if (target.tls !== 'verify-identity' || !(stream instanceof TLSSocket)) return;
  // Before the driver's own listener, which writes the login.
  stream.prependOnceListener('secureConnect', () => {
    const certificate = certificateOf(stream);
    const found = foundWith.get(ssl);
    if (stream.isSessionReused() ? found === 'identified' : certificate !== undefined && isFor(certificate, hostOf(target))) {
      identified.add(stream);
      if (found === undefined) foundWith.set(ssl, 'identified');
      return;
    }
    foundWith.set(ssl, 'refused');
    tlsOptionsOf.delete(target);
    stream.destroy();
    const error = new Error(`The server's certificate is not valid for ${hostOf(target)}; it names ${namesOf(certificate)}.`);
    refuse(Object.assign(error, { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }));
  });
}

/** Not by `getPeerX509Certificate`, which takes the certificate out of the chain: the next call gives that of the authority. */
function certificateOf(stream: TLSSocket): X509Certificate | undefined {
  const { raw } = stream.getPeerCertificate() as { readonly raw?: Buffer };
  return raw === undefined ? undefined : new X509Certificate(raw);
}

function verifiesAuthority(tls: TlsMode): boolean {
  return tls === 'verify-ca' || tls === 'verify-identity';
}

/** Compared by OpenSSL, as the clients of both servers do: subject alternative names, else the common name; an address with those of addresses, too. */
function isFor(certificate: X509Certificate, host: string): boolean {
  if (isIP(host) !== 0) return certificate.checkIP(host) !== undefined;
  const name = domainToASCII(host.replace(/\.$/, ''));
  return name !== '' && certificate.checkHost(name) !== undefined;
}

/** What the person gave; a socket is one of this machine. Behind an SSH tunnel it is what the SSH server connects to. */
function hostOf({ host, socket }: Peer): string {
  return socket === undefined ? host.replace(/%.*$/, '') : 'localhost'; // without the zone of an IPv6 address
}

/** Without the line ends between the parts of a subject. */
function namesOf(names: X509Certificate | undefined): string {
  return (names?.subjectAltName ?? names?.subject)?.replaceAll('\n', ', ') ?? 'nobody';
}
