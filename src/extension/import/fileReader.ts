import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ImportCandidate } from './importCandidate.ts';
import type { ForeignFile, ReadAnswer } from './readerThread.ts';

/** A file that people have written takes some milliseconds. */
const MOST_MS = 5000;
/** After so many of them the others are left unread: a folder can hold many files that are made to take long. */
const MOST_GIVEN_UP = 2;
/** Far more than it takes to load the code of the thread. */
const START_MS = 60_000;
const MOST_MEGABYTES = 256;

/**
 * Reads files of other programs in a thread of its own, because whoever can put one into a workspace chooses how long it takes and how much memory: libraries that read YAML and
 * XML are not bounded by what they read. The window answers meanwhile, and a file that takes too long or too much is given up with its thread.
 */
export class FileReader {
  readonly #entry: string;
  readonly #mostMs: number;
  readonly #mostMegabytes: number;
  #thread: Worker | undefined;
  #givenUp = 0;

  /** `entry` is the file of the thread. */
  constructor(entry: string, mostMs = MOST_MS, mostMegabytes = MOST_MEGABYTES) {
    this.#entry = entry;
    this.#mostMs = mostMs;
    this.#mostMegabytes = mostMegabytes;
  }

  /** One file at a time. Rejects with what is wrong with the file. */
  async read(file: ForeignFile): Promise<{ readonly found: readonly ImportCandidate[]; readonly more: number }> {
    if (this.#givenUp >= MOST_GIVEN_UP) throw new Error('other files took too long to be read');
    const thread = (this.#thread ??= await this.#start());
    const answered = once(thread, 'message', { signal: AbortSignal.timeout(this.#mostMs) }) as Promise<[ReadAnswer]>;
    thread.postMessage(file);
    const [answer] = await answered.catch((error: unknown): [ReadAnswer] => {
      this.#givenUp++;
      this.#thread = undefined;
      void thread.terminate();
      const { name, code } = error as Partial<NodeJS.ErrnoException>;
      if (name === 'AbortError') return [{ problem: 'it takes too long to be read' }];
      return [{ problem: code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'it takes too much memory to be read' : "it can't be read" }];
    });
    if ('problem' in answer) throw new Error(answer.problem);
    return answer;
  }

  async end(): Promise<void> {
    await this.#thread?.terminate();
  }

  /** Loading its code is not the fault of a file: the time of one begins behind it. */
  async #start(): Promise<Worker> {
    const thread = new Worker(this.#entry, { resourceLimits: { maxOldGenerationSizeMb: this.#mostMegabytes } });
    thread.once('exit', () => {
      if (this.#thread === thread) this.#thread = undefined;
    });
    try {
      await once(thread, 'message', { signal: AbortSignal.timeout(START_MS) });
    } catch (error) {
      this.#givenUp++;
      void thread.terminate();
      throw error;
    }
    thread.on('error', () => undefined); // of one that is being ended; who waits for it hears it apart
    return thread;
  }
}
