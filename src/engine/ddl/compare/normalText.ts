import type { Expression } from '../../sql/ast/expressions.ts';
import type { Partitioning } from '../../sql/ast/tableElements.ts';
import { print } from '../../sql/printer/print.ts';
import { typeName, typeText } from '../columnModel.ts';
import type { CheckModel, ColumnModel, ForeignKeyModel, KeyModel, TableModel } from '../tableModel.ts';
import type { Snapshot } from './snapshot.ts';

/** How parts of a table are written down to be compared: alike for what is alike on two servers. */
export class NormalText {
  readonly #snapshot: Snapshot;
  readonly #isOtherFlavor: boolean;

  constructor(snapshot: Snapshot, other: Snapshot) {
    this.#snapshot = snapshot;
    this.#isOtherFlavor = snapshot.dialect.flavor !== other.dialect.flavor;
  }

  column(column: ColumnModel, table: TableModel): string {
    const { nullable, auto, onUpdate, invisible, generated, comment, defaultValue } = column;
    const json = this.#isJson(column, table);
    const type = column.type === undefined ? '' : json ? 'JSON' : typeText(column.type);
    const parts = [
      type,
      ...(column.charset === undefined || json ? [] : [this.collation(column.collation ?? column.charset)]),
      generated === undefined ? '' : `AS (${this.#expression(generated.text)}) ${generated.stored ? 'STORED' : 'VIRTUAL'}`,
      nullable ? 'NULL' : 'NOT NULL',
      defaultValue === undefined ? '' : `DEFAULT ${this.#default(defaultValue)}`,
      onUpdate ? 'ON UPDATE CURRENT_TIMESTAMP' : '',
      auto ? 'AUTO_INCREMENT' : '',
      invisible ? 'INVISIBLE' : '',
      comment === '' ? '' : `COMMENT ${JSON.stringify(comment)}`,
    ];
    return parts.filter((part) => part !== '').join(' ');
  }

  key({ type, parts, node }: KeyModel): string {
    const list = parts.map(
      ({ column, length, expression }) =>
        (column ?? this.#expression(expression === undefined ? '' : print(expression, this.#snapshot.dialect))) +
        (length === undefined ? '' : `(${String(length)})`),
    );
    const directions = node?.parts.map(({ direction }) => (direction === 'DESC' ? ' DESC' : '')) ?? [];
    const hidden = node?.options.some(({ name }) => name === 'INVISIBLE' || name === 'IGNORED') === true ? ' INVISIBLE' : '';
    const note = node?.options.find(({ name }) => name === 'COMMENT')?.value;
    return `${type}(${list.map((one, i) => one + (directions[i] ?? '')).join(',')})${hidden}${note?.kind === 'string' ? ` COMMENT ${JSON.stringify(note.value)}` : ''}`;
  }

  foreignKey({ columns, table, referenced, onDelete, onUpdate }: ForeignKeyModel): string {
    const rule = (one: string | undefined): string => (one === undefined || one === 'RESTRICT' ? 'NO ACTION' : one);
    const where = table.database === this.#snapshot.database ? '' : `${table.database}.`;
    return `(${columns.join(',')}) -> ${where}${table.name}(${referenced.join(',')}) ON DELETE ${rule(onDelete)} ON UPDATE ${rule(onUpdate)}`;
  }

  check({ expression, enforced }: CheckModel): string {
    return `${this.#expression(print(expression, this.#snapshot.dialect))}${enforced ? '' : ' NOT ENFORCED'}`;
  }

  checks(table: TableModel): CheckModel[] {
    return table.checks.filter(
      ({ columns, expression }) => !(columns.size === 1 && /json_valid/i.test(print(expression, this.#snapshot.dialect))),
    );
  }

  partitioning(partitioning: Partitioning | undefined): string {
    return partitioning === undefined
      ? 'none'
      : JSON.stringify(partitioning, (key, value: unknown) =>
          key === 'start' || key === 'end' || key === 'quoted' || key === 'options' ? undefined : value,
        );
  }

  options({ engine, rowFormat, comment, collation, charset }: TableModel): Readonly<Record<string, string>> {
    return { ENGINE: engine, ROW_FORMAT: rowFormat, COMMENT: JSON.stringify(comment), COLLATE: this.collation(collation ?? charset) };
  }

  /** The default of a character set is the same thing on both, under two names. */
  collation(name: string): string {
    const plain = name.replace(/^utf8_/, 'utf8mb3_');
    const charset = plain.split('_')[0] ?? plain;
    return this.#isOtherFlavor && (plain === this.#snapshot.collations.get(charset) || plain === charset) ? `${charset} default` : plain;
  }

  other(text: string): string {
    return this.#isOtherFlavor ? loose(text) : text;
  }

  #isJson(column: ColumnModel, { checks }: TableModel): boolean {
    if (typeName(column.type) === 'JSON') return true;
    const isValid = checks.some(
      ({ columns, expression }) =>
        columns.size === 1 && columns.has(column.name.toLowerCase()) && /json_valid/i.test(print(expression, this.#snapshot.dialect)),
    );
    return this.#isOtherFlavor && typeName(column.type) === 'LONGTEXT' && isValid;
  }

  #expression(text: string): string {
    return this.#isOtherFlavor ? loose(text) : text;
  }

  /** MariaDB writes numbers and functions without quotes and with parentheses. */
  #default(value: Expression): string {
    if (value.kind === 'string') return JSON.stringify(value.value);
    if (value.kind === 'number') return JSON.stringify(value.text);
    const text = print(value, this.#snapshot.dialect);
    return /^\(?current_timestamp(?:\((\d*)\))?\)?$/i.test(text)
      ? text
          .toUpperCase()
          .replace('()', '')
          .replace(/^\((.*)\)$/, '$1')
      : this.#expression(text);
  }
}

/** What two flavors write in ways of their own: widths of integers, parentheses, character sets of texts, case of words. */
function loose(text: string): string {
  return text
    .replaceAll(/\b((?:tiny|small|medium|big)?int)\(\d+\)/gi, '$1')
    .replaceAll(/_utf8mb[34](?=')|[()`\s]/g, '')
    .toLowerCase();
}
