/** VS Code copies and ranks each proposal: tens of thousands would hold up the window with every letter. */
export const MAX_PROPOSED = 2000;

/** Of the names of a large schema those that fit what is typed, as VS Code finds them: its letters, in their order. */
export class Shortlist {
  readonly #typed: string;
  #isCut = false;

  constructor(typed: string) {
    this.#typed = typed.toLowerCase();
  }

  /** True where there is more than was proposed: another letter brings other names. */
  get isCut(): boolean {
    return this.#isCut;
  }

  of<T>(all: readonly T[], nameOf: (one: T) => string): readonly T[] {
    if (all.length <= MAX_PROPOSED) return all;
    this.#isCut = true;
    const fitting: T[] = [];
    for (const one of all) {
      if (fitting.length === MAX_PROPOSED) break;
      if (this.#fits(nameOf(one).toLowerCase())) fitting.push(one);
    }
    return fitting;
  }

  #fits(name: string): boolean {
    let at = 0;
    for (const letter of this.#typed) {
      at = name.indexOf(letter, at) + letter.length;
      if (at < letter.length) return false;
    }
    return true;
  }
}
