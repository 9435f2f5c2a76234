import ssh2, { type BaseAgent, type IdentityCallback, type ParsedKey, type SignCallback, type SigningRequestOptions } from 'ssh2';

/** An agent that offers wanted keys first, or alone: servers end a login after a few keys that they do not know. */
export class OrderedAgent extends ssh2.BaseAgent<ParsedKey> {
  readonly #agent: BaseAgent;
  readonly #wanted: readonly ParsedKey[];
  readonly #only: boolean;

  constructor(agent: BaseAgent, wanted: readonly ParsedKey[], only: boolean) {
    super();
    this.#agent = agent;
    this.#wanted = wanted;
    this.#only = only;
  }

  override getIdentities(callback: IdentityCallback<ParsedKey>): void {
    this.#agent.getIdentities((error, keys) => {
      const all = ((keys ?? []) as unknown[]).filter((key): key is ParsedKey => typeof key === 'object' && key !== null && 'type' in key);
      const rank = (key: ParsedKey): number => {
        const at = this.#wanted.findIndex((one) => one.getPublicSSH().equals(key.getPublicSSH()));
        return at < 0 ? this.#wanted.length : at;
      };
      const ordered = all.toSorted((a, b) => rank(a) - rank(b));
      callback(error, this.#only ? ordered.filter((key) => rank(key) < this.#wanted.length) : ordered);
    });
  }

  override sign(key: ParsedKey, data: Buffer, options: SigningRequestOptions | SignCallback, callback?: SignCallback): void {
    if (typeof options === 'function') this.#agent.sign(key, data, options);
    else this.#agent.sign(key, data, options, callback);
  }
}
