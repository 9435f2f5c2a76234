import type * as vscode from 'vscode';
import type { ConnectionTarget, SshSecret } from '../../engine/driver/profile.ts';
import { toPilotError, type PilotError } from '../../engine/errors.ts';
import { openDatabase } from '../../engine/connection/openDatabase.ts';

export interface Login {
  readonly target: ConnectionTarget;
  readonly password: string;
  /** Of the SSH servers on the way. */
  readonly ssh?: readonly SshSecret[] | undefined;
}

/** What a try to connect has shown. */
export type Tested =
  | { readonly server: string; readonly warnings: readonly string[]; readonly failure?: undefined }
  | { readonly failure: PilotError; readonly server?: undefined };

/** Connects once, and leaves nothing open. */
export async function testLogin({ target, password, ssh = [] }: Login, log: vscode.LogOutputChannel): Promise<Tested> {
  const database = await openDatabase(target, {
    password: () => Promise.resolve(password),
    sshSecrets: () => Promise.resolve(ssh),
    warn: (message, error) => {
      log.warn(message, error);
    },
  });
  try {
    const { server, warnings } = await database.check();
    log.info(`Connected to ${server} at ${target.host}.`);
    for (const warning of warnings) log.warn(`${target.host}: ${warning}.`);
    return { server, warnings };
  } catch (error) {
    const failure = toPilotError(error);
    log.warn('Test of a new connection failed.', failure);
    return { failure };
  } finally {
    await database.close();
  }
}
