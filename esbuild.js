// Builds dist/: two programs (extension.js, and server.js with program.js), a thread that reads files of other programs (reader.js), what the window needs only when
// somebody asks for it (window.js), and chunks that a program loads when it first needs them. dist/webview/ holds what runs in the panels.
// `--watch` rebuilds on change; `--tests` also bundles the suites that run inside VS Code into out/;
// `--coverage` puts source maps into out/maps and keeps the syntax as it was written.
const esbuild = require('esbuild');
const { createHash } = require('node:crypto');
const { globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { CHUNKS, chunks, inWindow, later, nameInWindow } = require('./scripts/build/chunks.cjs');
const { api, checkReplaced, oneZod, unused, zodChunk } = require('./scripts/build/packages.cjs');

const watch = process.argv.includes('--watch');
/** A build that can be read back line by line: rewritten conditions would be, by a source map, in no branch of the source. */
const coverage = process.argv.includes('--coverage');
const { version } = JSON.parse(readFileSync(path.join(__dirname, 'package.json'), 'utf8'));

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
  logOverride: { 'import-is-undefined': 'error' }, // a name of zod that its chunk does not have
  external: ['vscode', 'cpu-features', '*.node'], // native parts of ssh2 are optional, and it has JavaScript for all of them
  plugins: [chunks, oneZod, unused],
  metafile: true,
};
const to = (name, options) => ({ ...common, outfile: `dist/${name}.js`, ...options });
const code = (contents) => ({ stdin: { contents, resolveDir: __dirname, loader: 'ts' } });
const exportsOf = (files, as) =>
  files.map((file) => `export * ${as(file)}from ${JSON.stringify(path.resolve(__dirname, file))};`).join('\n');
const chunk = (name, options) =>
  to(name, CHUNKS[name].length === 1 ? { entryPoints: CHUNKS[name], ...options } : code(exportsOf(CHUNKS[name], () => '')));
/** What every start would make of schemas that do not change. Node strips the types. */
async function describeTools() {
  const { allTools } = await import('./src/server/tools/builtInTools.ts');
  const { limitsOf } = await import('./src/server/limits/limits.ts');
  return Object.fromEntries(allTools(limitsOf()).map(({ name, inputSchema }) => [name, inputSchema]));
}
const define = (values) => ({ define: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, JSON.stringify(value)])) });
/** What runs in the panels of a window: browser code, and no Node. */
const browser = { platform: 'browser', target: 'es2022', plugins: [] };
const script = (name) => to(`webview/${name}`, { ...browser, format: 'iife', entryPoints: [`src/webview/${name}/main.ts`] });
const styles = (name) => ({
  ...common,
  ...browser,
  entryPoints: [`src/webview/${name}/${name}.css`],
  outfile: `dist/webview/${name}.css`,
  loader: { '.ttf': 'file' },
  assetNames: '[name]',
});
/** Icons of the app as pictures in its styles: clients let no font in. Those that its views use. */
const APP_ICONS = [
  'copy',
  'export',
  'go-to-file',
  'edit',
  'pin',
  'pinned',
  'table',
  'output',
  'loading',
  'debug-stop',
  'graph',
  'graph-line',
  'pie-chart',
  'send',
];
/** The same of the page in which a person approves a write. */
const APPROVAL_ICONS = ['error', 'warning', 'info', 'clock', 'close', 'discard', 'chevron-right', 'chevron-down'].concat([
  'arrow-left',
  'arrow-right',
  'loading',
  'pass',
  'circle-slash',
]);
/** An icon with two names. */
const ICON_FILES = { clock: 'watch' };
function iconStyles(names) {
  const mask = (name) => {
    const svg = readFileSync(path.join(__dirname, `node_modules/@vscode/codicons/src/icons/${ICON_FILES[name] ?? name}.svg`)).toString(
      'base64',
    );
    return `.codicon-${name}::before { --icon: url("data:image/svg+xml;base64,${svg}"); }`;
  };
  const shape =
    'content: ""; display: inline-block; width: 16px; height: 16px; background: currentColor; mask: var(--icon) center / contain no-repeat;';
  return `.codicon { display: inline-block; width: 16px; height: 16px; }\n.codicon::before { ${shape} }\n${names.map(mask).join('\n')}`;
}
/** Styles without a font. */
const noFont = (names) => ({
  name: 'icons of a page',
  setup(build) {
    build.onResolve({ filter: /^@vscode\/codicons\/dist\/codicon\.css$/ }, () => ({ path: 'icons', namespace: 'icons' }));
    build.onLoad({ filter: /.*/, namespace: 'icons' }, () => ({ contents: iconStyles(names), loader: 'css' }));
  },
});
async function textOf(options) {
  const { outputFiles } = await esbuild.build({ ...options, write: false, metafile: false });
  return outputFiles.find(({ path: file }) => !file.endsWith('.map')).text;
}
const inScript = (js) => js.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
/** One page without a file beside it: the review of the window as it is, behind what speaks with the server. The server fills in what is between percent signs. */
async function buildApproval() {
  const js = (name) => inScript(readFileSync(path.join(__dirname, `dist/webview/${name}.js`), 'utf8'));
  const page = [
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Review Write - MySQL Pilot</title>',
    '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">',
    `<style nonce="%NONCE%">${await textOf({ ...styles('approval'), plugins: [noFont(APPROVAL_ICONS)] })}</style>`,
    `</head><body data-strings="%STRINGS%"><script nonce="%NONCE%">${js('approval')}</script><script nonce="%NONCE%">${js('review')}</script></body></html>`,
  ];
  rmSync(path.join(__dirname, 'dist/webview/approval.js'));
  writeFileSync(path.join(__dirname, 'dist/approval.html'), page.join('\n'));
}
/** One page without a file beside it: the views of the window as they are, each waiting for its turn. */
async function buildApp() {
  const css = (name) => textOf({ ...styles(name), plugins: [noFont(APP_ICONS)] });
  const js = (name) => readFileSync(path.join(__dirname, `dist/webview/${name}.js`), 'utf8');
  const inert = (id, content) => `<script type="text/plain" id="${id}">${inScript(content)}</script>`;
  const own = inScript(js('app'));
  const page = [
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>MySQL Pilot</title>',
    `<style>${await textOf({ ...common, ...browser, entryPoints: ['src/webview/app/app.css'], outfile: 'dist/webview/app.css' })}</style>`,
    ...(await Promise.all(['results', 'chart'].map(async (name) => inert(`${name}-css`, await css(name)) + inert(`${name}-js`, js(name))))),
    `</head><body><script>${own}</script></body></html>`,
  ];
  rmSync(path.join(__dirname, 'dist/webview/app.js'));
  writeFileSync(path.join(__dirname, 'dist/app.html'), page.join('\n'));
}
const PANELS = ['results', 'form', 'plan', 'migration', 'diagram', 'chart', 'review'];
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

