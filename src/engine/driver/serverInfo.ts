import { sql, type OwnSql } from '../sql/ownSql.ts';
import type { GeometryStyle } from './geometry.ts';

/** What kind of server answers; nothing else in the project compares versions. */
export interface ServerInfo {
  readonly flavor: 'mysql' | 'mariadb';
  /** As the server reports it, in at most 64 letters, digits and signs of versions, for example `9.7.4-2` or `10.11.14-MariaDB-0+deb12u2`. */
  readonly version: string;
  /** Major, minor and patch in one number: 90704 is 9.7.4; 0 where the version says nothing. */
  readonly versionNumber: number;
  /** Whether it compares names of databases and tables without regard to their letters' case; their spelling then does not tell which is meant. */
  readonly foldsNames: boolean;
  /** The setting that stops a SELECT by itself, in the unit that this server wants. */
  readonly timeLimit: { readonly variable: OwnSql; readonly perMillisecond: number } | undefined;
  /** What asks for a plan as a table, and leaves in SHOW WARNINGS what the server has made of the statement. */
  readonly explainTable: 'EXPLAIN FORMAT=TRADITIONAL' | 'EXPLAIN EXTENDED';
  /** Plans as trees, also measured. MariaDB measures its tables instead. */
  readonly explainsTrees: boolean;
  /** How it writes geometry as text. MySQL knows of the axes of reference systems since 8.0. */
  readonly geometry: GeometryStyle;
  /** What tells how far a replica is. */
  readonly replicaStatus: 'SHOW REPLICA STATUS' | 'SHOW SLAVE STATUS';
  /** Whether the optimizer may use an index, as a column of information_schema.statistics: `YES` or `NO`. */
  readonly indexVisible: 'is_visible' | "IF(ignored = 'YES', 'NO', 'YES')" | "'YES'";
}

/** A version is shown as ours, outside of what is marked as the server's: nothing but what versions are made of is kept of it. */
const NOT_IN_VERSIONS = /[^\w.+~:-]/g;
const MAX_VERSION = 64;

/** Reads `@@version`, of MySQL and MariaDB and of what calls itself so. */
export function parseServerInfo(reported: string, foldsNames = true): ServerInfo {
  const version = reported.slice(0, MAX_VERSION).replaceAll(NOT_IN_VERSIONS, '_');
  const flavor = /mariadb/i.test(version) ? 'mariadb' : 'mysql';
  const isAtLeast = (...wanted: readonly [number, number, number]): boolean => flavor === 'mysql' && compare(version, wanted) >= 0;
  return {
    flavor,
    version,
    versionNumber: versionNumber(version),
    foldsNames,
    timeLimit: timeLimit(flavor, version),
    // EXTENDED is the default since MySQL 5.7 and no longer there in 8.0; 5.6 has EXPLAIN FORMAT=TRADITIONAL without that.
    explainTable: isAtLeast(5, 7, 0) ? 'EXPLAIN FORMAT=TRADITIONAL' : 'EXPLAIN EXTENDED',
    explainsTrees: isAtLeast(8, 0, 18), // https://dev.mysql.com/doc/relnotes/mysql/8.0/en/news-8-0-18.html (EXPLAIN ANALYZE)
    geometry: isAtLeast(8, 0, 0) ? 'mysql' : 'mariadb',
    replicaStatus: flavor === 'mariadb' || isAtLeast(8, 0, 22) ? 'SHOW REPLICA STATUS' : 'SHOW SLAVE STATUS',
    indexVisible: indexVisible(flavor, versionNumber(version)),
  };
}

/** MySQL has invisible indexes since 8.0, MariaDB ignored ones since 10.6. */
function indexVisible(flavor: ServerInfo['flavor'], version: number): ServerInfo['indexVisible'] {
  if (flavor === 'mysql') return version >= 80_000 ? 'is_visible' : "'YES'";
  return version >= 100_600 ? "IF(ignored = 'YES', 'NO', 'YES')" : "'YES'";
}

/** MariaDB 10 puts `5.5.5-` before its version where old clients may look. */
function versionNumber(version: string): number {
  const [, major, minor, patch] = /^(?:5\.5\.5-(?=\d))?(\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major ?? 0) * 10_000 + Number(minor ?? 0) * 100 + Number(patch ?? 0);
}

function compare(version: string, wanted: readonly number[]): number {
  const numbers = version.split(/[.-]/).map(Number);
  const different = wanted.findIndex((number, i) => number !== (numbers[i] ?? 0));
  return different < 0 ? 0 : (numbers[different] ?? 0) - (wanted[different] ?? 0);
}

/** `MySQL 9.7.4-2` or `MariaDB 10.11.14`. */
export function describeServer({ flavor, version }: ServerInfo): string {
  return flavor === 'mariadb' ? `MariaDB ${version.replace(/^5\.5\.5-/, '').replace(/-MariaDB.*$/i, '')}` : `MySQL ${version}`;
}

/** MySQL has max_execution_time (ms) since 5.7.8; MariaDB max_statement_time (s) since 10.1. */
function timeLimit(flavor: ServerInfo['flavor'], version: string): ServerInfo['timeLimit'] {
  if (flavor === 'mariadb') return { variable: sql`max_statement_time`, perMillisecond: 0.001 };
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 5 || (major === 5 && minor >= 7) ? { variable: sql`max_execution_time`, perMillisecond: 1 } : undefined;
}
