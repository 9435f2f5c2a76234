import type { Expression, Name, ObjectName } from '../sql/ast/expressions.ts';
import type { BaseTable, DerivedTable, Join, JsonTable, JsonTableColumn, TableReference } from '../sql/ast/queries.ts';
import { ColumnRefusal, untraced } from './columnRefusal.ts';
import { plainValue, type Column, type Origin } from './column.ts';
import type { Context, Environment } from './context.ts';
import { judgeComputed, judgeCondition, unknownKind, type Spot } from './expressions.ts';
import { ColumnIndex, makeLevel, type Level, type Source } from './level.ts';
import { crossJoin, joinByNames, NO_TABLES, sourceRelation, type Relation } from './relation.ts';
import { findExpression, renamed } from './tableExpressions.ts';
import type { TableFacts } from './tableFacts.ts';
import { judgeView } from './views.ts';

/** As many tables as servers join; more would make looking up names slow. */
const MAX_TABLES = 61;

/** Judges the FROM of one SELECT. */
export class FromClause {
  readonly #environment: Environment;
  readonly #context: Context;
  /** In the order of the text: LATERAL and JSON_TABLE see those before them. */
  readonly #sources: Source[] = [];
  readonly #hasRightJoin: boolean;

  constructor(references: readonly TableReference[], environment: Environment, context: Context) {
    // What stands in FROM is no part of the recursive expression itself, but may read it.
    this.#environment = { outer: environment.outer, expressions: environment.expressions };
    this.#context = context;
    this.#hasRightJoin = references.some(hasRightJoin);
  }

  judge(references: readonly TableReference[]): Relation {
    return crossJoin(references.map((reference) => this.#reference(reference)));
  }

  #reference(node: TableReference): Relation {
    switch (node.kind) {
      case 'table':
        return this.#table(node);
      case 'derived':
        return this.#derived(node);
      case 'jsonTable':
        return this.#jsonTable(node);
      case 'nestedTables':
        return this.judge(node.tables);
      case 'odbcJoin':
        return this.#reference(node.table);
      case 'dual':
        return NO_TABLES;
      case 'join':
        return this.#join(node);
      default:
        throw unknownKind(node);
    }
  }

  #add(alias: Name | undefined, database: string | undefined, index: ColumnIndex): Relation {
    const source: Source = { alias: alias?.name, database, index };
    this.#sources.push(source);
    if (this.#sources.length > MAX_TABLES) throw untraced('A FROM clause with so many tables', alias);
    return sourceRelation(source);
  }

  #table(node: BaseTable): Relation {
    const { table, alias } = node;
    const expression = findExpression(table, this.#environment.expressions);
    const extras = [
      ...(node.systemTime?.points.map(({ value }) => value) ?? []),
      ...(node.sample === undefined ? [] : [node.sample.percentage]),
    ];
    for (const extra of extras) judgeComputed(extra, this.#spot(makeLevel([], this.#environment.outer)));
    if (expression !== undefined) return this.#add(alias ?? table.name, undefined, new ColumnIndex(expression.read(table)));
    const facts = findTable(table, this.#context);
    if (facts.isProtected) refuseParts(node);
    return this.#add(alias ?? table.name, facts.known.database, facts.index);
  }

  #derived({ lateral, query, alias, columns: names, start }: DerivedTable): Relation {
    const environment = lateral ? { ...this.#environment, outer: this.#preceding({ start }) } : this.#environment;
    const { columns } = this.#context.judgeQuery(query, environment, this.#context);
    return this.#add(alias, undefined, new ColumnIndex(renamed(columns, names, { start })));
  }

  #jsonTable({ document, columns, alias, start }: JsonTable): Relation {
    const spot = this.#spot(this.#preceding({ start }));
    const origin = judgeComputed(document, spot);
    return this.#add(alias, undefined, new ColumnIndex(jsonColumns(columns, origin, spot)));
  }

  /** What a lateral table sees. In a RIGHT JOIN it may see what stands behind it. */
  #preceding(at: { readonly start: number }): Level {
    if (this.#hasRightJoin) throw untraced('A lateral table beside a RIGHT JOIN', at);
    return makeLevel([...this.#sources], this.#environment.outer);
  }

  #join({ first, parts }: Join): Relation {
    let left = this.#reference(first);
    for (const part of parts) {
      const right = this.#reference(part.table);
      if (part.using !== undefined || part.type.startsWith('NATURAL')) left = joinByNames(left, right, part);
      else {
        left = crossJoin([left, right]);
        if (part.on !== undefined) this.#condition(part.on, left);
      }
    }
    return left;
  }

  /** ON sees the operands of its join alone, then what is around the SELECT. */
  #condition(on: Expression, { sources }: Relation): void {
    judgeCondition(on, this.#spot(makeLevel(sources, this.#environment.outer)));
  }

  #spot(level: Level): Spot {
    return { place: { level, names: 'from' }, expressions: this.#environment.expressions, context: this.#context };
  }
}

/** A table or view by name. A view is judged where its first use is. */
function findTable(table: ObjectName, context: Context): TableFacts {
  const facts = context.tables.find(table.database?.name ?? context.database, table.name.name, table);
  if (!facts.judged) judgeView(facts, context, table);
  return facts;
}

/** What only chooses rows by values of columns, or gives them in the order of an index, tells values of protected ones. */
function refuseParts({ partitions, indexHints }: BaseTable): void {
  const [partition] = partitions;
  if (partition !== undefined) throw new ColumnRefusal('PARTITION on a table with protected columns', partition, 'columns.trace');
  const [hint] = indexHints;
  if (hint !== undefined) throw new ColumnRefusal('An index hint on a table with protected columns', hint, 'leaveOut.clause');
}

function jsonColumns(columns: readonly JsonTableColumn[], origin: Origin, spot: Spot): readonly Column[] {
  return columns.flatMap(({ form, name, onEmpty, onError, columns: nested }): readonly Column[] => {
    if (form === 'NESTED') return jsonColumns(nested, origin, spot);
    const responses = [onEmpty?.value, onError?.value].filter((value) => value !== undefined);
    return [{ name: name?.name, ...plainValue([origin, ...responses.map((value) => judgeComputed(value, spot))]) }];
  });
}

function hasRightJoin(node: TableReference): boolean {
  switch (node.kind) {
    case 'join':
      return node.parts.some(({ type, table }) => type.includes('RIGHT') || hasRightJoin(table)) || hasRightJoin(node.first);
    case 'nestedTables':
      return node.tables.some(hasRightJoin);
    case 'odbcJoin':
      return hasRightJoin(node.table);
    default:
      return false;
  }
}
