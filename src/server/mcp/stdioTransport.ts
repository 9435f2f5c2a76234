import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/server';
import type { Readable, Writable } from 'node:stream';
import { parseMessage } from './messageText.ts';

/** No message of a client is longer: the longest that a tool takes is a statement of a million characters. */
const MAX_LINE_BYTES = 10 * 1024 * 1024;
const LINE_FEED = 10;

/**
 * MCP over stdin and stdout: a message a line. The SDK's own transport ends the connection at a line that is too long, and writes each message by itself: a write costs as
 * much as a tenth of a short call. @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#stdio
 */
export class StdioTransport implements Transport {
  onmessage?: (message: JSONRPCMessage) => void;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #warn: (what: string) => void;
  /** Of a line whose end is not here yet; undefined while a line is passed over that is too long. */
  #parts: Buffer[] | undefined = [];
  #bytes = 0;
  /** Messages of this turn of the event loop, to be written together. */
  #lines: string[] = [];
  #writing: Promise<void> | undefined;
  readonly #read = (chunk: Buffer): void => {
    this.#feed(chunk);
  };

  /** `warn` is told of lines that are no messages; the next ones are read all the same. */
  constructor(input: Readable, output: Writable, warn: (what: string) => void) {
    this.#input = input;
    this.#output = output;
    this.#warn = warn;
  }

  start(): Promise<void> {
    this.#input.on('data', this.#read);
    this.#output.on('error', () => undefined); // nobody reads any more: the end of the input says so, too
    return Promise.resolve();
  }

  /** Resolves when the next message may be written. */
  send(message: JSONRPCMessage): Promise<void> {
    this.#lines.push(JSON.stringify(message));
    return (this.#writing ??= new Promise((resolve) => {
      setImmediate(() => {
        resolve(this.#write());
      });
    }));
  }

  close(): Promise<void> {
    void this.#write();
    this.#input.off('data', this.#read);
    this.#input.pause();
    this.onclose?.();
    return Promise.resolve();
  }

  async #write(): Promise<void> {
    const lines = this.#lines;
    this.#lines = [];
    this.#writing = undefined;
    if (lines.length === 0 || this.#output.write(`${lines.join('\n')}\n`)) return;
    await new Promise((resolve) => this.#output.once('drain', resolve));
  }

  #feed(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      this.#keep(chunk.subarray(from, end));
      from = end + 1;
      this.#endLine();
    }
    this.#keep(chunk.subarray(from));
  }

  #keep(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes > MAX_LINE_BYTES) this.#parts = undefined;
    else if (part.length > 0) this.#parts?.push(part);
  }

  #endLine(): void {
    const parts = this.#parts;
    const [first, second] = parts ?? [];
    this.#parts = [];
    this.#bytes = 0;
    if (parts === undefined) this.#warn(`A message of more than ${String(MAX_LINE_BYTES)} bytes was ignored.`);
    else if (first !== undefined) this.#take(second === undefined ? first : Buffer.concat(parts));
  }

  #take(line: Buffer): void {
    const message = parseMessage(line);
    // What a message must hold besides is checked by the SDK, which gets every one.
    if (typeof message === 'object' && message !== null && 'jsonrpc' in message && message.jsonrpc === '2.0')
      this.onmessage?.(message as JSONRPCMessage);
    else if (message !== undefined || line.toString('latin1').trim() !== '')
      this.#warn("A line on stdin isn't a JSON-RPC 2.0 message and was ignored.");
  }
}
