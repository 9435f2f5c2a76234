import { TLS_MODES, type ConnectionTarget, type TlsFiles, type TlsMode } from '../../engine/driver/profile.ts';
import { absoluteTlsFiles, defaultTlsMode } from '../../engine/driver/tlsFiles.ts';
import { toPrintableLine } from '../../engine/driver/printableLine.ts';

export interface ImportCandidate {
  /** As the file calls it, or what it leads to. */
  readonly name: string;
  readonly source: string;
  readonly target: ConnectionTarget;
  /** Undefined where the file has none: it is then asked for when it is needed. */
  readonly password: string | undefined;
}

/** What a file may say of a connection; left out means the usual. */
export interface CandidateParts {
  readonly name?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: string | number | undefined;
  readonly socket?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly database?: string | undefined;
  readonly tls?: TlsMode | undefined;
  /** As they are written: they may be relative. */
  readonly tlsFiles?: TlsFiles | undefined;
}

const DEFAULT_PORT = 3306;

/** A connection of its parts; undefined where they do not say where to, or as whom. */
export function candidateFrom(source: string, parts: CandidateParts): ImportCandidate | undefined {
  const { host = parts.socket === undefined ? undefined : 'localhost', user, database, password, tlsFiles = {} } = parts;
  const tls = parts.tls ?? defaultTlsMode(tlsFiles.ca);
  const port = Number(parts.port ?? DEFAULT_PORT);
  if (host === undefined || host === '' || user === undefined || user === '' || !Number.isInteger(port) || port < 1 || port > 65535)
    return undefined;
  const target: ConnectionTarget = {
    ...{ host, port, user, tls },
    ...(parts.socket === undefined || parts.socket === '' ? {} : { socket: parts.socket }),
    ...(database === undefined || database === '' ? {} : { database }),
    ...absoluteTlsFiles(tlsFiles),
  };
  return { name: toPrintableLine(parts.name ?? target.database ?? host, 'MySQL'), source, target, password };
}

/** A mode of TLS as the `mysql` client writes it. One that is not known may be as strict as any: it must not become a weaker one. */
export function readTlsMode(value: string | undefined): TlsMode | undefined {
  if (value === undefined || value === '') return undefined;
  const wanted = value.toLowerCase().replaceAll('_', '-');
  return TLS_MODES.find((mode) => mode === wanted) ?? 'verify-identity';
}
