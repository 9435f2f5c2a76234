import { faultsIn, type Fault } from './fault.ts';

/** Mistakes in the text that is made of a tree. */
export const PRINTER_FAULTS: readonly Fault[] = [
  ...faultsIn('sql/identifiers.ts', [
    'a back-tick in a name is not doubled',
    'printing',
    "`\\`${name.replaceAll('`', '``')}\\``",
    '`\\`${name}\\``',
  ]),
  ...faultsIn(
    'sql/printer/literals.ts',
    ['a backslash in a text is not doubled', 'printing', "'\\\\': '\\\\\\\\'", "'\\\\': '\\\\'"],
    ['a quote in a text is not doubled', 'printing', `"'": "''" }`, `"'": "'" }`],
    ['a backslash is doubled in every mode', 'printing', 'if (noBackslashEscapes) return', 'if (noBackslashEscapes === undefined) return'],
    ['an introducer is lost', 'printing', "introducer === undefined ? '' : `_${introducer}`", "''"],
  ),
  ...faultsIn(
    'sql/printer/expressions.ts',
    ['two signs side by side become another one', 'printing', "/^[-+~!]/.test(text) ? ' ' : ''", "text === '' ? ' ' : ''"],
    ['the scope of a variable is lost', 'printing', 'const parts = [scope, base', 'const parts = [base'],
    ['NOT BETWEEN is BETWEEN', 'printing', "operand,\n        node.not && 'NOT',\n        `BETWEEN", 'operand,\n        `BETWEEN'],
  ),
  ...faultsIn(
    'sql/printer/calls.ts',
    ['DISTINCT of an aggregate is lost', 'printing', "node.distinct && 'DISTINCT',", ''],
    [
      'the direction of an order is lost',
      'printing',
      'items.map(({ value, direction }) => joinWords(printer.expression(value), direction))',
      'items.map(({ value }) => printer.expression(value))',
    ],
    [
      'a stored function is sent without its database',
      'honest',
      'if (found !== undefined) return `${quoteName(found.database)}.${quoteName(found.name)}`;',
      'if (found !== undefined) return quoteName(found.name);',
    ],
    ['the frame of a window is lost', 'printing', 'printOrderBy(printer, orderBy), frameText)', 'printOrderBy(printer, orderBy))'],
  ),
  ...faultsIn(
    'sql/printer/queries.ts',
    ['columns lose the names that their text gives them', 'printing', 'alias?.name ?? (names ? implicitName : undefined)', 'alias?.name'],
    [
      'OFFSET is lost',
      'printing',
      'count && printer.expression(count),\n    offset && `OFFSET ${printer.expression(offset)}`,',
      'count && printer.expression(count),',
    ],
    [
      'UNION ALL is printed as UNION',
      'printing',
      'return joinWords(operator, quantifier, printBody',
      'return joinWords(operator, printBody',
    ],
    ['WITH ROLLUP is lost', 'printing', "joinWords('GROUP BY', groups, modifier)", "joinWords('GROUP BY', groups)"],
  ),
  ...faultsIn('sql/printer/printer.ts', [
    'names are sent without their database',
    'honest',
    'if (found !== undefined) return `${quoteName(found.database)}.${quoteName(found.name)}`;',
    '',
  ]),
  ...faultsIn('sql/printer/tables.ts', [
    'the partitions of a table are lost',
    'printing',
    'node.partitions.length > 0 && `PARTITION (${printNames(node.partitions)})`,',
    '',
  ]),
  {
    name: 'the text of the agent is sent',
    by: 'honest',
    edits: [
      {
        file: 'query/authorization/readAuthorizer.ts',
        from: '{ statement: written, context, kind, verb }: ParsedRead,',
        to: '{ statement: written, context, kind, verb, text }: ParsedRead,',
      },
      {
        file: 'query/authorization/readAuthorizer.ts',
        from: '    return {\n      sql,\n      verb,',
        to: "    return {\n      sql: sql === '' ? sql : text,\n      verb,",
      },
    ],
  },
  {
    name: 'parentheses are left out',
    by: 'printing',
    edits: [
      { file: 'sql/printer/expressions.ts', from: 'return levelOf(node) < level ? `(${text})` : text;', to: 'return text;' },
      {
        file: 'sql/printer/expressions.ts',
        from: 'return `(${printer.expression(node.expression)})`;',
        to: 'return printer.expression(node.expression);',
      },
    ],
  },
];
