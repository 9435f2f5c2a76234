import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type * as vscode from 'vscode';
import type { Secret } from '../../broker/contracts.ts';
import type { ProfileStore } from '../connections/profileStore.ts';
import type { SecretVault } from '../connections/secretVault.ts';

/** Another window that does not answer by then has closed. */
const ANSWER_MS = 500;

/** The secrets that some other window of this user has stored, over the same broker that serves the MCP servers. With `wanted` those of a window that has this one. */
export async function askOtherWindows(
  { ownFile, log }: { readonly ownFile: string; readonly log: vscode.LogOutputChannel },
  id: string,
  wanted?: keyof Secret,
): Promise<Secret | undefined> {
  const [{ BrokerClient }, { windowsOfFile }] = await Promise.all([
    import('../../broker/brokerClient.ts'),
    import('../../broker/brokerFinder.ts'),
  ]);
  const rendezvousFolder = path.dirname(ownFile);
  const names = (await readdir(rendezvousFolder).catch(() => [])).filter((name) => name.endsWith('.json'));
  for (const name of names) {
    const file = path.join(rendezvousFolder, name);
    if (file === ownFile) continue;
    const client = new BrokerClient(windowsOfFile(file), { waitMs: ANSWER_MS });
    try {
      const secret = await client.getStoredSecret(id);
      if (secret !== undefined && (wanted === undefined || secret[wanted] !== undefined)) return secret;
    } catch (error) {
      log.debug("Another window didn't respond.", error);
    } finally {
      client.close();
    }
  }
  return undefined;
}

/** Takes over the password of each connection that another window adds. Reads nothing for those that are there from the start. */
export async function adoptNewSecrets(
  profiles: ProfileStore,
  secrets: SecretVault,
  log: vscode.LogOutputChannel,
): Promise<vscode.Disposable> {
  const seen = new Set((await profiles.list()).map(({ id }) => id));
  const adopt = async (): Promise<void> => {
    for (const { id } of await profiles.list()) {
      if (seen.has(id)) continue;
      seen.add(id);
      await secrets.adopt(id);
    }
  };
  return profiles.onDidChange(() => {
    adopt().catch((error: unknown) => {
      log.warn("The password of a new connection wasn't copied; you will be prompted for it.", error);
    });
  });
}
