import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { digestOfTexts } from '../../test/harness/knownGood.ts';

/** Beside the sources, what findings in a file depend on: rules, options, and by the lock file the rules and the types of packages. */
const RULES = [
  'package-lock.json',
  'eslint.config.mjs',
  'scripts/lint/*',
  '.github/complexity-allow.json',
  'tsconfig.json',
  'src/webview/tsconfig.json',
  'test/harness/mcp/appPage/tsconfig.json',
];
/** Below the root, as in eslint.config.mjs. */
const NOT_OURS = ['node_modules', 'dist', 'out', 'coverage', 'release', 'demo-output'];

/** For each source file of ours a digest of all that ESLint's findings in it depend on; undefined for one that is in no program. */
export function lintDigests(root: string, programs: readonly ts.BuilderProgram[]): ReadonlyMap<string, string | undefined> {
  const isOurs = (file: string): boolean =>
    !path.relative(root, file).startsWith('..') && !file.split(/[\\/]/).some((part) => part === 'node_modules');
  const sources = programs.flatMap((program) => program.getSourceFiles()).filter(({ fileName }) => isOurs(fileName));
  const own = new Map(sources.map(({ fileName, text }) => [path.resolve(fileName), digestOfTexts(path.relative(root, fileName), text)]));
  const rules = RULES.flatMap((pattern) => globSync(pattern, { cwd: root }).sort()).map((name) => readFileSync(path.join(root, name)));
  const global = sources.filter(isGlobal).map(({ fileName }) => own.get(path.resolve(fileName)) ?? '');
  const common = digestOfTexts(process.version, ...rules, ...global);
  const digestOf = (name: string): string | undefined => {
    const file = path.join(root, name);
    const imported = programs.flatMap((program) => {
      const source = program.getSourceFile(file);
      return source === undefined ? [] : program.getAllDependencies(source).map((one) => path.resolve(root, one));
    });
    const needed = [...new Set(imported)].filter(isOurs).sort();
    return needed.length === 0 ? undefined : digestOfTexts(common, name, ...needed.map((one) => own.get(one) ?? ''));
  };
  const names = globSync('**/*.ts', { cwd: root, exclude: NOT_OURS });
  return new Map(names.map((name) => [path.join(root, name), digestOf(name)]));
}

/** Whether it changes what other files mean that do not import it. */
function isGlobal(source: ts.SourceFile): boolean {
  return !ts.isExternalModule(source) || /\bdeclare\s+(?:global|module)\b/.test(source.text);
}
