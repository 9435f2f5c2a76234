import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { ROOT } from '../harness/root.ts';

/** What V8's sampling profiler writes. @see https://chromedevtools.github.io/devtools-protocol/v8/Profiler/#type-Profile */
interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number; readonly columnNumber: number };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface Place {
  readonly file: string;
  readonly what: string;
}

/** How it is told. */
interface ProfileOptions {
  /** Among how many calls the time is shared out; 0 for a start. */
  readonly calls: number;
  /** How many lines of each list. */
  readonly shown: number;
  /** A function that is not what is measured. */
  readonly leftOut?: string;
}

/** Where the time of a profile went, by file and by function of our sources; what Node and V8 do is counted where it was asked for. Needs `esbuild.js --coverage`. */
export async function describeProfile(file: string, { calls, shown, leftOut }: ProfileOptions): Promise<string> {
  const { nodes, samples, timeDeltas } = JSON.parse(await readFile(file, 'utf8')) as Profile;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ownerOf = owners(nodes, byId, await readMaps());
  const byFile = new Map<string, number>();
  const byFunction = new Map<string, number>();
  let total = 0;
  for (const [i, id] of samples.entries()) {
    if (byId.get(id)?.callFrame.functionName === '(idle)') continue;
    const delta = timeDeltas[i] ?? 0;
    const { file: owner, what } = ownerOf(id);
    if (what === leftOut) continue;
    byFile.set(owner, (byFile.get(owner) ?? 0) + delta);
    byFunction.set(what, (byFunction.get(what) ?? 0) + delta);
    total += delta;
  }
  const each = calls === 0 ? total / 1000 : total / calls;
  const lines = [`${(total / 1000).toFixed(0)} ms of CPU${calls === 0 ? '' : `, ${each.toFixed(0)} µs a call`}`];
  for (const [title, sums] of [
    ['By file', byFile],
    ['By function', byFunction],
  ] as const) {
    lines.push('', `${title} (${calls === 0 ? 'ms' : 'µs a call'}, part, sum)`);
    let sum = 0;
    for (const [name, micros] of [...sums].sort(([, a], [, b]) => b - a).slice(0, shown)) {
      sum += micros;
      const part = (100 * micros) / total;
      lines.push(
        `${((each * micros) / total).toFixed(1).padStart(7)}  ${part.toFixed(1).padStart(5)} %  ${((100 * sum) / total).toFixed(0).padStart(3)} %  ${name}`,
      );
    }
  }
  return lines.join('\n');
}

/** Of each node its own place, else that of the nearest caller which has one. */
function owners(
  nodes: Profile['nodes'],
  byId: ReadonlyMap<number, Profile['nodes'][number]>,
  maps: ReadonlyMap<string, TraceMap>,
): (id: number) => Place {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const places = new Map<number, Place>();
  const ownerOf = (id: number): Place => {
    const known = places.get(id);
    if (known !== undefined) return known;
    const frame = byId.get(id)?.callFrame;
    const parent = parents.get(id);
    const name = frame?.functionName ?? '';
    const outside = { file: name.startsWith('(') ? name : 'not called by us', what: name };
    const place =
      (frame === undefined ? undefined : placeOf(frame, maps)) ??
      (parent === undefined || name.startsWith('(') ? outside : ownerOf(parent));
    const owner = place.file === '(root)' ? outside : place;
    places.set(id, owner);
    return owner;
  };
  return ownerOf;
}

async function readMaps(): Promise<Map<string, TraceMap>> {
  const folder = path.join(ROOT, 'out/maps');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.map'));
  const read = async (name: string) => [name.replace(/\.map$/, ''), new TraceMap(await readFile(path.join(folder, name), 'utf8'))] as const;
  return new Map(await Promise.all(names.map(read)));
}

/** The file and function that a frame is of: a path below the root, the name of a package, or undefined for what is not in our bundles. */
function placeOf(
  { functionName, url, lineNumber, columnNumber }: Profile['nodes'][number]['callFrame'],
  maps: ReadonlyMap<string, TraceMap>,
): Place | undefined {
  const map = url.includes('/dist/') ? maps.get(path.basename(url)) : undefined;
  if (map === undefined) return undefined;
  const { source, name, line } = originalPositionFor(map, { line: lineNumber + 1, column: columnNumber });
  if (source === null) return { file: path.basename(url), what: `${path.basename(url)} itself` };
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1];
  const original = source.replace(/^(?:\.\.\/)*/, '');
  return { file: inPackage ?? original, what: `${name ?? functionName} (${original.replace(/^.*node_modules\//, '')}:${String(line)})` };
}
