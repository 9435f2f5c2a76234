import { setImmediate as othersFirst } from 'node:timers/promises';
import type { ConnectionProfile } from '../../../engine/driver/profile.ts';
import { ColumnRulesSchema, TableRulesSchema } from '../../../engine/driver/profileSchema.ts';
import { compileColumnRules, type ColumnName } from '../../../engine/policy/columnRules.ts';
import { actionForName } from '../../../engine/policy/personalColumns.ts';
import { compileTableRules } from '../../../engine/policy/tableRules.ts';
import { isColumnRule, parseColumnRule, type ColumnAction, type ColumnRuleProblem } from '../../../engine/sql/columnRule.ts';
import type { FormValues } from '../../../webview/form/messages.ts';

export const FIELDS = ['allow', 'deny', 'columns'] as const;
export type RulesField = (typeof FIELDS)[number];

/** What the form holds: the rules of each field, in the order in which they were typed. */
export type Rules = Readonly<Record<RulesField, readonly string[]>>;

export function valuesOf({ tables, columns = [] }: Pick<ConnectionProfile, 'tables' | 'columns'>): FormValues {
  const lines = (rules: readonly string[] = []): string => rules.join('\n');
  return { allow: lines(tables?.allow), deny: lines(tables?.deny), columns: lines(columns) };
}

/** One rule to a line, or several with commas between them, but for those between back-ticks. */
export function rulesOf(values: FormValues): Rules {
  const read = (field: RulesField): string[] =>
    (String(values[field] ?? '').match(/(?:`[^`]*`|[^,\n`])+|`/g) ?? []).map((rule) => rule.trim()).filter((rule) => rule !== '');
  return { allow: read('allow'), deny: read('deny'), columns: read('columns') };
}

/** As they are saved. No rule is no limit. */
export function profileOf({ allow, deny, columns }: Rules): Pick<ConnectionProfile, 'tables' | 'columns'> {
  const some = <T>(rules: readonly T[]): T[] | undefined => (rules.length === 0 ? undefined : [...rules]);
  const tables = allow.length + deny.length === 0 ? undefined : { allow: some(allow), deny: some(deny) };
  return { tables, columns: some(columns) };
}

/** `table`: no pattern of tables; `form` and `action`: as of a rule for columns; `many`: more rules than a connection holds. */
export interface RuleProblem {
  readonly rule: string;
  readonly problem: ColumnRuleProblem['problem'] | 'table' | 'many';
}

/** The first text of each field that is no rule, and what is wrong with it. */
export function problemsOf({ allow, deny, columns }: Rules): Partial<Record<RulesField, RuleProblem>> {
  const found = { allow: tableProblem(allow), deny: tableProblem(deny), columns: columnProblem(columns) };
  return Object.fromEntries(Object.entries(found).filter(([, problem]) => problem !== undefined));
}

function tableProblem(rules: readonly string[]): RuleProblem | undefined {
  const rule = rules.find((one) => !TableRulesSchema.safeParse({ allow: [one] }).success);
  if (rule !== undefined) return { rule, problem: 'table' };
  return TableRulesSchema.safeParse({ allow: rules }).success ? undefined : { rule: '', problem: 'many' };
}

function columnProblem(rules: readonly string[]): RuleProblem | undefined {
  for (const rule of rules) {
    const read = parseColumnRule(rule);
    if (!isColumnRule(read)) return { rule, problem: read.problem };
    if (!ColumnRulesSchema.safeParse([rule]).success) return { rule, problem: 'form' };
  }
  return ColumnRulesSchema.safeParse(rules).success ? undefined : { rule: '', problem: 'many' };
}

export interface Met {
  readonly field: RulesField;
  readonly rule: string;
  /** Names of what the rule meets, as `shop.customers.email`. */
  readonly names: readonly string[];
}

/** What each rule meets of these columns and of their tables, in many turns: a server may have a million columns. All rules must be right. */
export async function metBy({ allow, deny, columns }: Rules, names: readonly ColumnName[]): Promise<Met[]> {
  const tables = new Map(await inTurns(names, ({ database, table }) => [[`${database}.${table}`, { database, name: table }] as const]));
  const met: Met[] = [];
  for (const [field, rules] of [
    ['allow', allow],
    ['deny', deny],
  ] as const)
    for (const rule of rules) {
      const isMet = compileTableRules({ deny: [rule] });
      met.push({ field, rule, names: await inTurns([...tables], ([name, table]) => (isMet?.(table) === true ? [name] : [])) });
    }
  for (const rule of columns) {
    const compiled = compileColumnRules([rule]);
    met.push({
      field: 'columns',
      rule,
      names: await inTurns(names, (name) => (compiled?.actionOf(name) === undefined ? [] : [nameOf(name)])),
    });
  }
  return met.map((one) => ({ ...one, names: one.names.toSorted() }));
}

/** So many names are looked at in a few milliseconds. */
const TURN = 5000;

async function inTurns<T, R>(all: readonly T[], choose: (one: T) => readonly R[]): Promise<R[]> {
  const chosen: R[] = [];
  for (let at = 0; at < all.length; at += TURN) {
    for (const one of all.slice(at, at + TURN)) chosen.push(...choose(one));
    await othersFirst();
  }
  return chosen;
}

/** Rules for columns whose names say that they hold personal data or secrets, without those that have a rule. */
export function suggestedRules(rules: readonly string[], names: readonly ColumnName[]): Promise<string[]> {
  const compiled = compileColumnRules(rules);
  return inTurns(names, (name) => {
    const action = compiled?.actionOf(name) === undefined ? actionForName(name.column) : undefined;
    return action === undefined ? [] : [ruleFor(name, action)];
  });
}

export function ruleFor({ database, table, column }: ColumnName, action: ColumnAction): string {
  return `${[database, table, column].map(quoted).join('.')}=${action}`;
}

/** As a rule is read: a name with signs of its form, or with a comma, which parts rules, stands in back-ticks. */
function quoted(name: string): string {
  return /^[^.=\s`*,]+$/.test(name) ? name : `\`${name.replaceAll('`', '``')}\``;
}

function nameOf({ database, table, column }: ColumnName): string {
  return `${database}.${table}.${column}`;
}
