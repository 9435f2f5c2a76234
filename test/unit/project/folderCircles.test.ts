import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../harness/root.ts';

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

const IMPORT = /^(?:import|export)\s+(?!type\b)(?<names>[^'"]*?)\sfrom '(?<from>\.[^']+)'/gm;

/** Which folders import values from which: types are gone once it is compiled. */
function foldersOf(files: readonly (readonly [file: string, text: string])[]): Graph {
  const graph = new Map<string, Set<string>>();
  for (const [file, text] of files) {
    const folder = path.dirname(file);
    for (const { groups } of text.matchAll(IMPORT)) {
      const { names = '', from = '' } = groups ?? {};
      const isTypesAlone = /^\{(?:\s*type [^,}]+,?)+\s*\}$/.test(names);
      const other = path.dirname(path.join(folder, from));
      if (!isTypesAlone && other !== folder) graph.set(folder, (graph.get(folder) ?? new Set()).add(other));
    }
  }
  return graph;
}

/** One way from each folder back to itself, where there is one. */
function circlesIn(graph: Graph): string[] {
  const wayBack = (start: string): string[] | undefined => {
    const ways: string[][] = [[start]];
    const seen = new Set<string>();
    for (const way of ways)
      for (const next of graph.get(way.at(-1) ?? '') ?? []) {
        if (next === start) return [...way, start];
        if (!seen.has(next)) ways.push([...way, next]);
        seen.add(next);
      }
    return undefined;
  };
  return [...graph.keys()].flatMap((folder) => wayBack(folder)?.join(' → ') ?? []);
}

suite('circles of folders', () => {
  test('finds one, and none in types', () => {
    const files = (last: string): [string, string][] => [
      ['a/one.ts', "import { two, type Two } from '../b/two.ts';"],
      ['b/two.ts', "export { three } from './c/three.ts';"],
      ['b/c/three.ts', last],
    ];
    assert.deepEqual(circlesIn(foldersOf(files("import {\n  one,\n} from '../../a/one.ts';")))[0], 'a → b → b/c → a');
    assert.deepEqual(circlesIn(foldersOf(files("import { type One, type Other } from '../../a/one.ts';"))), []);
    assert.deepEqual(circlesIn(foldersOf(files("import type { One } from '../../a/one.ts';"))), []);
  });

  test('no two folders need each other', () => {
    const files = globSync('src/**/*.ts', { cwd: ROOT }).map((file) => [file, readFileSync(path.join(ROOT, file), 'utf8')] as const);
    assert.ok(files.length > 400);
    assert.deepEqual(circlesIn(foldersOf(files)), []);
  });
});
