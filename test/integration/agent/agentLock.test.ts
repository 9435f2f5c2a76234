import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { lockAgent } from '../../../src/broker/agent/agentControl.ts';
import { agentPlaces, isAgentLocked, makePlace } from '../../../src/broker/agentPlace.ts';
import { isAlive } from '../../../src/broker/rendezvous.ts';
import { AgentHome, fedConnection } from '../../harness/mcp/agentHome.ts';
import { SERVER_BUNDLE } from '../../harness/mcp/stdioClient.ts';
import { run, until } from '../../harness/run.ts';

suite('credential agent: the lock', function () {
  this.timeout(60_000);
  let home: AgentHome;
  let pid: number;

  setup(async () => {
    home = await AgentHome.open();
    await home.window(() => home.feed([fedConnection({ host: '127.0.0.1', port: 1 })])).changed();
    pid = (await until(() => home.running(), 'the agent to run')).pid;
  });
  teardown(() => home.dispose());

  const ends = () => until(() => !isAlive(pid), 'the agent to end', 10_000);

  test('from a program with another runtime folder ends the agent, and keeps windows from starting it again', async () => {
    const other = path.join(home.folder, 'other');
    await mkdir(other, { mode: 0o700 });
    const env = { PATH: process.env['PATH'], ...home.env, XDG_RUNTIME_DIR: other };
    await run(process.execPath, [SERVER_BUNDLE, 'agent', 'lock'], { env });
    await ends();
    await home.feeds[0]?.changed();
    assert.equal(await home.running(), undefined);
    assert.ok(await isAgentLocked());
  });

  test('that came while another program took over ends that one', async () => {
    const [place] = await agentPlaces();
    await writeFile(place?.locked ?? '', ''); // and the one before it was told
    await ends();
  });

  test('that cannot be written ends the agent all the same, and says so', async () => {
    const places = await agentPlaces();
    for (const place of places) {
      await makePlace(place);
      await mkdir(place.locked);
    }
    await assert.rejects(lockAgent(), { code: 'EISDIR' });
    assert.equal(await home.running(), undefined);
    for (const { locked } of places) await rm(locked, { recursive: true });
  });
});
