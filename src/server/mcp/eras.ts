import type { ClientInfo } from './clientOf.ts';

/** The first revision of the protocol without `initialize`: each request says who sends it, and nothing is asked but by answers. */
const MODERN = '2026-07-28';

/** True for a client that speaks the newer era. */
export function isModernEra({ protocolVersion = '' }: ClientInfo): boolean {
  return protocolVersion >= MODERN;
}
