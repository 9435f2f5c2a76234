import { ESLint } from 'eslint';
import path from 'node:path';
import ts from 'typescript';
import { ROOT } from '../test/harness/root.ts';

/**
 * What `npm run typecheck` and `npm run lint` do, over the same programs: the rules that look at types find them computed. For `npm test`, where it halves what the
 * two cost.
 */
const PROJECTS = ['tsconfig.json', 'src/webview/tsconfig.json'];

const host: ts.ParseConfigFileHost = {
  ...ts.sys,
  onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
    throw new Error(text([diagnostic]));
  },
};
const programs = PROJECTS.map(programOf);
const diagnostics = programs.flatMap((program) => [...ts.getPreEmitDiagnostics(program)]);
if (diagnostics.length > 0) console.log(text(diagnostics));

const eslint = new ESLint({
  cwd: ROOT,
  overrideConfig: { files: ['**/*.ts'], languageOptions: { parserOptions: { projectService: false, programs } } },
});
const results = await eslint.lintFiles(['.']);
const found = results.reduce((sum, { errorCount, warningCount }) => sum + errorCount + warningCount, 0);
if (found > 0) console.log(await (await eslint.loadFormatter('stylish')).format(results));
console.log(`${String(diagnostics.length)} errors of types, ${String(found)} findings of ESLint in ${String(results.length)} files`);
process.exitCode = diagnostics.length + found === 0 ? 0 : 1;

function programOf(project: string): ts.Program {
  const parsed = ts.getParsedCommandLineOfConfigFile(path.join(ROOT, project), {}, host);
  if (parsed === undefined || parsed.errors.length > 0) throw new Error(`${project} cannot be read: ${text(parsed?.errors ?? [])}`);
  return ts.createProgram({ rootNames: parsed.fileNames, options: parsed.options });
}

function text(of: readonly ts.Diagnostic[]): string {
  return ts.formatDiagnostics(of, { getCanonicalFileName: (name) => name, getCurrentDirectory: () => ROOT, getNewLine: () => '\n' });
}
