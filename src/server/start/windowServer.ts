import { WindowApprover } from '../approver.ts';
import { McpSession } from '../mcpSession.ts';
import { plainLog } from './plainLog.ts';
import { serveStdio } from './processEnd.ts';
import { makeProgram } from './shared.ts';

/** For agents of one VS Code window, which knows the connections and asks the user. The environment and files mean nothing here. */
export async function serveWindow(rendezvous: string): Promise<void> {
  const { BrokerClient } = await import('../../broker/brokerClient.ts');
  const window = new BrokerClient(rendezvous, {
    onProfilesChanged: () => {
      session.profilesChanged();
    },
    onStopCall: (call) => void session.calls.stop(call),
  });
  const program = makeProgram({ source: window, scope: (profile) => profile, approver: new WindowApprover(window), log: plainLog });
  const session = new McpSession(program);
  await serveStdio(session, program, () => Promise.resolve());
}
