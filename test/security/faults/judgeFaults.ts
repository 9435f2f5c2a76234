import { faultsIn, type Fault } from './fault.ts';

/** Mistakes in what may run. */
export const JUDGE_FAULTS: readonly Fault[] = [
  ...faultsIn(
    'guard/readPolicy.ts',
    ['locking clauses are harmless', 'hostile', "'query with cte setOperator", "'query locking with cte setOperator"],
    ['INTO is harmless', 'hostile', "'query with cte setOperator", "'query into with cte setOperator"],
    ['assignments are harmless', 'hostile', "'query with cte setOperator", "'query assignment with cte setOperator"],
    [
      'NEXTVAL is harmless',
      'hostile',
      "if (call.operation === 'LASTVAL') return undefined;",
      "if (call.operation !== 'SETVAL') return undefined;",
    ],
    ['EXPLAIN ANALYZE runs writes', 'hostile', 'return analyze ? refuse(', 'return start < 0 ? refuse('],
    ['EXPLAIN INTO is a read', 'hostile', 'if (into !== undefined) return refuse', 'if (start < 0) return refuse'],
    [
      'only the first column is judged',
      'hostile',
      'walk(root, (node) => {\n    // Heads',
      "walk(root, (node) => {\n    if (node.kind === 'orderItem') return false;\n    // Heads",
    ],
    ['costs are not counted', 'hostile', 'return cost === undefined ? undefined : costRefusal(cost);', 'return undefined;'],
  ),
  ...faultsIn(
    'guard/callPolicy.ts',
    [
      'what waits is harmless',
      'hostile',
      "if (policy === 'harmless') return undefined;",
      "if (policy === 'harmless' || name === 'SLEEP') return undefined;",
    ],
    ['LAST_INSERT_ID(x) is a read', 'hostile', 'call.args.length > 0)', 'call.args.length > 1)'],
    ['the database of a call is not looked at', 'hostile', 'return database === undefined && isNative(', 'return isNative('],
    ['quoted names are those of the server', 'hostile', 'quoted: name.quoted, argumentCount', 'quoted: false, argumentCount'],
  ),
  ...faultsIn('guard/builtins/nativeFunctions.ts', [
    'a call with any number of arguments is native',
    'hostile',
    'argumentCount < entry.minArguments || argumentCount > entry.maxArguments',
    'argumentCount < 0',
  ]),
  ...faultsIn(
    'guard/credentials.ts',
    [
      '* shows credentials',
      'hostile',
      "if (node.kind === 'selectItem' && 'value' in node",
      "if (node.kind === 'selectItems' && 'value' in node",
    ],
    ['TABLE shows credentials', 'hostile', "node.kind === 'tableQuery' ||", ''],
    ['NATURAL JOIN compares credentials', 'hostile', "String(node.type).startsWith('NATURAL')", "String(node.type) === 'NATURAL'"],
    ['accents hide the name of a credential', 'hostile', 'isName(node) && !ASCII.test(node.name)', "isName(node) && node.name === ''"],
  ),
  ...faultsIn(
    'guard/hints.ts',
    ['a hint sets any variable', 'hostile', 'return BUFFERS.has(variable) && isBelow(value.text, MAX_BYTES);', 'return true;'],
    ['a hint lifts the limit of time', 'hostile', "first?.type === 'number' && isBelow(first.text, MAX_MS)", "first?.type === 'number'"],
  ),
  ...faultsIn(
    'guard/showPolicy.ts',
    ['every SHOW is allowed', 'hostile', 'if (!SUBJECTS.has(subject))', "if (subject === '')"],
    [
      'SHOW CREATE USER is allowed',
      'hostile',
      "if (subject === 'CREATE USER' || subject === 'CREATE SERVER') return refuse(`SHOW ${subject}`, show, 'rights.administrator');\n  if (!SUBJECTS.has(subject))",
      "if (!SUBJECTS.has(subject.replace('CREATE USER', 'TABLES')))",
    ],
    [
      'SHOW GRANTS tells the rights of others',
      'hostile',
      "if (subject === 'GRANTS' && !isOwn(show))",
      "if (subject === 'GRANT' && !isOwn(show))",
    ],
  ),
  {
    name: 'every stored function is allowed',
    by: 'hostile',
    edits: [
      { file: 'guard/callPolicy.ts', from: 'if (isFunctionAllowed(stored, context)) return { stored };', to: 'return { stored };' },
      {
        file: 'query/authorization/objectCheck.ts',
        from: 'if (!isFunctionAllowed(found, this.#rules))\n      throw refused(here,',
        to: 'if (here.length === 0)\n      throw refused(here,',
      },
    ],
  },
];
