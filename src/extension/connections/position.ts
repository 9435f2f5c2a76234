import type { ConnectionProfile } from '../../engine/driver/profile.ts';

/** Where a connection stands among the others. */
export function positionOf({ position, createdAt }: ConnectionProfile): number {
  return position ?? createdAt;
}
