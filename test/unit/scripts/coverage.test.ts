import esbuild from 'esbuild';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readBundles } from '../../../scripts/coverage/builtFiles.ts';
import { reportSchema } from '../../../scripts/coverage/counts.ts';
import { Tally } from '../../../scripts/coverage/tally.ts';
import { runScript } from './run.ts';

const SOURCE = `interface Shape { readonly kind: 'round' | 'flat' }
export function areaOf(shape: Shape, scale?: number): number {
  const factor = scale ?? 1;
  if (shape.kind === 'round') {
    return 3 * factor;
  }
  return shape.kind === 'flat' && factor > 0 ? factor : 0;
}
export function never(): string {
  return 'never';
}
`;

suite('coverage', () => {
  let root: string;

  setup(() => {
    root = realpathSync(mkdtempSync(path.join(tmpdir(), 'mpt-coverage-')));
    mkdirSync(path.join(root, 'src'));
    mkdirSync(path.join(root, 'dist'));
    writeFileSync(path.join(root, 'package.json'), '{ "type": "module" }');
    writeFileSync(path.join(root, 'src/shape.ts'), SOURCE);
    writeFileSync(path.join(root, 'src/unused.ts'), 'export const a = 1;\nexport type B = string;\n');
  });
  teardown(() => {
    rmSync(root, { recursive: true });
  });

  /** Has a process of its own run the module; resolves to what V8 counted there. */
  const run = (call: string): ReturnType<typeof reportSchema.parse>['result'] => {
    const folder = path.join(root, `v8-${String(Math.random())}`);
    writeFileSync(path.join(root, 'call.mjs'), call);
    const { status, stderr } = spawnSync(process.execPath, ['call.mjs'], {
      cwd: root,
      env: { ...process.env, NODE_V8_COVERAGE: folder },
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    const reports = readdirSync(folder).map((name) => reportSchema.parse(JSON.parse(readFileSync(path.join(folder, name), 'utf8'))));
    return reports.flatMap(({ result }) => result);
  };
  const SOURCES = ['src/shape.ts', 'src/unused.ts'];
  const figures = (tally: Tally): Record<string, unknown> => {
    const map = tally.coverage();
    const { lines, branches, functions } = map.fileCoverageFor(path.join(root, 'src/shape.ts')).toSummary();
    const unused = map.fileCoverageFor(path.join(root, 'src/unused.ts')).toSummary().lines;
    return {
      lines: [lines.covered, lines.total],
      branches: [branches.covered, branches.total],
      functions: [functions.covered, functions.total],
      unused: [unused.covered, unused.total],
    };
  };

  test('a file that was run as it is written: each line and way is counted, and a file that nobody loads is there with nothing', () => {
    const tally = new Tally(root, SOURCES, new Map());
    const add = (call: string): void => {
      for (const script of run(call)) tally.add(script);
    };
    assert.deepEqual(figures(tally), { lines: [0, 5], branches: [0, 8], functions: [0, 2], unused: [0, 1] });
    add(`import { areaOf } from './src/shape.ts'; areaOf({ kind: 'round' });`);
    // Both sides of ??, the way into the if, and nothing after it.
    assert.deepEqual(figures(tally), { lines: [3, 5], branches: [3, 8], functions: [1, 2], unused: [0, 1] });
    add(`import { areaOf } from './src/shape.ts'; areaOf({ kind: 'flat' }, 2); areaOf({ kind: 'flat' }, -2);`);
    assert.deepEqual(figures(tally), { lines: [4, 5], branches: [8, 8], functions: [1, 2], unused: [0, 1] });
  });

  test('what was run from a bundle adds to what was run as it is written [P72]', () => {
    esbuild.buildSync({
      absWorkingDir: root,
      entryPoints: ['src/shape.ts'],
      outfile: 'dist/shape.js',
      bundle: true,
      format: 'cjs',
      platform: 'node',
      minifyWhitespace: true,
      minifyIdentifiers: true,
      sourcemap: 'external',
    });
    writeFileSync(path.join(root, 'dist/package.json'), '{ "type": "commonjs" }');
    mkdirSync(path.join(root, 'out/maps'), { recursive: true });
    writeFileSync(path.join(root, 'out/maps/shape.js.map'), readFileSync(path.join(root, 'dist/shape.js.map')));
    const tally = new Tally(root, SOURCES, readBundles(root));
    const fromBundle = run(`import shape from './dist/shape.js'; shape.areaOf({ kind: 'flat' }, 2); shape.never();`);
    assert.equal(fromBundle.filter((script) => tally.add(script)).length, 1);
    assert.deepEqual(figures(tally), { lines: [4, 5], branches: [5, 8], functions: [2, 2], unused: [0, 1] });
    for (const script of run(`import { areaOf } from './src/shape.ts'; areaOf({ kind: 'round' });`)) tally.add(script);
    assert.deepEqual(figures(tally), { lines: [5, 5], branches: [7, 8], functions: [2, 2], unused: [0, 1] });

    // Another build of that name says nothing about this one.
    writeFileSync(path.join(root, 'dist/shape.js'), 'exports.areaOf = () => 1;');
    const other = run(`import shape from './dist/shape.js'; shape.areaOf();`);
    assert.equal(other.filter((script) => tally.add(script)).length, 0);
  });

  /** What the gate reads: a file of a hundred lines and branches, of which these were run. */
  const measured = (ranLine: (i: number) => boolean, ranBranch: (i: number) => boolean): object => {
    const at = (line: number): object => ({ start: { line, column: 0 }, end: { line, column: 9 } });
    const hundred = Array.from({ length: 100 }, (_, i) => i);
    const numbered = (value: (i: number) => unknown): object => Object.fromEntries(hundred.map((i) => [i, value(i)]));
    const file = path.join(root, 'src/shape.ts');
    return {
      [file]: {
        path: file,
        statementMap: numbered((i) => at(i + 1)),
        s: numbered((i) => (ranLine(i) ? 1 : 0)),
        fnMap: {},
        f: {},
        branchMap: numbered((i) => ({ type: 'if', loc: at(i + 1), locations: [at(i + 1)], line: i + 1 })),
        b: numbered((i) => [ranBranch(i) ? 1 : 0]),
      },
    };
  };

  test('the gate: 86 % of lines and of branches pass, 84 % of either fails, and so does nothing at all [P67]', () => {
    const gate = (lines: number, branches: number): { code: number | null; said: string } => {
      const data =
        lines + branches === 0
          ? {}
          : measured(
              (i) => i < lines,
              (i) => i < branches,
            );
      writeFileSync(path.join(root, 'coverage.json'), JSON.stringify(data));
      return runScript('coverage', '--data', path.join(root, 'coverage.json'), '--out', path.join(root, 'coverage'));
    };
    const fine = gate(86, 86);
    assert.equal(fine.code, 0, fine.said);
    assert.ok(
      readdirSync(path.join(root, 'coverage')).includes('index.html') && readdirSync(path.join(root, 'coverage')).includes('lcov.info'),
    );
    const [few, ways, none] = [gate(84, 90), gate(90, 84), gate(0, 0)];
    assert.deepEqual([few.code, ways.code, none.code], [1, 1, 1]);
    assert.match(few.said, /84\.00 % of the lines/);
    assert.match(ways.said, /84\.00 % of the branches/);
    assert.match(none.said, /No file was measured/);
  });

  test('the gate adds up the shards of a run, and fails where one is missing', () => {
    const shard = (name: string, from: number, to: number): void => {
      const ran = (i: number): boolean => i >= from && i < to;
      mkdirSync(path.join(root, `shards/coverage-${name}`), { recursive: true });
      writeFileSync(path.join(root, `shards/coverage-${name}/coverage.json`), JSON.stringify(measured(ran, ran)));
    };
    const merge = (): { code: number | null; said: string } =>
      runScript('coverage', '--shards', path.join(root, 'shards'), '--out', path.join(root, 'coverage'));
    shard('static', 0, 30);
    shard('database', 20, 60);
    assert.equal(merge().code, 1);
    assert.match(merge().said, /ENOENT.*coverage-workbench/);
    shard('workbench', 60, 84);
    assert.match(merge().said, /84\.00 % of the lines/);
    shard('workbench', 60, 90);
    assert.equal(merge().code, 0, merge().said);
  });
});
