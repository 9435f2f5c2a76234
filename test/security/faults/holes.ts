import type { Fault } from './fault.ts';

/** What the guard before this one let pass (docs/security-testing.md), opened again as well as the new one allows: several layers have to be wrong. */
export const HOLES: readonly Fault[] = [
  {
    name: 'A1: a hint comment is a word wherever it stands',
    by: 'trivia',
    edits: [
      {
        file: 'sql/lexer/tokens.ts',
        from: "if (!isName && this.#hints && HINTED.has(this.#tokens.at(-1)?.keyword ?? '')) this.#hintComment();",
        to: 'if (this.#hints) this.#hintComment();',
      },
    ],
  },
  {
    name: 'A1: what stands between hint comments is not judged',
    by: 'hostile',
    edits: [
      {
        file: 'sql/lexer/rules.ts',
        from: "const end = text.indexOf('*/', start + 2);",
        to: "const end = text.indexOf('*/', text.startsWith('/*+', start) ? Math.max(start + 2, text.lastIndexOf('/*+')) : start + 2);",
      },
    ],
  },
  {
    name: 'A2: a name that was forgotten meanwhile passes',
    by: 'honest',
    edits: [
      { file: 'query/authorization/objectLookup.ts', from: 'const FRESH_MS = 5000;', to: 'const FRESH_MS = -1;' },
      {
        file: 'query/authorization/objectLookup.ts',
        from: "if (!answers.has(key)) throw new Error('A name of a statement was not looked up.');",
        to: '',
      },
      {
        file: 'query/authorization/objectLookup.ts',
        from: '    answers.set(key, found[i]);\n',
        to: '    if (i === 0) answers.set(key, found[i]);\n',
      },
      {
        file: 'query/authorization/objectCheck.ts',
        from: '        if (expression) continue;\n        throw await this.#missing(name, place);',
        to: '        continue;',
      },
    ],
  },
  {
    name: 'A3: one list of functions for all servers',
    by: 'hostile',
    edits: [
      {
        file: 'guard/builtins/nativeFunctions.ts',
        from: 'const entries = NAMES[dialect.flavor]().get(upperAscii(name)) ?? [];\n  const entry = entries.find(({ from, until }) => dialect.version >= from && dialect.version < until);',
        to: 'const [entry] = NAMES.mysql().get(upperAscii(name)) ?? NAMES.mariadb().get(upperAscii(name)) ?? [];',
      },
      {
        file: 'guard/builtins/nativeFunctions.ts',
        from: 'const entries = NAMES[flavor]().get(upperAscii(name)) ?? [];\n  return entries.some(({ from, until }) => version >= from && version < until);',
        to: 'return version > 0 && flavor !== undefined && (NAMES.mysql().has(upperAscii(name)) || NAMES.mariadb().has(upperAscii(name)));',
      },
    ],
  },
  {
    name: 'A4: the condition of a SHOW is not judged',
    by: 'hostile',
    edits: [
      { file: 'guard/showPolicy.ts', from: '  return checkNoQuery(show);', to: '  return checkNoQuery(show) && undefined;' },
      {
        file: 'guard/namesInTree.ts',
        from: '  enter(statement, undefined, undefined);',
        to: "  if (statement.kind !== 'show') enter(statement, undefined, undefined);",
      },
      {
        file: 'guard/readPolicy.ts',
        from: 'let refusal: Refusal | undefined;\n  walk(root, (node) => {',
        to: "let refusal: Refusal | undefined;\n  if (root.kind === 'show') return undefined;\n  walk(root, (node) => {",
      },
    ],
  },
  {
    name: 'A5: DESC of a statement is the description of a table',
    by: 'honest',
    edits: [
      {
        file: 'guard/namesInTree.ts',
        from: '  enter(statement, undefined, undefined);',
        to: "  if (statement.kind !== 'explain') enter(statement, undefined, undefined);",
      },
    ],
  },
  {
    name: 'A5: FOR SCHEMA does not change the database',
    by: 'honest',
    edits: [
      {
        file: 'query/authorization/parseReads.ts',
        from: 'isExplain(statement) && statement.schema !== undefined ? { ...context, database: statement.schema.name } : context',
        to: 'context',
      },
    ],
  },
  {
    name: 'A6: what an explained write reads is not judged',
    by: 'hostile',
    edits: [
      {
        file: 'guard/readPolicy.ts',
        from: "return checkNodes(statement, context, kind === 'plan') ??",
        to: "return (kind === 'plan' ? undefined : checkNodes(statement, context)) ??",
      },
      {
        file: 'query/authorization/objectCheck.ts',
        from: "else if ('what' in verdict) throw refusedAt(place, verdict);",
        to: "else if ('what' in verdict) {\n        if (place.kind !== 'plan') throw refusedAt(place, verdict);\n      }",
      },
    ],
  },
  {
    name: 'A7: a name behind a dot alone is not looked up',
    by: 'honest',
    edits: [
      {
        file: 'sql/parser/parser.ts',
        from: "if (this.isMariadb) this.takeOperator('.');",
        to: "const alone = this.isMariadb && this.takeOperator('.');",
      },
      {
        file: 'sql/parser/parser.ts',
        from: "return { kind: 'objectName', name: first, ...this.span(start) };",
        to: "return { kind: (alone ? 'name' : 'objectName') as 'objectName', name: first, ...this.span(start) };",
      },
    ],
  },
  {
    name: 'A8: letters of names are compared as JavaScript folds them',
    by: 'letters',
    edits: [
      {
        file: 'query/authorization/objectCatalog.ts',
        from: 'const left = session.server.foldsNames ? asked.filter((name) => !exact.has(exactKey(name))) : [];',
        to: 'const left: QualifiedName[] = [];',
      },
      {
        file: 'query/authorization/objectCheck.ts',
        from: '        if (expression) continue;\n        throw await this.#missing(name, place);',
        to: '        continue;',
      },
    ],
  },
  {
    name: 'A8: the databases of the server are known in small letters only',
    by: 'letters',
    edits: [
      {
        file: 'query/authorization/objectCatalog.ts',
        from: 'if (row !== undefined) return toTable(row);',
        to: 'if (row !== undefined) return { ...toTable(row), ...name };',
      },
      {
        file: 'guard/credentials.ts',
        from: "return database.toLowerCase() === 'mysql' && COLUMNS.has(name.toLowerCase());",
        to: "return database === 'mysql' && COLUMNS.has(name);",
      },
    ],
  },
];
