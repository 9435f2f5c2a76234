import type { KeyedTable, Relation } from './joinPaths.ts';

/**
 * An entity-relationship diagram in Mermaid's text form; with `tables` their columns, too.
 * @see https://mermaid.js.org/syntax/entityRelationshipDiagram.html
 */
export function mermaid(relations: readonly Relation[], tables: readonly KeyedTable[] = []): string {
  const foreign = new Set(relations.flatMap(({ from, columns }) => columns.map((column) => JSON.stringify([from, column]))));
  return [
    'erDiagram',
    ...tables.flatMap(({ name, columns, primaryKey }) => [
      `  ${quoted(name)} {`,
      ...columns.map((column) => {
        const keys = [
          ...(primaryKey.includes(column.name) ? ['PK'] : []),
          ...(foreign.has(JSON.stringify([name, column.name])) ? ['FK'] : []),
        ];
        return `    ${word(column.type.replace(/\(.*/s, ''))} ${word(column.name)}${keys.length === 0 ? '' : ` ${keys.join(', ')}`}`;
      }),
      '  }',
    ]),
    ...relations.map(
      ({ from, to, columns, declared }) =>
        `  ${quoted(to)} ${declared ? '||--o{' : '||..o{'} ${quoted(from)} : ${quoted(columns.join(', '))}`,
    ),
  ].join('\n');
}

/** On one line, and nothing but a name: quotes, elements, directives (`%%{`) and what cannot be seen would be more to who draws it. */
function quoted(text: string): string {
  const plain = text
    .replaceAll(/["`]/g, "'")
    .replaceAll(/[\s\p{Cc}\p{Cf}\p{Cs}\p{Co}]/gu, ' ')
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replaceAll(/%(?=[%{])/g, '% ');
  return `"${plain}"`;
}

/** Types and names of attributes are single words that begin with a letter. */
function word(text: string): string {
  const made = text.replaceAll(/[^\p{L}\p{N}_-]/gu, '_');
  return /^\p{L}/u.test(made) ? made : `x${made}`;
}
