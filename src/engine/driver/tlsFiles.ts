import path from 'node:path';
import type { TlsFiles, TlsMode } from './profile.ts';

/**
 * The mode of a connection that names none: an authority is given to be used, so it alone means that certificates are verified, as in the `mysql` client.
 * @see https://dev.mysql.com/doc/refman/9.7/en/connection-options.html#option_general_ssl-mode
 */
export function defaultTlsMode(ca: string | undefined): TlsMode {
  return ca === undefined || ca === '' ? 'preferred' : 'verify-ca';
}

/** What other programs say of files, as far as it means the same here: a relative path does not, and a certificate without its key neither. */
export function absoluteTlsFiles({ ca, certificate, key }: TlsFiles): { readonly tlsFiles?: TlsFiles } {
  const known = (file: string | undefined): file is string => file !== undefined && path.isAbsolute(file);
  const files: TlsFiles = { ...(known(ca) ? { ca } : {}), ...(known(certificate) && known(key) ? { certificate, key } : {}) };
  return Object.keys(files).length === 0 ? {} : { tlsFiles: files };
}
