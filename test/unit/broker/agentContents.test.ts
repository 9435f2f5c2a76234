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

  test('a password that is no longer to be stored is gone, also where a window has not seen it go', () => {
    for (const secret of [undefined, { password: 'new' }]) {
      const contents = new AgentContents();
      contents.feed(feed('new', Date.now()));
      const { connections, ...rest } = feed('new', 0);
      contents.feed({
        ...rest,
        connections: connections.map((one) => ({ profile: { ...one.profile, keepPassword: 'window' }, secret, changedAt: 0 })),
      });
      assert.equal(password(contents), undefined);
      assert.ok(!JSON.stringify(contents.export(0)).includes('new'));
    }
  });

  test('a list that was read before the last one brings back no connection and no rights', () => {
    const contents = new AgentContents();
    const [
      now,
      {
        connections: [one],
        ...rest
      },
    ] = [Date.now(), feed('p', 0)];
    assert.ok(one !== undefined);
    const [shown, hidden] = [one, { ...one, profile: { ...one.profile, agents: 'none' as const } }];
    const writable = { ...one, profile: { ...one.profile, writes: { update: 'allow' as const } } };
    const second = { ...one, profile: { ...one.profile, id: 'b' } };
    contents.feed({ ...rest, connections: [writable, second], listedAt: now - 10 });
    contents.feed({ ...rest, connections: [shown, { ...second, profile: { ...second.profile, agents: 'none' } }], listedAt: now - 5 });
    contents.feed({ ...rest, rendezvous: '/storage/windows/two.json', connections: [writable, second], listedAt: now - 7 });
    assert.deepEqual(contents.scope({ folders: [] })?.profiles, [shown.profile]);
    contents.feed({ ...rest, connections: [hidden], listedAt: now });
    contents.feed({ ...rest, connections: [writable], listedAt: now - 1 });
    assert.deepEqual(contents.scope({ folders: [] })?.profiles, []);
    contents.feed({ ...rest, connections: [shown], listedAt: now + 1 });
    assert.deepEqual(contents.scope({ folders: [] })?.profiles, [shown.profile]);
  });

  test('a new password comes through with a list that was read before the last one', () => {
    const contents = new AgentContents();
    const now = Date.now();
    contents.feed({ ...feed('before', 0), listedAt: now });
    contents.feed({ ...feed('after', now), listedAt: now - 1 });
    assert.equal(password(contents), 'after');
  });

  test('a list is taken after the clock was set back', () => {
    const contents = new AgentContents();
    contents.feed({ ...feed('p', 0), listedAt: Date.now() + HOUR_MS });
    contents.feed({ ...feed('p', 0), connections: [], listedAt: Date.now() });
    assert.deepEqual(contents.scope({ folders: [] })?.profiles, []);
  });

  test('what another storage has given stays when one withdraws', () => {
    const contents = new AgentContents();
    contents.feed(feed('p', 0));
    contents.feed({ ...feed('q', 0), origin: '/other' });
    contents.drop('/storage');
    assert.equal(contents.connections, 1);
    assert.equal(password(contents), 'q');
    contents.drop('/other');
    assert.equal(contents.latest, undefined);
  });

  test('a new password is taken after the clock was set back', () => {
    const contents = new AgentContents();
    contents.feed(feed('before', Date.now() + HOUR_MS));
    contents.feed(feed('after', Date.now()));
    assert.equal(password(contents), 'after');
  });
});