/** Builds one, and keeps what went into it: scripts tell of licenses and sizes by that. */
async function bundle(options) {
  const { metafile } = await esbuild.build({ ...options, ...(coverage ? { sourcemap: 'external' } : {}) });
  const name = path.basename(options.outfile);
  writeFileSync(path.join(__dirname, `out/meta/${name}.json`), JSON.stringify(metafile));
  if (coverage && name.endsWith('.js'))
    renameSync(path.join(__dirname, `${options.outfile}.map`), path.join(__dirname, `out/maps/${name}.map`));
}

async function main() {
  rmSync(path.join(__dirname, 'dist'), { recursive: true, force: true });
  for (const folder of ['out/meta', 'out/maps']) mkdirSync(path.join(__dirname, folder), { recursive: true });
  const schemas = define({ PILOT_VERSION: version, PILOT_INPUT_SCHEMAS: await describeTools() });
  const first = [
    // jsonc-parser's other form asks for its files at run time.
    ...Object.keys(CHUNKS).map((name) =>
      chunk(name, name === 'program' ? schemas : name === 'init' ? { mainFields: ['module', 'main'] } : {}),
    ),
    // Enables the cache for what V8 compiles, and starts the rest: a cache is used for what is loaded after it.
    to('server', { entryPoints: ['src/server/main.ts'] }),
    // jsonc-parser's other form asks for its files at run time.
    to('reader', { entryPoints: ['src/extension/import/readerThread.ts'], mainFields: ['module', 'main'] }),
    to('zod', { ...code(zodChunk), plugins: [] }),
    ...PANELS.flatMap((name) => [script(name), styles(name)]),
    script('app'),
    script('approval'),
  ];
  await Promise.all(first.map(bundle));
  await buildApp();
  await buildApproval();
  const hash = { PILOT_VERSION: version, PILOT_TOOLS_HASH: hashOf('dist/program.js') };
  const extension = to('extension', {
    entryPoints: ['src/extension/extension.ts'],
    plugins: [api, chunks, later, unused],
    ...define(hash),
  });
  await bundle(extension); // which tells what the window imports later
  const entry = code(exportsOf([...inWindow].sort(), (file) => `as ${nameInWindow(file)} `));
  // jsonc-parser's other form asks for its files at run time.
  const window = to('window', {
    ...entry,
    plugins: [api, ...common.plugins],
    mainFields: ['module', 'main'],
    ...define({ PILOT_VERSION: version }),
  });
  await bundle(window);
  checkReplaced();
  if (process.argv.includes('--tests')) await esbuild.build(suites());
  if (!watch) return;
  for (const options of [...first, extension, window]) await (await esbuild.context(options)).watch();
  console.log('watching for changes');
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
