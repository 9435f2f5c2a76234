import type { Connection } from 'mysql2';
import { addCommand, DriverCommandBase, type DriverPacket, type DriverConnection } from './mysql2Internals.ts';

/** `COM_SET_OPTION` with `MYSQL_OPTION_MULTI_STATEMENTS_OFF`, which is off in our sessions anyway. */
const SET_OPTION = [0x1b, 1, 0] as const;
const FAILED = 0xff;

/**
 * Asks for the flags of a session: whether a transaction is open. A server tells them with each answer but an error. On MySQL and MariaDB this leaves ROW_COUNT(), the warnings,
 * FOUND_ROWS() and LAST_INSERT_ID() behind an error as they are, which COM_PING does not.
 * @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_set_option.html
 */
class StatusCommand extends DriverCommandBase {
  readonly #done: (status: number | undefined) => void;

  constructor(done: (status: number | undefined) => void) {
    super({ sql: '' });
    this.#done = done;
  }

  execute(packet: DriverPacket | undefined, wire: DriverConnection): boolean {
    if (packet === undefined) {
      wire._resetSequenceId();
      const writePacket = (query: DriverPacket): void => {
        const buffer = Buffer.from([0, 0, 0, 0, ...SET_OPTION]);
        wire.writePacket(new query.constructor(0, buffer, 0, buffer.length));
      };
      // The driver's own command makes the packet, whose class it does not give out.
      this.start(undefined, Object.create(wire, { writePacket: { value: writePacket } }) as DriverConnection);
      return false;
    }
    const { buffer, offset, end } = packet;
    const first = buffer[offset];
    if (first === FAILED) this.#done(undefined);
    else this.#done(buffer.readUInt16LE(Math.min(offset + 3, end - 2))); // behind two numbers of an OK, or the warnings of an EOF
    return true;
  }
}

/** The server's status flags; undefined where it does not tell them. Rejects never: who waits hears of a lost connection elsewhere. */
export function readStatus(connection: Connection): Promise<number | undefined> {
  return new Promise((resolve) => {
    addCommand(connection, new StatusCommand(resolve));
  });
}
