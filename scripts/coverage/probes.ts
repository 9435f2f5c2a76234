import ts from 'typescript';

/** A stretch of an original file, in UTF-16 units; its first code tells how often the whole was run. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

export interface Branch {
  readonly type: 'if' | 'cond-expr' | 'binary-expr' | 'switch';
  readonly at: Stretch;
  /** One for each way on; `undefined` is the `else` that nobody wrote: run as often as the `if` without its first way. */
  readonly ways: readonly (Stretch | undefined)[];
}

/** What can be counted in one TypeScript file. */
export interface Probes {
  readonly statements: readonly Stretch[];
  readonly functions: readonly { readonly name: string; readonly at: Stretch; readonly body: Stretch }[];
  readonly branches: readonly Branch[];
}

const LOGICAL = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.AmpersandAmpersandEqualsToken,
  ts.SyntaxKind.BarBarEqualsToken,
  ts.SyntaxKind.QuestionQuestionEqualsToken,
]);

/**
 * Finds statements, functions and branches by the rules of Istanbul, with two exceptions: a default value of a parameter is no branch (V8 does not count
 * it), and cases of a `switch` that share their code are one.
 */
export function probesOf(text: string, fileName: string): Probes {
  const file = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true);
  const statements: Stretch[] = [];
  const functions: { name: string; at: Stretch; body: Stretch }[] = [];
  const branches: Branch[] = [];
  const stretch = (node: ts.Node): Stretch => ({ start: node.getStart(file), end: node.getEnd() });
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || isAmbient(node)) return;
    if (isCounted(node)) statements.push(stretch(node));
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const name = node.name?.getText(file) ?? (ts.isConstructorDeclaration(node) ? 'constructor' : '(anonymous)');
      functions.push({ name, at: stretch(node), body: stretch(node.body) });
    }
    const branch = branchAt(node, stretch);
    if (branch !== undefined) branches.push(branch);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { statements, functions, branches };
}

function branchAt(node: ts.Node, stretch: (node: ts.Node) => Stretch): Branch | undefined {
  if (ts.isIfStatement(node)) {
    const other = node.elseStatement;
    return { type: 'if', at: stretch(node), ways: [stretch(insideBlock(node.thenStatement)), other && stretch(insideBlock(other))] };
  }
  if (ts.isConditionalExpression(node))
    return { type: 'cond-expr', at: stretch(node), ways: [stretch(node.whenTrue), stretch(node.whenFalse)] };
  if (isLogical(node) && !isLogical(node.parent)) return { type: 'binary-expr', at: stretch(node), ways: operandsOf(node).map(stretch) };
  if (ts.isSwitchStatement(node)) {
    const ways = node.caseBlock.clauses.flatMap(({ statements: [first] }) => (first === undefined ? [] : [stretch(insideBlock(first))]));
    return { type: 'switch', at: stretch(node), ways };
  }
  return undefined;
}

function isLogical(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && LOGICAL.has(node.operatorToken.kind);
}

function operandsOf(node: ts.Expression): ts.Expression[] {
  return isLogical(node) ? [...operandsOf(node.left), ...operandsOf(node.right)] : [node];
}

/** A block begins with a brace, of which builds keep no trace. */
function insideBlock(node: ts.Node): ts.Node {
  return ts.isBlock(node) ? (node.statements[0] ?? node) : node;
}

function isCounted(node: ts.Node): boolean {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations.some(({ initializer }) => initializer !== undefined);
  if (!ts.isStatement(node) || ts.isBlock(node) || ts.isEmptyStatement(node)) return false;
  // Declarations are not run; what is in them is.
  return !(ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node));
}

/** Types leave nothing to run. */
function isAmbient(node: ts.Node): boolean {
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return true;
  return ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) ?? false);
}
