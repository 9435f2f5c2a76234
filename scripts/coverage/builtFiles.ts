import { eachMapping, TraceMap } from '@jridgewell/trace-mapping';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { lastAtMost } from './counts.ts';
import type { Stretch } from './probes.ts';

/** Where the code of one source file lies in one bundle. */
export interface BuiltFile {
  readonly source: string;
  /** Offset in the bundle of the first code of a stretch of the source; undefined where the bundle has none of it. */
  readonly find: (stretch: Stretch) => number | undefined;
}

export interface Bundle {
  readonly length: number;
  readonly files: readonly BuiltFile[];
}

/** Browser code. */
const IN_WEBVIEWS = new Set(['results.js']);

/** The bundles by name, as `node esbuild.js --coverage` left them with their source maps. */
export function readBundles(root: string): ReadonlyMap<string, Bundle> {
  const folder = path.join(root, 'out/maps');
  return new Map(
    readdirSync(folder).map((name) => {
      const bundle = name.replace(/\.map$/, '');
      const text = readFileSync(path.join(root, 'dist', IN_WEBVIEWS.has(bundle) ? 'webview' : '', bundle), 'utf8');
      return [
        bundle,
        { length: text.length, files: filesIn(root, text, JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as string) },
      ];
    }),
  );
}

function filesIn(root: string, text: string, map: string): BuiltFile[] {
  const trace = new TraceMap(map);
  const lines = lineStarts(text);
  const files = new Map<string, { starts: number[]; pairs: [original: number, generated: number][] }>();
  eachMapping(trace, ({ source, originalLine, originalColumn, generatedLine, generatedColumn }) => {
    const name = source?.replace(/^(\.\.\/)+/, '');
    if (name?.startsWith('src/') !== true) return;
    let file = files.get(name);
    if (file === undefined) {
      file = { starts: lineStarts(readFileSync(path.join(root, name), 'utf8')), pairs: [] };
      files.set(name, file);
    }
    file.pairs.push([
      (file.starts[(originalLine ?? 1) - 1] ?? 0) + (originalColumn ?? 0),
      (lines[generatedLine - 1] ?? 0) + generatedColumn,
    ]);
  });
  return [...files].map(([source, { pairs }]) => {
    pairs.sort(([a, inA], [b, inB]) => a - b || inA - inB);
    const originals = pairs.map(([original]) => original);
    return {
      source,
      find: ({ start, end }) => {
        const pair = pairs[lastAtMost(originals, start - 1) + 1];
        return pair !== undefined && pair[0] < end ? pair[1] : undefined;
      },
    };
  });
}

export function lineStarts(text: string): number[] {
  return [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
}
