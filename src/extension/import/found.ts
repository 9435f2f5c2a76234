import type { ConnectionTarget } from '../../engine/driver/profile.ts';
import { toPrintableLine } from '../../engine/driver/printableLine.ts';

/** A connection that another program's file describes. */
export interface FoundConnection {
  /** As the file calls it, or what it leads to. */
  readonly name: string;
  /** The file, for people. */
  readonly source: string;
  readonly target: ConnectionTarget;
  /** Undefined where the file has none: it is then asked for when it is needed. */
  readonly password: string | undefined;
}

/** What a file may say of a connection; left out means the usual. */
export interface FoundParts {
  readonly name?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: string | number | undefined;
  readonly socket?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly database?: string | undefined;
  readonly tls?: ConnectionTarget['tls'] | undefined;
}

const DEFAULT_PORT = 3306;

/** A connection of its parts; undefined where they do not say where to, or as whom. */
export function foundFrom(source: string, parts: FoundParts): FoundConnection | undefined {
  const { host = parts.socket === undefined ? undefined : 'localhost', user, database, password, tls = 'preferred' } = parts;
  const port = Number(parts.port ?? DEFAULT_PORT);
  if (host === undefined || host === '' || user === undefined || user === '' || !Number.isInteger(port) || port < 1 || port > 65535)
    return undefined;
  const target: ConnectionTarget = {
    ...{ host, port, user, tls },
    ...(parts.socket === undefined || parts.socket === '' ? {} : { socket: parts.socket }),
    ...(database === undefined || database === '' ? {} : { database }),
  };
  return { name: toPrintableLine(parts.name ?? target.database ?? host, 'MySQL'), source, target, password };
}
