import * as vscode from 'vscode';
import { CONNECTION_COLORS, ENVIRONMENTS } from '../../../engine/driver/profile.ts';
import type { FormDescription, FormField, FormSection } from '../../../webview/form/messages.ts';
import { environmentName } from '../environments.ts';
import type { Problem } from './formValues.ts';

export interface FormFacts {
  readonly heading: string;
  /** A password is stored, and stays if none is typed. */
  readonly hasPassword: boolean;
  readonly hasSshSecret: boolean;
}

/** The form of a connection, in the person's language. */
export function connectionForm({ heading, hasPassword, hasSshSecret }: FormFacts): FormDescription {
  const { t } = vscode.l10n;
  return {
    heading,
    intro: t("Passwords and passphrases are stored in VS Code's secret storage and nowhere else."),
    browse: t('Browse…'),
    sections: [serverSection(hasPassword), tlsSection(), sshSection(hasSshSecret), looksSection(), moreSection()],
    actions: [
      { id: 'save', label: t('Save') },
      { id: 'test', label: t('Test Connection'), secondary: true },
      { id: 'cancel', label: t('Cancel'), secondary: true },
    ],
  };
}

function serverSection(hasPassword: boolean): FormSection {
  const { t } = vscode.l10n;
  const byHost = [{ field: 'way', holds: ['host'] }];
  return {
    title: t('Server'),
    fields: [
      select('way', t('Connect via'), [
        ['host', t('Host and port')],
        ['socket', t('Unix socket or named pipe')],
      ]),
      { id: 'host', kind: 'text', label: t('Host'), when: byHost, help: t('With SSH, enter the host as the last SSH server sees it.') },
      { id: 'port', kind: 'text', label: t('Port'), when: byHost },
      {
        id: 'socket',
        kind: 'text',
        label: t('Socket path'),
        when: [{ field: 'way', holds: ['socket'] }],
        placeholder: '/run/mysqld/mysqld.sock',
      },
      { id: 'user', kind: 'text', label: t('User name') },
      { id: 'password', kind: 'password', label: t('Password'), placeholder: hasPassword ? t('stored; leave this empty to keep it') : '' },
      select('keepPassword', t('Password storage'), [
        ['stored', t('Secret storage')],
        ['window', t('Prompt once per window')],
        ['moment', t('Prompt on every connection')],
      ]),
      { id: 'database', kind: 'text', label: t('Default database'), placeholder: t('optional') },
    ],
  };
}

function tlsSection(): FormSection {
  const { t } = vscode.l10n;
  const encrypted = [{ field: 'tls', holds: ['preferred', 'required', 'verify-ca', 'verify-identity'] }];
  const unverified = [{ field: 'tls', holds: ['disabled', 'preferred'] }];
  const verified = [{ field: 'tls', holds: ['verify-ca', 'verify-identity'] }];
  return {
    title: t('Encryption'),
    fields: [
      select('tls', t('TLS mode'), [
        ['preferred', t('Preferred: encrypted if the server supports it')],
        ['required', t("Required: encrypted, but the certificate isn't verified")],
        ['verify-ca', t('Verify CA: also checks that a trusted authority issued the certificate')],
        ['verify-identity', t('Verify identity: also checks that the certificate is for this host')],
        ['disabled', t('Off')],
      ]),
      {
        id: 'ca',
        kind: 'file',
        label: t('Certificate authority (CA)'),
        when: verified,
        help: t("PEM file. Leave this empty to use the system's trusted certificate authorities."),
      },
      { id: 'certificate', kind: 'file', label: t('Client certificate'), when: encrypted },
      { id: 'key', kind: 'file', label: t('Private key file'), when: encrypted },
      {
        ...{ id: 'serverPublicKey', kind: 'file', label: t('Server public key') },
        when: [...unverified, { field: 'way', holds: ['host'] }],
        help: t('PEM file. Encrypts the password on connections without TLS. Not needed with TLS.'),
      },
      {
        ...{ id: 'cleartext', kind: 'check', label: t('Allow the server to request the password in clear text') },
        help: t('For PAM or LDAP accounts. The password is sent only over TLS or a socket.'),
      },
    ],
  };
}

