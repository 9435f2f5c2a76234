import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** A sentence: a capital, then at least two more words. SQL and lines of a report begin with words in capitals. */
const SENTENCE = /^(?:[A-Z][a-z']+|A|I) \S+ \S/;

/** What the server says to agents and to who runs it, by file: string literals and templates that are sentences, with x for what is filled in. */
export function agentTexts(root: string): readonly { readonly file: string; readonly text: string }[] {
  return globSync('src/server/**/*.ts', { cwd: root })
    .sort()
    .flatMap((file) => sentencesOf(readFileSync(path.join(root, file), 'utf8')).map((text) => ({ file, text })));
}

function sentencesOf(code: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const text = textOf(node);
    if (text === undefined) ts.forEachChild(node, visit);
    else if (SENTENCE.test(text)) found.push(text.replaceAll(/\s+/g, ' '));
  };
  visit(ts.createSourceFile('a.ts', code, ts.ScriptTarget.Latest));
  return found;
}

/** Undefined for what is no text. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) return node.head.text + node.templateSpans.map(({ literal }) => `x${literal.text}`).join('');
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined;
  const [left, right] = [textOf(node.left), textOf(node.right)];
  return left === undefined || right === undefined ? undefined : left + right;
}
