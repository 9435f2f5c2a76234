import assert from 'node:assert/strict';
import type { ConnectionProfile } from '../../../../src/engine/driver/profile.ts';
import { issueSummary } from '../../../../src/extension/support/issueSummary.ts';

suite('the report of an issue', () => {
  const secret: ConnectionProfile = {
    ...{
      id: 'secret-id',
      name: 'secret-name',
      host: 'secret-host',
      port: 33061,
      user: 'secret-user',
      database: 'secret-database',
      tls: 'verify-ca',
    },
    ...{
      tlsFiles: { ca: '/secret/ca.pem' },
      ssh: { host: 'secret-bastion', user: 'secret-ops' },
      environment: 'production',
      readOnly: true,
    },
    ...{ group: 'secret-group', createdAt: 1, tables: { deny: ['secret.table'] }, writes: { insert: 'ask' } },
  };
  const facts = {
    ...{ version: '1.2.3', vscode: '1.126.0', host: 'desktop', remote: undefined, platform: 'linux x64', node: '24.1.0', trusted: true },
    ...{ profiles: [], changedSettings: [], errors: [] },
  };

  test('kinds and numbers, and no name, address or account', () => {
    const text = issueSummary({
      ...facts,
      profiles: [secret, secret],
      changedSettings: ['mysqlPilot.x'],
      errors: ['tls.failed'],
      remote: 'wsl',
    });
    assert.doesNotMatch(text, /secret|33061/);
    assert.ok(issueSummary({ ...facts, remote: 'secret.example:1' }).includes('desktop, another remote\n'));
    for (const part of [
      'MySQL Pilot 1.2.3',
      'desktop, wsl',
      'Connections: 2 (through SSH 2, verified TLS 2, production 2, read-only for everybody 2, writes by agents 2)',
      'mysqlPilot.x',
      'tls.failed',
    ])
      assert.ok(text.includes(part), part);
  });

  test('where there is nothing to tell it says so', () => {
    const text = issueSummary({ ...facts, trusted: false });
    for (const part of ['Connections: 0\n', 'Settings changed: none', 'Last errors: none', 'not trusted'])
      assert.ok(text.includes(part), part);
  });
});
