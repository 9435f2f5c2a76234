import { fitsPacket } from './packetLimit.ts';

/** Nothing that a client, an agent or a file has chosen: the comment goes into every statement as it is. */
const NAME = /^[a-z_]+$/;
const PATTERN = String.raw`^/\* mysql-pilot [a-z_]+=[a-z_]+(?: call=-?\d+)? \*/ `;
const TAG = new RegExp(`${PATTERN}$`);
const TAG_IN_FRONT = new RegExp(PATTERN);

/** What statements run for. */
export interface StatementOrigin {
  readonly kind: 'tool' | 'request';
  /** One of our own names, in lowercase letters and `_`. */
  readonly name: string;
  /** As in the audit log; undefined for what is not recorded. */
  readonly call?: number | undefined;
}

/** Asked with each statement that is sent; undefined for one that runs for no agent, or without a tag. */
export type CurrentTag = () => string | undefined;

/** A comment by which an administrator tells statements apart in the process list. Throws for a name that is none of ours. */
export function statementTag({ kind, name, call }: StatementOrigin): string {
  if (!NAME.test(name) || (call !== undefined && !Number.isSafeInteger(call)))
    throw new RangeError('A statement tag holds only names of the program and numbers.');
  return `/* mysql-pilot ${kind}=${name}${call === undefined ? '' : ` call=${String(call)}`} */ `;
}

/**
 * In front, where a short process list shows it, and where no definition of a view or a routine keeps it. Left out of a statement that would not fit the server's packets with it.
 */
export function withTag(statement: string, tag: string | undefined, maxPacket: number): string {
  return tag !== undefined && TAG.test(tag) && fitsPacket(statement, maxPacket, tag.length) ? tag + statement : statement;
}

/** A statement of another session without its tag, which names nothing of a database. */
export function withoutTag(statement: string): string {
  return statement.replace(TAG_IN_FRONT, '');
}
