import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { extensionSuites } from '../test/harness/extensionSuites.ts';
import { ROOT } from '../test/harness/root.ts';
import { Collector } from './coverage/collect.ts';

/**
 * `npm test`: every suite, or those whose names hold one of the given words (`npm test -- unit lint`).
 * Prints `N passed, N failed` at the end; exits with 1 if anything failed. `npm run coverage` runs it with `--coverage`: the suites that run our code, and how
 * much of it they ran.
 */

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

interface Suite {
  readonly name: string;
  /** Needs the workbench of code-server. */
  readonly workbench?: boolean;
  /** Runs code of ours; the others look at it. */
  readonly covers?: boolean;
  run(): Promise<Counts>;
}

const bin = (name: string): string => path.join(ROOT, 'node_modules/.bin', name);
const check = (name: string, command: string, ...args: string[]): Suite => ({
  name,
  run: async () => ((await runTool(command, args)).code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }),
});
const mocha = (name: string, ...patterns: string[]): Suite => ({
  name,
  workbench: name.startsWith('workbench'),
  covers: true,
  run: async () => {
    const { code, counts } = await runTool(process.execPath, ['test/harness/runMocha.ts', ...patterns]);
    if (counts !== undefined && (code === 0) === (counts.failed === 0)) return counts;
    return { passed: counts?.passed ?? 0, failed: Math.max(1, counts?.failed ?? 1) }; // it died before or after its report
  },
});

const { values: flags, positionals: words } = parseArgs({
  allowPositionals: true,
  options: { coverage: { type: 'boolean', default: false } },
});

const SUITES: readonly Suite[] = [
  check('format', bin('prettier'), '--check', '--log-level=warn', '.'),
  check('types', bin('tsc'), '-p', '.'),
  check('types: webviews', bin('tsc'), '-p', 'src/webview'),
  check('lint', bin('eslint'), '.', '--max-warnings', '0'),
  check('docs', process.execPath, 'scripts/docs.ts', '--check'),
  check('build', process.execPath, 'esbuild.js', '--tests', ...(flags.coverage ? ['--coverage'] : [])),
  check('build: licences', process.execPath, 'scripts/licences.ts'),
  mocha('unit', 'test/unit/**/*.test.ts'),
  mocha('integration', 'test/integration/**/*.test.ts'),
  mocha('security', 'test/security/**/*.test.ts'),
  mocha('workbench: connections', 'test/workbench/connections.test.ts'),
  mocha('workbench: safety', 'test/workbench/safety.test.ts'),
  mocha('workbench: writes', 'test/workbench/writes.test.ts'),
  mocha('workbench: imports', 'test/workbench/imports.test.ts'),
  mocha('workbench: tree', 'test/workbench/tree.test.ts'),
  mocha('workbench: forms', 'test/workbench/forms.test.ts'),
  mocha('workbench: editing', 'test/workbench/editing.test.ts'),
  mocha('workbench: diagrams', 'test/workbench/diagram.test.ts'),
  mocha('workbench: Korean', 'test/workbench/korean.test.ts'),
  mocha('workbench: SQL files', 'test/workbench/sqlFiles.test.ts'),
  mocha('workbench: windows', 'test/workbench/windows.test.ts'),
  mocha('workbench: trust', 'test/workbench/trust.test.ts'),
  mocha('workbench: virtual folder', 'test/workbench/virtual.test.ts'),
  mocha('workbench: agent host', 'test/workbench/agentHost.test.ts'),
  mocha('workbench: keyboard', 'test/workbench/keyboard.test.ts'),
  mocha('workbench: a new user', 'test/workbench/newcomer.test.ts'),
  mocha('workbench: canary password', 'test/workbench/canary.test.ts'),
  ...extensionSuites().map((suite) => ({ ...suite, workbench: true, covers: true })),
  check('parity', process.execPath, 'scripts/parity.ts', ...(words.length > 0 ? [] : ['--whole-run'])),
];

async function runTool(command: string, args: readonly string[]): Promise<{ code: number; counts: Counts | undefined }> {
  const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  let counts: Counts | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('[R] ')) counts = JSON.parse(line.slice(4)) as Counts;
    else console.log(line);
  }
  const code = await new Promise<number>((resolve) => {
    if (child.exitCode !== null) resolve(child.exitCode);
    else
      child.once('exit', (exitCode) => {
        resolve(exitCode ?? 1);
      });
  });
  return { code, counts };
}

const wanted = SUITES.filter(({ name }) => words.length === 0 || name.startsWith('build') || words.some((word) => name.includes(word)));
await rm(path.join(ROOT, 'out'), { recursive: true, force: true });
await mkdir(path.join(ROOT, 'out'), { recursive: true });
const chosen = flags.coverage ? measured(wanted, new Collector()) : wanted;
const summary: (Counts & { name: string; seconds: string })[] = [];
for (const suite of chosen) {
  const { name } = suite;
  if (suite.workbench === true && process.platform !== 'linux') {
    console.log(`\n━━ ${name}: left out, code-server runs on Linux only here; npm run test:desktop tries a desktop VS Code`);
    continue;
  }
  console.log(`\n━━ ${name}`);
  const started = Date.now();
  const counts = await suite.run().catch((error: unknown): Counts => {
    console.error(error);
    return { passed: 0, failed: 1 };
  });
  summary.push({ name, ...counts, seconds: ((Date.now() - started) / 1000).toFixed(1) });
}

/** The suites that run our code, each followed by taking in what it ran, and the gate at the end. */
function measured(suites: readonly Suite[], collector: Collector): Suite[] {
  const gate = check('coverage', process.execPath, 'scripts/coverage.ts');
  return [
    ...suites.filter(({ name }) => name.startsWith('build')),
    ...suites
      .filter(({ covers }) => covers === true)
      .map((suite) => ({
        ...suite,
        run: async () => {
          const counts = await suite.run();
          console.log(`${String(collector.fold())} scripts of ours reported what they ran`);
          return counts;
        },
      })),
    {
      ...gate,
      run: () => {
        collector.write();
        return gate.run();
      },
    },
  ];
}

console.log('');
for (const { name, passed, failed, seconds } of summary) {
  console.log(`${failed === 0 ? '✔' : '✘'} ${name}: ${String(passed)} passed, ${String(failed)} failed (${seconds} s)`);
}
const total = (key: 'passed' | 'failed'): number => summary.reduce((sum, counts) => sum + counts[key], 0);
console.log(`\n${String(total('passed'))} passed, ${String(total('failed'))} failed`);
process.exitCode = total('failed') === 0 ? 0 : 1;
