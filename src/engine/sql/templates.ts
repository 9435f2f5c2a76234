import { quoteIdentifier } from './identifiers.ts';

/** A column, as far as a template needs it. */
export interface TemplateColumn {
  readonly name: string;
  readonly type: string;
  readonly key: 'primary' | 'unique' | 'index' | undefined;
  /** For example `auto_increment` or `VIRTUAL GENERATED`. */
  readonly extra: string;
}

/** The statements that can be begun with. */
export const TEMPLATES = ['select', 'insert', 'update', 'delete'] as const;

export type Template = (typeof TEMPLATES)[number];

/** A statement about a table for a person to finish: each `?` stands for a value, with its type behind it. */
export function statementTemplate(template: Template, table: string, columns: readonly TemplateColumn[]): string {
  const name = quoteIdentifier(table);
  const keys = columns.filter(({ key }) => key === 'primary');
  const where = (keys.length > 0 ? keys : columns.slice(0, 1))
    .map((column) => `${quoteIdentifier(column.name)} = ? /* ${column.type} */`)
    .join('\n  AND ');
  const settable = columns.filter(({ extra }) => !/GENERATED/i.test(extra));
  switch (template) {
    case 'select':
      return `SELECT ${columns.map((column) => quoteIdentifier(column.name)).join(', ')}\nFROM ${name}\nLIMIT 100;\n`;
    case 'insert': {
      const given = settable.filter(({ extra }) => !/auto_increment/i.test(extra));
      const names = given.map((column) => quoteIdentifier(column.name)).join(', ');
      return `INSERT INTO ${name} (${names})\nVALUES (${given.map(({ type }) => `? /* ${type} */`).join(', ')});\n`;
    }
    case 'update': {
      const changed = settable.filter(({ key }) => key !== 'primary');
      const set = changed.map((column) => `${quoteIdentifier(column.name)} = ? /* ${column.type} */`).join(',\n  ');
      return `UPDATE ${name}\nSET\n  ${set}\nWHERE ${where};\n`;
    }
    case 'delete':
      return `DELETE FROM ${name}\nWHERE ${where};\n`;
  }
}