function sshSection(hasSecret: boolean): FormSection {
  const { t } = vscode.l10n;
  const on = { field: 'ssh', holds: [true] };
  const byKey = [on, { field: 'sshLogin', holds: ['key'] }];
  const stored = hasSecret ? t('stored; leave this empty to keep it') : '';
  return {
    title: 'SSH',
    fields: [
      { id: 'ssh', kind: 'check', label: t('Connect through an SSH server') },
      {
        id: 'sshHost',
        kind: 'text',
        label: t('SSH host'),
        when: [on],
        help: t('A host name, an IP address, or a Host entry from ~/.ssh/config.'),
      },
      { id: 'sshPort', kind: 'text', label: t('SSH port'), when: [on], placeholder: '22' },
      {
        id: 'sshUser',
        kind: 'text',
        label: t('SSH user name'),
        when: [on],
        placeholder: t('defaults to the SSH configuration or your system user name'),
      },
      {
        ...select('sshLogin', t('Authenticate with'), [
          ['agent', t('SSH agent, or the keys in ~/.ssh')],
          ['key', t('Key file')],
          ['password', t('Password')],
        ]),
        when: [on],
      },
      { id: 'sshKey', kind: 'file', label: t('Key file'), when: byKey },
      { id: 'sshPassphrase', kind: 'password', label: t('Key passphrase'), when: byKey, placeholder: stored },
      {
        id: 'sshPassword',
        kind: 'password',
        label: t('SSH password'),
        when: [on, { field: 'sshLogin', holds: ['password'] }],
        placeholder: stored,
      },
      {
        id: 'sshJumps',
        kind: 'area',
        label: t('Jump hosts'),
        when: [on],
        placeholder: 'user@host:22',
        help: t('One per line, in connection order. They authenticate with the SSH agent or the keys in ~/.ssh/config.'),
      },
      {
        id: 'sshHostKey',
        kind: 'text',
        label: t('SSH host key'),
        when: [on],
        placeholder: 'SHA256:…',
        help: t("Leave this empty to use known_hosts. Servers that aren't listed there are rejected."),
      },
    ],
  };
}

function looksSection(): FormSection {
  const { t } = vscode.l10n;
  const colors = { red: t('Red'), orange: t('Orange'), yellow: t('Yellow'), green: t('Green'), blue: t('Blue'), purple: t('Purple') };
  return {
    title: t('General'),
    fields: [
      { id: 'name', kind: 'text', label: t('Name'), placeholder: t('defaults to the database or the host') },
      { id: 'group', kind: 'text', label: t('Group'), placeholder: t('optional') },
      select('environment', t('Environment'), [
        ['', t('Not set')],
        ...ENVIRONMENTS.map((one): [string, string] => [one, environmentName(one)]),
      ]),
      select('color', t('Color'), [
        ['', t('Color of the environment')],
        ...CONNECTION_COLORS.map((one): [string, string] => [one, colors[one]]),
      ]),
      {
        id: 'readOnly',
        kind: 'check',
        label: t('Read-only for everyone'),
        help: t('Neither you nor agents can change data on this connection.'),
      },
    ],
  };
}

function moreSection(): FormSection {
  const { t } = vscode.l10n;
  const usual = t("the server's default");
  return {
    title: t('More'),
    fields: [
      {
        id: 'timeZone',
        kind: 'text',
        label: t('Time zone'),
        placeholder: usual,
        help: t('Time zone of your own sessions. Examples: +02:00, Europe/Vienna. Agent sessions use UTC.'),
      },
      {
        id: 'collation',
        kind: 'text',
        label: t('Collation'),
        placeholder: usual,
        help: t('Collation of literals in your own sessions. Example: utf8mb4_0900_ai_ci. The character set is always utf8mb4.'),
      },
      { id: 'connectTimeout', kind: 'text', label: t('Connection timeout (seconds)'), placeholder: '10' },
      { id: 'poolSize', kind: 'text', label: t('Maximum sessions'), placeholder: '4' },
    ],
  };
}

function select(id: string, label: string, options: readonly (readonly [string, string])[]): FormField {
  return { id, kind: 'select', label, options: options.map(([value, text]) => ({ value, label: text })) };
}

export function problemText(problem: Problem): string {
  const { t } = vscode.l10n;
  if (typeof problem === 'object')
    return 'from' in problem
      ? t('Enter a number from {0} to {1}, or leave this empty.', problem.from, problem.to)
      : problem.of === 'lines'
        ? t('Enter at most {0} lines.', problem.most)
        : t("This can't be longer than {0} characters.", problem.most);
  switch (problem) {
    case 'missing':
      return t("This can't be empty.");
    case 'taken':
      return t('Another connection has this name.');
    case 'port':
      return t('Enter a port from 1 to 65535.');
    case 'path':
      return t('The path must be absolute.');
    case 'pair':
      return t('Enter both the client certificate and its private key, or neither.');
    case 'address':
      return t('Use the format user@host:port for each jump host.');
    case 'fingerprint':
      return t('Use the format that ssh-keygen -l prints: SHA256:…');
    case 'zone':
      return t('Enter a time zone, for example +02:00 or Europe/Vienna.');
    case 'collation':
      return t('Enter a utf8mb4 collation, for example utf8mb4_0900_ai_ci.');
    case 'line':
      return t('Enter one line of printable characters.');
  }
}
