import type { PageHand } from '../../harness/mcp/approvalPage.ts';
import type { World } from './world.ts';

export type Attack = (world: World) => Promise<void>;

export const token = (hand: PageHand): Readonly<Record<string, string>> => ({ 'x-mysql-pilot-token': hand.token });
/** A yes as the page says it. */
export const run = (hand: PageHand) => ({ type: 'run', ticket: hand.ticket, typed: hand.review?.typed?.value ?? '' });
