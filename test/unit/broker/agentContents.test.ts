import assert from 'node:assert/strict';
import type { Feed } from '../../../src/broker/agentContracts.ts';
import { AgentContents } from '../../../src/broker/agent/agentContents.ts';

const HOUR_MS = 3_600_000;

suite('credential agent: what windows have given', () => {
  const feed = (password: string, changedAt: number): Feed => ({
    ...{
      origin: '/storage',
      rendezvous: '/storage/windows/one.json',
      folders: [],
      exportFolder: '/exports',
      exportAccess: 'ask',
      queries: [],
    },
    ...{ recording: { folder: '/storage', fullStatements: false, statementTags: true }, keep: 'idle', idleHours: 8 },
    connections: [
      {
        profile: { id: 'a', name: 'shop', host: 'localhost', port: 3306, user: 'u', tls: 'preferred', createdAt: 1 },
        ...{ secret: { password }, changedAt },
      },
    ],
  });
  const password = (contents: AgentContents) => contents.scope({ folders: [] })?.secret('a')?.password;

  test('an older password of another window does not come back', () => {
    const contents = new AgentContents();
    contents.feed(feed('new', Date.now()));
    contents.feed(feed('old', 0));
    assert.equal(password(contents), 'new');
  });

  test('a new password is taken after the clock was set back', () => {
    const contents = new AgentContents();
    contents.feed(feed('before', Date.now() + HOUR_MS));
    contents.feed(feed('after', Date.now()));
    assert.equal(password(contents), 'after');
  });
});
