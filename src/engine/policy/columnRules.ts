import { COLUMN_ACTIONS, isColumnRule, parseColumnRule, type ColumnAction, type ColumnRule } from '../sql/columnRule.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import { fitsName, foldName, type NamePattern } from '../sql/namePattern.ts';

/** A column of a table or view. */
export interface ColumnName {
  readonly database: string;
  readonly table: string;
  readonly column: string;
}

/** The rules of a connection, as one question. */
export interface ColumnRules {
  readonly rules: readonly ColumnRule[];
  /** The strictest action of all rules that meet a column. */
  readonly actionOf: (column: ColumnName) => ColumnAction | undefined;
  /** True for a table of which some rule may meet a column; with `action`, a rule of this action. */
  readonly mayMeet: (table: QualifiedName, action?: ColumnAction) => boolean;
  /** True for the name of a hidden column of any table: a view that passes it on may have it under this name, in whatever database it is. */
  readonly hidesInViews: (column: string) => boolean;
  /** True where some rule hides columns: then texts that may name them are not shown. */
  readonly hides: boolean;
}

/** Undefined where there are no rules. Throws a RangeError for a text that is none: what can't be read must not open anything. */
export function compileColumnRules(texts: readonly string[] = []): ColumnRules | undefined {
  if (texts.length === 0) return undefined;
  return columnRulesOf(
    texts.map((text) => {
      const rule = parseColumnRule(text);
      if (!isColumnRule(rule)) throw new RangeError(`A column rule can't be read: ${text}`);
      return rule;
    }),
  );
}

/** The rules that hide columns, by themselves. */
export function hidingRules({ rules }: ColumnRules): ColumnRules {
  return columnRulesOf(rules.filter(({ action }) => action === 'hide'));
}

function columnRulesOf(rules: readonly ColumnRule[]): ColumnRules {
  const strictestFirst = rules.toSorted((a, b) => COLUMN_ACTIONS.indexOf(a.action) - COLUMN_ACTIONS.indexOf(b.action));
  return {
    rules,
    hides: rules.some(({ action }) => action === 'hide'),
    actionOf: ({ database, table, column }) => {
      const [inDatabase, inTable, name] = [foldName(database), foldName(table), foldName(column)];
      return strictestFirst.find(
        (rule) => fitsName(rule.column, name) && fitsName(rule.table, inTable) && fitsName(rule.database, inDatabase),
      )?.action;
    },
    hidesInViews: (column) => {
      const name = foldName(column);
      return rules.some((rule) => rule.action === 'hide' && isNamed(rule.column) && fitsName(rule.column, name));
    },
    mayMeet: ({ database, name }, action) => {
      const [inDatabase, inTable] = [foldName(database), foldName(name)];
      return rules.some(
        (rule) => (action === undefined || rule.action === action) && fitsName(rule.table, inTable) && fitsName(rule.database, inDatabase),
      );
    },
  };
}

/** A pattern for any name says nothing of a column by itself. */
export function isNamed(pattern: NamePattern): boolean {
  return pattern.some((part) => part !== '');
}
