import type { AggregateCall, Call, CastType, OnResponse, SpecialCall } from '../ast/expressions.ts';
import type { WindowSpecification } from '../ast/queries.ts';
import { mustBeAdjacent } from '../adjacentNames.ts';
import { printStar } from './stars.ts';
import { quoteName } from '../identifiers.ts';
import { printLiteral, printNames } from './literals.ts';
import { clause, joinWords, type Printer } from './printer.ts';

const BITS = 7;

/** A word that the server reads as a name without quotes: only such a name can mean a native function. */
const PLAIN = /^[A-Za-z_][A-Za-z0-9_]*$/;

export function printCall(printer: Printer, node: Call): string {
  const args = node.args.map(({ value, alias }, i) => joinWords(printer.argument(node, i, value), alias && `AS ${quoteName(alias.name)}`));
  return `${functionName(printer, node)}(${args.join(', ')})`;
}

function functionName(printer: Printer, node: Call): string {
  const { database, name } = node;
  const found = printer.options.functionName?.(node);
  if (found === 'native') {
    if (!PLAIN.test(name.name)) throw new Error(`No native function can be named ${name.name}.`);
    return name.name.toUpperCase();
  }
  if (found !== undefined) return `${quoteName(found.database)}.${quoteName(found.name)}`;
  if (database !== undefined) return `${quoteName(database.name)}.${quoteName(name.name)}`;
  // Printed without the blank it had, such a word would turn into the native function of that name.
  const upper = name.name.toUpperCase();
  const changes = node.blankBefore && !printer.dialect.ignoreSpace && mustBeAdjacent(upper, printer.dialect);
  return name.quoted || changes || !PLAIN.test(name.name) ? quoteName(name.name) : upper;
}

export function printSpecial(printer: Printer, node: SpecialCall): string {
  const { name, args, word, charset, type } = node;
  const arg = (i: number): string => {
    const found = args[i];
    return found === undefined ? '' : printer.argument(node, i, found);
  };
  switch (node.form) {
    case 'list':
      return `${name}(${printer.expressions(args)})`;
    case 'bare':
      return name;
    case 'cast':
      return `${name}(${arg(0)} AS ${printType(printer, type)})`;
    case 'convert':
      return `${name}(${arg(0)}, ${printType(printer, type)})`;
    case 'using':
      return `${name}(${printer.expressions(args)} USING ${quoteName(charset?.name ?? '')})`;
    case 'extract':
      return `${name}(${word ?? ''} FROM ${arg(0)})`;
    case 'trim':
      return `${name}(${args.length === 1 ? `${word ?? ''} FROM ${arg(0)}` : joinWords(word, arg(0), 'FROM', arg(1))})`;
    case 'from':
      return `${name}(${arg(0)} FROM ${arg(1)}${args.length > 2 ? ` FOR ${arg(2)}` : ''})`;
    case 'in':
      return `${name}(${args[0] === undefined ? '' : printer.expression(args[0], BITS)} IN ${arg(1)})`;
    case 'interval':
      return `${name}(${arg(0)}, INTERVAL ${arg(1)} ${word ?? ''})`;
    case 'word':
      return `${name}(${word ?? ''}, ${printer.expressions(args)})`;
    case 'weight':
      return `${name}(${joinWords(arg(0), type && `AS ${printType(printer, type)}`, word && `LEVEL ${word}`)})`;
    case 'match': {
      const search = args.at(-1);
      const against = joinWords(search && printer.expression(search, BITS), word);
      return `${name} (${printer.expressions(args.slice(0, -1))}) AGAINST (${against})`;
    }
    case 'typed':
      return `${arg(0)} AS ${printType(printer, type)}`;
    case 'timeZone':
      return `${name}(${arg(0)} AT TIME ZONE ${joinWords(word, arg(1))} AS ${printType(printer, type)})`;
    case 'jsonValue':
      return `${name}(${joinWords(
        printer.expressions(args),
        type && `RETURNING ${printType(printer, type)}`,
        printResponses(printer, node.onEmpty, node.onError),
      )})`;
  }
}

export function printResponses(printer: Printer, onEmpty: OnResponse | undefined, onError: OnResponse | undefined): string {
  const print = (response: OnResponse | undefined, event: string): string =>
    response === undefined ? '' : joinWords(response.action, response.value && printer.expression(response.value), 'ON', event);
  return joinWords(print(onEmpty, 'EMPTY'), print(onError, 'ERROR'));
}

export function printType(printer: Printer, type: CastType | undefined): string {
  if (type === undefined) return '';
  const { numbers, members, attributes, charset, collation } = type;
  const list = members.length > 0 ? members.map((member) => printLiteral(member, printer.dialect)) : numbers;
  return joinWords(
    `${type.name}${list.length === 0 ? '' : `(${list.join(', ')})`}`,
    ...attributes,
    charset && `CHARACTER SET ${quoteName(charset.name)}`,
    collation && `COLLATE ${quoteName(collation.name)}`,
  );
}

export function printAggregate(printer: Printer, node: AggregateCall): string {
  const args = node.args.map((arg) => (arg.kind === 'star' ? printStar(arg) : printer.expression(arg)));
  const inside = joinWords(
    node.distinct && 'DISTINCT',
    args.join(', '),
    printOrderBy(printer, node.orderBy),
    node.separator && `SEPARATOR ${printLiteral(node.separator, printer.dialect)}`,
    clause(
      'LIMIT',
      node.limit.map((limit) => printer.expression(limit)),
    ),
  );
  const over = node.over && (node.over.kind === 'name' ? quoteName(node.over.name) : printWindow(printer, node.over));
  return joinWords(
    `${node.name}(${inside})`,
    node.withinGroup && `WITHIN GROUP (${printOrderBy(printer, node.withinGroup)})`,
    node.fromLast !== undefined && `FROM ${node.fromLast ? 'LAST' : 'FIRST'}`,
    node.nulls && `${node.nulls} NULLS`,
    over && `OVER ${over}`,
  );
}

export function printOrderBy(printer: Printer, items: AggregateCall['orderBy']): string {
  return clause(
    'ORDER BY',
    items.map(({ value, direction }) => joinWords(printer.expression(value), direction)),
  );
}

export function printWindow(printer: Printer, { base, partitionBy, orderBy, frame }: WindowSpecification): string {
  let frameText = '';
  if (frame !== undefined) {
    const bound = ({ distance, bound: word }: typeof frame.from): string => joinWords(distance && printer.expression(distance), word);
    frameText = joinWords(
      frame.unit,
      frame.to === undefined ? bound(frame.from) : `BETWEEN ${bound(frame.from)} AND ${bound(frame.to)}`,
      frame.exclude && `EXCLUDE ${frame.exclude}`,
    );
  }
  const partitions = partitionBy.map((node) => printer.expression(node));
  return `(${joinWords(base && printNames([base]), clause('PARTITION BY', partitions), printOrderBy(printer, orderBy), frameText)})`;
}
