/**
 * What the driver asks of a library of 64-bit integers, by the engine's own: the library compiles a module of WebAssembly at every start. The driver asks for lengths and counts
 * above 2^53 only, and in forms of the protocol that we do not use.
 */
export class Long64 {
  readonly #value: bigint;

  /** Of two halves, each as a signed or an unsigned number of 32 bits. */
  constructor(low: number, high: number, unsigned: boolean) {
    const bits = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
    this.#value = unsigned ? bits : BigInt.asIntN(64, bits);
  }

  toNumber(): number {
    return Number(this.#value);
  }

  toString(): string {
    return this.#value.toString();
  }
}
