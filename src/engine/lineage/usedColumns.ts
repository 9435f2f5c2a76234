import type { ColumnReference, ObjectName, Star } from '../sql/ast/expressions.ts';
import type { CommonTableExpression, JoinPart, Query, QueryBody, Select, SelectItem, TableReference, With } from '../sql/ast/queries.ts';
import { walk, type Node } from '../sql/walk.ts';
import { tableSources, type Level, type Source } from './usedSources.ts';
import type { TableUses } from './tableUses.ts';

/** Names of common table expressions, with the columns of each where these are known. */
interface Expressions {
  readonly names: Map<string, ReadonlySet<string> | undefined>;
  readonly outer: Expressions | undefined;
}

interface Around {
  readonly level: Level | undefined;
  readonly expressions: Expressions | undefined;
}

type Names = ReadonlySet<string> | undefined;

/** What a clause takes for a name that an alias of the select list has, too: a column, the alias, or a column where there is one. */
type Clause = 'from' | 'order' | 'group';

/**
 * Finds the columns that a text names, by the text alone: no catalog is asked. What it can't tell apart it gives to every table that it may belong to. It is no judge: it only tells what was read.
 */
export class UsedColumns {
  readonly #uses: TableUses;
  readonly #tableOf: (name: ObjectName) => string | undefined;

  /** `tableOf` gives the key of a table or view among `uses`; undefined for what is none. */
  constructor(uses: TableUses, tableOf: (name: ObjectName) => string | undefined) {
    this.#uses = uses;
    this.#tableOf = tableOf;
  }

  /** Everything below a node that is no query itself: a statement around one. */
  statement(node: Node): void {
    this.#expression(node, { level: undefined, expressions: undefined }, 'from');
  }

  /** Returns the names of its columns; undefined where these are not known. */
  #query(query: Query, around: Around): Names {
    const inner = query.with === undefined ? around : { ...around, expressions: this.#with(query.with, around) };
    const { names, level } = this.#body(query.body, inner);
    const here = { ...inner, level };
    for (const item of query.orderBy) this.#expression(item, here, 'order');
    for (const part of [query.limit, query.procedure, query.into]) if (part !== undefined) this.#expression(part, here, 'order');
    return names;
  }

