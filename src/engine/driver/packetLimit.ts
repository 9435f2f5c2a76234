import { PilotError } from '../errors.ts';

/** Of one UTF-16 unit. */
const MAX_UTF8_BYTES = 3;

/**
 * Throws `input.invalid` for a statement over `max_allowed_packet`. A server ends the session at such a packet, often before it can say why: this way nothing is sent, and the
 * session stays.
 */
export function checkPacket(statement: string, maxPacket: number): void {
  if (fitsPacket(statement, maxPacket)) return;
  const bytes = bytesOf(statement);
  throw new PilotError(
    'input.invalid',
    `The statement has ${bytes.toLocaleString('en-US')} bytes, and the server accepts ${maxPacket.toLocaleString('en-US')} (max_allowed_packet). Nothing was sent.`,
    { advice: 'statement.packetSplit' },
  );
}

/** `more`: bytes that are sent with it. */
export function fitsPacket(statement: string, maxPacket: number, more = 0): boolean {
  return statement.length * MAX_UTF8_BYTES + more < maxPacket || bytesOf(statement) + more <= maxPacket;
}

function bytesOf(statement: string): number {
  return Buffer.byteLength(statement) + 1; // the command
}
