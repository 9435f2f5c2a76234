import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { ROOT } from '../harness/root.ts';
import { run } from '../harness/run.ts';
import { loadSample } from '../harness/servers/sample.ts';
import { startServer } from '../harness/servers/source.ts';
import { startLight } from './callers.ts';
import { ours } from './contestants.ts';

/**
 * `npm run bench:profile [-- --calls 5000] [-- --at-a-time 16]`: where the time of a call goes, by file and by function, from V8's sampling profiler; `--calls 0` profiles
 * the start alone. What Node and V8 do is counted where it was asked for. Builds with source maps first: build again before anything else is measured.
 */
const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '5000' },
    'at-a-time': { type: 'string', default: '1' },
    sql: { type: 'string' },
    shown: { type: 'string', default: '30' },
  },
});
const calls = Number(values.calls);

const lookUp = (n: number): string => `SELECT id, customer_id, status, total, placed_at FROM orders WHERE id = ${String((n % 1000) + 1)}`;

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number; readonly columnNumber: number };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

await run(process.execPath, ['esbuild.js', '--coverage'], { cwd: ROOT });
const server = await startServer();
await loadSample(server);
const folder = await mkdtemp(path.join(tmpdir(), 'mpt-profile-'));
const contestant = ours({ server, folder }, { MYSQL_SSL_MODE: 'disabled' });
const { command, args, env } = contestant.launch;
const flags = ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${calls === 0 ? '100' : '200'}`];
// What V8 has compiled is in its cache from the second start on.
const first = await startLight(contestant);
await first.call(contestant.query(lookUp(0)));
await first.close();
const client = await startLight({ launch: { command, args: [...flags, ...args], env } });
await client.request('tools/list');
let sent = 0;
const worker = async (): Promise<void> => {
  while (sent < calls) {
    const call = values.sql === undefined ? contestant.query(lookUp(sent++)) : contestant.allRows?.(values.sql);
    if (values.sql !== undefined) sent++;
    if (call !== undefined) await client.call(call);
  }
};
await Promise.all(Array.from({ length: Number(values['at-a-time']) }, worker));
await client.close();
const file = (await readdir(folder)).find((name) => name.endsWith('.cpuprofile')) ?? '';
const { nodes, samples, timeDeltas } = JSON.parse(await readFile(path.join(folder, file), 'utf8')) as Profile;
await server.dispose();
await rm(folder, { recursive: true });

const maps = new Map<string, TraceMap>();
for (const name of await readdir(path.join(ROOT, 'out/maps')))
  if (name.endsWith('.map')) maps.set(name.replace(/\.map$/, ''), new TraceMap(await readFile(path.join(ROOT, 'out/maps', name), 'utf8')));

/** The file and function that a frame is of: a path below the root, the name of a package, or undefined for what is not in our bundles. */
function placeOf({ functionName, url, lineNumber, columnNumber }: Profile['nodes'][number]['callFrame']): Place | undefined {
  const map = url.includes('/dist/') ? maps.get(path.basename(url)) : undefined;
  if (map === undefined) return undefined;
  const { source, name, line } = originalPositionFor(map, { line: lineNumber + 1, column: columnNumber });
  if (source === null) return { file: path.basename(url), what: `${path.basename(url)} itself` };
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1];
  const original = source.replace(/^(?:\.\.\/)*/, '');
  return { file: inPackage ?? original, what: `${name ?? functionName} (${original.replace(/^.*node_modules\//, '')}:${String(line)})` };
}

interface Place {
  readonly file: string;
  readonly what: string;
}

const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
const byId = new Map(nodes.map((node) => [node.id, node]));
const places = new Map<number, Place>();
/** Its own place, else that of the nearest caller which has one. */
function ownerOf(id: number): Place {
  const known = places.get(id);
  if (known !== undefined) return known;
  const frame = byId.get(id)?.callFrame;
  const parent = parents.get(id);
  const name = frame?.functionName ?? '';
  const outside = { file: name.startsWith('(') ? name : 'Node, not called by us', what: name };
  const place =
    (frame === undefined ? undefined : placeOf(frame)) ?? (parent === undefined || name.startsWith('(') ? outside : ownerOf(parent));
  const owner = place.file === '(root)' ? outside : place;
  places.set(id, owner);
  return owner;
}

const byFile = new Map<string, number>();
const byFunction = new Map<string, number>();
let total = 0;
for (const [i, id] of samples.entries()) {
  if (byId.get(id)?.callFrame.functionName === '(idle)') continue;
  const delta = timeDeltas[i] ?? 0;
  const { file: owner, what } = ownerOf(id);
  byFile.set(owner, (byFile.get(owner) ?? 0) + delta);
  byFunction.set(what, (byFunction.get(what) ?? 0) + delta);
  total += delta;
}
const each = calls === 0 ? total / 1000 : total / calls;
console.log(`${(total / 1000).toFixed(0)} ms of CPU${calls === 0 ? '' : `, ${each.toFixed(0)} µs a call`}`);
for (const [title, sums] of [
  ['By file', byFile],
  ['By function', byFunction],
] as const) {
  console.log(`\n${title} (${calls === 0 ? 'ms' : 'µs a call'}, part, sum)`);
  let sum = 0;
  for (const [name, micros] of [...sums].sort(([, a], [, b]) => b - a).slice(0, Number(values.shown))) {
    sum += micros;
    const part = (100 * micros) / total;
    console.log(
      `${((each * micros) / total).toFixed(1).padStart(7)}  ${part.toFixed(1).padStart(5)} %  ${((100 * sum) / total).toFixed(0).padStart(3)} %  ${name}`,
    );
  }
}
process.exit(0);
