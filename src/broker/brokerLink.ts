import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc/node';
import { PilotError } from '../engine/errors.ts';
import { SCOPE, type Scope } from './agentContracts.ts';
import { EXTEND_DECISION, ExtendDecisionSchema, PROFILES_CHANGED, PROTOCOL_VERSION, STOP_CALL, StopCallSchema } from './contracts.ts';
import { withTimeout } from '../engine/timeout.ts';
import { openPeerLink, type PeerAddress, type PeerLink } from './peerLink.ts';

/** It has everything in memory, and asks nobody: one that takes longer hangs. */
const AGENT_MS = 5000;

/** A server's link to a window, or to the credential agent. */
export interface BrokerLink {
  readonly kind: 'window' | 'agent';
  readonly connection: MessageConnection;
  request(method: string, parameters: object | undefined, token: CancellationToken | undefined): Promise<unknown>;
  /** The other side is gone. */
  isLost(): boolean;
  close(): void;
  /** Closes when every request has its answer. */
  closeWhenIdle(): void;
}

export interface BrokerLinkOptions {
  /** Which connections are wanted of the agent. */
  readonly scope: Scope;
  readonly onClose: (link: BrokerLink) => void;
  readonly onProfilesChanged: () => void;
  readonly onStopCall: (call: number) => void;
  readonly onExtend: (preview: string) => void;
}

/** Throws `broker.refused` where a window refuses this server, and an error where the agent has nothing for it. */
export async function openLink(kind: BrokerLink['kind'], address: PeerAddress, options: BrokerLinkOptions): Promise<BrokerLink> {
  const opened = await openPeerLink(address, PROTOCOL_VERSION, (link) => {
    listen(link, options);
  });
  if (opened === undefined) {
    if (kind === 'agent') throw new Error('The credential agent rejected this MCP server.');
    throw new PilotError('broker.refused', 'The VS Code window rejected this MCP server.', { advice: 'broker.reload' });
  }
  const { socket, connection } = opened;
  if (kind === 'agent' && (await withTimeout(AGENT_MS, connection.sendRequest(SCOPE, options.scope))) !== true) {
    socket.destroy();
    throw new Error('No window has sent connections to the credential agent.');
  }
  let pending = 0;
  let ends = false;
  const link: BrokerLink = {
    kind,
    connection,
    request: async (method, parameters, token) => {
      pending++;
      try {
        const sent: Promise<unknown> =
          token === undefined ? connection.sendRequest(method, parameters) : connection.sendRequest(method, parameters, token);
        if (kind === 'window') return await sent; // a person may be asked
        const answer = await withTimeout(AGENT_MS, sent);
        if (answer !== undefined) return answer;
        socket.destroy();
        throw new Error('The credential agent does not answer.');
      } finally {
        if (--pending === 0 && ends) socket.destroy();
      }
    },
    isLost: () => socket.destroyed,
    close: () => {
      socket.destroy();
    },
    closeWhenIdle: () => {
      ends = true;
      if (pending === 0) socket.destroy();
    },
  };
  const closed = (): void => {
    options.onClose(link);
  };
  socket.once('close', closed);
  if (socket.destroyed) throw new Error('The link was closed at once.');
  return link;
}

function listen({ connection }: PeerLink, { onProfilesChanged, onStopCall, onExtend }: BrokerLinkOptions): void {
  connection.onNotification(PROFILES_CHANGED, onProfilesChanged);
  connection.onNotification(STOP_CALL, (parameters: unknown) => {
    const parsed = StopCallSchema.safeParse(parameters);
    if (parsed.success) onStopCall(parsed.data.call);
  });
  connection.onNotification(EXTEND_DECISION, (parameters: unknown) => {
    const parsed = ExtendDecisionSchema.safeParse(parameters);
    if (parsed.success) onExtend(parsed.data.id);
  });
}
