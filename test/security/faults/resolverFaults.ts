import { faultsIn, type Fault } from './fault.ts';

/** Mistakes in what stands behind a name. */
export const RESOLVER_FAULTS: readonly Fault[] = [
  ...faultsIn(
    'query/authorization/objectCheck.ts',
    [
      'the text of a view is not judged',
      'hostile',
      'const refusal = checkNodes(tree, inside) ?? checkStatementCosts(tree, inside.dialect);',
      'const refusal = checkStatementCosts(tree, inside.dialect);',
    ],
    ['names in a view are not looked up', 'hostile', "await this.statement(tree, inside, { kind: 'read', path: here, text });", ''],
    [
      'names in a view are looked up in the current database',
      'honest',
      'const inside = { ...context, database: found.database };\n    const tree',
      'const inside = context;\n    const tree',
    ],
    [
      'rules do not hold behind views',
      'hostile',
      'if (!own && isTableDenied(found))',
      'if (!own && here.length === 1 && isTableDenied(found))',
    ],
    [
      'credentials are not looked for behind views',
      'hostile',
      'const refusal = credentials ? checkCredentials',
      'const refusal = credentials && place.path.length === 0 ? checkCredentials',
    ],
    [
      'names are not kept for the printer',
      'honest',
      'if (!expression) resolved.tables.set(node, { database: found.database, name: found.name });',
      '',
    ],
    ["the server's own tables are not", 'hostile', 'own && !isCatalog(found)', 'own && here.length === 0'],
  ),
  ...faultsIn(
    'guard/namesInTree.ts',
    ['names in a table expression are not looked up', 'honest', 'enter(expression.query, parent, scope);', ''],
    ['names behind TABLE are not looked up', 'honest', "new Set(['table', 'tableQuery',", "new Set(['table',"],
  ),
  ...faultsIn('query/authorization/objectCatalog.ts', [
    'a view is a table',
    'hostile',
    "if (type.includes('VIEW'))",
    "if (type === 'SYSTEM VIEW')",
  ]),
  {
    name: 'a table expression hides the table of its name in its own text',
    by: 'hostile',
    edits: [
      { file: 'guard/namesInTree.ts', from: 'if (list.recursive) for', to: 'for' },
      {
        file: 'query/authorization/objectCheck.ts',
        from: 'const found = name === undefined ? undefined : answer(answers, name);\n      if (found === undefined) {',
        to: 'const found = name === undefined || expression ? undefined : answer(answers, name);\n      if (found === undefined) {',
      },
    ],
  },
];
