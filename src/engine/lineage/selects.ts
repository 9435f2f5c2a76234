import type { Expression } from '../sql/ast/expressions.ts';
import type { OrderItem, Select, SelectItem } from '../sql/ast/queries.ts';
import { ColumnRefusal, untraced } from './columnRefusal.ts';
import { tellsRows, type Column } from './column.ts';
import type { Context, JudgedQuery, Environment } from './context.ts';
import {
  columnOf,
  judgeComputed,
  judgeCondition,
  judgeGrouped,
  judgeValue,
  judgeWindow,
  refusePosition,
  type Spot,
} from './expressions.ts';
import { FromClause } from './from.ts';
import { makeLevel } from './level.ts';
import { refuseUse } from './refuseUse.ts';
import { expandStars } from './stars.ts';

/** Servers cut blanks and control signs off the beginning of an alias. */
const CUT = /^[\0- \x7f]/;

/** As many bytes as every server keeps of an alias. */
const MAX_ALIAS = 255;

/** They give rows in the order of an index, which tells values of its columns. */
const INDEX_HINTS = /INDEX|SKIP_SCAN/;

export function judgeSelect(select: Select, environment: Environment, context: Context): JudgedQuery {
  if (select.into !== undefined) throw new ColumnRefusal('INTO with protected columns', select.into, 'leaveOut.into');
  const hint = select.hints.find(({ name }) => INDEX_HINTS.test(name));
  if (hint !== undefined) throw new ColumnRefusal(`The hint ${hint.name} beside protected columns`, hint, 'leaveOut.hint');
  const relation = new FromClause(select.from, environment, context).judge(select.from);
  const level = makeLevel(relation.sources, environment.outer);
  const spotOf = (names: Spot['place']['names']): Spot => ({ place: { level, names }, expressions: environment.expressions, context });

  const waiting: (() => void)[] = [];
  level.waiting = waiting;
  const columns = expandStars(select, relation, context).map(({ item, column }): Column => {
    const found = column ?? judgeItem(item, spotOf('from'));
    level.aliases.add(found);
    return found;
  });
  level.waiting = undefined;
  for (const judge of waiting) judge();

  if (select.options.includes('DISTINCT'))
    for (const column of columns) {
      const { action, name } = column;
      if (action !== undefined && !tellsRows(column)) throw refuseUse(action, name ?? 'of this query', select);
    }
  if (select.where !== undefined) judgeCondition(select.where, spotOf('from'));
  for (const item of select.groupBy?.items ?? []) judgeGroup(item, columns, spotOf('aliases'));
  if (select.having !== undefined) judgeComputed(select.having, spotOf('having'));
  for (const { window } of select.windows) judgeWindow(window, spotOf('aliases'));
  if (select.qualify !== undefined) judgeComputed(select.qualify, spotOf('having'));
  return { columns, level };
}

function judgeItem({ value, alias, implicitName }: SelectItem, spot: Spot): Column {
  if (value.kind === 'star') throw new Error('A star that was not expanded.');
  const name = alias?.name ?? implicitName ?? ownName(value);
  const isLong = name !== undefined && Buffer.byteLength(name) > MAX_ALIAS;
  if (alias !== undefined && (isLong || CUT.test(alias.name)))
    throw untraced(`The alias ${alias.name}, of which the server cuts something off,`, alias);
  return { ...judgeValue(value, spot), name: isLong ? undefined : name };
}

/** The name that the server gives a column without an alias whose text names it. Undefined where its rules are not known here. */
function ownName(value: Expression): string | undefined {
  switch (value.kind) {
    case 'paren':
      return ownName(value.expression);
    case 'unary':
      return value.operator === '+' ? ownName(value.operand) : undefined;
    case 'column':
      return value.name.name;
    case 'number':
      return value.text;
    case 'null':
      return 'NULL';
    case 'boolean':
      return value.value ? 'TRUE' : 'FALSE';
    case 'string':
      // Servers differ in the name of adjacent literals, and cut blanks off.
      return value.first === undefined && /^\w+$/.test(value.value) ? value.value : undefined;
    default:
      return undefined;
  }
}

/** Groups tell values apart, as pseudonyms do; a direction orders them. */
function judgeGroup({ value, direction }: OrderItem, columns: readonly Column[], spot: Spot): void {
  const isOrdered = direction !== undefined;
  refusePosition(value, columns, (named) => named.action !== undefined && (isOrdered || !tellsRows(named)));
  const column = columnOf(value);
  if (column === undefined || isOrdered) judgeComputed(value, spot);
  else judgeGrouped(column, spot);
}
