import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../run.ts';
import { findProgram } from './systemProgram.ts';
import { execute, type TestServer } from './testServer.ts';

/** An authority of its own, and what it has signed: PEM files. */
export interface Certificates {
  readonly ca: string;
  readonly server: { readonly certificate: string; readonly key: string };
  readonly client: { readonly certificate: string; readonly key: string };
  /** Another authority, which has signed nothing here. */
  readonly stranger: string;
}

/** Makes certificates for a server at 127.0.0.1, and for a client. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const { command, env } = await findProgram({ own: 'openssl', inPackage: 'usr/bin/openssl', name: 'openssl', packages: ['openssl'] });
  const openssl = (...args: readonly string[]): Promise<string> => run(command, args, { env: { ...process.env, ...env }, cwd: folder });
  const key = (name: string): readonly string[] => [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    `${name}-key.pem`,
  ];
  const file = (name: string): string => path.join(folder, name);
  for (const name of ['ca', 'stranger'])
    await openssl('req', '-x509', ...key(name), '-out', `${name}.pem`, '-days', '2', '-subj', `/CN=Test ${name}`);
  for (const [name, extension] of [
    ['server', 'subjectAltName=IP:127.0.0.1,DNS:localhost'],
    ['client', 'extendedKeyUsage=clientAuth'],
  ] as const) {
    await writeFile(file(`${name}.ext`), extension);
    await openssl('req', ...key(name), '-out', `${name}.csr`, '-subj', `/CN=${name}.test`);
    await openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca-key.pem',
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      `${name}.ext`,
      '-out',
      `${name}.pem`,
    );
  }
  const pair = (name: string): { certificate: string; key: string } => ({ certificate: file(`${name}.pem`), key: file(`${name}-key.pem`) });
  return { ca: file('ca.pem'), server: pair('server'), client: pair('client'), stranger: file('stranger.pem') };
}

/** The MySQL server shows this certificate from now on, and trusts clients of the same authority. */
export async function useCertificates(server: TestServer, { ca, server: own }: Certificates): Promise<void> {
  const files = { ssl_ca: ca, ssl_cert: own.certificate, ssl_key: own.key };
  for (const [variable, file] of Object.entries(files)) await execute(server, `SET GLOBAL ${variable} = '${file}'`);
  await execute(server, 'ALTER INSTANCE RELOAD TLS');
}