  #with({ recursive, expressions }: With, around: Around): Expressions {
    const scope: Expressions = { names: new Map(), outer: around.expressions };
    for (const one of expressions) {
      if (recursive) scope.names.set(folded(one.name.name), columnsOf(one, namesOf(one.query.body)));
      const names = this.#query(one.query, { ...around, expressions: scope });
      scope.names.set(folded(one.name.name), columnsOf(one, names));
    }
    return scope;
  }

  #body(body: QueryBody, around: Around): { readonly names: Names; readonly level: Level | undefined } {
    switch (body.kind) {
      case 'select':
        return this.#select(body, around);
      case 'setOperation': {
        const [first, ...others] = body.operands.map((operand) => this.#body(operand, around));
        // ORDER BY behind it knows the names of its columns, and no table.
        const ordered: Level = { sources: [], aliases: first?.names ?? new Set(), outer: around.level };
        return { names: others.length === 0 ? undefined : first?.names, level: ordered };
      }
      case 'nestedQuery':
        return { names: this.#query(body.query, around), level: { sources: [], aliases: new Set(), outer: around.level } };
      case 'values':
        for (const row of body.rows) for (const value of row) this.#expression(value, around, 'from');
        return { names: undefined, level: around.level };
      case 'tableQuery': {
        const sources = this.#table(body.table, undefined, around);
        for (const source of tableSources(sources)) this.#uses.all(source.key);
        return { names: undefined, level: { sources, aliases: new Set(), outer: around.level } };
      }
    }
  }

  #select(select: Select, around: Around): { readonly names: Names; readonly level: Level } {
    this.#uses.selects++;
    const aliases = new Set(select.items.flatMap(({ alias, implicitName }) => alias?.name ?? implicitName ?? []).map(folded));
    const sources: Source[] = [];
    const level: Level = { sources, aliases, outer: around.level };
    const here = { ...around, level };
    for (const one of select.from) this.#reference(one, here, sources);
    for (const item of select.items) if (item.value.kind === 'star') this.#star(item.value, level);
    for (const item of select.items) if (item.value.kind !== 'star') this.#expression(item.value, here, 'from');
    for (const part of [select.where, select.into, ...select.windows]) if (part !== undefined) this.#expression(part, here, 'from');
    for (const part of [select.groupBy, select.having, select.qualify]) if (part !== undefined) this.#expression(part, here, 'group');
    return { names: outputNames(select.items, sources), level };
  }

  /** Adds what one entry of FROM has to `sources`, which is that of the level: conditions see what stands before them. */
  #reference(reference: TableReference, around: Around, sources: Source[]): void {
    switch (reference.kind) {
      case 'table':
        sources.push(...this.#table(reference.table, reference.alias?.name, around));
        if (reference.sample !== undefined) this.#expression(reference.sample, around, 'from');
        if (reference.systemTime !== undefined) this.#expression(reference.systemTime, around, 'from');
        return;
      case 'derived': {
        const outer = reference.lateral ? around.level : around.level?.outer;
        const names = this.#query(reference.query, { ...around, level: outer });
        sources.push({
          kind: 'query',
          alias: reference.alias?.name,
          names: reference.columns.length === 0 ? names : new Set(reference.columns.map(({ name }) => folded(name))),
        });
        return;
      }
      case 'jsonTable':
        this.#expression(reference.document, around, 'from');
        sources.push({ kind: 'query', alias: reference.alias?.name, names: jsonNames(reference.columns) });
        return;
      case 'nestedTables':
        for (const one of reference.tables) this.#reference(one, around, sources);
        return;
      case 'odbcJoin':
        this.#reference(reference.table, around, sources);
        return;
      case 'join':
        this.#join(reference.first, reference.parts, around, sources);
        return;
      case 'dual':
        return;
    }
  }

  #join(first: TableReference, parts: readonly JoinPart[], around: Around, sources: Source[]): void {
    const from = sources.length;
    this.#reference(first, around, sources);
    for (const { type, table, on, using } of parts) {
      const behind = sources.length;
      this.#reference(table, around, sources);
      const sides = [tableSources(sources.slice(from, behind)), tableSources(sources.slice(behind))];
      if (type.startsWith('NATURAL')) for (const source of sides.flat()) this.#uses.all(source.key);
      for (const { name } of using ?? [])
        for (const side of sides) for (const source of side) this.#uses.column(source.key, name, side.length === 1);
      if (on !== undefined) this.#expression(on, around, 'from');
    }
  }

  #table(name: ObjectName, alias: string | undefined, { expressions }: Around): Source[] {
    const shown = alias ?? name.name.name;
    if (name.database === undefined) {
      const key = folded(name.name.name);
      for (let at = expressions; at !== undefined; at = at.outer)
        if (at.names.has(key)) return [{ kind: 'query', alias: shown, names: at.names.get(key) }];
    }
    const key = this.#tableOf(name);
    if (key === undefined) return [{ kind: 'query', alias: shown, names: undefined }];
    this.#uses.table(key);
    return [{ kind: 'table', alias: shown, key }];
  }

  #star({ table }: Star, level: Level): void {
    const named = level.sources.filter(({ alias }) => table === undefined || (alias !== undefined && folded(alias) === folded(table.name)));
    for (const source of tableSources(named)) this.#uses.all(source.key);
    if (named.length === 0) this.#uses.allOfAll();
  }

  #expression(node: Node, around: Around, clause: Clause): void {
    walk(node, (one) => {
      if (one.kind === 'query') this.#query(one as Query, around);
      else if (one.kind === 'column') this.#column(one as ColumnReference, around.level, clause);
      else return undefined;
      return false;
    });
  }

  #column({ table, name: { name } }: ColumnReference, level: Level | undefined, clause: Clause): void {
    if (table === undefined) this.#unqualified(name, level, clause);
    else this.#qualified(table.name, name, level);
  }

  #qualified(table: string, column: string, level: Level | undefined): void {
    for (let at = level; at !== undefined; at = at.outer) {
      const named = at.sources.filter(({ alias }) => alias !== undefined && folded(alias) === folded(table));
      if (named.length === 0) continue;
      for (const source of tableSources(named)) this.#uses.column(source.key, column, true);
      return;
    }
    this.#uses.allOfAll(); // the server knows it; here nothing is known of it
  }

  #unqualified(column: string, level: Level | undefined, clause: Clause): void {
    const key = folded(column);
    const candidates: string[] = [];
    let unsure = false;
    for (let at = level; at !== undefined; at = at.outer) {
      if (at === level && clause !== 'from' && at.aliases.has(key)) {
        if (clause === 'group') this.#uses.groupsByAlias = true;
        return;
      }
      if (at.sources.some((source) => source.kind === 'query' && source.names?.has(key) === true)) break;
      unsure ||= at.sources.some((source) => source.kind === 'query' && source.names === undefined);
      candidates.push(...tableSources(at.sources).map((source) => source.key));
    }
    const keys = new Set(candidates);
    for (const one of keys) this.#uses.column(one, column, keys.size === 1 && !unsure);
  }
}

function folded(name: string): string {
  return name.toLowerCase();
}

function columnsOf({ columns }: CommonTableExpression, names: Names): Names {
  return columns.length === 0 ? names : new Set(columns.map(({ name }) => folded(name)));
}

/** Of a recursive expression, before it is looked into. */
function namesOf(body: QueryBody): Names {
  if (body.kind === 'select') return outputNames(body.items, []);
  const [first] = body.kind === 'setOperation' ? body.operands : [];
  return first === undefined ? undefined : namesOf(first);
}

function outputNames(items: readonly SelectItem[], sources: readonly Source[]): Names {
  const names = new Set<string>();
  for (const { value, alias, implicitName } of items) {
    if (value.kind === 'star') {
      for (const source of sources) {
        if (source.kind === 'table' || source.names === undefined) return undefined;
        for (const name of source.names) names.add(name);
      }
      if (sources.length === 0) return undefined;
    } else names.add(folded(alias?.name ?? (value.kind === 'column' ? value.name.name : (implicitName ?? ''))));
  }
  return names;
}

function jsonNames(columns: readonly { readonly name?: { readonly name: string } | undefined; readonly columns: unknown }[]): Names {
  const names = new Set<string>();
  const stack = [...columns];
  for (let one = stack.pop(); one !== undefined; one = stack.pop()) {
    if (one.name !== undefined) names.add(folded(one.name.name));
    stack.push(...(one.columns as typeof columns));
  }
  return names;
}
