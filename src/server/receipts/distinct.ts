/** As many names are told apart. */
const MAX_TOLD_APART = 10_000;

/** Counts distinct names in little memory: it keeps a number for each, and so may count two names as one, rarely. */
export class Distinct {
  readonly #hashes = new Set<number>();

  add(name: string): void {
    if (this.#hashes.size < MAX_TOLD_APART) this.#hashes.add(hashOf(name));
  }

  get count(): number {
    return this.#hashes.size;
  }
}

/** FNV-1a. */
function hashOf(name: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01_00_01_93);
  return hash;
}
