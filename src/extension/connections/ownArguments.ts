/**
 * The objects that VS Code hands back to our commands: nodes of our trees, calls of agents, statements below a lens. A command takes them for what they are because they are
 * the same objects; one that looks like them comes from another extension, a task or a link.
 */
export class OwnArguments {
  readonly #known = new WeakSet();

  /** Makes an object one that commands take. */
  own<T extends object>(argument: T): T {
    this.#known.add(argument);
    return argument;
  }

  isOwn(argument: unknown): boolean {
    return typeof argument === 'object' && argument !== null && this.#known.has(argument);
  }
}
