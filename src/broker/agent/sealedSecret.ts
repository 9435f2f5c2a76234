import type * as z from 'zod';
import { SecretSchema } from '../contracts.ts';

type Secret = z.infer<typeof SecretSchema>;

/**
 * A secret as bytes, which can be overwritten. Texts that JavaScript has made of it on its way in or out cannot: they stay in memory until it is used for something else, or the process
 * ends.
 */
export class SealedSecret {
  readonly #bytes: Buffer;

  constructor(secret: Secret) {
    const text = JSON.stringify(secret);
    this.#bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text)); // memory of its own
    this.#bytes.write(text);
  }

  open(): Secret {
    return SecretSchema.parse(JSON.parse(this.#bytes.toString()));
  }

  wipe(): void {
    this.#bytes.fill(0);
  }
}
