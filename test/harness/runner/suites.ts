import path from 'node:path';
import { ROOT } from '../root.ts';
import type { Job } from './lanes.ts';

/** A row of `npm test`: one process. */
export interface Suite extends Job {
  readonly kind: 'static' | 'database' | 'workbench';
  readonly command: string;
  readonly args: readonly string[];
  /** Reports how many tests passed; the others are one test each. */
  readonly counts: boolean;
  /** Runs code of ours; the others look at it. */
  readonly covers: boolean;
  /** Belongs to `npm run test:full` alone. */
  readonly full: boolean;
}

type Needs = Partial<Pick<Suite, 'kind' | 'after' | 'locks' | 'exclusive' | 'full'>>;

const bin = (name: string): string => path.join(ROOT, 'node_modules/.bin', name);

/** One script of ours, which passes or fails. */
export function check(name: string, seconds: number, args: readonly string[], needs: Needs = {}): Suite {
  return { name, seconds, kind: 'static', command: process.execPath, args, counts: false, covers: false, full: false, ...needs };
}

const program = (name: string, seconds: number, command: string, ...args: string[]): Suite => ({
  ...check(name, seconds, args),
  command: bin(command),
});

const BUILDS = ['build', 'build: licences'];

function mocha(name: string, seconds: number, files: readonly string[], needs: Needs = {}): Suite {
  return {
    ...check(name, seconds, ['test/harness/runMocha.ts', ...files], { after: BUILDS, kind: 'database', ...needs }),
    counts: true,
    covers: true,
  };
}

const workbench = (name: string, seconds: number, file: string, needs: Needs = {}): Suite =>
  mocha(`workbench: ${name}`, seconds, [`test/workbench/${file}.test.ts`], { kind: 'workbench', ...needs });

/** Inside an extension host: test/harness/extensionSuites.ts has what belongs to the name. */
function extension(title: string, seconds: number, needs: Needs = {}): Suite {
  const name = `extension: ${title}`;
  const args = ['test/harness/runExtensionSuite.ts', name];
  return { ...check(name, seconds, args, { kind: 'workbench', after: BUILDS, ...needs }), counts: true, covers: true };
}

const inFolder = (folder: string, ...names: string[]): string[] => names.map((name) => `test/${folder}/${name}.test.ts`);

/** Writes into dist/, or packs it. */
const DIST = 'dist';

/** Every suite, with the seconds that it takes on two cores: the figures only decide what begins first. */
export const SUITES: readonly Suite[] = [
  check('build', 2, ['esbuild.js', '--tests']),
  check('build: licences', 2, ['scripts/licences.ts'], { after: ['build'] }),
  program('format', 10, 'prettier', '--check', '--log-level=warn', '.'),
  program('types', 8, 'tsc', '-p', '.'),
  program('types: webviews', 3, 'tsc', '-p', 'src/webview'),
  program('lint', 30, 'eslint', '.', '--max-warnings', '0'),
  program('unused', 12, 'knip'),
  check('docs', 2, ['scripts/docs.ts', '--check']),
  mocha('unit', 30, ['test/unit/**/*.test.ts'], { kind: 'static' }),
  mocha('integration: project', 60, ['test/integration/project/*.test.ts'], { kind: 'static', locks: [DIST] }),
  mocha('integration: broker', 4, ['test/integration/broker/*.test.ts']),
  mocha(
    'integration: login',
    25,
    inFolder('integration/engine', 'authentication', 'handshake', 'hostileServer', 'loginErrors', 'sshTunnel'),
  ),
  mocha('integration: stopping', 30, inFolder('integration/engine', 'stopping', 'checkStatements')),
  mocha(
    'integration: reads',
    30,
    inFolder('integration/engine', 'builtins', 'catalogue', 'console', 'database', 'objects', 'policies', 'readAuthorizer', 'types'),
  ),
  mocha(
    'integration: writes',
    45,
    inFolder('integration/engine', 'definitions', 'dryRuns', 'rowEdit', 'rowImport', 'writeCrashes', 'writePreviews', 'writes'),
  ),
  mocha(
    'integration: tools',
    60,
    inFolder(
      'integration/server',
      'cache',
      'executeTool',
      'exportTool',
      'golden',
      'indexAdvice',
      'queryTool',
      'schemaTools',
      'tableForm',
      'workload',
    ),
  ),
  mocha(
    'integration: server',
    60,
    inFolder(
      'integration/server',
      'allocations',
      'approvers',
      'gate',
      'protocol',
      'questions',
      'resources',
      'roundTrips',
      'stdioServer',
      'serverAndWindow',
      'savedQueries',
    ),
  ),
  mocha(
    'integration: standalone',
    60,
    inFolder('integration/server', 'configFile', 'http', 'observability', 'standalone', 'tracing', 'oldServer'),
  ),
  mocha('integration: network', 60, inFolder('integration/server', 'diagnose', 'replica', 'ssh')),
  mocha('security: corpora', 60, inFolder('security', 'fences', 'writeFences', 'tableRules')),
  mocha('security: printing', 120, inFolder('security', 'printing', 'trivia')),
  mocha('security: fuzzing', 60, inFolder('security', 'fuzz')),
  mocha('security: kills', 60, inFolder('security', 'kills')),
  mocha('security: limits', 60, inFolder('security', 'bombs', 'http')),
  check('soak', 70, ['--expose-gc', 'scripts/soak.ts', '--minutes', '1'], { kind: 'database', full: true }),
  workbench('connections', 40, 'connections'),
  workbench('safety', 40, 'safety'),
  workbench('writes', 60, 'writes'),
  workbench('imports', 40, 'imports'),
  workbench('tree', 40, 'tree'),
  workbench('forms', 50, 'forms'),
  workbench('editing', 50, 'editing'),
  workbench('diagrams', 40, 'diagram'),
  workbench('Korean', 20, 'korean'),
  workbench('SQL files', 60, 'sqlFiles'),
  workbench('windows', 60, 'windows', { locks: [DIST] }),
  workbench('trust', 30, 'trust'),
  workbench('virtual folder', 30, 'virtual'),
  workbench('agent host', 80, 'agentHost'),
  workbench('keyboard', 40, 'keyboard'),
  workbench('a new user', 30, 'newcomer'),
  workbench('canary password', 40, 'canary'),
  extension('main path, from source, MySQL', 25),
  extension('main path, installed VSIX, MySQL', 25),
  extension('main path, from source, MariaDB', 25, { full: true }),
  extension('agent mode', 30),
  extension('activation', 30),
  extension('twenty adds from two windows', 25),
];
