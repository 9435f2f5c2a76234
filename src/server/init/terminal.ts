import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** Lines to and from a person. Opened for reading with the first question: a pipe that nobody closes would keep the process alive. */
export class Terminal {
  readonly isInteractive: boolean;
  readonly #input: Readable;
  readonly #output: Writable;
  #lines: Interface | undefined;
  #answers: NodeJS.AsyncIterator<string> | undefined;

  constructor(input: Readable & { readonly isTTY?: boolean }, output: Writable) {
    this.#input = input;
    this.#output = output;
    this.isInteractive = input.isTTY === true;
  }

  say(text: string): void {
    this.#output.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  /** An end of the input is an empty answer. */
  async ask(question: string): Promise<string> {
    this.#output.write(question);
    this.#lines ??= createInterface({ input: this.#input, terminal: false });
    this.#answers ??= this.#lines[Symbol.asyncIterator](); // keeps lines that come before their question
    const next: IteratorResult<string, unknown> = await this.#answers.next();
    return next.done === true ? '' : next.value;
  }

  async confirm(question: string): Promise<boolean> {
    return /^y(?:es)?$/i.test((await this.ask(`${question} [y/N] `)).trim());
  }

  close(): void {
    this.#lines?.close();
  }
}
