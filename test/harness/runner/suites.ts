import path from 'node:path';
import { ROOT } from '../root.ts';
import type { Job } from './lanes.ts';

/** A test file that shares the window of the workbench with others of its process. */
interface Part {
  readonly name: string;
  readonly file: string;
}

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
  /** Where its name is made of theirs, each can be run alone. */
  readonly parts?: readonly Part[];
}

type Needs = Partial<Pick<Suite, 'kind' | 'after' | 'locks' | 'exclusive' | 'sleeps' | 'full'>>;

/** One script of ours, which passes or fails. */
export function check(name: string, seconds: number, args: readonly string[], needs: Needs = {}): Suite {
  return { name, seconds, kind: 'static', command: process.execPath, args, counts: false, covers: false, full: false, ...needs };
}

/** It makes much that is thrown away at once: with more room for that it collects less. */
const ROOM = '--max-semi-space-size=64';

const program = (name: string, seconds: number, command: string, ...args: string[]): Suite =>
  check(name, seconds, [path.join(ROOT, 'node_modules/.bin', command), ...args]);

const BUILDS = ['build', 'build: licenses'];

function mocha(name: string, seconds: number, files: readonly string[], needs: Needs = {}): Suite {
  return {
    ...check(name, seconds, ['test/harness/runMocha.ts', ...files], { after: BUILDS, kind: 'database', ...needs }),
    counts: true,
    covers: true,
  };
}

const workbench = (name: string, seconds: number, file: string, needs: Needs = {}): Suite =>
  mocha(`workbench: ${name}`, seconds, [`test/workbench/${file}.test.ts`], { kind: 'workbench', ...needs });

/** Test files that share one window, in this order (test/workbench/desk.ts). */
function desk(seconds: number, ...files: readonly (readonly [name: string, file: string])[]): Suite {
  return ofParts(
    seconds,
    files.map(([name, file]) => ({ name: `workbench: ${name}`, file: `test/workbench/${file}.test.ts` })),
  );
}

