import { faultsIn, type Fault } from './fault.ts';

/** Mistakes in what is made of the words. */
export const PARSER_FAULTS: readonly Fault[] = [
  ...faultsIn(
    'sql/parser/expressions.ts',
    ['a product binds more loosely than a sum', 'printing', "['*', infix(11, '*')]", "['*', infix(9, '*')]"],
    [
      'NOT binds more tightly than a comparison',
      'printing',
      'p.measured(() => p.nested(() => parseAbove(p, NOT)))',
      'p.measured(() => p.nested(() => parseAbove(p, BITS)))',
    ],
    ['a difference is read from the right', 'printing', 'return parseAbove(p, level + 1);', 'return parseAbove(p, level);'],
    ['unequal is equal', 'printing', "['!=', infix(COMPARISON, '<>')]", "['!=', infix(COMPARISON, '=')]"],
    ['BETWEEN takes the condition behind it', 'printing', 'p.nested(() => parseAbove(p, PREDICATE))', 'p.nested(() => parseAbove(p, AND))'],
    ['NOT IN is IN', 'printing', "{ kind: 'in', operand, not, list,", "{ kind: 'in', operand, not: false, list,"],
    ['ALL is ANY', 'printing', "p.next().keyword === 'ALL' ? 'ALL' : 'ANY'", "p.next().keyword === 'ALL' ? 'ANY' : 'ANY'"],
    [
      'the escape character is lost',
      'printing',
      "p.take('ESCAPE') ? parseEscape(p) : undefined",
      "p.take('ESCAPE') && parseEscape(p) ? undefined : undefined",
    ],
    ['|| is OR in every mode', 'printing', "p.dialect.pipesAsConcat ? infix(CONCATENATION, '||') : infix(OR, 'OR')", "infix(OR, 'OR')"],
  ),
  ...faultsIn(
    'sql/parser/primary.ts',
    ['an assignment is its value', 'hostile', "return { kind: 'assignment', variable, value, ...p.span(start) };", 'return value;'],
    [
      'a call is the same with a blank in front of the parenthesis',
      'hostile',
      'const blankBefore = p.token.start !== name.end;',
      'const blankBefore = false;',
    ],
    [
      'ELSE is lost',
      'printing',
      "p.take('ELSE') ? p.grammar.expression(p) : undefined",
      "p.take('ELSE') && p.grammar.expression(p) ? undefined : undefined",
    ],
    [
      'the database of a called function is lost',
      'hostile',
      "const call: Call = { kind: 'call', database, name,",
      "const call: Call = { kind: 'call', database: undefined, name,",
    ],
  ),
  ...faultsIn(
    'sql/parser/select.ts',
    [
      'DISTINCT is lost',
      'printing',
      'if (!options.includes(plain)) options.push(plain);',
      "if (plain !== 'DISTINCT') options.push(plain);",
    ],
    [
      'INTO is lost',
      'hostile',
      "const into = p.is('INTO') ? parseInto(p) : undefined;",
      "if (p.is('INTO')) parseInto(p);\n  const into = undefined;",
    ],
    ['HAVING is WHERE', 'printing', "const having = p.take('HAVING')", "const having = p.take('HAVINGS')"],
    ['an alias is lost', 'printing', 'if (alias !== undefined) return', 'if (alias === null) return'],
  ),
  ...faultsIn(
    'sql/parser/queries.ts',
    ['a locking clause is lost', 'hostile', 'clause = parseLocking(p)) locking.push(clause);', 'clause = parseLocking(p));'],
    [
      'UNION ALL is UNION',
      'printing',
      "const quantifier = p.takeAny('ALL', 'DISTINCT');",
      "const quantifier = p.takeAny('ALL', 'DISTINCT') === 'ALL' ? undefined : undefined;",
    ],
    ['RECURSIVE is lost', 'printing', "const recursive = p.take('RECURSIVE');", "const recursive = p.take('RECURSIVE') && start < 0;"],
    [
      'ORDER BY of a union belongs to nobody',
      'printing',
      'const orderBy = parseOptionalOrderBy(p);',
      "const found = parseOptionalOrderBy(p);\n  const orderBy = body.kind === 'setOperation' ? [] : found;",
    ],
  ),
  ...faultsIn(
    'sql/parser/tableReferences.ts',
    ['a condition belongs to the first join', 'printing', 'const at = pending.pop();', 'const at = pending.shift();'],
    [
      'RIGHT JOIN is LEFT JOIN',
      'printing',
      "p.take(side, 'OUTER', 'JOIN')) return `${side} JOIN`;",
      "p.take(side, 'OUTER', 'JOIN')) return 'LEFT JOIN';",
    ],
  ),
  ...faultsIn(
    'sql/parser/parse.ts',
    [
      'a second statement is not seen',
      'hostile',
      'found.push(statement(p));',
      'if (found.length === 0) found.push(statement(p));\n    else statement(p);',
    ],
    [
      'what stands behind a statement is not seen',
      'hostile',
      "if (!p.isKind('end') && !p.isOperator(';')) throw p.unexpected();",
      "while (!p.isKind('end') && !p.isOperator(';')) p.next();",
    ],
  ),
];
