import { quoteIdentifier } from './identifiers.ts';
import { checkedText, joined, sql, type OwnSql } from './ownSql.ts';

export interface TemplateColumn {
  readonly name: string;
  readonly type: string;
  readonly key: 'primary' | 'unique' | 'index' | undefined;
  /** For example `auto_increment` or `VIRTUAL GENERATED`. */
  readonly extra: string;
}

export const TEMPLATES = ['select', 'insert', 'update', 'delete'] as const;

const DEFAULT = sql`DEFAULT`;
const NULL = sql`NULL`;

export type Template = (typeof TEMPLATES)[number];

/**
 * A statement about a table for a person to finish: each DEFAULT and NULL stands for a value, with its type behind it. It can run as it is, and then picks no row: nothing
 * equals NULL.
 */
export function statementTemplate(template: Template, table: string, columns: readonly TemplateColumn[]): OwnSql {
  const name = quoteIdentifier(table);
  const keys = columns.filter(({ key }) => key === 'primary');
  const assigned = (column: TemplateColumn): OwnSql => sql`${quoteIdentifier(column.name)} = ${open(DEFAULT, column)}`;
  const compared = (column: TemplateColumn): OwnSql => sql`${quoteIdentifier(column.name)} = ${open(NULL, column)}`;
  const where = joined((keys.length > 0 ? keys : columns.slice(0, 1)).map(compared), '\n  AND ');
  const settable = columns.filter(({ extra }) => !/GENERATED/i.test(extra));
  switch (template) {
    case 'select':
      return sql`SELECT ${joined(columns.map((column) => quoteIdentifier(column.name)))}\nFROM ${name}\nLIMIT 100;\n`;
    case 'insert': {
      const given = settable.filter(({ extra }) => !/auto_increment/i.test(extra));
      const names = joined(given.map((column) => quoteIdentifier(column.name)));
      return sql`INSERT INTO ${name} (${names})\nVALUES (${joined(given.map((column) => open(DEFAULT, column)))});\n`;
    }
    case 'update': {
      const changed = settable.filter(({ key }) => key !== 'primary');
      const set = joined(changed.map(assigned), ',\n  ');
      return sql`UPDATE ${name}\nSET\n  ${set}\nWHERE ${where};\n`;
    }
    case 'delete':
      return sql`DELETE FROM ${name}\nWHERE ${where};\n`;
  }
}

/** A place to fill in. The type of an ENUM holds texts of whoever made it: none of them may end the comment, or begin one that the server runs. */
function open(value: OwnSql, { type }: TemplateColumn): OwnSql {
  const shown = type
    .replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ')
    .replaceAll('*/', '* /')
    .replaceAll('/*', '/ *');
  return sql`${value} /* ${checkedText(shown)} */`;
}
