import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { PilotError } from '../../engine/errors.ts';
import type { BrokerHost } from '../brokerServer.ts';
import type { Secret } from '../contracts.ts';
import { visibleQueries } from '../visibleQueries.ts';
import type { ScopedContents } from './agentContents.ts';

/** Answers one server as a window would, from what windows have given. `contents` throws where there is nothing for it. */
export function agentHost(contents: () => ScopedContents, log: BrokerHost['log']): BrokerHost {
  const profileOf = (id: string): ConnectionProfile => {
    const profile = contents().profiles.find((one) => one.id === id);
    if (profile !== undefined) return profile;
    throw new PilotError('connection.unknown', 'The connection was removed.', { advice: 'names.connections' });
  };
  const given = <T>(id: string, what: (secret: Secret) => T | undefined): T => {
    const { name } = profileOf(id);
    const value = what(contents().secret(id) ?? {});
    if (value !== undefined) return value;
    throw new PilotError('secret.missing', `The credential agent doesn't have the password of the connection "${name}".`, {
      advice: 'broker.openWindow',
    });
  };
  const nobody = (): Promise<never> => Promise.reject(noWindow());
  return {
    listProfiles: () => Promise.resolve(contents().profiles),
    getSecret: (id) => inPromise(() => given(id, ({ password }) => password)),
    getSshSecrets: (id) =>
      inPromise(() => {
        const { ssh } = profileOf(id);
        const { secret } = ssh ?? {};
        if (ssh === undefined || secret === undefined) return [];
        const last = ssh.jumps?.length ?? 0;
        return given(id, ({ ssh: secrets }) => (secrets?.[last]?.[secret] === undefined ? undefined : secrets));
      }),
    getPseudonymKey: (id) => inPromise(() => given(id, ({ pseudonymKey }) => pseudonymKey)),
    getStoredSecret: () => Promise.resolve(undefined), // a window keeps its own
    savedQueries: () => inPromise(() => visibleQueries(contents().queries, contents().profiles)),
    exports: () => inPromise(() => contents().exports),
    recording: () => inPromise(() => contents().recording),
    approve: nobody,
    showView: nobody,
    writeFinished: () => undefined,
    callStarted: () => undefined,
    callFinished: () => undefined,
    receiptChanged: () => undefined, // the audit log has it
    peerGone: () => undefined,
    log,
  };
}

/** The error for what needs a person, or connections that no window has given. */
export function noWindow(): PilotError {
  return new PilotError('broker.unavailable', 'No VS Code window runs the MySQL Pilot extension.', { advice: 'broker.openWindow' });
}

/** What is thrown rejects. */
function inPromise<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}
