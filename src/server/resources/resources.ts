import type { AgentDatabase } from '../../engine/connection/database.ts';
import { PilotError } from '../../engine/errors.ts';
import { cut } from '../../engine/text.ts';
import type { Connections, GivenConnections } from '../connections/connections.ts';
import type { ExportFolder } from '../exports/exportFolder.ts';
import { describeDatabase, describeTables } from '../tools/schemaTexts.ts';
import { ANY_CONNECTION, type CallSightings } from '../receipts/sightings.ts';
import { createDataBoundary } from '../messages/dataBoundary.ts';

/** The templates by which a client finds what it may read; the arguments can be completed. */
export const RESOURCE_TEMPLATES = [
  {
    uriTemplate: 'mysql://{connection}',
    name: 'databases',
    title: 'Databases of a connection',
    description: 'Databases that the account can see.',
    mimeType: 'text/plain',
  },
  {
    uriTemplate: 'mysql://{connection}/{database}',
    name: 'database',
    title: 'Schema of a database',
    description: 'Tables and views with row estimates and comments, and stored programs.',
    mimeType: 'text/plain',
  },
  {
    uriTemplate: 'mysql://{connection}/{database}/{table}',
    name: 'table',
    title: 'Definition of a table',
    description: 'Columns, keys, indexes, foreign keys, checks, triggers, partitions, and view definitions.',
    mimeType: 'text/plain',
  },
] as const;

export interface ResourceEntry {
  readonly uri: string;
  readonly name: string;
  readonly title: string;
  readonly mimeType: string;
  readonly size?: number;
}

const SHOWN_URI = 300;
const MYSQL_URI = /^mysql:\/\/([^/]+)(?:\/([^/]+)(?:\/([^/]+))?)?\/?$/;

/** The connections, and the files of earlier exports. */
export async function listResources(connections: Pick<Connections, 'list'>, exports: ExportFolder): Promise<ResourceEntry[]> {
  const profiles = await connections.list();
  const files = await exports.list();
  return [
    ...profiles.map(({ name }) => ({
      uri: `mysql://${encodeURIComponent(name)}`,
      name,
      title: `Databases of ${name}`,
      mimeType: 'text/plain',
    })),
    ...files.map(({ name, uri, mimeType, bytes }) => ({ uri, name, title: `Export ${name}`, mimeType, size: bytes })),
  ];
}

/** Longer than four names that are percent-encoded, and than any path. */
const MAX_URI = 8000;

/** The connection that an URI of ours names; undefined for a file. */
export function connectionOf(uri: string): string | undefined {
  const [, connection] = uri.length > MAX_URI ? [] : (MYSQL_URI.exec(uri) ?? []);
  return connection === undefined ? undefined : decode(connection);
}

/** The text of a resource, inside a boundary. Throws `object.unknown` for what is none. */
export async function readResource(
  uri: string,
  connections: GivenConnections,
  exports: ExportFolder,
  sightings: CallSightings,
): Promise<string> {
  const untrusted = createDataBoundary();
  const connection = connectionOf(uri);
  if (connection === undefined) {
    const exported = uri.length > MAX_URI ? undefined : await exports.read(uri);
    if (exported !== undefined) {
      sightings.add(ANY_CONNECTION, { kind: 'facts', what: 'exports' }); // an earlier session may have made it
      return untrusted(exported);
    }
    throw new PilotError('object.unknown', `There is no resource ${cut(uri, SHOWN_URI)}.`, {
      nextStep: 'Read mysql://connection, mysql://connection/database or mysql://connection/database/table.',
    });
  }
  const [, , database, table] = MYSQL_URI.exec(uri) ?? [];
  const opened = (await connections.open(connection)).database;
  if (database === undefined) return untrusted((await opened.schema.databases()).join('\n'));
  if (table === undefined) return untrusted(await describeDatabase(opened, decode(database)));
  return untrusted(await describeTables(opened, { database: decode(database), names: [decode(table)], level: 'full' }));
}

/** A protocol's list of completions must not be longer. */
const MAX_COMPLETIONS = 100;

export interface Completion {
  readonly values: string[];
  readonly total: number;
  readonly hasMore: boolean;
}

export const NO_COMPLETION: Completion = { values: [], total: 0, hasMore: false };

/** Names that begin with what was typed; `known` are the arguments that were given already. */
export async function complete(
  argument: { readonly name: string; readonly value: string },
  known: Readonly<Record<string, string>>,
  connections: GivenConnections,
): Promise<Completion> {
  const typed = argument.value.toLowerCase();
  if (Object.values(known).some((name) => name.length > MAX_URI || !name.isWellFormed())) return NO_COMPLETION;
  const found = (await candidates(argument.name, known, connections)).filter((name) => name.toLowerCase().startsWith(typed));
  return { values: found.slice(0, MAX_COMPLETIONS), total: found.length, hasMore: found.length > MAX_COMPLETIONS };
}

async function candidates(argument: string, known: Readonly<Record<string, string>>, connections: GivenConnections): Promise<string[]> {
  if (argument === 'connection') return (await connections.list()).map(({ name }) => name);
  if (argument !== 'database' && argument !== 'table') return [];
  let opened: { readonly database: AgentDatabase; readonly profile: { readonly database?: string | undefined } };
  try {
    opened = await connections.open(known['connection']);
  } catch {
    return []; // which connection is not known yet, or it cannot be reached: nothing to propose
  }
  if (argument === 'database') return opened.database.schema.databases();
  const database = known['database'] ?? opened.profile.database;
  return database === undefined ? [] : opened.database.schema.tableNames(database);
}

/** Throws `input.invalid` for what no name holds. */
function decode(part: string): string {
  const name = decodePercent(part);
  if (name.isWellFormed() && !name.includes('\0')) return name;
  throw new PilotError('input.invalid', 'The URI contains an invalid character (NUL or a lone surrogate).', {
    nextStep: 'Read mysql://connection, mysql://connection/database or mysql://connection/database/table.',
  });
}

function decodePercent(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a % that stands for itself
  }
}
