import type { Scope } from './agentContracts.ts';
import { answers, readAgentFile } from './agentFile.ts';
import { agentPlaces, isAgentLocked } from './agentPlace.ts';
import { findWindowOf } from './openWindows.ts';
import { PROTOCOL_VERSION } from './contracts.ts';
import type { PeerAddress } from './peerLink.ts';
import { findLiveSibling, isAlive, readRendezvous } from './rendezvous.ts';

/** Where a server has its connections from. */
export interface BrokerFinder {
  /** A window that lives; undefined where there is none. */
  window(): Promise<PeerAddress | undefined>;
  /** The credential agent, where it runs and understands this version. */
  agent(): Promise<PeerAddress | undefined>;
  /** Whether a person has locked the agent. */
  isLocked(): Promise<boolean>;
  /** Which connections are wanted of the agent. */
  readonly scope: Scope;
}

/** Only the windows that a rendezvous file leads to. */
export function windowsOfFile(file: string): BrokerFinder {
  return {
    window: async () => {
      const own = await readRendezvous(file);
      return own !== undefined && isAlive(own.pid) ? own : findLiveSibling(file);
    },
    agent: () => Promise.resolve(undefined),
    isLocked: () => Promise.resolve(false),
    scope: { folders: [] },
  };
}

/** The window that has started a server, else another one with the same storage, else the agent. */
export function windowOrAgent(file: string): BrokerFinder {
  return { ...windowsOfFile(file), ...anyAgent(), scope: { rendezvous: file, folders: [] } };
}

/** A window that has one of the folders open, else the window that was used last, else the agent. */
export function anyWindowOrAgent(folders: readonly string[]): BrokerFinder {
  return { window: () => findWindowOf(folders), ...anyAgent(), scope: { folders: [...folders] } };
}

function anyAgent(): Pick<BrokerFinder, 'agent' | 'isLocked'> {
  return {
    agent: async () => {
      for (const { file } of await agentPlaces()) {
        const found = await readAgentFile(file);
        if (found?.protocol === PROTOCOL_VERSION && (await answers(found.socket))) return found;
      }
      return undefined;
    },
    isLocked: isAgentLocked,
  };
}
