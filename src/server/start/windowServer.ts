import { WindowApprover } from '../writes/approver.ts';
import { ClientSessions } from '../sessions/clientSessions.ts';
import { plainLog } from './plainLog.ts';
import { serveOverStdio } from './processEnd.ts';
import { createServices } from './createServices.ts';

/** For agents of one VS Code window, which knows the connections and asks the user. The environment and files mean nothing here. */
export async function serveWindow(rendezvous: string): Promise<void> {
  const { BrokerClient } = await import('../../broker/brokerClient.ts');
  const window = new BrokerClient(rendezvous, {
    onProfilesChanged: () => {
      sessions.profilesChanged();
    },
    onStopCall: (call) => {
      sessions.stop(call);
    },
  });
  const program = createServices({
    source: window,
    scope: (profile) => profile,
    approver: new WindowApprover(window),
    viewer: {
      kinds: new Set(['grid', 'chart', 'plan', 'diagram'] as const),
      show: async (view) => {
        await window.showView(view);
        return undefined;
      },
    },
    log: plainLog,
  });
  const sessions = new ClientSessions(program);
  await serveOverStdio(sessions, program, () => Promise.resolve());
}
