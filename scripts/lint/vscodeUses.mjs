import ts from 'typescript';

/** Types that a person may be shown as they are: texts, and what holds texts. */
const TEXT = ts.TypeFlags.StringLike | ts.TypeFlags.Any | ts.TypeFlags.Unknown;
/** How deep the options of a function are looked through for a text. */
const DEPTH = 3;

const isApi = (declaration) => /[\\/]@types[\\/]vscode[\\/]/.test(declaration.getSourceFile().fileName);
const ofApi = (symbol) => (symbol?.declarations ?? []).find(isApi);

/** `window.showQuickPick`, `TreeItem.tooltip`: what the API's own file calls a declaration. */
function nameOf(declaration) {
  const names = [];
  for (let node = declaration; node !== undefined && !ts.isSourceFile(node); node = node.parent) {
    if (ts.isModuleDeclaration(node) && ts.isStringLiteral(node.name)) break;
    if (ts.isConstructorDeclaration(node)) continue;
    if (node.name !== undefined && !ts.isParameter(node) && !ts.isTypeParameterDeclaration(node)) names.unshift(node.name.getText());
  }
  return names.join('.');
}

/** Whether values of the type can hold a text that is shown: `isKnown` are those that have been looked into. */
function holdsText(checker, type, depth = DEPTH, known = new Set()) {
  if ((type.flags & TEXT) !== 0) return true;
  if (type.isUnionOrIntersection()) return type.types.some((one) => holdsText(checker, one, depth, known));
  if ((type.flags & ts.TypeFlags.Object) === 0 || depth === 0 || known.has(type)) return false;
  known.add(type);
  if (type.getCallSignatures().length > 0) return false;
  if (checker.isArrayType(type) || checker.isTupleType(type))
    return checker.getTypeArguments(type).some((one) => holdsText(checker, one, depth, known));
  return type.getProperties().some((property) => holdsText(checker, checker.getTypeOfSymbol(property), depth - 1, known));
}

/**
 * What a node of TypeScript's tree hands to VS Code that may be text: a call or a construction with such a parameter, a property that is written, or one of an object that the API
 * takes. Undefined for every other node. It goes by types, so that no alias and no destructuring hides a use.
 */
export function useOf(checker, node) {
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
    const declaration = checker.getResolvedSignature(node)?.declaration;
    if (declaration === undefined || !isApi(declaration)) return undefined;
    const parameters = declaration.parameters.map((parameter) => checker.getTypeAtLocation(parameter));
    return parameters.some((type) => holdsText(checker, type)) ? nameOf(declaration) : undefined;
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken && ts.isPropertyAccessExpression(node.left))
    return written(checker, checker.getSymbolAtLocation(node.left.name));
  if (ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) {
    const type = checker.getContextualType(node.parent);
    return type === undefined
      ? undefined
      : written(checker, checker.getPropertyOfType(checker.getNonNullableType(type), node.name.text ?? ''));
  }
  return undefined;
}

function written(checker, symbol) {
  const declaration = ofApi(symbol);
  return declaration !== undefined && holdsText(checker, checker.getTypeOfSymbol(symbol)) ? nameOf(declaration) : undefined;
}
