import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../run.ts';
import { findProgram } from './systemProgram.ts';
import { execute, type TestServer } from './testServer.ts';

/** An authority of its own, and what it has signed: PEM files. */
export interface Certificates {
  readonly ca: string;
  readonly server: KeyPair;
  readonly client: KeyPair;
  /** Another authority, which has signed nothing here. */
  readonly stranger: string;
}

const EC_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

type OpenSsl = (...args: readonly string[]) => Promise<string>;

async function openSslIn(folder: string): Promise<OpenSsl> {
  const { command, env } = await findProgram({ own: 'openssl', inPackage: 'usr/bin/openssl', name: 'openssl', packages: ['openssl'] });
  return (...args) => run(command, args, { env: { ...process.env, ...env }, cwd: folder });
}

/** What a certificate says of whom it is for. */
export interface Wanted {
  /** The common name. */
  readonly subject: string;
  /** Lines of an extension file of OpenSSL. */
  readonly extensions?: string;
}

export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** For `openssl ca`, the only one of its commands that takes the time of an end. */
const AUTHORITY = `[ca]
default_ca = own
[own]
database = index.txt
new_certs_dir = .
serial = ca.srl
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
`;
const DAY_SECONDS = 86_400;

/** Makes a key and a certificate `NAME.pem`, signed by the authority `ca` of the folder; it is valid for so many seconds from now. */
export async function signCertificate(
  folder: string,
  name: string,
  { subject, extensions = '' }: Wanted,
  seconds = 2 * DAY_SECONDS,
): Promise<KeyPair> {
  const openssl = await openSslIn(folder);
  await Promise.all([
    writeFile(path.join(folder, `${name}.ext`), extensions),
    writeFile(path.join(folder, 'ca.cnf'), AUTHORITY),
    writeFile(path.join(folder, 'index.txt'), ''),
  ]);
  await openssl('req', ...EC_KEY, '-keyout', `${name}-key.pem`, '-out', `${name}.csr`, '-subj', `/CN=${subject}`);
  const authority = ['-config', 'ca.cnf', '-cert', 'ca.pem', '-keyfile', 'ca-key.pem', '-create_serial'];
  const time = (when: number): string => new Date(when).toISOString().replaceAll(/[-:T]|\.\d+/g, ''); // 20260131235959Z
  await openssl(
    ...['ca', '-batch', ...authority, '-in', `${name}.csr`, '-extfile', `${name}.ext`, '-out', `${name}.pem`, '-notext'],
    ...['-startdate', time(Date.now() - DAY_SECONDS * 1000), '-enddate', time(Date.now() + seconds * 1000)],
  );
  return { certificate: path.join(folder, `${name}.pem`), key: path.join(folder, `${name}-key.pem`) };
}

/** Makes certificates for a server at 127.0.0.1, and for a client. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const openssl = await openSslIn(folder);
  for (const name of ['ca', 'stranger'])
    await openssl(
      'req',
      '-x509',
      ...EC_KEY,
      '-keyout',
      `${name}-key.pem`,
      '-out',
      `${name}.pem`,
      '-days',
      '2',
      '-subj',
      `/CN=Test ${name}`,
    );
  const server = await signCertificate(folder, 'server', {
    subject: 'server.test',
    extensions: 'subjectAltName=IP:127.0.0.1,DNS:localhost',
  });
  const client = await signCertificate(folder, 'client', { subject: 'client.test', extensions: 'extendedKeyUsage=clientAuth' });
  return { ca: path.join(folder, 'ca.pem'), server, client, stranger: path.join(folder, 'stranger.pem') };
}

/** The MySQL server shows this certificate from now on, and trusts clients of the same authority. */
export async function useCertificates(server: TestServer, { ca, server: own }: Certificates): Promise<void> {
  const files = { ssl_ca: ca, ssl_cert: own.certificate, ssl_key: own.key };
  for (const [variable, file] of Object.entries(files)) await execute(server, `SET GLOBAL ${variable} = '${file}'`);
  await execute(server, 'ALTER INSTANCE RELOAD TLS');
}
