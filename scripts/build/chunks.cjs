// What becomes of import(): CommonJS has no code splitting.
const path = require('node:path');

const ROOT = path.join(__dirname, '../..');

/** An import() of one of these files becomes a require of its chunk. */
const CHUNKS = {
  program: ['src/server/program.ts'],
  broker: ['src/broker/brokerClient.ts', 'src/broker/brokerFinder.ts'],
  agent: ['src/server/start/agentCommand.ts'],
  init: ['src/server/init/initCommand.ts'],
  engine: ['src/engine/connection/database.ts', 'src/engine/guard/userStatementPolicy.ts', 'src/engine/query/authorization/savedRead.ts'],
  parquet: ['src/engine/query/exports/parquet.ts'],
  cache: ['src/engine/query/reads/resultCache.ts'],
  ssh: ['src/engine/driver/ssh/sshTunnel.ts'],
  http: ['src/server/http/httpService.ts'],
  stdio: ['src/server/mcp/stdioService.ts'],
  logging: ['src/server/observability/structuredLog.ts'],
  approval: ['src/server/approvalPage/approvalPages.ts'],
  views: ['src/server/views/viewStore.ts'],
  tracing: ['src/server/observability/openTelemetry.ts'],
};
const chunkOf = new Map(Object.entries(CHUNKS).flatMap(([name, files]) => files.map((file) => [path.join(ROOT, file), `./${name}.js`])));
/** Calls back for each import() of a file of ours. */
const onImport = (name, resolve) => ({
  name,
  setup: (build) =>
    build.onResolve({ filter: /^\.{1,2}\// }, ({ kind, path: wanted, resolveDir }) =>
      kind === 'dynamic-import' ? resolve(path.resolve(resolveDir, wanted), build) : undefined,
    ),
});
const chunks = onImport('chunks', (file) => (chunkOf.has(file) ? { path: chunkOf.get(file), external: true } : undefined));

/** All other files that the window imports by import() are one chunk, so that activation reads none of it: schemas, JSON-RPC, forms. Each is a property of the chunk, named by its path. */
const inWindow = new Set();
const nameInWindow = (file) => path.relative(ROOT, file).replace(/\.ts$/, '').replaceAll(/\W/g, '_');
const later = {
  name: 'later',
  setup(build) {
    onImport('later', (file) => {
      inWindow.add(file);
      return { path: file, namespace: 'later' };
    }).setup(build);
    build.onResolve({ filter: /^\.\/window\.js$/, namespace: 'later' }, ({ path: chunk }) => ({ path: chunk, external: true }));
    build.onLoad({ filter: /.*/, namespace: 'later' }, ({ path: file }) => ({
      contents: `module.exports = require('./window.js').${nameInWindow(file)};`,
    }));
  },
};

module.exports = { CHUNKS, chunks, inWindow, later, nameInWindow };
