import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import coverage, { type CoverageMap, type FileCoverageData, type Range } from 'istanbul-lib-coverage';
import { lineStarts, type Bundle } from './builtFiles.ts';
import { countsAt, lastAtMost, lengthOf, type ScriptCoverage } from './counts.ts';
import { probesOf, type Branch, type Probes, type Stretch } from './probes.ts';

/** Finds the code of a stretch in a script that was run. */
type Find = (stretch: Stretch) => number | undefined;

/** Adds up what processes report about the files of `src`, whether they ran the file itself or a bundle of it. */
export class Tally {
  readonly #root: string;
  readonly #bundles: ReadonlyMap<string, Bundle>;
  readonly #files: ReadonlyMap<string, CountedFile>;

  /** `sources` are relative to `root`; a file that no process reports counts as never run. */
  constructor(root: string, sources: readonly string[], bundles: ReadonlyMap<string, Bundle>) {
    this.#root = root;
    this.#bundles = bundles;
    this.#files = new Map(sources.map((source) => [source, new CountedFile(source, readFileSync(path.join(root, source), 'utf8'))]));
  }

  /** Whether the script was one of ours. */
  add(script: ScriptCoverage): boolean {
    const file = script.url.startsWith('file:') ? fileURLToPath(script.url) : script.url;
    const direct = this.#files.get(path.relative(this.#root, file));
    if (direct !== undefined) {
      // Node removes types by writing spaces over them, so offsets stay: https://nodejs.org/api/typescript.html#type-stripping
      const added = `\n\n//# sourceURL=${script.url}`.length;
      if (lengthOf(script) !== direct.length + added) throw new Error(`${file} is not the file that was run: it has changed since.`);
      direct.add(countsAt(script), ({ start }) => start);
      return true;
    }
    const built = ['dist', 'webview'].includes(path.basename(path.dirname(file)));
    const bundle = built ? this.#bundles.get(path.basename(file)) : undefined;
    if (bundle?.length !== lengthOf(script)) return false;
    const counts = countsAt(script);
    for (const { source, find } of bundle.files) this.#files.get(source)?.add(counts, find);
    return true;
  }

  coverage(): CoverageMap {
    const map = coverage.createCoverageMap();
    for (const [source, file] of this.#files) map.addFileCoverage(file.coverage(path.join(this.#root, source)));
    return map;
  }
}

class CountedFile {
  readonly length: number;
  readonly #probes: Probes;
  readonly #lines: readonly number[];
  readonly #statements: number[];
  readonly #functions: number[];
  readonly #branches: number[][];

  constructor(name: string, text: string) {
    this.length = text.length;
    this.#probes = probesOf(text, name);
    this.#lines = lineStarts(text);
    this.#statements = this.#probes.statements.map(() => 0);
    this.#functions = this.#probes.functions.map(() => 0);
    this.#branches = this.#probes.branches.map(({ ways }) => ways.map(() => 0));
  }

  add(countAt: (offset: number) => number, find: Find): void {
    const count = (stretch: Stretch): number => {
      const offset = find(stretch);
      return offset === undefined ? 0 : countAt(offset);
    };
    const addTo = (sums: number[], counts: readonly number[]): void => {
      for (const [i, more] of counts.entries()) sums[i] = (sums[i] ?? 0) + more;
    };
    addTo(this.#statements, this.#probes.statements.map(count));
    addTo(
      this.#functions,
      this.#probes.functions.map(({ body }) => count(body)),
    );
    for (const [i, branch] of this.#probes.branches.entries()) addTo(this.#branches[i] ?? [], countWays(branch, count));
  }

  coverage(file: string): FileCoverageData {
    const { statements, functions, branches } = this.#probes;
    const numbered = <T>(values: readonly T[]): Record<string, T> => Object.fromEntries(values.map((value, i) => [String(i), value]));
    return {
      path: file,
      statementMap: numbered(statements.map((at) => this.#range(at))),
      fnMap: numbered(
        functions.map(({ name, at, body }) => {
          const decl = this.#range({ start: at.start, end: body.start });
          return { name, decl, loc: this.#range(body), line: decl.start.line };
        }),
      ),
      branchMap: numbered(
        branches.map(({ type, at, ways }) => {
          const loc = this.#range(at);
          return { type, loc, line: loc.start.line, locations: ways.map((way) => this.#range(way ?? at)) };
        }),
      ),
      s: numbered(this.#statements),
      f: numbered(this.#functions),
      b: numbered(this.#branches),
    };
  }

  #range({ start, end }: Stretch): Range {
    const place = (offset: number): Range['start'] => {
      const line = lastAtMost(this.#lines, offset);
      return { line: line + 1, column: offset - (this.#lines[line] ?? 0) };
    };
    return { start: place(start), end: place(end) };
  }
}

function countWays({ at, ways }: Branch, count: (stretch: Stretch) => number): number[] {
  const counts = ways.map((way) => (way === undefined ? 0 : count(way)));
  const [taken = 0] = counts;
  return ways.map((way, i) => (way === undefined ? Math.max(0, count(at) - taken) : (counts[i] ?? 0)));
}
