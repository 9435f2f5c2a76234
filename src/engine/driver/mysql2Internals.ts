import type { Duplex } from 'node:stream';
import { createQuery, type Connection, type QueryError, type ResultSetHeader } from 'mysql2';
import type { Packet } from './packet.ts';

/**
 * Everything that we use of mysql2 beside its public API, in 3.24.6, and why. `checkDriver` refuses a driver that lacks any of it before a connection is used; mysql2Internals.test.ts
 * tells what is there, of the release in package.json and, once a week, of the newest one (`npm run test:driver`).
 */

export interface DriverPacket extends Packet {
  /** The driver's class of packets, which it does not give out. */
  readonly constructor: new (id: number, buffer: Buffer, start: number, end: number) => DriverPacket;
  isError(): boolean;
  isEOF(): boolean;
  asError(encoding: string): QueryError;
  eofWarningCount(): number;
  eofStatusFlags(): number;
}

/** The driver's connection, as its commands see it. */
export interface DriverConnection {
  readonly config: { charsetNumber: number };
  /** Whether columns of MariaDB come with the names of their extended types. */
  readonly _mariadbExtendedMetadata: boolean;
  /** The numbers of packets begin anew with each command. */
  _resetSequenceId(): void;
  writePacket(packet: DriverPacket): void;
}

/** The driver's own command for a statement: it sends the text, and understands the answer to one without rows. */
interface DriverQuery {
  start(packet: undefined, wire: DriverConnection): void;
  /** Calls `doneInsert` for a statement without rows. */
  resultsetHeader(packet: DriverPacket, wire: DriverConnection): void;
  doneInsert(header: ResultSetHeader): void;
}

/** What the driver asks of a command. */
interface DriverCommand {
  /** Without a packet when it is this command's turn, then with each packet. True at the end. */
  execute(packet: DriverPacket | undefined, wire: DriverConnection): boolean;
}

interface PacketParser {
  execute(chunk: Buffer): void;
}

interface Internals extends DriverConnection {
  /** Replaced by TLS. */
  readonly stream: Duplex;
  /** Collects what arrives until a packet is whole. */
  packetParser: PacketParser;
  addCommand(command: DriverCommand): void;
}

declare module 'mysql2' {
  function createQuery(sql: string, values: undefined, callback: undefined, config: object): object;
}

const internals = (connection: Connection): Internals => connection as unknown as Internals;

/**
 * The base of our own commands. The public `query` makes an object of each column's description, a program that reads the rows and an event of everything, which is half of what the driver
 * costs in a short call; it reads no text in the character sets of people's sessions, and has no command for COM_SET_OPTION.
 */
export const DriverCommandBase = createQuery('', undefined, undefined, {}).constructor as new (options: {
  readonly sql: string;
}) => DriverQuery;

/** Runs a command when those before it have ended. */
export function addCommand(connection: Connection, command: DriverCommand): void {
  internals(connection).addCommand(command);
}

/** The stream that a connection uses now: what it was given, or TLS over that. To end it at once, and to see whom it leads to. */
export function streamOf(connection: Connection): Duplex {
  return internals(connection).stream;
}

/** Gives what arrives to `feed`, and returns what hands a chunk to the driver's own parser, which would collect a row of any length. */
export function replaceParser(connection: Connection, feed: (chunk: Buffer) => void): (chunk: Buffer) => void {
  const driver = internals(connection);
  const parser = driver.packetParser;
  driver.packetParser = { execute: feed };
  return (chunk) => {
    parser.execute(chunk);
  };
}

/** What a connection lacks of the above, by name; empty for a release of the driver that fits. */
export function lacksOf(connection: Connection): string[] {
  const driver = internals(connection);
  const command = DriverCommandBase.prototype as Partial<DriverQuery>;
  const parts: Readonly<Record<string, boolean>> = {
    stream: typeof (driver.stream as Duplex | undefined)?.destroy === 'function',
    'packetParser.execute': typeof (driver.packetParser as PacketParser | undefined)?.execute === 'function',
    addCommand: typeof driver.addCommand === 'function',
    _resetSequenceId: typeof driver._resetSequenceId === 'function',
    writePacket: typeof driver.writePacket === 'function',
    _mariadbExtendedMetadata: typeof driver._mariadbExtendedMetadata === 'boolean',
    'config.charsetNumber': typeof (driver.config as DriverConnection['config'] | undefined)?.charsetNumber === 'number',
    'Query.start': typeof command.start === 'function',
    'Query.resultsetHeader': typeof command.resultsetHeader === 'function',
    'Query.doneInsert': typeof command.doneInsert === 'function',
  };
  return Object.keys(parts).filter((part) => parts[part] !== true);
}