/** Test files of a workbench that are one process. */
export function ofParts(seconds: number, parts: readonly Part[]): Suite {
  const name = `workbench: ${parts.map((part) => part.name.replace('workbench: ', '')).join(', ')}`;
  return {
    ...mocha(
      name,
      seconds,
      parts.map(({ file }) => file),
      { kind: 'workbench' },
    ),
    parts,
  };
}

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
  check('build', 3, ['esbuild.js', '--tests']),
  check('build: licenses', 1, ['scripts/licenses.ts'], { after: ['build'] }),
  check('format', 10, ['scripts/formatCheck.ts']),
  check('types and lint', 20, [ROOM, 'scripts/lint.ts']),
  program('unused', 4, 'knip'),
  check('docs', 1, ['scripts/docs.ts', '--check']),
  check('words', 3, ['scripts/words.ts']),
  mocha('unit', 60, ['test/unit/**/*.test.ts'], { kind: 'static' }),
  mocha('integration: project', 27, ['test/integration/project/*.test.ts'], { kind: 'static', locks: [DIST] }),
  mocha('integration: broker', 3, ['test/integration/broker/*.test.ts']),
  mocha('integration: credential agent', 90, ['test/integration/agent/*.test.ts']),
  mocha(
    'integration: login',
    37,
    inFolder(
      'integration/engine',
      'authentication',
      'endlessServer',
      'handshake',
      'hostileServer',
      'loginErrors',
      'sshJumps',
      'sshTunnel',
      'tlsMatrix',
    ),
  ),
  mocha('integration: stopping', 28, inFolder('integration/engine', 'stopping', 'checkStatements')),
  mocha(
    'integration: waiting',
    85,
    [
      'integration/engine/frozen',
      'integration/engine/session/lateStop',
      'integration/server/eras',
      'integration/server/serverAndWindow',
      'security/http',
    ].map((file) => `test/${file}.test.ts`),
    { sleeps: true },
  ),
  mocha(
    'integration: sessions of people',
    26,
    inFolder(
      'integration/engine/session',
      'asClient',
      'asWritten',
      'charsets',
      'commits',
      'killed',
      'lost',
      'moments',
      'readOnly',
      'untold',
      'views',
    ),
  ),
  mocha(
    'integration: reads',
    70,
    inFolder(
      'integration/engine',
      'bits',
      'builtins',
      'catalog',
      'structureOnly',
      'userSession',
      'database',
      'exportAgain',
      'objects',
      'parquet',
      'policies',
      'readAuthorizer',
      'serversOwnFunctions',
      'sessionLimits',
      'scripts',
      'sessionExport',
      'types',
    ),
  ),
  mocha('integration: extension', 5, ['test/integration/extension/*.test.ts']),
  mocha(
    'integration: writes',
    65,
    inFolder(
      'integration/engine',
      'brokenImport',
      'dangers',
      'definitions',
      'dryRuns',
      'roundTrip',
      'rowEdit',
      'rowEditOutcome',
      'rowImport',
      'changedFile',
      'undo',
      'undoProperty',
      'undoRun',
      'writeCrashes',
      'writePreviews',
      'userReview',
      'writes',
    ),
  ),
  mocha(
    'integration: tools',
    59,
    inFolder(
      'integration/server',
      'cache',
      'describe',
      'executeTool',
      'explainDefinitions',
      'golden',
      'indexAdvice',
      'queryTool',
      'receipts',
      'relationships',
      'schemaTools',
      'showTool',
      'tableForm',
      'workload',
    ),
  ),
  mocha('integration: changes of schema', 60, ['test/integration/engine/ddl/*.test.ts']),
  mocha('integration: exports', 40, inFolder('integration/server', 'exportApproval', 'exportTool', 'exportWays')),
  mocha(
    'integration: server',
    50,
    inFolder(
      'integration/server',
      'allocations',
      'approvers',
      'approvalPage',
      'approvalWays',
      'gate',
      'protocol',
      'questions',
      'receiptAudit',
      'resources',
      'roundTrips',
      'stdioServer',
      'savedQueries',
      'skills',
      'statementTags',
    ),
  ),
  mocha(
    'integration: standalone',
    80,
    inFolder(
      'integration/server',
      'compose',
      'configFile',
      'http',
      'init',
      'initFiles',
      'mistakenStarts',
      'modernHttp',
      'severalProcesses',
      'observability',
      'standalone',
      'tracing',
      'variables',
      'oldServer',
    ),
  ),
  mocha('integration: network', 35, inFolder('integration/server', 'diagnose', 'replica', 'ssh')),
  mocha(
    'security: corpora',
    45,
    inFolder('security', 'fences', 'writeFences', 'heldWrites', 'tableRules', 'visibility', 'hiddenConnection'),
  ),
  mocha('security: protected columns', 120, inFolder('security', 'columns', 'columnTies', 'columnWrites')),
  mocha('security: lineage', 90, inFolder('security', 'columnAttacks', 'columnHonest', 'lineage', 'receipts')),
  mocha('security: printing', 20, inFolder('security', 'printing', 'trivia')),
  mocha('security: fuzzing', 5, inFolder('security', 'fuzz')),
  mocha('security: seeded faults', 14, inFolder('security', 'faults', 'secondFence')),
  mocha('security: kills', 11, inFolder('security', 'kills', 'agentKills')),
  mocha('security: approval page', 60, inFolder('security', 'approvalPage', 'pageKills')),
  mocha('security: limits', 48, inFolder('security', 'bombs', 'textBoundary')),
  check('soak', 70, ['--expose-gc', 'scripts/soak.ts', '--minutes', '1'], { kind: 'database', full: true }),
  desk(85, ['trust', 'trust'], ['imports', 'imports'], ['agent permissions', 'permissions'], ['exports', 'exports']),
  // Not behind `trust`: a window that began in restricted mode does not list our walkthrough.
  desk(
    140,
    ['tree', 'tree'],
    ['forms', 'forms'],
    ['writes', 'writes'],
    ['undoing', 'agentUndo'],
    ['audit log', 'auditLog'],
    ['receipts', 'receipts'],
  ),
  desk(
    225,
    ['editing', 'editing'],
    ['own reviews', 'ownReviews'],
    ['questions', 'questions'],
    ['SQL files', 'sqlFiles'],
    ['file encodings', 'fileEncodings'],
    ['diagrams', 'diagram'],
    ['migration review', 'migration'],
    ['keyboard', 'keyboard'],
    ['places in grids', 'gridPlace'],
  ),
  desk(
    130,
    ['connections', 'connections'],
    ['safety', 'safety'],
    ['statements', 'statements'],
    ['sessions', 'sessions'],
    ['runs', 'runs'],
    ['reload', 'reload'],
  ),
  workbench('Korean', 28, 'korean'),
  workbench('windows', 80, 'windows', { locks: [DIST] }),
  workbench('virtual folder', 38, 'virtual'),
  workbench('several folders', 60, 'severalFolders'),
  workbench('agent host', 45, 'agentHost'),
  workbench('credential agent', 40, 'credentialAgent'),
  workbench('views of agents', 60, 'agentViews'),
  workbench('MCP App', 30, 'mcpApp'),
  workbench('approval page', 60, 'approvalPage'),
  workbench('a new user', 33, 'newcomer'),
  workbench('canary password', 45, 'canary'),
  extension('main path, from source, MySQL', 86, { full: true }), // the same tests as of the VSIX, which is nearer to what people have
  extension('installed VSIX, MySQL', 70),
  extension('main path, from source, MariaDB', 25, { full: true }),
  desk(250, ['hurried hands', 'hurriedHands'], ['typing on', 'typingOn'], ['hostile text', 'hostileText']),
  workbench('frozen server', 200, 'frozen', { full: true }),
  workbench('forged messages', 90, 'forgedMessages', { full: true }),
  workbench('reload in a write', 60, 'reloadInWrite', { full: true }),
  workbench('reviews of every kind', 200, 'reviewKinds', { full: true }),
  workbench('pictures', 240, 'pictures', { full: true }),
  extension('the window holds', 105, { full: true }),
];
