import { WindowApprover } from '../writes/approver.ts';
import { ClientSessions } from '../sessions/clientSessions.ts';
import { plainLog } from './plainLog.ts';
import { serveOverStdio } from './processEnd.ts';
import { createServices } from './createServices.ts';
import { workFolders } from './workFolders.ts';

/**
 * For agents that use the connections of VS Code: of the window whose rendezvous file is given, else of any window, and of the credential agent where there is none. The environment
 * and configuration files mean nothing here.
 */
export async function serveWindow(rendezvous: string | undefined): Promise<void> {
  const [{ BrokerClient }, { windowOrAgent, anyWindowOrAgent }] = await Promise.all([
    import('../../broker/brokerClient.ts'),
    import('../../broker/brokerFinder.ts'),
  ]);
  const finder = rendezvous === undefined ? anyWindowOrAgent(await workFolders(process.cwd())) : windowOrAgent(rendezvous);
  const window = new BrokerClient(finder, {
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
    approvalWay: 'client', // where no window is open; the client runs at this computer
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
