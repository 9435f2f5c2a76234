import type { AggregateCall, Name, StringLiteral } from '../sql/ast/expressions.ts';
import type { BaseTable, Hint, JoinPart, SelectItem } from '../sql/ast/queries.ts';
import type { Insert } from '../sql/ast/statements.ts';
import type { References } from '../sql/ast/tableElements.ts';
import { children, walk, type Node } from '../sql/walk.ts';
import type { Refusal } from './makeRefusal.ts';
import { refuse } from './makeRefusal.ts';

/** MySQL and MariaDB give the primary key under this name, too. */
const ROW_ID = '_rowid';

/** Hints that say by which index a table is read: then its rows come in the order of the index. */
const INDEX_HINTS = /INDEX|ORDER|MRR|RANGE|SKIP_SCAN/;

/**
 * The first place of a tree that may reach one of these columns: its name, or what means columns without naming them. Whatever else stands there, a statement without such a place does
 * not touch them. A name in any role counts, as an alias or as a table: a match too many only asks for a closer look.
 */
export function findMention(root: Node, isProtected: (name: string) => boolean): Node | undefined {
  const stack: Node[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (meansColumns(node, isProtected)) return node;
    const below = children(node);
    // COUNT(*) counts rows.
    const counted =
      node.kind === 'aggregate' && (node as AggregateCall).name === 'COUNT' ? below.filter(({ kind }) => kind !== 'star') : below;
    stack.push(...counted);
  }
  return undefined;
}

function meansColumns(node: Node, isProtected: (name: string) => boolean): boolean {
  switch (node.kind) {
    case 'name': {
      const { name } = node as Name;
      return name.toLowerCase() === ROW_ID || isProtected(name);
    }
    case 'references':
      return (node as References).columns.length === 0; // the primary key of the table
    case 'star':
    case 'tableQuery':
      return true;
    case 'joinPart':
      return (node as JoinPart).type.startsWith('NATURAL');
    case 'insert':
      return (node as Insert).columns === undefined && (node as Insert).source.kind !== 'insertSet';
    default:
      return false;
  }
}

/** The first place of a definition that gives one of these names to a column, or may: as a name, an alias, or the text that names a column without one. */
export function findColumnName(root: Node, isNamed: (name: string) => boolean): Node | undefined {
  let found: Node | undefined;
  walk(root, (node) => {
    if (found === undefined && namesOf(node).some((name) => isNamed(name) || isNamed(asStored(name)))) found = node;
    return undefined;
  });
  return found;
}

function namesOf(node: Node): readonly string[] {
  switch (node.kind) {
    case 'name':
      return [(node as Name).name];
    case 'string': {
      // The first of adjacent literals names the column.
      const { value, first = value } = node as StringLiteral;
      return [value, first];
    }
    case 'selectItem':
      return [(node as SelectItem).implicitName ?? ''];
    default:
      return [];
  }
}

/** What a server keeps of a name: no blanks and control signs at its beginning, and `?` in the place of a letter outside of the basic plane. */
function asStored(name: string): string {
  return name.replace(/^[\0- \x7f]+/, '').replaceAll(/[\u{10000}-\u{10ffff}]/gu, '?');
}

/** Refuses what tells of the values of columns by the way in which rows are found: a partition, an index, a sample. */
export function checkRowChoice(root: Node): Refusal | undefined {
  const stack: Node[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.kind === 'table') {
      const { partitions, indexHints } = node as BaseTable;
      if (partitions.length > 0) return refuse('PARTITION on a table with protected columns', node, 'rights.columns');
      if (indexHints.length > 0) return refuse('An index hint on a table with protected columns', node, 'rights.columns');
    }
    if (node.kind === 'hint' && INDEX_HINTS.test((node as Hint).name))
      return refuse('An index hint on a table with protected columns', node, 'rights.columns');
    stack.push(...children(node));
  }
  return undefined;
}
