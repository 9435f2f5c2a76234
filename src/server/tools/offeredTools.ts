import type { SavedQuery } from '../../broker/savedQueries.ts';
import { promptAnswer } from '../connections/promptAnswer.ts';
import { savedQueryTool } from './savedQueryTool.ts';
import type { Tool } from './tool.ts';

/** Our tools, and those that the user has made of queries; the latter are read anew after each change at their source. */
export class ToolList {
  readonly #own: ReadonlyMap<string, Tool>;
  readonly #read: () => Promise<readonly SavedQuery[]>;
  readonly #late: () => void;
  #saved: Promise<readonly Tool[]> | undefined;

  /** `late` is called when queries come that a list could not wait for. */
  constructor(own: readonly Tool[], read: () => Promise<readonly SavedQuery[]>, late: () => void) {
    this.#own = new Map(own.map((tool) => [tool.name, tool]));
    this.#read = read;
    this.#late = late;
  }

  /** Never throws: without an answer from their source the user's own are left out. */
  async all(): Promise<readonly Tool[]> {
    const saved = await promptAnswer(this.#readSaved(), (tools) => {
      if (tools.length > 0) this.#late();
    });
    return [...this.#own.values(), ...(saved ?? [])];
  }

  /** Waits for the source only where the name is none of ours. */
  async find(name: string): Promise<Tool | undefined> {
    return this.#own.get(name) ?? (await this.#readSaved()).find((tool) => tool.name === name);
  }

  /** False for a tool that the user has made of a query, and named. */
  isOwn(name: string): boolean {
    return this.#own.has(name);
  }

  invalidate(): void {
    this.#saved = undefined;
  }

  #readSaved(): Promise<readonly Tool[]> {
    this.#saved ??= this.#read().then(
      (queries) => queries.map(savedQueryTool),
      (error: unknown) => {
        this.#saved = undefined;
        throw error;
      },
    );
    return this.#saved;
  }
}
