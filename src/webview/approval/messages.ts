import type { ToReview } from '../review/messages.ts';

/** What the server answers to a page. */
export interface PageAnswer {
  readonly messages: readonly ToReview[];
  /** Stands over the review. */
  readonly notice?: string;
}

/** The answer to the code of an address. */
export interface OpenedAnswer {
  readonly token: string;
}

/** Why the server doesn't do what the page asks for. */
export interface RefusedAnswer {
  readonly error: string;
}

export const TOKEN_HEADER = 'x-mysql-pilot-token';
