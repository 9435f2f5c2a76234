import * as vscode from 'vscode';
import { CONNECTION_COLORS, ENVIRONMENTS } from '../../../engine/driver/profile.ts';
import type { FormDescription, FormField, FormSection } from '../../../webview/form/messages.ts';
import { environmentName } from '../../tree/environments.ts';
import type { Problem } from './formValues.ts';

/** What the form shows depends on whether the connection is there already. */
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
    intro: t('Passwords and passphrases go to the secret storage of VS Code, and nowhere else.'),
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
      select('way', t('Reached by'), [
        ['host', t('Host and port')],
        ['socket', t('Unix socket or named pipe')],
      ]),
      { id: 'host', kind: 'text', label: t('Host'), when: byHost, help: t('With SSH: as the last SSH server sees it.') },
      { id: 'port', kind: 'text', label: t('Port'), when: byHost },
      {
        id: 'socket',
        kind: 'text',
        label: t('Path of the socket'),
        when: [{ field: 'way', holds: ['socket'] }],
        placeholder: '/run/mysqld/mysqld.sock',
      },
      { id: 'user', kind: 'text', label: t('User') },
      { id: 'password', kind: 'password', label: t('Password'), placeholder: hasPassword ? t('stored; leave it empty to keep it') : '' },
      select('keepPassword', t('The password is'), [
        ['stored', t('kept in secret storage')],
        ['window', t('asked for once, and forgotten with the window')],
        ['moment', t('asked for each time that something connects')],
      ]),
      { id: 'database', kind: 'text', label: t('Default database'), placeholder: t('may be empty') },
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
      select('tls', t('TLS'), [
        ['preferred', t('preferred: encrypted if the server can')],
        ['required', t('required: encrypted, and nothing checked')],
        ['verify-ca', t('verify CA: the certificate is from an authority that is trusted')],
        ['verify-identity', t('verify identity: and it is for this host')],
        ['disabled', t('off')],
      ]),
      {
        id: 'ca',
        kind: 'file',
        label: t('Authority (CA)'),
        when: verified,
        help: t('PEM. Left empty, the authorities of the system are trusted.'),
      },
      { id: 'certificate', kind: 'file', label: t('Certificate of this client'), when: encrypted },
      { id: 'key', kind: 'file', label: t('Its private key'), when: encrypted },
      {
        ...{ id: 'serverPublicKey', kind: 'file', label: t('Public key of the server') },
        when: [...unverified, { field: 'way', holds: ['host'] }],
        help: t('PEM. Encrypts the password for a server without TLS. Not needed with TLS.'),
      },
      {
        ...{ id: 'cleartext', kind: 'check', label: t('The server may ask for the password in clear text') },
        help: t('For accounts of PAM or LDAP. It is sent over TLS or a socket, and in no other way.'),
      },
    ],
  };
}

function sshSection(hasSecret: boolean): FormSection {
  const { t } = vscode.l10n;
  const on = { field: 'ssh', holds: [true] };
  const byKey = [on, { field: 'sshLogin', holds: ['key'] }];
  const stored = hasSecret ? t('stored; leave it empty to keep it') : '';
  return {
    title: 'SSH',
    fields: [
      { id: 'ssh', kind: 'check', label: t('Connect through an SSH server') },
      {
        id: 'sshHost',
        kind: 'text',
        label: t('SSH host'),
        when: [on],
        help: t('A name, an address, or a Host of ~/.ssh/config, which is read.'),
      },
      { id: 'sshPort', kind: 'text', label: t('SSH port'), when: [on], placeholder: '22' },
      { id: 'sshUser', kind: 'text', label: t('SSH user'), when: [on], placeholder: t('as ssh would choose') },
      {
        ...select('sshLogin', t('Log in by'), [
          ['agent', t('SSH agent, or the keys of ~/.ssh')],
          ['key', t('a key file')],
          ['password', t('a password')],
        ]),
        when: [on],
      },
      { id: 'sshKey', kind: 'file', label: t('Key file'), when: byKey },
      { id: 'sshPassphrase', kind: 'password', label: t('Its passphrase'), when: byKey, placeholder: stored },
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
        help: t('One on each line, in the order in which they are passed. They log in by agent or ~/.ssh/config.'),
      },
      {
        id: 'sshHostKey',
        kind: 'text',
        label: t('Key of the SSH server'),
        when: [on],
        placeholder: 'SHA256:…',
        help: t('Left empty, known_hosts tells; a server that is not known there is refused.'),
      },
    ],
  };
}

function looksSection(): FormSection {
  const { t } = vscode.l10n;
  const colors = { red: t('red'), orange: t('orange'), yellow: t('yellow'), green: t('green'), blue: t('blue'), purple: t('purple') };
  return {
    title: t('In the list'),
    fields: [
      { id: 'name', kind: 'text', label: t('Name'), placeholder: t('left empty: the database, or the host') },
      { id: 'group', kind: 'text', label: t('Group'), placeholder: t('may be empty') },
      select('environment', t('Environment'), [
        ['', t('not said')],
        ...ENVIRONMENTS.map((one): [string, string] => [one, environmentName(one)]),
      ]),
      select('color', t('Color'), [['', t('by environment')], ...CONNECTION_COLORS.map((one): [string, string] => [one, colors[one]])]),
      { id: 'readOnly', kind: 'check', label: t('Read-only for everybody'), help: t('Neither you nor agents change anything here.') },
    ],
  };
}

function moreSection(): FormSection {
  const { t } = vscode.l10n;
  const usual = t('as the server has it');
  return {
    title: t('More'),
    fields: [
      {
        id: 'timeZone',
        kind: 'text',
        label: t('Time zone'),
        placeholder: usual,
        help: t('Of your own sessions, as +02:00 or Europe/Vienna. Those of agents are in UTC.'),
      },
      {
        id: 'collation',
        kind: 'text',
        label: t('Collation'),
        placeholder: usual,
        help: t('Of literals in your own sessions, as utf8mb4_0900_ai_ci. The character set is always utf8mb4.'),
      },
      { id: 'connectTimeout', kind: 'text', label: t('Seconds to wait for the connection'), placeholder: '10' },
      { id: 'poolSize', kind: 'text', label: t('Sessions at a time'), placeholder: '4' },
    ],
  };
}

function select(id: string, label: string, options: readonly (readonly [string, string])[]): FormField {
  return { id, kind: 'select', label, options: options.map(([value, text]) => ({ value, label: text })) };
}

/** Why a field cannot be taken, in the person's language. */
export function problemText(problem: Problem): string {
  const { t } = vscode.l10n;
  switch (problem) {
    case 'missing':
      return t('This cannot be empty.');
    case 'taken':
      return t('Another connection has this name.');
    case 'port':
      return t('A number from 1 to 65535.');
    case 'path':
      return t('The path must be absolute.');
    case 'pair':
      return t('A certificate and its key come together.');
    case 'address':
      return t('Write each as user@host:port.');
    case 'fingerprint':
      return t('Write it as ssh-keygen -l does: SHA256:…');
    case 'number':
      return t('A number within reason, or nothing.');
    case 'zone':
      return t('As +02:00 or Europe/Vienna.');
    case 'collation':
      return t('One of utf8mb4, as utf8mb4_0900_ai_ci.');
    case 'line':
      return t('Use one line of visible characters.');
    case 'long':
      return t('This is too long.');
  }
}
