import type { GroupBy, Hint, HintToken, Into, Limit, Locking, Query, QueryBody, Select, SelectItem, With } from '../ast/queries.ts';
import type { Dialect } from '../lexer/dialect.ts';
import { printOrderBy, printWindow } from './calls.ts';
import { printUserVariable } from './expressions.ts';
import { quoteName } from '../identifiers.ts';
import { printNames, printString } from './literals.ts';
import { clause, joinWords, type Printer } from './printer.ts';
import { printStar } from './stars.ts';
import { printTableReferences } from './tables.ts';

export function printQuery(printer: Printer, node: Query, names: boolean): string {
  const { procedure } = node;
  return joinWords(
    node.with && printWith(printer, node.with),
    printBody(printer, node.body, names),
    printOrderBy(printer, node.orderBy),
    node.limit && printLimit(printer, node.limit),
    procedure && `PROCEDURE ${procedure.name.name}(${printer.expressions(procedure.args)})`,
    node.into && printInto(node.into, printer.dialect),
    ...node.locking.map((locking) => printLocking(locking)),
  );
}

export function printWith(printer: Printer, { recursive, expressions }: With): string {
  const items = expressions.map(({ name, columns, query, cycle }) =>
    joinWords(
      quoteName(name.name),
      columns.length > 0 && `(${printNames(columns)})`,
      `AS ${printer.subquery(query, true)}`,
      cycle && `CYCLE ${printNames(cycle)} RESTRICT`,
    ),
  );
  return joinWords('WITH', recursive && 'RECURSIVE', items.join(', '));
}

function printBody(printer: Printer, node: QueryBody, names: boolean): string {
  switch (node.kind) {
    case 'select':
      return printSelect(printer, node, names);
    case 'nestedQuery':
      return printer.subquery(node.query, names);
    case 'tableQuery':
      return `TABLE ${printer.objectName(node.table)}`;
    case 'values': {
      const row = printer.dialect.flavor === 'mysql' ? 'ROW' : '';
      return `VALUES ${node.rows.map((values) => `${row}(${printer.expressions(values)})`).join(', ')}`;
    }
    case 'setOperation': {
      // Only the first operand names the columns.
      const parts = node.operands.map((operand, i) => {
        const { operator, quantifier } = node.operators[i - 1] ?? {};
        return joinWords(operator, quantifier, printBody(printer, operand, names && i === 0));
      });
      return parts.join(' ');
    }
  }
}

function printSelect(printer: Printer, node: Select, names: boolean): string {
  return joinWords(
    'SELECT',
    printHints(node.hints),
    ...node.options,
    node.items.map((item) => printSelectItem(printer, item, names)).join(', '),
    node.into && printInto(node.into, printer.dialect),
    clause('FROM', printTableReferences(printer, node.from)),
    node.where && `WHERE ${printer.expression(node.where)}`,
    node.groupBy && printGroupBy(printer, node.groupBy),
    node.having && `HAVING ${printer.expression(node.having)}`,
    clause(
      'WINDOW',
      node.windows.map(({ name, window }) => `${quoteName(name.name)} AS ${printWindow(printer, window)}`),
    ),
    node.qualify && `QUALIFY ${printer.expression(node.qualify)}`,
  );
}

function printGroupBy(printer: Printer, { items, modifier }: GroupBy): string {
  const groups = items.map(({ value, direction }) => joinWords(printer.expression(value), direction)).join(', ');
  return modifier === 'ROLLUP' || modifier === 'CUBE' ? `GROUP BY ${modifier} (${groups})` : joinWords('GROUP BY', groups, modifier);
}

export function printSelectItem(printer: Printer, { value, alias, implicitName }: SelectItem, names: boolean): string {
  if (value.kind === 'star') return printStar(value);
  const name = alias?.name ?? (names ? implicitName : undefined);
  return joinWords(printer.expression(value), name !== undefined && `AS ${quoteName(name)}`);
}

export function printLimit(printer: Printer, { count, offset, examined, fetch }: Limit): string {
  if (fetch !== undefined) {
    return joinWords(
      offset && `OFFSET ${printer.expression(offset)} ROWS`,
      'FETCH FIRST',
      count && printer.expression(count),
      'ROWS',
      fetch,
    );
  }
  if (count === undefined && offset !== undefined) return `OFFSET ${printer.expression(offset)} ROWS`;
  return joinWords(
    'LIMIT',
    count && printer.expression(count),
    offset && `OFFSET ${printer.expression(offset)}`,
    examined && `ROWS EXAMINED ${printer.expression(examined)}`,
  );
}

function printLocking({ strength, tables, wait, seconds }: Locking): string {
  const head = strength === 'LOCK IN SHARE MODE' ? strength : `FOR ${strength}`;
  const names = tables.map(
    ({ database, name }) => `${database === undefined ? '' : `${quoteName(database.name)}.`}${quoteName(name.name)}`,
  );
  return joinWords(head, clause('OF', names), wait, seconds);
}

export function printInto({ target, file, charset, format, variables }: Into, dialect: Dialect): string {
  if (target === 'VARIABLES') {
    const targets = variables.map((variable) => (variable.kind === 'name' ? quoteName(variable.name) : printUserVariable(variable.name)));
    return `INTO ${targets.join(', ')}`;
  }
  const options: string[] = [];
  let section = '';
  for (const { word, value } of format?.options ?? []) {
    const [prefix = '', ...rest] = word.split(' ');
    options.push(joinWords(prefix !== section && prefix, ...rest, printString(value, dialect)));
    section = prefix;
  }
  return joinWords('INTO', target, file && printString(file, dialect), charset && `CHARACTER SET ${quoteName(charset.name)}`, ...options);
}

export function printHints(hints: readonly Hint[]): string {
  if (hints.length === 0) return '';
  const texts = hints.map(({ name, args, parenthesized }) => (parenthesized ? `${name}(${printHintTokens(args)})` : name));
  return `/*+ ${texts.join(' ')} */`;
}

function printHintTokens(tokens: readonly HintToken[]): string {
  let text = '';
  for (const [i, token] of tokens.entries()) {
    const previous = tokens[i - 1]?.type;
    const { type } = token;
    const tight =
      previous === undefined ||
      previous === '(' ||
      previous === '.' ||
      previous === '=' ||
      type === ',' ||
      type === '.' ||
      type === '=' ||
      type === ')' ||
      (type === '(' && previous === 'name') ||
      (type === 'block' && previous === 'name');
    text += `${tight ? '' : ' '}${printHintToken(token)}`;
  }
  return text;
}

function printHintToken({ type, text }: HintToken): string {
  if (/\*\/|\\/.test(text)) throw new Error('A hint cannot hold the end of its comment, nor a backslash.');
  if (type === 'string') return `'${text.replaceAll("'", "''")}'`;
  if (type !== 'name' && type !== 'block') return text;
  const name = /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) ? text : quoteName(text);
  return type === 'block' ? `@${name}` : name;
}
