import { createRequestStateCodec, CLIENT_INFO_META_KEY, type RequestStateCodec, type ServerContext } from '@modelcontextprotocol/server';
import { isRecord } from './clientOf.ts';
import type { UsedApprovals } from './usedApprovals.ts';

export interface ApprovalClaim {
  /** Number of the preview that the person saw. */
  readonly preview: string;
  /** Digest of what it found, with the connection. */
  readonly content: string;
}

interface SignedClaim extends ApprovalClaim {
  readonly nonce: string;
  /** Who keeps the record of used ones. */
  readonly record: string;
}

/** How long a person may take. */
export const APPROVAL_MS = 10 * 60_000;
const KEY_BYTES = 32;

/** The questions that are on their way through clients: signed, tied to the client that carries them, and good for one answer. */
export class ApprovalStates {
  readonly #codec: RequestStateCodec<SignedClaim>;
  readonly #used: UsedApprovals;

  /** Several processes that answer one client share the key and the record of used approvals. Throws RangeError for a key of less than 32 bytes. */
  constructor(used: UsedApprovals, key: string | Uint8Array = crypto.getRandomValues(new Uint8Array(KEY_BYTES))) {
    this.#used = used;
    this.#codec = createRequestStateCodec<SignedClaim>({ key, ttlSeconds: APPROVAL_MS / 1000, bind: carrier });
  }

  async mint(claim: ApprovalClaim, context: ServerContext): Promise<string> {
    return this.#codec.mint({ ...claim, nonce: crypto.randomUUID(), record: await this.#used.name() }, context);
  }

  /** Uses it up, whatever comes of it. Rejects for a state that is not valid. */
  async redeem(state: string, context: ServerContext): Promise<ApprovalClaim> {
    const { preview, content, nonce, record } = await this.#codec.verify(state, context);
    if (record !== (await this.#used.name())) throw new Error('record');
    if (!(await this.#used.use(nonce))) throw new Error('used');
    return { preview, content };
  }
}

/** Who carries a state: the token, and the name that the client gives itself. */
function carrier({ mcpReq: { method, envelope }, http }: ServerContext): string {
  const info = (envelope as Readonly<Record<string, unknown>> | undefined)?.[CLIENT_INFO_META_KEY];
  return JSON.stringify([method, http?.authInfo?.clientId ?? '', isRecord(info) ? info['name'] : '']);
}
