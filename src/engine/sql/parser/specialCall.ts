import type { Expression, SpecialCall, SpecialForm } from '../ast/expressions.ts';
import type { Parser } from './parser.ts';

export interface Special {
  /** Parses what stands behind the name. Undefined: the arguments have the generic form after all. */
  readonly parse: (p: Parser, name: string, start: number) => Expression | undefined;
  /** Where the grammar takes the name for the function. */
  readonly when: 'always' | 'adjacent' | 'parenthesis' | ((p: Parser) => boolean);
}

export const expression = (p: Parser): Expression => p.nested(() => p.grammar.expression(p));

type Details = Partial<Omit<SpecialCall, 'kind' | 'name' | 'form' | 'args' | 'start' | 'end'>>;

export function special(
  p: Parser,
  name: string,
  start: number,
  form: SpecialForm,
  args: readonly Expression[],
  details: Details = {},
): SpecialCall {
  return { kind: 'special', name, form, args, ...details, ...p.span(start) };
}

/** The generic form of a name that is no reserved word, left to the same rules as other names. */
export function generic(p: Parser, name: string, start: number, args: readonly Expression[]): Expression {
  return {
    kind: 'call',
    name: { kind: 'name', name: p.sql.slice(start, start + name.length), quoted: false, start, end: start + name.length },
    args: args.map((value) => ({ kind: 'argument', value, start: value.start, end: value.end })),
    blankBefore: p.sql.charAt(start + name.length) !== '(',
    ...p.span(start),
  };
}
