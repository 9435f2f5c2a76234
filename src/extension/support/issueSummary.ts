import type { ConnectionProfile } from '../../engine/driver/profile.ts';

/** In the browser the name of a remote is its address. */
const KINDS_OF_REMOTE = new Set(['ssh-remote', 'wsl', 'dev-container', 'attached-container', 'codespaces', 'tunnel']);

export interface IssueFacts {
  readonly version: string;
  readonly vscode: string;
  /** `desktop`, `web` and the like. */
  readonly host: string;
  /** `ssh-remote`, `dev-container` and the like. */
  readonly remote: string | undefined;
  readonly platform: string;
  readonly node: string;
  readonly trusted: boolean;
  readonly profiles: readonly ConnectionProfile[];
  /** Names of our settings that are not as they come. */
  readonly changedSettings: readonly string[];
  /** Codes of errors, the newest last. */
  readonly errors: readonly string[];
}

/** The text of a report: kinds and numbers. No name, address, account, statement or message is in it. */
export function issueSummary(facts: IssueFacts): string {
  const { profiles, remote } = facts;
  const count = (what: string, of: (profile: ConnectionProfile) => boolean): string[] => {
    const found = profiles.filter(of).length;
    return found === 0 ? [] : [`${what} ${String(found)}`];
  };
  const kinds = [
    ...count('through SSH', ({ ssh }) => ssh !== undefined),
    ...count('by socket', ({ socket }) => socket !== undefined),
    ...count('verified TLS', ({ tls }) => tls.startsWith('verify')),
    ...count('without TLS', ({ tls }) => tls === 'disabled'),
    ...count('production', ({ environment }) => environment === 'production'),
    ...count('read-only for everybody', ({ readOnly }) => readOnly === true),
    ...count('writes by agents', ({ writes }) => writes !== undefined),
    ...count('without server-enforced read-only', ({ allowUnenforcedReadOnly }) => allowUnenforcedReadOnly === true),
  ];
  const lines = [
    `MySQL Pilot ${facts.version}`,
    `VS Code ${facts.vscode}, ${facts.host}${remote === undefined ? '' : `, ${KINDS_OF_REMOTE.has(remote) ? remote : 'another remote'}`}`,
    `${facts.platform}, Node ${facts.node}`,
    `Workspace ${facts.trusted ? 'trusted' : 'not trusted'}`,
    `Connections: ${String(profiles.length)}${kinds.length === 0 ? '' : ` (${kinds.join(', ')})`}`,
    `Settings changed: ${facts.changedSettings.length === 0 ? 'none' : facts.changedSettings.join(', ')}`,
    `Last errors: ${facts.errors.length === 0 ? 'none' : facts.errors.join(', ')}`,
  ];
  return `**What happened, and what did you expect?**\n\n\n**How can it be made to happen again?**\n\n\n---\n${lines.map((line) => `- ${line}`).join('\n')}\n`;
}
