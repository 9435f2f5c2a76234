import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../harness/root.ts';
import { run } from '../harness/run.ts';
import { loadSample } from '../harness/servers/sample.ts';
import { startServer } from '../harness/servers/source.ts';
import { startLight } from './callers.ts';
import { ours } from './contestants.ts';
import { describeProfile } from './cpuProfile.ts';
import { loadLarge } from './large.ts';

/**
 * `npm run bench:profile [-- --calls 5000] [-- --at-a-time 16]`: where the time of a call goes, by file and by function, from V8's sampling profiler; `--calls 0` profiles
 * the start alone, `--export` a million rows into a file. What Node and V8 do is counted where it was asked for. Builds with source maps first: build again before anything else is measured.
 */
const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '5000' },
    'at-a-time': { type: 'string', default: '1' },
    sql: { type: 'string' },
    export: { type: 'boolean', default: false },
    shown: { type: 'string', default: '30' },
  },
});
const calls = values.export ? 0 : Number(values.calls);

const lookup = (n: number): string => `SELECT id, customer_id, status, total, placed_at FROM orders WHERE id = ${String((n % 1000) + 1)}`;

await run(process.execPath, ['esbuild.js', '--coverage'], { cwd: ROOT });
const server = await startServer();
await loadSample(server);
if (values.export) await loadLarge(server, true);
const folder = await mkdtemp(path.join(tmpdir(), 'mpt-profile-'));
const contestant = ours({ server, folder }, { MYSQL_SSL_MODE: 'disabled' });
const { command, args, env } = contestant.launch;
const flags = ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${calls === 0 && !values.export ? '100' : '200'}`];
// What V8 has compiled is in its cache from the second start on.
const first = await startLight(contestant);
await first.call(contestant.query(lookup(0)));
await first.close();
const client = await startLight({ launch: { command, args: [...flags, ...args], env } });
await client.request('tools/list');
let sent = 0;
const worker = async (): Promise<void> => {
  while (sent < calls) {
    const call = values.sql === undefined ? contestant.query(lookup(sent++)) : contestant.allRows?.(values.sql);
    if (values.sql !== undefined) sent++;
    if (call !== undefined) await client.call(call);
  }
};
await Promise.all(Array.from({ length: Number(values['at-a-time']) }, worker));
if (values.export) await client.call({ name: 'mysql_export', args: { sql: 'SELECT * FROM million', file: 'million' } });
await client.close();
const file = (await readdir(folder)).find((name) => name.endsWith('.cpuprofile')) ?? '';
await server.dispose();
console.log(await describeProfile(path.join(folder, file), { calls, shown: Number(values.shown) }));
await rm(folder, { recursive: true });
process.exit(0);
