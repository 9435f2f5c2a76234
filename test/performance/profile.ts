import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadSample } from '../harness/servers/sample.ts';
import { startServer } from '../harness/servers/source.ts';
import { ours } from './contestants.ts';
import { startLight } from './callers.ts';

/** `npm run bench:profile [-- --calls 3000]`: where the time of a call goes, by function, from V8's sampling profiler; `--calls 0` profiles the start alone. */
const { values } = parseArgs({ options: { calls: { type: 'string', default: '3000' }, sql: { type: 'string' } } });
const calls = Number(values.calls);

const lookUp = (n: number): string => `SELECT id, customer_id, status, total, placed_at FROM orders WHERE id = ${String((n % 1000) + 1)}`;

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const server = await startServer();
await loadSample(server);
const folder = await mkdtemp(path.join(tmpdir(), 'mpt-profile-'));
const contestant = ours({ server, folder });
const { command, args, env } = contestant.launch;
const flags = ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${calls === 0 ? '100' : '200'}`];
const client = await startLight({ launch: { command, args: [...flags, ...args], env: { ...env, NODE_DISABLE_COMPILE_CACHE: '' } } });
await client.request('tools/list');
for (let n = 0; n < calls; n++) {
  const call = values.sql === undefined ? contestant.query(lookUp(n)) : contestant.allRows?.(values.sql);
  if (call !== undefined) await client.call(call);
}
await client.close();
const file = (await readdir(folder)).find((name) => name.endsWith('.cpuprofile')) ?? '';
const { nodes, samples, timeDeltas } = JSON.parse(await readFile(path.join(folder, file), 'utf8')) as Profile;
const byId = new Map(nodes.map((node) => [node.id, node]));
const self = new Map<string, number>();
let total = 0;
for (const [i, id] of samples.entries()) {
  const frame = byId.get(id)?.callFrame;
  const name = `${frame?.functionName === '' ? '(anonymous)' : (frame?.functionName ?? '?')} ${path.basename(frame?.url ?? '')}:${String((frame?.lineNumber ?? -1) + 1)}`;
  const delta = timeDeltas[i] ?? 0;
  if (frame?.functionName === '(idle)') continue;
  self.set(name, (self.get(name) ?? 0) + delta);
  total += delta;
}
const sorted = [...self].sort(([, a], [, b]) => b - a);
let sum = 0;
console.log(
  `${(total / 1000).toFixed(0)} ms of CPU in JavaScript and below${calls === 0 ? '' : `, ${(total / calls).toFixed(0)} µs a call`}`,
);
for (const [name, micros] of sorted.slice(0, 60)) {
  sum += micros;
  console.log(`${((100 * micros) / total).toFixed(1).padStart(5)} %  ${((100 * sum) / total).toFixed(0).padStart(3)} %  ${name}`);
}
await server.dispose();
await rm(folder, { recursive: true });
process.exit(0);
