/** What kind of server answers; nothing else in the project compares versions. */
export interface ServerInfo {
  readonly flavour: 'mysql' | 'mariadb';
  /** As the server reports it, for example `9.7.4-2` or `10.11.14-MariaDB-0+deb12u2`. */
  readonly version: string;
  /** The setting that stops a SELECT by itself, in the unit that this server wants. */
  readonly timeLimit: { readonly variable: string; readonly perMillisecond: number } | undefined;
}

export function parseServerInfo(version: string): ServerInfo {
  const flavour = /mariadb/i.test(version) ? 'mariadb' : 'mysql';
  return { flavour, version, timeLimit: timeLimit(flavour, version) };
}

/** `MySQL 9.7.4-2` or `MariaDB 10.11.14`. */
export function describeServer({ flavour, version }: ServerInfo): string {
  return flavour === 'mariadb' ? `MariaDB ${version.replace(/^5\.5\.5-/, '').replace(/-MariaDB.*$/i, '')}` : `MySQL ${version}`;
}

/** MySQL has max_execution_time (ms) since 5.7.8; MariaDB max_statement_time (s) since 10.1. */
function timeLimit(flavour: ServerInfo['flavour'], version: string): ServerInfo['timeLimit'] {
  if (flavour === 'mariadb') return { variable: 'max_statement_time', perMillisecond: 0.001 };
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 5 || (major === 5 && minor >= 7) ? { variable: 'max_execution_time', perMillisecond: 1 } : undefined;
}
