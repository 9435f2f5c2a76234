import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import ts from 'typescript';
import { ROOT } from '../test/harness/root.ts';

/**
 * `npm run doc:coverage`: every export of the product has a doc comment. That settings, commands, tools and variables are in the tables of the documentation is
 * what `npm run docs -- --check` looks at. `--root` is for tests.
 */
const { values } = parseArgs({ options: { root: { type: 'string', default: ROOT } } });
let documented = 0;
const missing: string[] = [];
for (const name of globSync('src/**/*.ts', { cwd: values.root }).sort()) {
  const file = ts.createSourceFile(name, readFileSync(path.join(values.root, name), 'utf8'), ts.ScriptTarget.Latest, true);
  for (const statement of file.statements) {
    if (!ts.canHaveModifiers(statement) || !ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) continue;
    if (ts.getJSDocCommentsAndTags(statement).length > 0 || saysItself(statement)) documented += 1;
    else
      missing.push(
        `${name}:${String(file.getLineAndCharacterOfPosition(statement.getStart(file)).line + 1)}: ${nameOf(statement)} has no doc comment`,
      );
  }
}
for (const one of missing) console.error(one);
const all = documented + missing.length;
console.log(`${String(documented)} of ${String(all)} exports have a doc comment.`);
process.exitCode = missing.length === 0 && all > 0 ? 0 : 1;

/** A type that follows a value (`z.infer<typeof X>`, `(typeof X)[number]`) is told of there; a tool tells of itself to every agent. */
function saysItself(statement: ts.Statement): boolean {
  if (ts.isTypeAliasDeclaration(statement)) return /\btypeof\b/.test(statement.type.getText());
  return (
    ts.isVariableStatement(statement) &&
    statement.declarationList.declarations.every(({ initializer }) => initializer?.getText().startsWith('defineTool(') === true)
  );
}

function nameOf(statement: ts.Statement): string {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map(({ name }) => name.getText()).join(', ');
  return (statement as { readonly name?: ts.Identifier }).name?.text ?? 'an export';
}
