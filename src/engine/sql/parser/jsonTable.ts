import type { JsonTable, JsonTableColumn } from '../ast/queries.ts';
import { parseStringLiteral } from './literals.ts';
import type { Parser } from './parser.ts';
import { parseCollation } from './collations.ts';
import { parseResponses } from './responses.ts';
import { parseType } from './types.ts';

export function parseJsonTable(p: Parser): JsonTable {
  const { start } = p.token;
  p.expect('JSON_TABLE');
  p.expectOperator('(');
  const document = p.nested(() => p.grammar.expression(p));
  p.expectOperator(',');
  const path = parseStringLiteral(p);
  const columns = parseColumns(p);
  p.expectOperator(')');
  p.take('AS');
  const alias = p.name('an alias');
  return { kind: 'jsonTable', document, path, columns, alias, ...p.span(start) };
}

function parseColumns(p: Parser): JsonTableColumn[] {
  p.expect('COLUMNS');
  return p.nested(() => p.parenthesized(() => parseColumn(p)));
}

function parseColumn(p: Parser): JsonTableColumn {
  const { start } = p.token;
  if (p.is('NESTED') && (p.peek().keyword === 'PATH' || p.peek().kind === 'string')) {
    p.next();
    p.take('PATH');
    const path = parseStringLiteral(p);
    return { kind: 'jsonColumn', form: 'NESTED', path, columns: parseColumns(p), ...p.span(start) };
  }
  const name = p.name('the name of a column');
  if (p.take('FOR', 'ORDINALITY')) return { kind: 'jsonColumn', form: 'ORDINALITY', name, columns: [], ...p.span(start) };
  let type = parseType(p);
  if (p.take('COLLATE')) type = { ...type, collation: parseCollation(p), end: p.lastEnd };
  const form = p.take('EXISTS') ? 'EXISTS PATH' : 'PATH';
  p.expect('PATH');
  const path = parseStringLiteral(p);
  return { kind: 'jsonColumn', form, name, type, path, ...parseResponses(p), columns: [], ...p.span(start) };
}
