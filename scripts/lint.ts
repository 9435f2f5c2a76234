import { ESLint } from 'eslint';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { cacheRoot } from '../test/harness/cache.ts';
import { currentDepth } from '../test/harness/depth.ts';
import { KnownGood } from '../test/harness/knownGood.ts';
import { ROOT } from '../test/harness/root.ts';
import { lintDigests } from './lint/digests.ts';

/**
 * What `npm run typecheck` and `npm run lint` do, over the same programs: the rules that look at types find them computed. In `npm test` what is known from an
 * earlier run is not computed again: TypeScript's own record of a program, and files that ESLint found nothing in while they, all that they import, the rules and
 * the packages were the same. The full depth begins anew.
 */
const PROJECTS = ['tsconfig.json', 'src/webview/tsconfig.json', 'test/harness/mcp/appPage/tsconfig.json'];
const FORGETS = currentDepth() === 'full';

const host: ts.ParseConfigFileHost = {
  ...ts.sys,
  onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
    throw new Error(text([diagnostic]));
  },
};
const builders = PROJECTS.map(programOf);
const diagnostics = builders.flatMap(diagnosticsOf);
if (diagnostics.length > 0) console.log(text(diagnostics));
for (const [i, builder] of builders.entries()) remember(builder, i);

const eslint = new ESLint({
  cwd: ROOT,
  overrideConfig: {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: false, programs: builders.map((builder) => builder.getProgram()) } },
  },
});
const known = await KnownGood.of('lint');
const digests = lintDigests(ROOT, builders);
const unknown = [...digests].filter(([, digest]) => digest === undefined || FORGETS || !known.has(digest)).map(([file]) => file);
const results = await eslint.lintFiles(['**/*.{js,cjs,mjs}', ...unknown]);
const found = results.reduce((sum, { errorCount, warningCount }) => sum + errorCount + warningCount, 0);
if (found > 0) console.log(await (await eslint.loadFormatter('stylish')).format(results));
for (const { filePath, errorCount, warningCount } of results) {
  const digest = digests.get(filePath);
  if (digest !== undefined && errorCount + warningCount === 0) known.add(digest);
}
await known.save();
console.log(
  `${String(diagnostics.length)} errors of types, ${String(found)} findings of ESLint in ${String(results.length)} files; ${String(digests.size - unknown.length)} others are as they were`,
);
process.exitCode = diagnostics.length + found === 0 ? 0 : 1;

function programOf(project: string, i: number): ts.EmitAndSemanticDiagnosticsBuilderProgram {
  const parsed = ts.getParsedCommandLineOfConfigFile(path.join(ROOT, project), {}, host);
  if (parsed === undefined || parsed.errors.length > 0) throw new Error(`${project} cannot be read: ${text(parsed?.errors ?? [])}`);
  const options = { ...parsed.options, incremental: true, tsBuildInfoFile: recordOf(i) };
  mkdirSync(path.dirname(recordOf(i)), { recursive: true });
  if (!FORGETS && existsSync(keptRecordOf(i))) copyFileSync(keptRecordOf(i), recordOf(i));
  return ts.createIncrementalProgram({ rootNames: parsed.fileNames, options, host: ts.createIncrementalCompilerHost(options) });
}

function diagnosticsOf(builder: ts.BuilderProgram): ts.Diagnostic[] {
  return [
    ...builder.getConfigFileParsingDiagnostics(),
    ...builder.getOptionsDiagnostics(),
    ...builder.getGlobalDiagnostics(),
    ...builder.getSyntacticDiagnostics(),
    ...builder.getSemanticDiagnostics(),
  ];
}

/** The record holds paths from where it lies: it is used in the checkout, and kept in the cache. */
function recordOf(i: number): string {
  return path.join(ROOT, 'out/types', `${String(i)}.tsbuildinfo`);
}

function keptRecordOf(i: number): string {
  return path.join(cacheRoot(), 'checked', `types-${String(i)}.tsbuildinfo`);
}

function remember(builder: ts.EmitAndSemanticDiagnosticsBuilderProgram, i: number): void {
  builder.emit();
  mkdirSync(path.dirname(keptRecordOf(i)), { recursive: true });
  if (existsSync(recordOf(i))) copyFileSync(recordOf(i), keptRecordOf(i));
}

function text(of: readonly ts.Diagnostic[]): string {
  return ts.formatDiagnostics(of, { getCanonicalFileName: (name) => name, getCurrentDirectory: () => ROOT, getNewLine: () => '\n' });
}
