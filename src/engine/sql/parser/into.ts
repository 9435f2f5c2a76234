import type { Name, StringLiteral, UserVariable } from '../ast/expressions.ts';
import type { FileFormat, Into } from '../ast/queries.ts';
import { parseSingleString } from './literals.ts';
import type { Parser } from './parser.ts';
import { parseCharset, takeCharset } from './types.ts';

export function parseInto(p: Parser): Into {
  const { start } = p.token;
  p.expect('INTO');
  const target = p.takeAny('OUTFILE', 'DUMPFILE');
  if (target === undefined) {
    const variables = p.list(() => parseTarget(p));
    return { kind: 'into', target: 'VARIABLES', variables, ...p.span(start) };
  }
  const file = parseSingleString(p);
  const charset = target === 'OUTFILE' && takeCharset(p) ? parseCharset(p) : undefined;
  const format = target === 'OUTFILE' ? parseFormat(p) : undefined;
  return { kind: 'into', target, file, charset, format, variables: [], ...p.span(start) };
}

function parseTarget(p: Parser): UserVariable | Name {
  if (!p.isKind('userVariable')) return p.name('a variable');
  const { start, text } = p.next();
  return { kind: 'userVariable', name: text, ...p.span(start) };
}

const FIELD_OPTIONS = [
  ['TERMINATED', 'BY'],
  ['OPTIONALLY', 'ENCLOSED', 'BY'],
  ['ENCLOSED', 'BY'],
  ['ESCAPED', 'BY'],
] as const;
const LINE_OPTIONS = [
  ['STARTING', 'BY'],
  ['TERMINATED', 'BY'],
] as const;

function parseFormat(p: Parser): FileFormat | undefined {
  const { start } = p.token;
  const options: { word: string; value: StringLiteral }[] = [];
  const parseOptions = (prefix: string, forms: readonly (readonly string[])[]): void => {
    for (let form = forms.find((words) => p.takePhrase(words)); form !== undefined; form = forms.find((words) => p.takePhrase(words))) {
      options.push({ word: `${prefix} ${form.join(' ')}`, value: parseSingleString(p) });
    }
  };
  if (p.take('FIELDS') || p.take('COLUMNS')) parseOptions('FIELDS', FIELD_OPTIONS);
  if (p.take('LINES')) parseOptions('LINES', LINE_OPTIONS);
  return options.length === 0 ? undefined : { kind: 'fileFormat', options, ...p.span(start) };
}
