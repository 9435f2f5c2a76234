import { ALIASES, ColumnChoices, JOINS, MAX_DEPTH, quoted, SUSPECT, type Named, type Scope } from './columnChoices.ts';
import { DATABASES, TABLES } from './schema.ts';

interface Generated {
  readonly sql: string;
  readonly columns: readonly string[];
}

/** Random queries that mostly resolve, and use protected columns in all the ways there are, mostly allowed ones. */
export class QueryGenerator extends ColumnChoices {
  /** Common table expressions in scope. */
  #expressions: { readonly name: string; readonly columns: readonly string[] }[] = [];

  next(): string {
    this.aliases = 0;
    this.#expressions = [];
    return this.#query(0, undefined).sql;
  }

  #query(depth: number, outer: Scope | undefined, width?: number): Generated {
    const known = this.#expressions;
    const clause = depth < 2 && this.chance(14, 'WITH') ? this.#with(depth, outer) : '';
    const body = this.#body(depth, outer, width);
    this.#expressions = known;
    return { sql: clause + body.sql, columns: body.columns };
  }

  #with(depth: number, outer: Scope | undefined): string {
    const isRecursive = this.chance(40, 'RECURSIVE');
    const parts: string[] = [];
    for (let i = 0; i <= this.random.below(2); i++) {
      const name = this.chance(20, 'expression named like a table') ? this.pick(['t1', 't3', 'passes']) : `c${String(this.aliases++)}`;
      if (this.#expressions.some((one) => one.name === name)) continue;
      const { sql, columns } = isRecursive && this.random.chance(80) ? this.#recursive(name, depth, outer) : this.#query(depth + 1, outer);
      const names = this.names(columns, 'column list of WITH');
      parts.push(`${name}${names === columns ? '' : ` (${names.map(quoted).join(', ')})`} AS (${sql})`);
      this.#expressions = [...this.#expressions, { name, columns: names }];
    }
    return parts.length === 0 ? '' : `WITH ${isRecursive ? 'RECURSIVE ' : ''}${parts.join(', ')} `;
  }

  #recursive(name: string, depth: number, outer: Scope | undefined): Generated {
    this.use('recursive expression');
    const anchor = this.#select(depth + 1, outer, undefined, { plain: true });
    const own = anchor.columns.map((column) => `r.${quoted(column)}`);
    const [first = '1'] = own;
    const items = this.chance(30, 'recursion that turns columns') ? [...own.slice(1), first] : own;
    const joined = this.chance(30, 'recursion that joins') ? ' JOIN t3 ON t3.id = 1' : '';
    const changed = joined !== '' && this.random.chance(50) ? [...items.slice(1), this.pick(['t3.k', 't3.id', "'lit'"])] : items;
    const union = this.chance(40, 'UNION of recursion') ? 'UNION' : 'UNION ALL';
    return { sql: `${anchor.sql} ${union} SELECT ${changed.join(', ')} FROM ${name} r${joined} WHERE 1 = 0`, columns: anchor.columns };
  }

  #body(depth: number, outer: Scope | undefined, width: number | undefined): Generated {
    const choice = depth < MAX_DEPTH ? this.random.below(100) : 0;
    if (choice < 80) return this.#ordered(this.#select(depth, outer, width));
    if (choice < 92) return this.#setOperation(depth, outer, width);
    if (choice < 95) {
      this.use('query in parentheses');
      const { sql, columns } = this.#query(depth + 1, outer, width);
      return this.#ordered({ sql: `(${sql})`, columns });
    }
    if (choice < 97 && this.flavor === 'mysql' && width === undefined) {
      this.use('TABLE');
      const [name, columns] = this.relation();
      return this.#ordered({ sql: `TABLE ${name}`, columns });
    }
    this.use('VALUES');
    const count = width ?? 1 + this.random.below(3);
    const row = Array.from({ length: count }, () => this.#scalar(depth, { sources: [], outer }));
    const columns = Array.from({ length: count }, (_, i) => `column_${String(i)}`);
    return { sql: `VALUES ${this.flavor === 'mysql' ? 'ROW' : ''}(${row.join(', ')})`, columns };
  }

  #ordered({ sql, columns }: Generated): Generated {
    if (!this.chance(12, 'ORDER BY of a result') || columns.length === 0) return { sql, columns };
    const position = 1 + this.random.below(columns.length);
    const column = columns[position - 1] ?? '';
    const item = this.chance(50, 'ORDER BY position')
      ? String(position)
      : SUSPECT.has(column) && this.random.chance(85)
        ? '1'
        : quoted(column);
    return { sql: `${sql} ORDER BY ${item}`, columns };
  }

  #setOperation(depth: number, outer: Scope | undefined, width: number | undefined): Generated {
    const first = this.#select(depth + 1, outer, width, { plain: true });
    const operator = this.pick(['UNION ALL', 'UNION ALL', 'UNION ALL', 'UNION', 'UNION DISTINCT', 'EXCEPT', 'INTERSECT']);
    this.use(operator);
    const second = this.random.chance(70)
      ? this.#select(depth + 1, outer, first.columns.length, { plain: true })
      : { sql: `(${this.#query(depth + 1, outer, first.columns.length).sql})` };
    return this.#ordered({ sql: `${first.sql} ${operator} ${second.sql}`, columns: first.columns });
  }

  /** `plain`: without what may not stand before a set operator. */
  #select(depth: number, outer: Scope | undefined, width?: number, { plain = false } = {}): Generated {
    const from = this.#from(depth, outer);
    const scope: Scope = { sources: from.sources, outer };
    const isGrouped = this.chance(16, 'GROUP BY');
    const { items, columns, groups } = isGrouped ? this.#groupedItems(scope, width) : this.#items(scope, depth, width);
    let sql = `SELECT ${this.chance(7, 'DISTINCT') ? 'DISTINCT ' : ''}${items.join(', ')} FROM ${from.sql}`;
    if (this.chance(40, 'WHERE')) sql += ` WHERE ${this.#condition(depth, scope)}`;
    if (isGrouped && groups.length > 0) sql += ` GROUP BY ${groups.join(', ')}`;
    if (isGrouped && this.chance(25, 'HAVING')) sql += ` HAVING ${this.#having(columns, scope)}`;
    if (!plain && !isGrouped && this.chance(8, 'ORDER BY with an expression')) sql += ` ORDER BY ${this.column(scope)}, 1 + 0`;
    return { sql, columns };
  }

  #items(scope: Scope, depth: number, width: number | undefined): { items: string[]; columns: string[]; groups: string[] } {
    const items: string[] = [];
    const columns: string[] = [];
    const all = scope.sources.flatMap((source) => source.columns);
    if (width === undefined && this.chance(16, '*')) return { items: ['*'], columns: [...new Set(all)], groups: [] };
    const count = width ?? 1 + this.random.below(4);
    for (let i = 0; i < count; i++) {
      const source = this.pick(scope.sources);
      if (width === undefined && this.chance(8, 'table.*')) {
        items.push(`${quoted(source.alias)}.*`);
        columns.push(...source.columns);
        continue;
      }
      const item = this.#item(scope, depth);
      const alias = this.random.chance(item.name === undefined ? 75 : 30) ? this.pick(ALIASES) : undefined;
      if (alias !== undefined) this.use('alias');
      items.push(alias === undefined ? item.sql : `${item.sql}${this.random.chance(50) ? ' AS' : ''} ${quoted(alias)}`);
      columns.push(alias ?? item.name ?? item.sql);
    }
    return { items, columns, groups: [] };
  }

  #item(scope: Scope, depth: number): { sql: string; name?: string } {
    const choice = this.random.below(100);
    if (choice < 66) {
      const { sql, name } = this.anyColumn(scope, true);
      return { sql: this.chance(4, 'column in parentheses') ? `(${sql})` : sql, name };
    }
    if (choice < 80) return { sql: this.#scalar(depth, scope) };
    if (choice < 88) return { sql: this.window(scope) };
    if (choice < 93 && depth < MAX_DEPTH) {
      this.use('scalar subquery that passes on');
      return { sql: `(${this.#select(depth + 1, scope, 1, { plain: true }).sql} LIMIT 1)` };
    }
    if (choice < 97) return { sql: this.test(scope) };
    this.use('literal');
    return { sql: this.pick(["'lit'", '7', 'NULL', 'TRUE']) };
  }

  #groupedItems(scope: Scope, width: number | undefined): { items: string[]; columns: string[]; groups: string[] } {
    const count = width ?? 1 + this.random.below(3);
    const items: string[] = [];
    const columns: string[] = [];
    const groups: string[] = [];
    for (let i = 0; i < count; i++) {
      const { sql, name } = this.anyColumn(scope, this.random.chance(25));
      if (this.random.chance(50)) {
        items.push(sql);
        columns.push(name);
        groups.push(this.chance(25, 'GROUP BY position') ? String(i + 1) : sql);
        continue;
      }
      const argument = this.anyColumn(scope, true).sql;
      const form = this.pick(['COUNT(*)', 'COUNT', 'COUNT', 'COUNT(DISTINCT', 'MAX(', 'GROUP_CONCAT(', 'SUM(']);
      this.use(form);
      const own = this.careful(scope, form === 'COUNT(DISTINCT');
      const list = form === 'GROUP_CONCAT(' ? `${own} ORDER BY ${own}` : own;
      const call = form === 'COUNT(*)' ? form : form === 'COUNT' ? `COUNT(${argument})` : `${form} ${list})`;
      const alias = this.pick(ALIASES);
      items.push(`${call} AS ${quoted(alias)}`);
      columns.push(alias);
    }
    return { items, columns, groups };
  }

  #having(columns: readonly string[], scope: Scope): string {
    const column = this.pick(columns);
    return this.random.chance(50)
      ? 'COUNT(*) > 0'
      : SUSPECT.has(column) && this.random.chance(80)
        ? `COUNT(${this.anyColumn(scope, true).sql}) >= 1`
        : `${quoted(column)} IS NOT NULL`;
  }

  #scalar(depth: number, scope: Scope): string {
    const choice = this.random.below(depth < MAX_DEPTH ? 11 : 9);
    const form = ['column', 'CONCAT', 'COALESCE', 'CASE', 'IF', 'string', 'number', 'collate', 'chain', 'subquery', 'EXISTS'][choice] ?? '';
    this.use(`scalar ${form}`);
    switch (form) {
      case 'CONCAT':
        return `CONCAT(${this.column(scope)}, '-', ${this.column(scope)})`;
      case 'COALESCE':
        return `COALESCE(${this.column(scope)}, ${this.column(scope)})`;
      case 'CASE':
        return `CASE WHEN ${this.test(scope)} THEN ${this.column(scope)} ELSE ${this.column(scope)} END`;
      case 'IF':
        return `IF(${this.test(scope)}, ${this.column(scope)}, 'lit')`;
      case 'string':
        return "'lit'";
      case 'number':
        return String(this.random.below(9));
      case 'collate':
        return `${this.column(scope)} COLLATE utf8mb4_bin`;
      case 'chain':
        return `(${this.column(scope)} = ${this.column(scope)} OR 1 = 0)`;
      case 'subquery':
        return `(SELECT MAX(${this.column(scope)}) FROM t3)`;
      case 'EXISTS':
        return `EXISTS (${this.#query(depth + 1, scope).sql})`;
      default:
        return this.column(scope);
    }
  }

  #condition(depth: number, scope: Scope): string {
    const choice = this.random.below(depth < MAX_DEPTH ? 9 : 6);
    const form = ['IS NULL', 'equality', 'number', 'AND', 'OR', 'NOT', 'EXISTS', 'IN', 'quantified'][choice] ?? '';
    this.use(`condition ${form}`);
    switch (form) {
      case 'IS NULL':
        return this.test(scope);
      case 'equality':
        return this.equality(scope, scope);
      case 'AND':
        return `(${this.#condition(MAX_DEPTH, scope)} AND ${this.#condition(depth + 1, scope)})`;
      case 'OR':
        return `(${this.#condition(MAX_DEPTH, scope)} OR ${this.#condition(depth + 1, scope)})`;
      case 'NOT':
        return `NOT ${this.test(scope)}`;
      case 'EXISTS':
        return `EXISTS (${this.#query(depth + 1, scope).sql})`;
      case 'IN':
        return `${this.column(scope)} IN (${this.#select(depth + 1, scope, 1).sql})`;
      case 'quantified':
        return `${this.column(scope)} = ANY (${this.#select(depth + 1, scope, 1).sql})`;
      default:
        return `${this.column(scope)} <> '${String(this.random.below(9))}'`;
    }
  }

  #from(depth: number, outer: Scope | undefined): { sql: string; sources: Named[] } {
    const first = this.#factor(depth, outer, []);
    let { sql } = first;
    let sources = [first.source];
    const joins = this.random.below(100) < 45 ? 0 : 1 + this.random.below(2);
    for (let i = 0; i < joins; i++) {
      const next = this.#factor(depth, outer, sources);
      const type = this.pick(JOINS);
      this.use(type);
      const all = [...sources, next.source];
      if (type.endsWith('USING')) {
        const names = this.commonColumns(next.source, sources);
        sql = `${sql} ${type.replace('USING', 'JOIN')} ${next.sql} USING (${names.map(quoted).join(', ')})`;
      } else if (type === ',') {
        sql = `${sql}, ${next.sql}`;
      } else if (type.startsWith('NATURAL') || type === 'CROSS JOIN') {
        sql = `${sql} ${type} ${next.sql}`;
      } else {
        const on = this.random.chance(60)
          ? `${quoted(this.pick(sources).alias)}.id = ${quoted(next.source.alias)}.id`
          : this.equality({ sources, outer }, { sources: [next.source], outer });
        sql = `${sql} ${type} ${next.sql} ON ${this.chance(12, 'ON with more') ? `${on} AND ${this.#condition(MAX_DEPTH, { sources: all, outer })}` : on}`;
      }
      if (this.chance(6, 'tables in parentheses')) sql = `(${sql})`;
      sources = all;
    }
    return { sql, sources };
  }

  #factor(depth: number, outer: Scope | undefined, before: readonly Named[]): { sql: string; source: Named } {
    const choice = this.random.below(100);
    if (choice < 20 && depth < MAX_DEPTH) {
      const lateral = this.flavor === 'mysql' && before.length > 0 && this.chance(40, 'LATERAL');
      this.use('derived table');
      const { sql, columns } = this.#query(depth + 1, lateral ? { sources: before, outer } : outer);
      const alias = this.alias();
      const names = this.flavor === 'mysql' ? this.names(columns, 'column list of a derived table') : columns;
      const list = names === columns ? '' : ` (${names.map(quoted).join(', ')})`;
      return { sql: `${lateral ? 'LATERAL ' : ''}(${sql}) AS ${quoted(alias)}${list}`, source: { alias, columns: names, isTable: false } };
    }
    if (choice < 24 && before.length > 0) {
      return this.jsonTable({ sources: before, outer });
    }
    if (choice < 50 && this.#expressions.length > 0) {
      this.use('table expression');
      const { name, columns } = this.pick(this.#expressions);
      const alias = this.alias();
      return { sql: `${name} AS ${quoted(alias)}`, source: { alias, columns, isTable: false } };
    }
    const [name, columns] = this.relation();
    if (before.every(({ alias }) => alias !== name) && this.chance(25, 'table without alias'))
      return { sql: name, source: { alias: name, columns, isTable: true, isUnique: name in TABLES } };
    const alias = this.alias();
    return {
      sql: `${this.chance(5, 'table with database') ? `${DATABASES[0]}.` : ''}${name} ${quoted(alias)}`,
      source: { alias, columns, isTable: true, isUnique: name in TABLES },
    };
  }
}
