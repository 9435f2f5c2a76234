import { openPeerLink } from '../peerLink.ts';
import { CONTROL_PROTOCOL, ContentsSchema, TAKE_OVER, TAKEN, type AgentFile, type Contents } from '../agentContracts.ts';

/** Gets everything from an agent, and has it end after `use`. False where it ends by itself, or another program replaces it. */
export async function takeOver(other: AgentFile, use: (contents: Contents) => Promise<void>): Promise<boolean> {
  const link = await openPeerLink(other, CONTROL_PROTOCOL);
  if (link === undefined) return false;
  let used = false;
  try {
    const given: unknown = await link.connection.sendRequest(TAKE_OVER);
    const parsed = ContentsSchema.safeParse(given);
    await use(parsed.success ? parsed.data : { feeds: [], lastUse: Date.now() }); // windows give again what this version can't read
    used = true;
    await link.connection.sendRequest(TAKEN);
    return true;
  } catch {
    return used; // the other one has ended, or another program replaces it
  } finally {
    link.socket.destroy();
  }
}

/** Of two builds `1.2.3 TIME`: by their versions, then by the time of the program's file, so that two windows never replace each other's agents in turn. */
export function isNewer(build: string, other: string): boolean {
  const [a, b] = [partsOf(build), partsOf(other)];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [x = 0, y = 0] = [a[i], b[i]];
    if (x !== y) return x > y;
  }
  return false;
}

function partsOf(build: string): number[] {
  return build.split(/[.\s-]/).map((part) => (/^\d+$/.test(part) ? Number(part) : 0));
}
